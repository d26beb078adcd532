#include "expression/print/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "expression/decay.hpp"
#include "expression/print/matrix.hpp"

namespace rule_search {

namespace {

// In its unit, or in seconds where that would not be read as the same number again.
std::string value_text(double value, const std::string& unit) {
  if (unit.empty()) return shortest(value);
  double number = in_unit(value, unit);
  for (int digits = 1; digits <= 17; ++digits) {
    const double shorter = std::stod(fmt::format("{:.{}g}", in_unit(value, unit), digits));
    if (in_seconds(shorter, unit) != value) continue;
    number = shorter;
    break;
  }
  return in_seconds(number, unit) == value ? shortest(number) + " " + unit : shortest(value) + " s";
}

// In the unit that makes it shortest, `unit` where others are no shorter.
std::string shortest_time(double value, const std::string& unit) {
  std::string text = value_text(value, unit);
  for (const TimeUnit& other : time_units) {
    if (const std::string in_other = value_text(value, std::string(other.name)); in_other.size() < text.size())
      text = in_other;
  }
  return text;
}

std::string bound_text(double value, const std::string& unit) {
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  return value == 0 || unit.empty() ? value_text(value, "") : shortest_time(value, unit);
}

std::string shape_text(Shape shape) {
  if (shape.is_number()) return "";
  return ": " + std::string(name(shape.rows)) + (shape.is_matrix() ? " x " + std::string(name(shape.cols)) : "");
}

std::string list_text(const double* values, std::size_t number) {
  std::string out = "[";
  for (std::size_t k = 0; k < number; ++k) out += (k > 0 ? ", " : "") + shortest(values[k]);
  return out + "]";
}

std::string state_text(const State& s) {
  return "state " + s.name + shape_text(s.shape) + " = " + initial_text(s) + (s.each_trial ? " each trial" : "");
}

}  // namespace

std::string print(const Expr& e, const Symbols& symbols) { return matrix_form(e, symbols, text_notation()); }

std::string initial_text(const State& s) {
  if (s.elements.empty()) return shortest(s.initial);
  if (!s.shape.is_matrix()) return list_text(s.elements.data(), s.elements.size());
  std::string out = "[";
  const auto columns = static_cast<std::size_t>(s.columns);
  for (std::size_t k = 0; k < s.elements.size(); k += columns)
    out += (k > 0 ? ", " : "") + list_text(s.elements.data() + k, columns);
  return out + "]";
}

std::string time_text(double seconds, const std::string& unit) { return shortest_time(seconds, unit); }

double exact_multiple(int steps, double step) {
  const double product = steps * step;
  constexpr double rounding = 1e-12;
  for (int digits = 1; digits < 17; ++digits) {
    const double shorter = std::stod(fmt::format("{:.{}g}", product, digits));
    if (std::abs(shorter - product) <= rounding * product) return shorter;
  }
  return product;
}

std::string step_text(const Step& step) {
  return (step.stated ? "step " : "let dt = ") + value_text(step.seconds, step.unit);
}

std::string bound_text(const WeightBound& b) {
  return fmt::format("bound w in [{}, {}]{}", bound_text(b.lower, ""), bound_text(b.upper, ""), b.soft ? " soft" : "");
}

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
  if (rule.step.stated) out += "\n" + step_text(rule.step) + "\n";
  if (!rule.parameters.empty()) out += "\n";
  for (const Parameter& p : rule.parameters) {
    out += "param " + p.name + (p.per_layer ? "[layer]" : p.per_recording ? "[recording]" : "") + " = ";
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
  if (!rule.signals.empty() || !declared_states(rule).empty()) out += "\n";
  for (const Signal& s : rule.signals) out += "signal " + s.name + shape_text(s.shape) + "\n";
  for (const State& s : declared_states(rule)) out += state_text(s) + "\n";
  out += "\n";
  for (const State& s : declared_states(rule)) out += "next " + s.name + " = " + print(s.next, rule) + "\n";
  if (rule.bound) out += bound_text(*rule.bound) + "\n";
  out += "dw =";
  bool first = true;
  const bool is_sum = rule.dw->op == Op::add;
  for (const Expr& s : is_sum ? rule.dw->args : std::vector<Expr>{rule.dw}) {
    const bool minus = s->op == Op::negate;
    if (!first) out += "\n    ";
    out += minus ? " - " : first ? " " : " + ";
    out += matrix_form(minus ? s->args[0] : s, rule, text_notation(), is_sum || minus ? product_binding : sum_binding);
    first = false;
  }
  return out + "\n";
}

std::string formula(const Rule& rule) {
  std::string out = "dw = " + print(rule.dw, rule);
  if (rule.bound) out += "\n" + bound_text(*rule.bound);
  for (const State& s : declared_states(rule))
    out += "\n" + state_text(s) + "\nnext " + s.name + " = " + print(s.next, rule);
  for (const Signal& s : rule.signals) out += "\nsignal " + s.name + shape_text(s.shape);
  const bool delays = std::any_of(rule.states.begin(), rule.states.end(), [](const State& s) { return s.delay > 0; });
  if (has_decay(rule) || (delays && rule.step.stated)) out += "\n" + step_text(rule.step);
  return out;
}

std::string on_one_line(std::string formula) {
  for (std::size_t at = formula.find('\n'); at != std::string::npos; at = formula.find('\n', at))
    formula.replace(at, 1, "   ");
  return formula;
}

}  // namespace rule_search
