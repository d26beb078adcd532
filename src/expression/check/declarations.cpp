#include "expression/check/declarations.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <string>

#include "expression/check/initial_values.hpp"
#include "grammar/keywords.hpp"

namespace rule_search::check {

void read_head(const syntax::File& file, Rule& rule, Mistakes& mistakes) {
  if (file.rules.size() > 1)
    mistakes.add(file.rules[1].span, "a second rule name", "one rule in a file", "", "put it into a file of its own");
  rule.name = file.rules.empty() ? "unnamed" : file.rules[0].text;
  if (!file.rules.empty()) not_reserved(file.rules[0], mistakes);
  for (const syntax::Word& c : file.citations) {
    if (c.text.find_first_not_of(" \t") == std::string::npos)
      mistakes.add({c.span.begin - 1, c.span.end + 1}, "an empty citation", "cite \"Author, Journal (year)\"", "",
                   "leave the line out where there is none");
    if (!rule.citation.empty()) rule.citation += "; ";
    rule.citation += c.text;
  }
  rule.heading = file.heading;
}

namespace {

// A number with a unit, and no expression.
bool is_time(const syntax::Node& n) { return n.kind == syntax::Kind::number && !n.text.empty(); }

void check_step(const syntax::Step& step, Mistakes& mistakes) {
  const syntax::Node& length = step.length;
  if (length.text.empty())
    mistakes.add(length.span, "the length of a step has no unit", "a time, as in step 1 ms",
                 fmt::format("{:g}", length.number), fmt::format("units are {}", time_units_in_text("and")));
  else if (!(length.number > 0))
    mistakes.add(length.span, "a step is longer than 0", "a time above 0", fmt::format("{:g} s", length.number),
                 "write the length of one step, as in step 1 ms");
}

// The parameter, state or signal that is declared by the name dt, or null.
const syntax::Word* other_dt(const syntax::File& file) {
  const auto in = [](const auto& statements) -> const syntax::Word* {
    for (const auto& s : statements) {
      if (s.name.text == step_name) return &s.name;
    }
    return nullptr;
  };
  for (const syntax::Word* const found : {in(file.parameters), in(file.states), in(file.signals)}) {
    if (found != nullptr) return found;
  }
  return nullptr;
}

// A part by the name dt beside a statement `step` may say the same.
void check_second_length(const syntax::Let& let, const Step& step, Mistakes& mistakes) {
  const syntax::Node& other = let.value;
  const bool broken = other.span.end == 0;  // told already
  if (broken || (is_time(other) && other.number == step.seconds)) return;
  mistakes.add(let.name.span, "`let dt` contradicts `step`", fmt::format("{:g} s, as `step` has it", step.seconds),
               is_time(other) ? fmt::format("{:g} s", other.number) : "an expression",
               "leave `let dt` out: `step` gives the name dt");
}

void check_time_constant(const syntax::Parameter& p, Mistakes& mistakes) {
  if (p.mixed_units)
    mistakes.add(p.initial_span, fmt::format("some values of `{}` have a unit, others none", p.name.text),
                 "a unit behind every value", "", "for example: [20 ms, 30 ms]");
  if (p.unit.empty() && p.bounds_units.some)
    mistakes.add(p.initial_span, fmt::format("the bounds of `{}` have a unit, its value has none", p.name.text),
                 "a unit behind both, or behind neither", "", "for example: param tau = 20 ms in [1 ms, 1 s]");
  if (!p.unit.empty() && p.bounds_units.missing)
    mistakes.add(p.bounds_span, fmt::format("the value of `{}` has a unit, a bound of it has none", p.name.text),
                 "a unit behind every bound but 0 and inf", "", "for example: param tau = 20 ms in [1 ms, 1 s]");
  if (p.unit.empty()) return;
  for (double v : p.initial) {
    if (v > 0) continue;
    mistakes.add(p.initial_span, "a time constant is above 0", "a time above 0", fmt::format("{:g} s", v),
                 "a number that may be 0 or negative stands without a unit");
    break;
  }
  if (p.lower && *p.lower < 0)
    mistakes.add(p.bounds_span, "a time constant is above 0", "a lower bound of 0 or more",
                 fmt::format("{:g} s", *p.lower), "leave the bounds out, or begin them at 0");
}

void check_number_of_values(const syntax::Parameter& p, Mistakes& mistakes) {
  if (p.index == syntax::Index::layer || p.initial.size() == 1) return;
  const std::string found = fmt::format("{} values", p.initial.size());
  if (p.index == syntax::Index::recording)
    mistakes.add(p.initial_span, fmt::format("`{}` begins with one number for all recordings", p.name.text),
                 "one value", found, "values of recordings are fitted; write the one that all of them begin with");
  else
    mistakes.add(p.initial_span, fmt::format("`{}` is one number for all layers", p.name.text), "one value", found,
                 fmt::format("for one a layer write `param {}[layer] = ...`", p.name.text));
}

void check_bounds(const syntax::Parameter& p, const Parameter& parameter, Mistakes& mistakes) {
  // What stands there instead of the number is a guess.
  if (mistakes.of_syntax_within(p.bounds_span) || mistakes.of_syntax_within(p.initial_span)) return;
  if (parameter.lower > parameter.upper) {
    mistakes.add(p.bounds_span, "the lower bound is above the upper one", "[lower, upper]",
                 fmt::format("[{:g}, {:g}]", parameter.lower, parameter.upper), "turn them round");
    return;
  }
  if (parameter.lower == parameter.upper) {
    mistakes.add(p.bounds_span, "the bounds leave one value, so there is nothing to fit",
                 "[lower, upper], the lower one below", fmt::format("[{:g}, {:g}]", parameter.lower, parameter.upper),
                 fmt::format("a number that stays as it is: let {} = {:g}", p.name.text, parameter.lower));
    return;
  }
  for (double v : parameter.initial) {
    if (is_time_constant(parameter) && v <= 0) continue;  // told already
    if (v >= parameter.lower && v <= parameter.upper) continue;
    mistakes.add(p.initial_span, fmt::format("the initial value of `{}` is outside its bounds", p.name.text),
                 fmt::format("a number in [{:g}, {:g}]", parameter.lower, parameter.upper), fmt::format("{:g}", v),
                 "move it inside, or widen the bounds");
    return;
  }
}

// The shape that the words behind a colon say, or nothing.
bool shape_of_words(const std::vector<syntax::Word>& words, Shape& shape, Mistakes& mistakes) {
  const auto side = [](const syntax::Word& w) { return w.text == "pre" ? Side::pre : Side::post; };
  shape = number_shape;
  if (words.empty()) return true;
  if (words[0].text != "number") shape.rows = side(words[0]);
  if (words.size() == 1) return true;
  shape.cols = side(words[1]);
  if (words[0].text != "number" && words[1].text != "number") return true;
  mistakes.add({words[0].span.begin, words[1].span.end}, "a number has no other side",
               "number, pre, post, or two sides", fmt::format("{} x {}", words[0].text, words[1].text),
               "one number for each synapse is post x pre");
  return false;
}

}  // namespace

void declare_step(const syntax::File& file, Rule& rule, Scope& scope, Mistakes& mistakes) {
  const std::string name(step_name);
  if (file.steps.empty()) {
    for (const syntax::Let& let : file.lets) {
      if (let.name.text != name || !is_time(let.value) || !(let.value.number > 0)) continue;
      rule.step = {let.value.number, let.value.text, false};
      return;
    }
    return;
  }
  const syntax::Step& step = file.steps[0];
  if (file.steps.size() > 1)
    mistakes.add(file.steps[1].span, "a second length of a step", "one statement `step`", "", "leave one of them out");
  const std::size_t before = mistakes.size();
  check_step(step, mistakes);
  rule.step = {step.length.number, step.length.text, true};
  if (const syntax::Word* const other = other_dt(file)) {
    mistakes.add(other->span, "the name `dt` is taken by `step`", "another name", "",
                 "`step` says how long dt is: leave this line out, or call it dt_2, say");
    return;
  }
  // A name that the statement brings needs no use.
  scope.declare(name, {Named::Kind::step, make_number(std::abs(step.length.number)), step.span});
  if (mistakes.size() > before) return;
  for (const syntax::Let& let : file.lets) {
    if (let.name.text == name) check_second_length(let, rule.step, mistakes);
  }
}

void declare_parameters(const syntax::File& file, Rule& rule, Scope& scope, Mistakes& mistakes) {
  for (const syntax::Parameter& p : file.parameters) {
    if (!is_free(p.name, scope, mistakes)) continue;
    Parameter parameter;
    parameter.name = p.name.text;
    parameter.per_layer = p.index == syntax::Index::layer;
    parameter.per_recording = p.index == syntax::Index::recording;
    parameter.initial = p.initial;
    check_number_of_values(p, mistakes);
    parameter.unit = p.unit;
    if (is_time_constant(parameter)) parameter.lower = 0;
    if (p.lower) parameter.lower = *p.lower;
    if (p.upper) parameter.upper = *p.upper;
    check_time_constant(p, mistakes);
    check_bounds(p, parameter, mistakes);
    const int index = static_cast<int>(rule.parameters.size());
    scope.declare(p.name.text, {Named::Kind::parameter, make_parameter(index), p.name.span, index});
    rule.parameters.push_back(std::move(parameter));
  }
}

void declare_states(const syntax::File& file, const std::string& path, Rule& rule, Scope& scope, Mistakes& mistakes) {
  for (const syntax::Word& w : file.broken) scope.break_name(w.text);
  for (const syntax::State& s : file.states) {
    State state;
    if (!is_free(s.name, scope, mistakes) || !shape_of_words(s.shape, state.shape, mistakes)) {
      scope.break_name(s.name.text);
      continue;
    }
    state.name = s.name.text;
    read_initial_values(s, path, state, mistakes);
    state.each_trial = s.each_trial;
    const int index = static_cast<int>(rule.states.size());
    scope.declare(state.name,
                  {Named::Kind::state, make_variable(Op::state, index, state.name, state.shape), s.name.span, index});
    rule.states.push_back(std::move(state));
  }
}

void declare_signals(const syntax::File& file, Rule& rule, Scope& scope, Mistakes& mistakes) {
  for (const syntax::Signal& s : file.signals) {
    Signal signal;
    if (!is_free(s.name, scope, mistakes) || !shape_of_words(s.shape, signal.shape, mistakes)) {
      scope.break_name(s.name.text);
      continue;
    }
    if (signal.shape.is_matrix()) {
      mistakes.add({s.shape.front().span.begin, s.shape.back().span.end}, "a signal is a number or a column",
                   "number, pre or post", name(signal.shape), "what every synapse has for itself is a state");
      scope.break_name(s.name.text);
      continue;
    }
    signal.name = s.name.text;
    const int index = static_cast<int>(rule.signals.size());
    scope.declare(signal.name, {Named::Kind::signal, make_variable(Op::signal, index, signal.name, signal.shape),
                                s.name.span, index});
    rule.signals.push_back(std::move(signal));
  }
}

}  // namespace rule_search::check
