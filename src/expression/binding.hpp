// How tightly an expression holds together, loosest first: where a printer needs parentheses.
#pragma once

#include "expression/expression.hpp"

namespace rule_search {

enum Binding { sum_binding, product_binding, sign_binding, power_binding, atom_binding };

inline Binding binding(const Expr& e) {
  switch (e->op) {
    case Op::add:
    case Op::negate:  // a leading minus takes the whole product behind it
      return sum_binding;
    case Op::multiply:
    case Op::divide:
    case Op::hadamard:
    case Op::hadamard_divide:
      return product_binding;
    case Op::power:
    case Op::transpose:
      return power_binding;
    default:
      return atom_binding;
  }
}

}  // namespace rule_search
