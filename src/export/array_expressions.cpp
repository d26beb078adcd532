// Expressions in the words of a library of arrays.
#include <fmt/format.h>

#include "export/arrays.hpp"
#include "expression/print.hpp"

namespace rule_search {

std::string ArrayCode::function(std::string_view name, const std::string& argument) const {
  return fmt::format("{}.{}({})", library_.module, name, argument);
}

// A number or truth values in the precision of the weights.
std::string ArrayCode::in_precision(const std::string& of) const {
  return fmt::format("{}({}, {})", library_.as_array, of, library_.like_w);
}

PythonPiece ArrayCode::product(const Expr& e) const {
  const Expr& a = e->args[0];
  const Expr& b = e->args[1];
  const PythonPiece left = piece(a);
  const PythonPiece right = piece(b);
  const bool scales = a->shape.is_number() || b->shape.is_number();
  if (!scales && e->shape.is_number()) {
    // A row times a column.
    const std::string row =
        a->op == Op::transpose ? piece(a->args[0]).at_least(product_level) : left.at_least(atom_level) + ".T";
    return {function("sum", row + " * " + right.at_least(sign_level)), atom_level};
  }
  return {left.at_least(product_level) + (scales ? " * " : " @ ") + right.at_least(sign_level), product_level};
}

std::string ArrayCode::call(const Expr& e) const {
  const std::string argument = piece(e->args[0]).text;
  switch (e->op) {
    case Op::norm:
      return function("linalg.norm", argument);
    case Op::lower:
      return function("tril", argument);
    case Op::sigmoid:
      return fmt::format("{}({})", library_.sigmoid, argument);
    case Op::relu:
      return fmt::format(fmt::runtime(library_.relu), argument);
    case Op::min:
    case Op::max: {
      // The same whichever comes first.
      const std::string other = piece(e->args[1]).text;
      const auto written = [&](const std::string& first, const std::string& second) {
        return fmt::format(fmt::runtime(e->op == Op::min ? library_.min : library_.max), first, second);
      };
      if (!e->args[0]->shape.is_number()) return written(argument, other);
      if (!e->args[1]->shape.is_number()) return written(other, argument);
      return written(in_precision(argument), other);
    }
    default:
      return function(row(e->op).name, argument);
  }
}

// `itself`: not by the name that it has.
PythonPiece ArrayCode::piece(const Expr& e, bool itself) const {
  if (!itself) {
    if (const std::string* const name = assignments_->named(e)) return {*name, atom_level};
  }
  const auto infix = [&](const char* sign) -> PythonPiece {
    return {piece(e->args[0]).at_least(product_level) + sign + piece(e->args[1]).at_least(sign_level), product_level};
  };
  if (is_constant(e) && e->op != Op::number) {
    const std::string number = constant_text(e, rule_);
    // As it stands in the rule where Python's own functions take it.
    const Op inner = e->op;
    if (inner == Op::exp || inner == Op::log || inner == Op::tanh || inner == Op::sqrt)
      return {fmt::format("math.{}({})", row(inner).name, piece(e->args[0]).text), atom_level};
    const bool plain = inner == Op::add || inner == Op::negate || inner == Op::multiply || inner == Op::divide ||
                       inner == Op::hadamard || inner == Op::hadamard_divide;
    if (!plain) return {number, number.front() == '-' ? sum_level : atom_level};
  }
  switch (e->op) {
    case Op::number:
      return {python_number(e->number), atom_level};
    case Op::parameter:
      return {names_.of(rule_.parameters.at(static_cast<std::size_t>(e->parameter)).name), atom_level};
    case Op::quantity:
      return {e->quantity == Quantity::w ? "w" : names_.of(std::string(name(e->quantity))), atom_level};
    case Op::state:
    case Op::signal:
      return {names_.of(e->name), atom_level};
    case Op::add:
      return python_sum(e, [&](const Expr& x) { return piece(x); });
    case Op::negate:
      return {"-" + piece(e->args[0]).at_least(product_level), sum_level};
    case Op::multiply:
      return product(e);
    case Op::hadamard:
      return infix(" * ");
    case Op::divide:
    case Op::hadamard_divide:
      return infix(" / ");
    case Op::power:
      return {piece(e->args[0]).at_least(atom_level) + " ** " + piece(e->args[1]).at_least(atom_level), power_level};
    case Op::transpose:
      return {piece(e->args[0]).at_least(atom_level) + ".T", atom_level};
    case Op::step:
      return {in_precision(piece(e->args[0]).at_least(sum_level) + " > 0"), atom_level};
    case Op::greater:
    case Op::at_least:
      return {in_precision(fmt::format("{} {} {}", piece(e->args[0]).at_least(sum_level), row(e->op).name,
                                       piece(e->args[1]).at_least(sum_level))),
              atom_level};
    case Op::dot:
      return {
          function("sum", piece(e->args[0]).at_least(product_level) + " * " + piece(e->args[1]).at_least(sign_level)),
          atom_level};
    default:
      return {call(e), atom_level};
  }
}

// On one line, or a summand a line.
std::string ArrayCode::value_text(const Assignment& a) const {
  constexpr std::size_t widest = 100;
  const Expr& e = a.value;
  if (const std::string* const name = assignments_->named(e); name != nullptr && *name != a.name) return *name;
  const std::string whole = piece(e, true).text;
  if (whole.size() <= widest || e->op != Op::add) return whole;
  std::string out = "(\n";
  for (std::size_t k = 0; k < e->args.size(); ++k) {
    const bool minus = e->args[k]->op == Op::negate;
    out += fmt::format("        {}{}\n",
                       k == 0  ? (minus ? "-" : "")
                       : minus ? "- "
                               : "+ ",
                       piece(minus ? e->args[k]->args[0] : e->args[k]).at_least(product_level));
  }
  return out + "    )";
}

}  // namespace rule_search
