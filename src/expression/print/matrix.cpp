#include "expression/print/matrix.hpp"

#include "expression/decay.hpp"

namespace rule_search {

namespace {

struct MatrixForm {
  const Symbols& symbols;
  const Notation& to;

  Piece piece(const Expr& e) const {
    if (binding(e) == comparison_binding) return to.comparison(row(e->op), piece(e->args[0]), piece(e->args[1]));
    return {text(e), binding(e)};
  }

  std::string signed_summand(const Expr& e, bool first) const {
    const bool minus = e->op == Op::negate;
    const std::string sign = !minus ? first ? "" : to.plus_between() : first ? to.minus_before() : to.minus_between();
    return sign + to.wrap(piece(minus ? e->args[0] : e), product_binding);
  }

  std::string text(const Expr& e) const {
    const auto argument = [&](std::size_t i) { return piece(e->args[i]); };
    switch (e->op) {
      case Op::number:
        return to.number(e->number);
      case Op::parameter:
        return to.name(symbols.name(e->parameter));
      case Op::quantity:
        return to.quantity(row(e->quantity), e->shape);
      case Op::state:
        if (const State* s = symbols.delayed(*e)) return to.delayed(e->name, piece(s->next), s->delay, symbols.step);
        return to.name(e->name, e->shape);
      case Op::signal:
        return to.name(e->name, e->shape);
      case Op::add: {
        std::string out;
        for (std::size_t i = 0; i < e->args.size(); ++i) out += signed_summand(e->args[i], i == 0);
        return out;
      }
      case Op::negate:
        return signed_summand(e, true);
      case Op::divide:
        return to.quotient(argument(0), argument(1)).text;
      case Op::multiply:
      case Op::hadamard:
      case Op::hadamard_divide:
        return to.product(row(e->op), argument(0), argument(1));
      case Op::power: {
        // Powers of powers keep their parentheses, transposed ones as well.
        Piece base = argument(0);
        const Expr& inner = e->args[0]->op == Op::transpose ? e->args[0]->args[0] : e->args[0];
        if (inner->op == Op::power) base = {to.parentheses(base.text), atom_binding};
        return to.power(base, argument(1), e->args[0]->shape);
      }
      case Op::transpose:
        return to.transposed(argument(0));
      case Op::dot:
        return to.dot(text(e->args[0]), text(e->args[1]));
      case Op::norm:
        return to.norm(text(e->args[0]));
      case Op::min:
      case Op::max:
        return to.function(row(e->op), text(e->args[0]), text(e->args[1]));
      case Op::greater:
      case Op::at_least:
        return piece(e).text;
      default:
        if (const Expr tau = time_constant_of_decay(e, symbols.step, symbols.parameters))
          return to.decayed(*tau, piece(tau));
        return to.function(row(e->op), text(e->args[0]));
    }
  }
};

}  // namespace

std::string matrix_form(const Expr& e, const Symbols& symbols, const Notation& notation, Binding at_least) {
  return notation.wrap(MatrixForm{symbols, notation}.piece(e), at_least);
}

std::string signed_summand(const Expr& e, bool first, const Symbols& symbols, const Notation& notation) {
  return MatrixForm{symbols, notation}.signed_summand(e, first);
}

}  // namespace rule_search
