// Calls of functions, and what is short for others: clip, decay and delay.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "expression/check/expressions.hpp"
#include "expression/check/shapes.hpp"
#include "expression/print.hpp"
#include "grammar/keywords.hpp"

namespace rule_search::check {

namespace {

using syntax::Kind;
using syntax::Node;

// Short for what other functions say, and printed as these.
struct Short {
  std::string_view name;
  int arity;
  std::string_view example;
};
constexpr Short clip = {"clip", 3, "clip(x, low, high)"};
constexpr Short decay = {"decay", 1, "decay(tau)"};
constexpr Short delay = {"delay", 2, "delay(pre, 14 ms)"};
constexpr int longest_delay = 100000;  // steps

// Functions that people bring from other languages.
constexpr ForeignWord foreign_functions[] = {
    {"softclip", "soft clipping at c is c*tanh(x/c)"},
    {"maximum", "the larger one is max(x, y)"},
    {"minimum", "the smaller one is min(x, y)"},
    {"heaviside", "1 where x > 0, else 0, is step(x)"},
    {"where", "a where x > 0, else b, is (x > 0) .* a + (x <= 0) .* b"},
    {"int", "x > 0 is 1 or 0 as it is"},
    {"outer", "an outer product is post * pre'"},
    {"transpose", "a transpose is ', as in pre'"},
    {"pow", "a power is .^, as in post.^2"},
    {"ln", "the natural logarithm is log(x)"},
};

}  // namespace

Expr Expressions::call(const Node& n) {
  std::vector<Expr> args;
  for (const Node& child : n.children) {
    // How long a delay is, is no expression.
    if (n.text == delay.name && find_function(n.text) == nullptr && args.size() == 1) {
      args.push_back(make_number(0));
      continue;
    }
    args.push_back(node(child));
  }
  const Operator* f = find_function(n.text);
  const Span word{n.span.begin, n.span.begin + n.text.size()};
  const Short* const shorthand = n.text == clip.name    ? &clip
                                 : n.text == decay.name ? &decay
                                 : n.text == delay.name ? &delay
                                                        : nullptr;
  if (f == nullptr && shorthand == nullptr) return unknown_function(n, word);
  const int arity = shorthand != nullptr ? shorthand->arity : f->arity;
  if (static_cast<int>(args.size()) != arity) {
    mistakes_.add(word, fmt::format("`{}` takes {} argument{}", n.text, arity, arity == 1 ? "" : "s"),
                  fmt::format("{}", arity), fmt::format("{}", args.size()),
                  shorthand != nullptr ? fmt::format("write {}", shorthand->example)
                  : arity == 1         ? fmt::format("write {}(x)", n.text)
                                       : fmt::format("write {}(x, y)", n.text));
    return nullptr;
  }
  if (std::find(args.begin(), args.end(), nullptr) != args.end()) return nullptr;
  if (shorthand == &decay) return decayed(args[0], n, word);
  if (shorthand == &delay) return delayed(args[0], n, word);
  if (shorthand == nullptr) return applied(*f, args, n.span);
  const auto bound = [&](std::size_t k) { return args[k]->op == Op::negate ? args[k]->args[0] : args[k]; };
  const auto number = [&](std::size_t k) { return (args[k]->op == Op::negate ? -1 : 1) * bound(k)->number; };
  if (bound(1)->op == Op::number && bound(2)->op == Op::number && number(1) > number(2)) {
    mistakes_.add(n.span, "the lower bound of `clip` is above the upper one", std::string(clip.example),
                  fmt::format("{:g} and {:g}", number(1), number(2)), "change their places");
    return nullptr;
  }
  const Expr above = applied(row(Op::max), {args[0], args[1]}, n.span);
  return above ? applied(row(Op::min), {above, args[2]}, n.span) : nullptr;
}

// A number without a unit would be taken for seconds.
bool Expressions::is_time(const Expr& tau, const Node& n) {
  if (n.kind == Kind::number && n.text.empty()) {
    mistakes_.add(n.span, "a time constant has a unit", "a time, as in decay(20 ms)", fmt::format("{:g}", n.number),
                  fmt::format("write {:g} ms, or another of {}", n.number, time_units_in_text("and")));
    return false;
  }
  const bool literal = tau->op == Op::number || (tau->op == Op::negate && tau->args[0]->op == Op::number);
  if (literal && !(tau->op == Op::number && tau->number > 0)) {
    mistakes_.add(n.span, "a time constant is above 0", "a time above 0, as in decay(20 ms)",
                  fmt::format("{:g} s", tau->op == Op::number ? tau->number : -tau->args[0]->number), "");
    return false;
  }
  if (tau->op == Op::parameter && rule_.parameters[static_cast<std::size_t>(tau->parameter)].unit.empty()) {
    const std::string& name = rule_.parameters[static_cast<std::size_t>(tau->parameter)].name;
    mistakes_.add(n.span, fmt::format("the time constant `{}` has no unit", name), "a parameter that is a time", "",
                  fmt::format("write its value with one: param {} = 20 ms", name));
    return false;
  }
  return true;
}

// What is left after a step of something that decays with this time constant: exp(-dt/tau).
Expr Expressions::decayed(const Expr& tau, const Node& n, Span word) {
  if (!tau->shape.is_number()) {
    mistakes_.add(n.span, "`decay` takes one time constant", "a number", rule_search::name(tau->shape),
                  "for many of them write exp(-dt * rate), as in exp(-dt * rate) .* x");
    return nullptr;
  }
  if (!is_time(tau, n.children[0])) return nullptr;
  const std::string name_of_step(step_name);
  if (scope_.is_broken(name_of_step)) return nullptr;  // told already
  if (scope_.find(name_of_step) == nullptr) {
    scope_.meet_unknown();
    mistakes_.add(word, "`decay` needs the length of a step", "a statement `step`, as in step 1 ms", "",
                  "decay(tau) is exp(-dt/tau)");
    return nullptr;
  }
  Node length;
  length.kind = Kind::name;
  length.span = word;
  length.text = name_of_step;
  const Expr dt = name(length);
  return dt ? make(Op::exp, {make_negate(make(Op::divide, {dt, tau}))}) : nullptr;
}

// In whole steps.
std::optional<int> Expressions::steps_of_delay(const Node& length, Span word) {
  const bool is_time = length.kind == Kind::number && !length.text.empty();
  if (length.kind != Kind::number) {
    scope_.meet_unknown();
    mistakes_.add(length.span, "how long a delay is, is a number", "a time, or a number of steps", "",
                  fmt::format("write {}, or delay(pre, 14) for 14 steps", delay.example));
    return std::nullopt;
  }
  const double seconds = rule_.step.seconds;
  if (is_time && !(seconds > 0)) {
    if (scope_.is_broken(std::string(step_name))) return std::nullopt;  // told already
    mistakes_.add(word, "`delay` by a time needs the length of a step", "a statement `step`, as in step 1 ms", "",
                  "delay(pre, 14) is a delay of 14 steps");
    return std::nullopt;
  }
  const double steps = is_time ? length.number / seconds : length.number;
  constexpr double rounding = 1e-6;
  if (steps < 0.5 || steps > longest_delay || std::abs(steps - std::round(steps)) > rounding * std::max(1.0, steps)) {
    mistakes_.add(length.span, "a delay takes whole steps",
                  is_time ? fmt::format("a multiple of {}, of {} steps at most", time_text(seconds), longest_delay)
                          : fmt::format("a whole number from 1 to {}", longest_delay),
                  is_time ? time_text(length.number) : fmt::format("{:g}", length.number), "");
    return std::nullopt;
  }
  return static_cast<int>(std::lround(steps));
}

// A state that is what x was so many steps before, and 0 until then. Its text is its name.
Expr Expressions::delayed(const Expr& x, const Node& n, Span word) {
  const std::optional<int> steps = steps_of_delay(n.children[1], word);
  if (!steps) return nullptr;
  if (x->shape.is_matrix()) {
    mistakes_.add(n.span, "`delay` is for columns and numbers", "number, post or pre", rule_search::name(x->shape),
                  "delay the activities that it is made of");
    return nullptr;
  }
  for (std::size_t p = 0; p < rule_.parameters.size(); ++p) {
    if (!depends_on_parameter(x, static_cast<int>(p))) continue;
    mistakes_.add(n.span, "`delay` of something with a parameter", "activities, signals and states",
                  fmt::format("`{}`", rule_.parameters[p].name),
                  "write the parameter before it, as in a * delay(pre, 14 ms)");
    return nullptr;
  }
  const std::string length =
      rule_.step.stated ? time_text(exact_multiple(*steps, rule_.step.seconds)) : fmt::format("{}", *steps);
  const std::string name = fmt::format("{}({}, {})", delay.name, print(x, rule_), length);
  for (std::size_t k = 0; k < rule_.states.size(); ++k) {
    const State& s = rule_.states[k];
    if (s.name == name) return make_variable(Op::state, static_cast<int>(k), name, s.shape);
  }
  State s;
  s.name = name;
  s.shape = x->shape;
  s.next = x;
  s.delay = *steps;
  rule_.states.push_back(s);
  return make_variable(Op::state, static_cast<int>(rule_.states.size()) - 1, name, s.shape);
}

Expr Expressions::applied(const Operator& f, const std::vector<Expr>& args, Span span) {
  std::vector<Shape> shapes;
  for (const Expr& a : args) shapes.push_back(a->shape);
  Shape shape;
  if (!result_shape(f.op, shapes, shape)) {
    mistakes_.add(f.shape == ShapeRule::stretch ? unfit_factors(f, shapes[0], shapes[1], span)
                                                : unfit_arguments(f, shapes, span));
    return nullptr;
  }
  return make(f.op, args);
}

Expr Expressions::unknown_function(const Node& n, Span word) {
  std::vector<std::string> names;
  for (const Operator& o : operators()) {
    if (o.writing == Writing::function) names.emplace_back(o.name);
  }
  for (const Short& s : {clip, decay, delay}) names.emplace_back(s.name);
  const std::string near = mistakes_.nearest(n.text, names);
  const bool is_name = scope_.find(n.text) != nullptr;
  scope_.meet_unknown();
  mistakes_.add(
      word, is_name ? fmt::format("`{}` is no function", n.text) : fmt::format("unknown function `{}`", n.text),
      fmt::format("one of {}", fmt::join(names, ", ")), "",
      is_name && n.children.size() == 1 && n.children[0].kind == Kind::sum
          ? fmt::format("is a `*` missing before the parenthesis? What it was some time before is delay({}, 14 ms)",
                        n.text)
      : is_name                                     ? "is a `*` missing before the parenthesis?"
      : !hint_of(foreign_functions, n.text).empty() ? std::string(hint_of(foreign_functions, n.text))
      : near.empty()                                ? ""
                                                    : fmt::format("did you mean `{}`?", near));
  return nullptr;
}

}  // namespace rule_search::check
