// The one table of operators: name, arity, how it is written, its value, its derivative and its LaTeX.
#pragma once

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
  lower,  ///< of a matrix over the same cells: the diagonal and what is below it
  exp,
  log,
  tanh,
  sigmoid,
  relu,
  abs,
  sign,
  sqrt,
};

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

struct Operator {
  Op op;
  std::string_view name;  ///< as written: the infix symbol or the function's name
  int arity;              ///< number of operands; -1 for any
  ShapeRule shape;
  std::string_view latex;        ///< infix symbol or function in LaTeX
  double (*value)(double);       ///< of functions by element, else null
  double (*derivative)(double);  ///< d value / dx at x; the subgradient 0 at kinks; null where value is
};

const Operator& row(Op op);
std::span<const Operator> operators();
/// The function written `name(...)`, or null.
const Operator* find_function(std::string_view name);
bool is_elementwise_function(Op op);

}  // namespace rule_search
