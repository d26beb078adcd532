#include "plan/builder.hpp"

#include <cassert>
#include <utility>

namespace rule_search::plan {

int Builder::emit(Instruction i) {
  code_.push_back(std::move(i));
  return static_cast<int>(code_.size()) - 1;
}

int Builder::emit(Code code, Shape shape, std::vector<int> args) {
  Instruction i;
  i.code = code;
  i.shape = shape;
  i.args = std::move(args);
  return emit(std::move(i));
}

int Builder::number(double value) {
  Instruction i;
  i.number = value;
  return emit(std::move(i));
}

int Builder::quantity(Quantity quantity) {
  Instruction i;
  i.code = Code::quantity;
  i.quantity = quantity;
  i.shape = shape_of(quantity);
  return emit(std::move(i));
}

int Builder::variable(Code code, int index, Shape shape) {
  Instruction i;
  i.code = code;
  i.variable = index;
  i.shape = shape;
  return emit(std::move(i));
}

int Builder::combine(std::vector<Term> terms) {
  assert(!terms.empty());
  if (terms.size() == 1 && terms[0].factor.number == 1 && terms[0].factor.coefficient == none) return terms[0].value;
  Instruction i;
  i.code = Code::combine;
  i.shape = shape(terms[0].value);
  i.terms = std::move(terms);
  return emit(std::move(i));
}

int Builder::hadamard(int a, int b, Shape shape, bool a_row, bool b_row, Code code) {
  Instruction i;
  i.code = code;
  i.shape = shape;
  i.args = {a, b};
  i.as_row = {a_row, b_row};
  return emit(std::move(i));
}

Factor Builder::times(const Factor& a, const Factor& b) {
  Factor out{a.number * b.number, a.coefficient};
  if (a.coefficient == none) {
    out.coefficient = b.coefficient;
  } else if (b.coefficient != none) {
    out.coefficient = hadamard(a.coefficient, b.coefficient, number_shape);
  }
  return out;
}

int Builder::value_of(const Factor& f) {
  if (f.coefficient == none) return number(f.number);
  return f.number == 1 ? f.coefficient : combine({{{f.number, none}, f.coefficient}});
}

}  // namespace rule_search::plan
