// A rule with some of its parameters gone or with numbers in their place.
#include "expression/rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/error.hpp"
#include "expression/rewrite.hpp"
#include "expression/simplify.hpp"

namespace rule_search {

int Rule::parameter_index(const std::string& n) const {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (parameters[i].name == n) return static_cast<int>(i);
  }
  return -1;
}

std::size_t terms_of(const Rule& rule) {
  return static_cast<std::size_t>(std::count_if(rule.parameters.begin(), rule.parameters.end(), is_term));
}

std::vector<bool> states_behind(const Rule& rule, const Expr& e) {
  std::vector<bool> found(rule.states.size(), false);
  find_variables(e, Op::state, found);
  for (bool more = true; more;) {
    std::vector<bool> wider = found;
    for (std::size_t k = 0; k < found.size(); ++k) {
      if (found[k]) find_variables(rule.states[k].next, Op::state, wider);
    }
    more = wider != found;
    found = std::move(wider);
  }
  return found;
}

bool depends_on_parameter(const Rule& rule, const Expr& e, int parameter) {
  if (depends_on_parameter(e, parameter)) return true;
  const std::vector<bool> behind = states_behind(rule, e);
  for (std::size_t k = 0; k < behind.size(); ++k) {
    if (behind[k] && depends_on_parameter(rule.states[k].next, parameter)) return true;
  }
  return false;
}

namespace {

// Of a summand, whether one of the dropped parameters is a factor.
bool vanishes(const Expr& e, const std::vector<bool>& dropped) {
  switch (e->op) {
    case Op::parameter:
      return dropped.at(static_cast<std::size_t>(e->parameter));
    case Op::negate:
    case Op::transpose:
      return vanishes(e->args[0], dropped);
    case Op::multiply:
    case Op::hadamard:
      return vanishes(e->args[0], dropped) || vanishes(e->args[1], dropped);
    default:
      return false;
  }
}

bool is_zero(const Expr& e) {
  switch (e->op) {
    case Op::number:
      return e->number == 0;
    case Op::negate:
    case Op::transpose:
      return is_zero(e->args[0]);
    case Op::multiply:
    case Op::hadamard:
      return is_zero(e->args[0]) || is_zero(e->args[1]);
    default:
      return false;
  }
}

// States that begin at 0 and never leave it: made of nothing but themselves.
std::vector<bool> idle_states(const std::vector<State>& states) {
  std::vector<bool> idle;
  for (const State& s : states) idle.push_back(begins_at_zero(s));
  for (bool more = true; more;) {
    more = false;
    for (std::size_t k = 0; k < states.size(); ++k) {
      if (!idle[k] || is_zero(simplify(with_zero_states(states[k].next, idle)))) continue;
      idle[k] = false;
      more = true;
    }
  }
  return idle;
}

// The rule without the states and signals that dw is not made of.
Rule with_variables_in_use(Rule rule) {
  const std::vector<bool> needed = states_behind(rule, rule.dw);
  std::vector<bool> told(rule.signals.size(), false);
  find_variables(rule.dw, Op::signal, told);
  std::vector<int> state_index(rule.states.size(), -1);
  std::vector<State> states;
  for (std::size_t k = 0; k < needed.size(); ++k) {
    if (!needed[k]) continue;
    state_index[k] = static_cast<int>(states.size());
    states.push_back(rule.states[k]);
    find_variables(rule.states[k].next, Op::signal, told);
  }
  std::vector<int> signal_index(rule.signals.size(), -1);
  std::vector<Signal> signals;
  for (std::size_t k = 0; k < told.size(); ++k) {
    if (!told[k]) continue;
    signal_index[k] = static_cast<int>(signals.size());
    signals.push_back(rule.signals[k]);
  }
  const auto renumbered = [&](const Expr& e) {
    return renumber_variables(renumber_variables(e, Op::state, state_index), Op::signal, signal_index);
  };
  rule.dw = renumbered(rule.dw);
  rule.states = std::move(states);
  rule.signals = std::move(signals);
  for (State& s : rule.states) s.next = renumbered(s.next);
  return rule;
}

// Decays of this step stay as they are written; see simplify().
double decay_step(const Rule& rule) { return rule.step.stated ? rule.step.seconds : 0; }

}  // namespace

Rule without(const Rule& rule, const std::vector<bool>& dropped) {
  Rule out;
  out.name = rule.name;
  out.citation = rule.citation;
  out.heading = rule.heading;
  out.step = rule.step;
  out.bound = rule.bound;
  const double step = decay_step(rule);
  // Of a thousand candidates most are dropped: nothing but their sign is looked at.
  std::vector<Expr> kept;
  for (const Expr& s : summands(rule.dw)) {
    if (!vanishes(s, dropped)) kept.push_back(s);
  }
  Expr dw = kept.empty()
                ? make_number(0)
                : simplify(substitute(make_add(kept), dropped, std::vector<double>(rule.parameters.size(), 0.0)), step);
  Rule left;
  left.states = rule.states;
  for (State& s : left.states)
    s.next = simplify(substitute(s.next, dropped, std::vector<double>(rule.parameters.size(), 0.0)), step);
  const std::vector<bool> idle = idle_states(left.states);
  if (std::find(idle.begin(), idle.end(), true) != idle.end()) {
    dw = simplify(with_zero_states(dw, idle), step);
    for (State& s : left.states) s.next = simplify(with_zero_states(s.next, idle), step);
  }
  if (dw->shape.is_number()) dw = make(Op::multiply, {make_number(0), make_quantity(Quantity::w)});
  left.dw = dw;
  left.signals = rule.signals;
  left = with_variables_in_use(std::move(left));
  std::vector<int> index(rule.parameters.size(), -1);
  for (std::size_t i = 0; i < rule.parameters.size(); ++i) {
    // A parameter can vanish with the term of another one.
    if (dropped[i] || !depends_on_parameter(left, left.dw, static_cast<int>(i))) continue;
    index[i] = static_cast<int>(out.parameters.size());
    out.parameters.push_back(rule.parameters[i]);
  }
  out.states = std::move(left.states);
  out.signals = std::move(left.signals);
  out.dw = renumber(left.dw, index);
  for (State& s : out.states) s.next = renumber(s.next, index);
  return out;
}

Rule with_numbers(const Rule& rule) {
  std::vector<bool> replace;
  std::vector<double> values;
  for (const Parameter& p : rule.parameters) {
    replace.push_back(!p.per_layer);
    values.push_back(p.initial.at(0));
  }
  const double step = decay_step(rule);
  Rule out = rule;
  out.dw = simplify(substitute(rule.dw, replace, values), step);
  for (State& s : out.states) s.next = simplify(substitute(s.next, replace, values), step);
  return with_variables_in_use(std::move(out));  // where a coefficient is 0 the state of its term is not
}

bool begins_at_zero(const State& state) {
  if (state.elements.empty()) return state.initial == 0;
  return std::all_of(state.elements.begin(), state.elements.end(), [](double value) { return value == 0; });
}

std::vector<State> declared_states(const Rule& rule) {
  std::vector<State> out;
  std::copy_if(rule.states.begin(), rule.states.end(), std::back_inserter(out),
               [](const State& s) { return s.delay == 0; });
  return out;
}

Rule with_delays_written_out(const Rule& rule, int most) {
  Rule out = rule;
  int chains = 0;
  const auto is_taken = [&](const std::string& name) {
    const auto has_name = [&](const auto& x) { return x.name == name; };
    return std::any_of(out.states.begin(), out.states.end(), has_name) ||
           std::any_of(out.parameters.begin(), out.parameters.end(), has_name) ||
           std::any_of(out.signals.begin(), out.signals.end(), has_name);
  };
  for (std::size_t k = 0; k < rule.states.size(); ++k) {
    if (rule.states[k].delay == 0) continue;
    const int steps = rule.states[k].delay;
    if (steps > most)
      throw InputError(
          fmt::format("{} is a memory of {} steps, expected {} at most for this form\n  hint: take a longer step",
                      rule.states[k].name, steps, most));
    ++chains;
    const auto name_of = [&](int step) {
      std::string name = fmt::format("delayed_{}_{}", chains, step);
      while (is_taken(name)) name += "_";
      return name;
    };
    // The state itself is the last of the chain, so that what reads it stays as it is but for its name.
    Expr before = out.states[k].next;
    for (int step = 1; step < steps; ++step) {
      State s = out.states[k];
      s.delay = 0;
      s.name = name_of(step);
      s.next = before;
      before = make_variable(Op::state, static_cast<int>(out.states.size()), s.name, s.shape);
      out.states.push_back(std::move(s));
    }
    const std::string last = name_of(steps);
    out.states[k].delay = 0;
    out.states[k].name = last;
    out.states[k].next = before;
    const auto renamed = [&](const Expr& e) { return with_name_of_state(e, static_cast<int>(k), last); };
    out.dw = renamed(out.dw);
    for (State& s : out.states) s.next = renamed(s.next);
  }
  return out;
}

}  // namespace rule_search
