// Typed expressions: immutable, shared, every node with its shape.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "expression/operators.hpp"
#include "expression/quantities.hpp"
#include "expression/shape.hpp"

namespace rule_search {

struct Expression;
using Expr = std::shared_ptr<const Expression>;

struct Expression {
  Op op = Op::number;
  Shape shape;
  double number = 0;                  ///< of Op::number, never negative: -2 is negate(2)
  int parameter = -1;                 ///< of Op::parameter: index into Rule::parameters
  Quantity quantity = Quantity::pre;  ///< of Op::quantity
  int variable = -1;                  ///< of Op::state and Op::signal: index into Rule::states or Rule::signals
  std::string name;                   ///< of Op::state and Op::signal
  std::vector<Expr> args;
  int depth = 1;  ///< levels, this one included
};

// Makers. They only normalise what has no influence on meaning: nested sums are flattened, double signs and
// double transposes vanish. Operand shapes must fit (the checker has seen to that); this is asserted.
Expr make_number(double value);
Expr make_parameter(int index);
Expr make_quantity(Quantity quantity);
/// Op::state or Op::signal.
Expr make_variable(Op op, int index, const std::string& name, Shape shape);
Expr make_add(const std::vector<Expr>& args);
Expr make_negate(Expr arg);
Expr make_transpose(Expr arg);
/// Any other operator. The shape follows from the operator's shape rule.
Expr make(Op op, std::vector<Expr> args);

/// Structure, numbers to the last bit.
bool equal(const Expr& a, const Expr& b);
bool depends_on_parameter(const Expr& e, int parameter);
bool depends_on_quantity(const Expr& e, Quantity quantity);
/// Whether parameters alone decide it.
bool is_fixed(const Expr& e);
/// Marks the states (Op::state) or signals (Op::signal) that stand in e, by index.
void find_variables(const Expr& e, Op kind, std::vector<bool>& found);
/// The factors of a product from left to right, transposed products turned round; a factor that is a number
/// stays whole. e itself where it is no product.
std::vector<Expr> factors(const Expr& product);
/// The summands of e (e itself where it is no sum), signs kept inside.
std::vector<Expr> summands(const Expr& e);
/// How tightly e holds together.
inline Binding binding(const Expr& e) { return row(e->op).binding; }
/// The result shape of an operator on these shapes, or nothing where they don't fit.
bool result_shape(Op op, const std::vector<Shape>& args, Shape& result);

}  // namespace rule_search
