// Instructions appended to a plan.
#pragma once

#include <vector>

#include "plan/plan.hpp"

namespace rule_search::plan {

/// Appends instructions and returns their index. The code must outlive it.
class Builder {
 public:
  explicit Builder(std::vector<Instruction>& code) : code_(code) {}

  int emit(Instruction i);
  int emit(Code code, Shape shape, std::vector<int> args);
  int number(double value);
  int quantity(Quantity quantity);
  /// A state or a signal of this index.
  int variable(Code code, int index, Shape shape);
  /// The sum of at least one term, or the value itself where that is all.
  int combine(std::vector<Term> terms);
  /// By element, as Code::hadamard does or another code of two operands; a column may be taken as a row.
  int hadamard(int a, int b, Shape shape, bool a_row = false, bool b_row = false, Code code = Code::hadamard);
  Factor times(const Factor& a, const Factor& b);
  int value_of(const Factor& factor);
  Shape shape(int value) const { return code_[static_cast<std::size_t>(value)].shape; }

 private:
  std::vector<Instruction>& code_;
};

}  // namespace rule_search::plan
