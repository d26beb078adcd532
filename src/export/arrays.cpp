#include "export/arrays.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "expression/numeric.hpp"
#include "expression/print.hpp"

namespace rule_search {

namespace {

// clang-format off
constexpr std::array taken = std::to_array<std::string_view>({
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif",
    "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or",
    "pass", "raise", "return", "try", "while", "with", "yield",
    "float", "len", "range", "zip", "enumerate", "isinstance", "list", "dict", "tuple", "super", "reversed",
    "_sigmoid", "np", "jax", "jnp", "torch", "math",
    "w", "states", "n_post", "n_pre", "change", "initial_states", "new_trial", "PARAMETERS"});
// clang-format on

void find_quantities(const Expr& e, std::vector<bool>& found) {
  if (e->op == Op::quantity) found[static_cast<std::size_t>(e->quantity)] = true;
  for (const Expr& a : e->args) find_quantities(a, found);
}

std::string size_of(Side side) { return side == Side::one ? "1" : side == Side::pre ? "n_pre" : "n_post"; }

// As NumPy writes the shape that users give and get: a column has one dimension.
std::string outer_shape(Shape shape) {
  if (shape.is_number()) return "()";
  if (shape.is_matrix()) return fmt::format("({}, {})", size_of(shape.rows), size_of(shape.cols));
  return fmt::format("({},)", size_of(shape.rows == Side::one ? shape.cols : shape.rows));
}

// Arguments that give an array the precision of another than w.
std::string like(const std::string& other, std::string_view like_w) {
  std::string out(like_w);
  for (std::size_t at = 0; (at = out.find("w.", at)) != std::string::npos; at += other.size())
    out.replace(at, 1, other);
  return out;
}

// As matrix algebra has it.
std::string inner_shape(Shape shape) {
  return shape.is_number() ? "()" : fmt::format("({}, {})", size_of(shape.rows), size_of(shape.cols));
}

std::string note_of(const Parameter& p) {
  if (is_time_constant(p)) return "in seconds";
  if (p.per_layer && p.initial.size() > 1) return "one number for each connection; the default is that of the first";
  if (p.per_recording) return "one number for each recording; the default is the common one";
  return "";
}

// Broken at blanks, with `indent` of them before every further line. '\\v' is a blank at which no line ends.
std::string in_lines(const std::string& text, std::size_t indent) {
  constexpr std::size_t widest = 110;
  std::string out;
  std::string line;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find(' ', at + 1), text.size());
    const std::string word = text.substr(at, end - at);
    if (line.size() + word.size() > widest && line.find_first_not_of(' ') != std::string::npos) {
      out += line + "\n";
      line = std::string(indent, ' ') + word.substr(1);
    } else {
      line += word;
    }
    at = end;
  }
  out += line + "\n";
  std::replace(out.begin(), out.end(), '\v', ' ');
  return out;
}

std::string default_of(const Parameter& p) { return python_number(p.initial.empty() ? 0 : p.initial[0]); }

std::string joined(const std::vector<std::string>& list, const char* between) {
  return fmt::format("{}", fmt::join(list, between));
}

bool has_quantity(const Rule& rule, Quantity q) {
  const std::vector<Quantity> read = quantities_of(rule);
  return std::find(read.begin(), read.end(), q) != read.end();
}

}  // namespace

std::span<const std::string_view> taken_in_python() { return taken; }

bool is_constant(const Expr& e) {
  if (e->op == Op::number) return true;
  return !e->args.empty() && std::all_of(e->args.begin(), e->args.end(), is_constant);
}

double constant_value(const Expr& e, const Rule& rule) {
  const double x = value(e, {})(0, 0);
  if (!std::isfinite(x))
    throw InputError(
        fmt::format("{}: {} can't be exported: expected a finite number, found {}\n  hint: take it out of the rule",
                    rule.name, print(e, rule.parameters), x));
  return x;
}

std::string constant_text(const Expr& e, const Rule& rule) { return python_number(constant_value(e, rule)); }

std::string quoted(const std::string& citation) {
  std::string out;
  for (const char c : citation) {
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  return out;
}

std::vector<Quantity> quantities_of(const Rule& rule) {
  std::vector<bool> found(quantity_count, false);
  find_quantities(rule.dw, found);
  for (const State& s : rule.states) find_quantities(s.next, found);
  std::vector<Quantity> out;
  for (const QuantityRow& q : quantities()) {
    if (found[static_cast<std::size_t>(q.quantity)]) out.push_back(q.quantity);
  }
  return out;
}

bool learns_from_labels(const Rule& rule) {
  const std::vector<Quantity> read = quantities_of(rule);
  return rule.signals.empty() && std::none_of(read.begin(), read.end(), [](Quantity q) {
           return q == Quantity::gate || row(q).origin == Origin::decoy;
         });
}

std::string given_by_network(const Rule& rule, const std::string& indent) {
  std::string out;
  for (const Quantity q : quantities_of(rule)) {
    if (q == Quantity::w || row(q).origin == Origin::ones) continue;
    const char* const value = q == Quantity::pre        ? "activity[k]"
                              : q == Quantity::post     ? "activity[k + 1]"
                              : q == Quantity::err_pre  ? "errors[k]"
                              : q == Quantity::err_post ? "errors[k + 1]"
                                                        : "net[k]";
    out += fmt::format("{}{},\n", indent, value);
  }
  return out;
}

std::string formula_block(const Rule& rule) {
  std::string out = "    ";
  for (const char c : formula(rule)) {
    out += c;
    if (c == '\n') out += "    ";
  }
  return out + "\n";
}

std::string python_initial(const State& state) {
  if (state.elements.empty()) return python_number(state.initial);
  std::string out = "[";
  const bool rows = state.shape.is_matrix();
  for (std::size_t k = 0; k < state.elements.size(); ++k) {
    const bool begins = rows && k % static_cast<std::size_t>(state.columns) == 0;
    out += (k == 0 ? "" : begins ? "], " : ", ") + std::string(begins ? "[" : "") + python_number(state.elements[k]);
  }
  return out + (rows ? "]]" : "]");
}

std::string python_number(double value) {
  if (std::isnan(value)) return "float(\"nan\")";
  if (std::isinf(value)) return value < 0 ? "-float(\"inf\")" : "float(\"inf\")";
  return shortest(value);
}

std::string python_value(const Parameter& p) {
  if (p.initial.size() == 1) return python_number(p.initial[0]);
  std::vector<std::string> values;
  for (const double v : p.initial) values.push_back(python_number(v));
  return "[" + joined(values, ", ") + "]";
}

ArrayCode::ArrayCode(const Rule& rule, const ArrayLibrary& library)
    : rule_(rule),
      library_(library),
      ones_pre_(has_quantity(rule, Quantity::ones_pre)),
      ones_post_(has_quantity(rule, Quantity::ones_post)),
      names_(taken) {
  for (const Quantity q : quantities_of(rule)) {
    if (q == Quantity::w) continue;
    names_.give(std::string(name(q)));
    if (row(q).origin != Origin::ones) quantities_.push_back(q);
  }
  for (const Parameter& p : rule.parameters) names_.give(p.name);
  for (const Signal& s : rule.signals) names_.give(s.name);
  for (const State& s : rule.states) names_.give(s.name);
  assignments_.emplace(rule, [this](const std::string& wanted) { return names_.take(wanted); });
}

std::vector<std::string> ArrayCode::parameters() const {
  std::vector<std::string> out;
  for (const Parameter& p : rule_.parameters) out.push_back(names_.of(p.name));
  return out;
}

// Something that is given, as an array of the shape that matrix algebra has.
std::string ArrayCode::array(const std::string& of, Shape shape) const {
  return fmt::format("{}({}, {}).reshape({})", library_.as_array, of, library_.like_w, inner_shape(shape));
}

std::string ArrayCode::head(const std::string& more) const {
  // A long one is easier to read in the code.
  constexpr std::size_t longest = 600;
  const std::string formula = formula_block(rule_);
  std::string out = fmt::format("\"\"\"The plasticity rule {}, written by rule-search.\n\n{}", rule_.name,
                                formula.size() <= longest ? formula + "\n" : "");
  if (!rule_.citation.empty()) out += quoted(rule_.citation) + "\n\n";
  if (rule_.step.seconds > 0) out += fmt::format("A step is {}.\n\n", time_text(rule_.step.seconds));
  out +=
      fmt::format("Weights become w + dw after every step. `change` works on {}.\n{}\"\"\"\n", library_.arrays, more);
  const std::string body = change();
  out += body.find("math.") != std::string::npos ? "import math\n\n" : "";
  out += std::string(library_.imports) + "\n";
  out += "PARAMETERS = {";
  for (const Parameter& p : rule_.parameters)
    out += fmt::format("\n    \"{}\": {},", names_.of(p.name), python_value(p));
  return out + (rule_.parameters.empty() ? "}\n" : "\n}\n");
}

std::string ArrayCode::making_states() const {
  if (rule_.states.empty()) return "";
  std::string out =
      "\n\ndef initial_states(w):\n"
      "    \"\"\"What the rule remembers before the first step, for weights w of shape (n_post, n_pre): a dict of "
      "arrays.\"\"\"\n"
      "    n_post, n_pre = w.shape\n    return {\n";
  std::string of_trials;
  for (const State& s : rule_.states) {
    const std::string made = s.elements.empty()
                                 ? fmt::format("{}.full({}, {}, {})", library_.module, outer_shape(s.shape),
                                               python_number(s.initial), library_.like_w)
                                 : fmt::format("{}({}, {})", library_.as_array, python_initial(s), library_.like_w);
    out += fmt::format("        \"{}\": {},\n", s.name, made);
    if (!s.each_trial) continue;
    const std::string now = fmt::format("states[\"{}\"]", s.name);
    const std::string again =
        s.elements.empty()
            ? fmt::format("{}.full_like({}, {})", library_.module, now, python_number(s.initial))
            : fmt::format("{}({}, {})", library_.as_array, python_initial(s), like(now, library_.like_w));
    of_trials += fmt::format(", \"{}\": {}", s.name, again);
  }
  out += "    }\n";
  if (!of_trials.empty())
    out += fmt::format(
        "\n\ndef new_trial(states):\n    \"\"\"What the rule remembers when a trial begins.\"\"\"\n    return "
        "{{**states{}}}\n",
        of_trials);
  return out;
}

std::string ArrayCode::documentation() const {
  std::string out = "    \"\"\"The change of the weights in a step" +
                    std::string(rule_.states.empty() ? "" : ", and what the rule remembers then") + ".\n\n";
  const auto line = [&](const std::string& name, const std::string& shape, const std::string& meaning) {
    out += fmt::format("    {:<12} {:<16} {}\n", name, shape, meaning);
  };
  line("w", "(n_post, n_pre)", "weights, floating point; all is computed in their precision");
  for (const Quantity q : quantities_)
    line(names_.of(std::string(name(q))), outer_shape(shape_of(q)), std::string(row(q).meaning));
  for (const Signal& s : rule_.signals)
    line(names_.of(s.name), s.shape.is_number() ? "a number" : outer_shape(s.shape), "signal");
  if (!rule_.states.empty()) {
    std::vector<std::string> list;
    for (const State& s : rule_.states)
      list.push_back(s.name + " " + (s.shape.is_number() ? "a number" : outer_shape(s.shape)));
    line("states", "a dict", joined(list, ", "));
  }
  std::vector<std::string> numbers;
  for (const Parameter& p : rule_.parameters) {
    const std::string note = note_of(p);
    if (note.empty())
      numbers.push_back(names_.of(p.name));
    else
      line(names_.of(p.name), "a number", note);
  }
  if (!numbers.empty())
    out += in_lines("    " + joined(numbers, ", ") + (numbers.size() > 1 ? ": numbers" : ": a number"), 4);
  out += "\n    Returns dw, (n_post, n_pre)";
  return out + (rule_.states.empty() ? "" : ", and a dict of the new states") + ".\n    \"\"\"\n";
}

std::string ArrayCode::change() const {
  std::vector<std::string> given = {"w"};
  for (const Quantity q : quantities_) given.push_back(names_.of(std::string(name(q))));
  for (const Signal& s : rule_.signals) given.push_back(names_.of(s.name));
  if (!rule_.states.empty()) given.emplace_back("states");
  std::string arguments = "def change(" + joined(given, ", ");
  if (!rule_.parameters.empty()) arguments += ", *";
  for (const Parameter& p : rule_.parameters) arguments += fmt::format(", {}={}", names_.of(p.name), default_of(p));
  std::string out = in_lines(arguments + "):", 11) + documentation();
  out += "    n_post, n_pre = w.shape\n";
  const auto becomes = [&](const std::string& name, const std::string& value) {
    out += fmt::format("    {} = {}\n", name, value);
  };
  for (const Quantity q : quantities_) {
    const std::string& own = names_.of(std::string(name(q)));
    becomes(own, array(own, shape_of(q)));
  }
  if (ones_pre_)
    becomes(names_.of("ones_pre"), fmt::format("{}.ones((n_pre, 1), {})", library_.module, library_.like_w));
  if (ones_post_)
    becomes(names_.of("ones_post"), fmt::format("{}.ones((n_post, 1), {})", library_.module, library_.like_w));
  for (const Signal& s : rule_.signals) becomes(names_.of(s.name), array(names_.of(s.name), s.shape));
  for (const State& s : rule_.states) becomes(names_.of(s.name), array("states[\"" + s.name + "\"]", s.shape));
  const std::string all = joined(parameters(), ", ");
  if (rule_.parameters.size() == 1) becomes(all, array(all, number_shape));
  if (rule_.parameters.size() > 1)
    out += in_lines(fmt::format("    ({})\v=\v({} for v in ({}))", all, array("v", number_shape), all), 8);
  for (const Assignment& a : assignments_->all()) becomes(a.name, value_text(a));
  const std::string& dw = assignments_->all().back().name;
  if (rule_.states.empty()) return out + "    return " + dw + "\n";
  out += "    return " + dw + ", {\n";
  for (const Assignment& a : assignments_->all()) {
    if (a.state < 0) continue;
    const State& s = rule_.states[static_cast<std::size_t>(a.state)];
    out += fmt::format("        \"{}\": {}{},\n", s.name, a.name,
                       s.shape.is_number() || s.shape.is_matrix() ? "" : ".reshape(-1)");
  }
  return out + "    }\n";
}

std::string ArrayCode::text(const std::string& more) const { return head(more) + making_states() + "\n\n" + change(); }

}  // namespace rule_search
