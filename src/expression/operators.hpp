// The one table of operators: name, arity, how it is written, its shape, its value and its derivative.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace rule_search {

enum class Op {
  number,     ///< a literal
  parameter,  ///< a parameter of the rule
  quantity,   ///< what a connection knows at every step
  state,      ///< what the connection remembers, as it was before this step
  signal,     ///< told to all cells from outside
  add,        ///< sum of any number of equal shapes
  negate,
  multiply,         ///< matrix product; a number scales
  divide,           ///< by a number
  hadamard,         ///< .*  element by element, a column stretched along the other side
  hadamard_divide,  ///< ./
  power,            ///< .^ or ^, element by element, the exponent a number
  transpose,
  dot,
  sum,
  mean,
  norm,
  lower,  ///< of a matrix over the same neurons: the diagonal and what is below it
  exp,
  log,
  tanh,
  sigmoid,
  relu,
  abs,
  sign,
  sqrt,
};
inline constexpr Op last_op = Op::sqrt;
inline constexpr std::size_t operator_count = static_cast<std::size_t>(last_op) + 1;

/// How the shape of a result follows from the shapes of its operands.
enum class ShapeRule {
  leaf,
  same,
  product,
  by_number,
  stretch,
  by_number_exponent,
  flip,
  two_columns,
  to_number,
  square,
  elementwise
};

/// Where an operator stands beside its operands in the text of a rule.
enum class Writing { leaf, prefix, infix, postfix, function };

/// How tightly an expression holds together, loosest first: where a printer needs parentheses.
enum Binding { sum_binding, product_binding, sign_binding, power_binding, atom_binding };

struct Operator {
  Op op = Op::number;
  std::string_view name;  ///< as written: the infix symbol or the function's name
  int arity = 0;          ///< number of operands; -1 for any
  Writing writing = Writing::leaf;
  Binding binding = atom_binding;
  ShapeRule shape = ShapeRule::leaf;
  std::string_view latex = {};             ///< infix symbol or function in LaTeX; empty where the printers lay it out
  std::string_view mathml = {};            ///< the same in MathML; of a function the content of <mi>
  double (*value)(double) = nullptr;       ///< of functions by element
  double (*derivative)(double) = nullptr;  ///< d value / dx at x; the subgradient 0 at kinks; null where value is
  double (*value_of_two)(double, double) = nullptr;  ///< of an infix operator by element
};

const Operator& row(Op op);
/// In the order of the enumeration.
std::span<const Operator> operators();
/// The function written `name(...)`, or null.
const Operator* find_function(std::string_view name);
/// The operator written between its operands as `symbol`, or null.
const Operator* find_infix(std::string_view symbol);
bool is_elementwise_function(Op op);

}  // namespace rule_search
