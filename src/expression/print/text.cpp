#include "expression/print/text.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace rule_search {

namespace {

std::string text(const Expr& e, const std::vector<Parameter>& parameters);

std::string within(const Expr& e, Binding at_least, const std::vector<Parameter>& parameters) {
  const std::string inner = text(e, parameters);
  return binding(e) < at_least ? "(" + inner + ")" : inner;
}

std::string text(const Expr& e, const std::vector<Parameter>& parameters) {
  const auto sub = [&](std::size_t i, Binding b) { return within(e->args[i], b, parameters); };
  switch (e->op) {
    case Op::number:
      return shortest(e->number);
    case Op::parameter:
      return parameters.at(static_cast<std::size_t>(e->parameter)).name;
    case Op::quantity:
      return std::string(name(e->quantity));
    case Op::state:
    case Op::signal:
      return e->name;
    case Op::add: {
      std::string out = sub(0, e->args[0]->op == Op::negate ? sum_binding : product_binding);
      for (std::size_t i = 1; i < e->args.size(); ++i) {
        const bool minus = e->args[i]->op == Op::negate;
        out += minus ? " - " : " + ";
        out += within(minus ? e->args[i]->args[0] : e->args[i], product_binding, parameters);
      }
      return out;
    }
    case Op::negate:
      return "-" + sub(0, product_binding);
    case Op::multiply:
    case Op::divide:
    case Op::hadamard:
    case Op::hadamard_divide: {
      const std::string symbol(row(e->op).name);
      const std::string gap = symbol.size() > 1 ? " " : "";
      return sub(0, product_binding) + gap + symbol + gap + sub(1, sign_binding);
    }
    case Op::power: {
      // Powers of powers keep their parentheses, transposed ones as well; an exponent is an atom.
      const bool number = e->args[0]->shape.is_number();
      const Expr& base = e->args[0]->op == Op::transpose ? e->args[0]->args[0] : e->args[0];
      const bool plain = base->op != Op::power;
      return (plain ? sub(0, power_binding) : "(" + sub(0, sum_binding) + ")") + (number ? "^" : ".^") +
             sub(1, atom_binding);
    }
    case Op::transpose:
      return sub(0, power_binding) + "'";
    default: {
      std::string out = std::string(row(e->op).name) + "(";
      for (std::size_t i = 0; i < e->args.size(); ++i) out += (i > 0 ? ", " : "") + sub(i, sum_binding);
      return out + ")";
    }
  }
}

// In its unit, or in seconds where that would not be read as the same number again.
std::string value_text(double value, const std::string& unit) {
  if (unit.empty()) return shortest(value);
  const double seconds = seconds_in(unit);
  double in_unit = value / seconds;
  for (int digits = 1; digits <= 17; ++digits) {
    const double shorter = std::stod(fmt::format("{:.{}g}", value / seconds, digits));
    if (shorter * seconds != value) continue;
    in_unit = shorter;
    break;
  }
  return in_unit * seconds == value ? shortest(in_unit) + " " + unit : shortest(value) + " s";
}

std::string bound_text(double value, const std::string& unit) {
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  if (value == 0 || unit.empty()) return value_text(value, "");
  std::string text = value_text(value, unit);
  for (const TimeUnit& other : time_units) {
    if (const std::string in_other = value_text(value, std::string(other.name)); in_other.size() < text.size())
      text = in_other;
  }
  return text;
}

std::string shape_text(Shape shape) {
  if (shape.is_number()) return "";
  return ": " + std::string(name(shape.rows)) + (shape.is_matrix() ? " x " + std::string(name(shape.cols)) : "");
}

}  // namespace

std::string print(const Expr& e, const std::vector<Parameter>& parameters) { return text(e, parameters); }

std::string print(const Rule& rule) {
  std::string out;
  std::size_t at = 0;
  while (at < rule.heading.size()) {
    const std::size_t end = rule.heading.find('\n', at);
    const std::string line = rule.heading.substr(at, end - at);
    out += line.empty() ? "#\n" : "# " + line + "\n";
    if (end == std::string::npos) break;
    at = end + 1;
  }
  out += "rule " + rule.name + "\n";
  if (!rule.citation.empty()) out += "cite \"" + rule.citation + "\"\n";
  if (!rule.parameters.empty()) out += "\n";
  for (const Parameter& p : rule.parameters) {
    out += "param " + p.name + (p.per_layer ? "[layer]" : "") + " = ";
    if (p.initial.size() == 1) {
      out += value_text(p.initial[0], p.unit);
    } else {
      out += "[";
      for (std::size_t i = 0; i < p.initial.size(); ++i) out += (i > 0 ? ", " : "") + value_text(p.initial[i], p.unit);
      out += "]";
    }
    const double least = is_time_constant(p) ? 0 : -std::numeric_limits<double>::infinity();
    if (p.lower != least || !std::isinf(p.upper))
      out += " in [" + bound_text(p.lower, p.unit) + ", " + bound_text(p.upper, p.unit) + "]";
    out += "\n";
  }
  if (!rule.signals.empty() || !rule.states.empty()) out += "\n";
  for (const Signal& s : rule.signals) out += "signal " + s.name + shape_text(s.shape) + "\n";
  for (const State& s : rule.states)
    out += "state " + s.name + shape_text(s.shape) + " = " + shortest(s.initial) + "\n";
  out += "\n";
  for (const State& s : rule.states) out += "next " + s.name + " = " + print(s.next, rule.parameters) + "\n";
  out += "dw =";
  bool first = true;
  const bool is_sum = rule.dw->op == Op::add;
  for (const Expr& s : is_sum ? rule.dw->args : std::vector<Expr>{rule.dw}) {
    const bool minus = s->op == Op::negate;
    if (!first) out += "\n    ";
    out += minus ? " - " : first ? " " : " + ";
    out += within(minus ? s->args[0] : s, is_sum || minus ? product_binding : sum_binding, rule.parameters);
    first = false;
  }
  return out + "\n";
}

std::string formula(const Rule& rule) {
  std::string out = "dw = " + print(rule.dw, rule.parameters);
  for (const State& s : rule.states)
    out += "\nstate " + s.name + shape_text(s.shape) + " = " + shortest(s.initial) + "\nnext " + s.name + " = " +
           print(s.next, rule.parameters);
  for (const Signal& s : rule.signals) out += "\nsignal " + s.name + shape_text(s.shape);
  return out;
}

std::string on_one_line(std::string formula) {
  for (std::size_t at = formula.find('\n'); at != std::string::npos; at = formula.find('\n', at))
    formula.replace(at, 1, "   ");
  return formula;
}

}  // namespace rule_search
