#include "expression/rewrite.hpp"

namespace rule_search {

Expr rebuild(const Expr& e, std::vector<Expr> args) {
  if (args.empty()) return e;
  if (e->op == Op::add) return make_add(args);
  if (e->op == Op::negate) return make_negate(args[0]);
  if (e->op == Op::transpose) return make_transpose(args[0]);
  return make(e->op, std::move(args));
}

namespace {

template <class Leaf>
Expr map_leaves(const Expr& e, const Leaf& leaf) {
  if (e->args.empty()) return leaf(e);
  std::vector<Expr> args;
  args.reserve(e->args.size());
  for (const Expr& arg : e->args) args.push_back(map_leaves(arg, leaf));
  return rebuild(e, std::move(args));
}

}  // namespace

Expr substitute(const Expr& e, const std::vector<bool>& replace, const std::vector<double>& values) {
  return map_leaves(e, [&](const Expr& leaf) {
    const auto i = static_cast<std::size_t>(leaf->parameter);
    return leaf->op == Op::parameter && replace.at(i) ? make_number(values.at(i)) : leaf;
  });
}

Expr renumber(const Expr& e, const std::vector<int>& index) {
  return map_leaves(e, [&](const Expr& leaf) {
    return leaf->op == Op::parameter ? make_parameter(index.at(static_cast<std::size_t>(leaf->parameter))) : leaf;
  });
}

namespace {

Expr zero_of(Shape shape) {
  if (shape.is_number()) return make_number(0);
  const auto ones = [](Side side) {
    return side == Side::one ? make_number(1)
                             : make_quantity(side == Side::pre ? Quantity::ones_pre : Quantity::ones_post);
  };
  const Expr zero = shape.cols == Side::one ? ones(shape.rows)
                    : shape.rows == Side::one
                        ? make_transpose(ones(shape.cols))
                        : make(Op::multiply, {ones(shape.rows), make_transpose(ones(shape.cols))});
  return make(Op::multiply, {make_number(0), zero});
}

}  // namespace

Expr with_zero_states(const Expr& e, const std::vector<bool>& replace) {
  return map_leaves(e, [&](const Expr& leaf) {
    return leaf->op == Op::state && replace.at(static_cast<std::size_t>(leaf->variable)) ? zero_of(leaf->shape) : leaf;
  });
}

Expr with_zero_activities(const Expr& e) {
  return map_leaves(e, [](const Expr& leaf) {
    const bool activity =
        leaf->op == Op::quantity && (leaf->quantity == Quantity::pre || leaf->quantity == Quantity::post);
    return activity ? zero_of(leaf->shape) : leaf;
  });
}

Expr with_name_of_state(const Expr& e, int state, const std::string& name) {
  return map_leaves(e, [&](const Expr& leaf) {
    return leaf->op == Op::state && leaf->variable == state ? make_variable(Op::state, state, name, leaf->shape) : leaf;
  });
}

Expr renumber_variables(const Expr& e, Op kind, const std::vector<int>& index) {
  return map_leaves(e, [&](const Expr& leaf) {
    return leaf->op == kind
               ? make_variable(kind, index.at(static_cast<std::size_t>(leaf->variable)), leaf->name, leaf->shape)
               : leaf;
  });
}

}  // namespace rule_search
