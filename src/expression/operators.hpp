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
  step,  ///< 1 above 0, else 0 (Heaviside's function)
  min,
  max,
  greater,   ///< > by element: 1 where it holds, else 0
  at_least,  ///< >=
};
inline constexpr Op last_op = Op::at_least;
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
enum Binding { comparison_binding, sum_binding, product_binding, sign_binding, power_binding, atom_binding };

/// Derivatives of a function of two numbers.
struct SlopesOfTwo {
  double first, second;
};

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
  double (*value_of_two)(double, double) = nullptr;  ///< of an operator on two operands by element
  /// Of min, max and comparisons: its derivatives; at a kink those of the second operand.
  SlopesOfTwo (*slopes_of_two)(double, double) = nullptr;
};

/// Whether the name of a function is also free for parameters, parts and states: rules had such names before there was the
/// function. An argument in parentheses tells the two apart.
constexpr bool gives_way(Op op) { return op == Op::step || op == Op::min || op == Op::max; }

const Operator& row(Op op);
/// In the order of the enumeration.
std::span<const Operator> operators();
/// The function written `name(...)`, or null.
const Operator* find_function(std::string_view name);
/// The operator written between its operands as `symbol`, or null.
const Operator* find_infix(std::string_view symbol);
bool is_elementwise_function(Op op);
/// min, max and comparisons: by element, one operand stretched along the other.
bool is_function_of_two(Op op);
/// Constant but for jumps: no derivative tells where the jump should be.
bool is_step(Op op);

}  // namespace rule_search
