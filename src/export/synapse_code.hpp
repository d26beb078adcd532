// Expressions as one synapse computes them, in simulators: what Brian 2 and NESTML share.
#pragma once

#include <string>
#include <vector>

#include "export/names.hpp"
#include "export/pieces.hpp"
#include "expression/rule.hpp"

namespace rule_search {

class SynapseCode {
 public:
  SynapseCode(const SynapseCode&) = delete;
  SynapseCode& operator=(const SynapseCode&) = delete;

 protected:
  SynapseCode(const Rule& rule, Names names);
  virtual ~SynapseCode() = default;

  /// An entry of e as code. Throws InputError where a synapse can't compute it.
  PythonPiece piece(const Expr& e);

  /// Of a leaf that is no number and no parameter.
  virtual PythonPiece leaf(const Expr& e) = 0;
  /// Of a product over a population: `run` are the factors within `whole` that it sums over.
  virtual PythonPiece summed_product(const Expr& whole, const std::vector<Expr>& run);
  /// Of the number of neurons of a side.
  virtual PythonPiece count(const Expr& e);
  virtual PythonPiece function(Op op, const PythonPiece& of) const = 0;
  /// min, max and comparisons.
  virtual PythonPiece function_of_two(Op op, const PythonPiece& a, const PythonPiece& b) const = 0;
  virtual PythonPiece power(const PythonPiece& base, const PythonPiece& exponent) const = 0;

  /// Throws InputError where the rule has a state that no synapse can hold.
  void check_states() const;
  /// The error that names the expression.
  [[noreturn]] void refuse(const Expr& e, const std::string& why) const;
  /// Who can't, and what can be: "Brian 2", and a hint.
  virtual std::string simulator() const = 0;
  virtual std::string hint() const = 0;

  /// A number with a point, since whole numbers have no negative powers in some languages.
  virtual PythonPiece number(double x) const;
  /// The initial value of a parameter or a state.
  std::string initial(double x) const { return number(x).text; }
  std::string initial(const Parameter& p) const { return initial(p.initial.empty() ? 0 : p.initial[0]); }

  const Rule& rule_;
  Names names_;  ///< parameters, signals and states have names from the beginning

 private:
  PythonPiece product(const Expr& e);
};

}  // namespace rule_search
