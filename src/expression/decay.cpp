#include "expression/decay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <optional>

#include "expression/numeric.hpp"
#include "expression/print.hpp"
#include "expression/rewrite.hpp"
#include "grammar/keywords.hpp"

namespace rule_search {

namespace {

using Theta = std::vector<double>;

/// What a state is multiplied by in a step, apart by sign: 1 - dt/tau is 1 and dt/tau.
struct Multiple {
  double positive = 0, negative = 0;

  double value() const { return positive - negative; }
};

Multiple of(double value) { return value < 0 ? Multiple{0, -value} : Multiple{value, 0}; }
Multiple operator+(Multiple a, Multiple b) { return {a.positive + b.positive, a.negative + b.negative}; }
Multiple operator-(Multiple a) { return {a.negative, a.positive}; }
Multiple operator*(Multiple a, Multiple b) {
  return {a.positive * b.positive + a.negative * b.negative, a.positive * b.negative + a.negative * b.positive};
}

bool is_made_of_state(const Expr& e, std::size_t state, std::size_t states) {
  std::vector<bool> found(states, false);
  find_variables(e, Op::state, found);
  return found[state];
}

// Of a number, or nothing where parameters alone do not decide it.
std::optional<Multiple> fixed(const Expr& e, const Theta& theta) {
  if (!e->shape.is_number() || !is_fixed(e)) return std::nullopt;
  Multiple out;
  if (e->op == Op::add) {
    for (const Expr& a : e->args) {
      const std::optional<Multiple> summand = fixed(a, theta);
      if (!summand) return std::nullopt;
      out = out + *summand;
    }
    return out;
  }
  if (e->op == Op::negate) {
    const std::optional<Multiple> inner = fixed(e->args[0], theta);
    return inner ? std::optional(-*inner) : std::nullopt;
  }
  if (e->op == Op::multiply || e->op == Op::divide) {
    const std::optional<Multiple> left = fixed(e->args[0], theta);
    const std::optional<Multiple> right = fixed(e->args[1], theta);
    if (!left || !right || (e->op == Op::divide && right->value() == 0)) return std::nullopt;
    return *left * (e->op == Op::divide ? of(1 / right->value()) : *right);
  }
  Numbers numbers;
  numbers.parameters = theta;
  const double number = value(e, numbers)(0, 0);
  return std::isfinite(number) ? std::optional(of(number)) : std::nullopt;
}

/// By how much of itself a state goes into an expression.
class Share {
 public:
  Share(std::size_t state, std::size_t states, const Theta& theta) : state_(state), states_(states), theta_(theta) {}

  /// Nothing where the expression is not a number times the state, plus something without it.
  std::optional<Multiple> in(const Expr& e) const {
    if (!is_made_of_state(e, state_, states_)) return Multiple{};
    switch (e->op) {
      case Op::state:
        return of(1);
      case Op::add:
        return sum(e);
      case Op::negate: {
        const std::optional<Multiple> inner = in(e->args[0]);
        return inner ? std::optional(-*inner) : std::nullopt;
      }
      case Op::multiply:
      case Op::hadamard: {
        const bool first = is_made_of_state(e->args[0], state_, states_);
        return product(fixed(e->args[first ? 1 : 0], theta_), in(e->args[first ? 0 : 1]));
      }
      case Op::divide: {
        const std::optional<Multiple> below = fixed(e->args[1], theta_);
        if (!below || below->value() == 0) return std::nullopt;
        return product(of(1 / below->value()), in(e->args[0]));
      }
      default:
        return std::nullopt;
    }
  }

 private:
  std::optional<Multiple> sum(const Expr& e) const {
    Multiple out;
    for (const Expr& a : e->args) {
      const std::optional<Multiple> summand = in(a);
      if (!summand) return std::nullopt;
      out = out + *summand;
    }
    return out;
  }
  static std::optional<Multiple> product(std::optional<Multiple> a, std::optional<Multiple> b) {
    return a && b ? std::optional(*a * *b) : std::nullopt;
  }

  std::size_t state_, states_;
  const Theta& theta_;
};

// e with dt where the length of a step stands.
Expr with_step(const Expr& e, double seconds, int step) {
  if (e->op == Op::number) return e->number == seconds ? make_parameter(step) : e;
  if (e->args.empty()) return e;
  std::vector<Expr> args;
  for (const Expr& a : e->args) args.push_back(with_step(a, seconds, step));
  return rebuild(e, args);
}

/// One state under one rule.
class Decay {
 public:
  Decay(const Rule& rule, std::size_t state) : rule_(rule), state_(state) {
    std::vector<Parameter> names = rule.parameters;
    names.push_back({std::string(step_name), false, {}});
    const Expr& next = rule.states[state].next;
    const auto step = static_cast<int>(rule.parameters.size());
    text_ = print(rule.step.seconds > 0 ? with_step(next, rule.step.seconds, step) : next, names);
  }

  /// Empty where there is no doubt.
  std::string doubt(const Theta& initial) const {
    const std::optional<Multiple> share = at(initial);
    if (!share) return "";
    const std::vector<std::size_t> constants = time_constants(initial);
    const std::string& c = rule_.states[state_].name;
    const std::string begin = fmt::format("next {} = {}: ", c, text_);
    const std::string one = fmt::format("{} is {:.3g} of itself after one step", c, share->value());
    // To turn a sign at every step is all that -c can be for.
    const bool turns = constants.empty() && share->value() == -1;
    if (share->positive == 0 && share->negative > 0 && !turns)
      return begin + one + "; was " + as_change() + " meant? `next` gives the new value, not its change";
    const bool euler = !constants.empty() && follows_euler(*share, initial, constants);
    if (share->value() < 0 && !turns) return begin + one + unstable(share->value()) + (euler ? steps(*share) : "");
    if (!euler) return "";
    if (1 - share->value() > 1 / fewest_steps + rounding) return begin + coarse(*share);
    return at_lower_bounds(begin, initial, constants);
  }

 private:
  static constexpr double fewest_steps = 5;
  static constexpr double rounding = 1e-9;

  std::optional<Multiple> at(const Theta& theta) const {
    return Share(state_, rule_.states.size(), theta).in(rule_.states[state_].next);
  }

  // Those that decide how much is left after a step.
  std::vector<std::size_t> time_constants(const Theta& theta) const {
    const std::optional<Multiple> now = at(theta);
    std::vector<std::size_t> out;
    for (std::size_t r = 0; r < theta.size(); ++r) {
      Theta longer = theta;
      longer[r] *= 2;
      const std::optional<Multiple> then = at(longer);
      if (is_time_constant(rule_.parameters[r]) && now && then && then->value() != now->value()) out.push_back(r);
    }
    return out;
  }

  // Whether what is lost in a step is dt/tau, and not 1 - exp(-dt/tau).
  bool follows_euler(const Multiple& share, Theta theta, const std::vector<std::size_t>& constants) const {
    for (std::size_t r : constants) theta[r] *= 2;
    const std::optional<Multiple> slower = at(theta);
    const double lost = 1 - share.value();
    return slower && lost > 0 && std::abs(2 * (1 - slower->value()) - lost) <= rounding * lost;
  }

  std::string as_change() const {
    const std::string& c = rule_.states[state_].name;
    return text_.starts_with("-") ? c + " - " + text_.substr(1) : c + " + " + text_;
  }

  static std::string rounded(double seconds) {
    return time_text(std::strtod(fmt::format("{:.4g}", seconds).c_str(), nullptr));
  }

  static std::string unstable(double factor) {
    return factor < -1 ? ", so it grows and changes its sign at every step" : ", so it changes its sign at every step";
  }

  static std::string steps(const Multiple& share) {
    return fmt::format("; its decay takes {:.3g} steps, expected 1 at least, better {:g}", 1 / (1 - share.value()),
                       fewest_steps);
  }

  std::string coarse(const Multiple& share) const {
    const double steps = 1 / (1 - share.value());
    return fmt::format(
        "the decay of {} takes {:.3g} steps, which is few: in that time {:.2g} of it is left, and exp(-1) = 0.37 of a "
        "decay in time; take a shorter step, or exp(-dt/tau) in place of 1 - dt/tau",
        rule_.states[state_].name, steps, std::pow(share.value(), steps));
  }

  std::string at_lower_bounds(const std::string& begin, const Theta& initial,
                              const std::vector<std::size_t>& constants) const {
    for (std::size_t r : constants) {
      const Parameter& tau = rule_.parameters[r];
      if (!(tau.lower > 0)) continue;  // no bound of the user's
      Theta shortest = initial;
      shortest[r] = tau.lower;
      const std::optional<Multiple> share = at(shortest);
      if (!share || share->value() >= -rounding) continue;
      return fmt::format(
          "{}{} is {:.3g} of itself after one step where {} is {}, its lower bound{}; a bound of {} is "
          "the lowest that a step can hold",
          begin, rule_.states[state_].name, share->value(), tau.name, time_text(tau.lower), unstable(share->value()),
          rounded(tau.lower * (1 - share->value())));
    }
    return "";
  }

  const Rule& rule_;
  std::size_t state_;
  std::string text_;
};

// Of connection k, where some parameters have a number for each.
Theta initial_values(const Rule& rule, std::size_t k) {
  Theta out;
  for (const Parameter& p : rule.parameters) out.push_back(p.initial[std::min(k, p.initial.size() - 1)]);
  return out;
}

bool has_decay(const Expr& e, const Rule& rule) {
  return time_constant_of_decay(e, rule.step.seconds, &rule.parameters) != nullptr ||
         std::any_of(e->args.begin(), e->args.end(), [&rule](const Expr& a) { return has_decay(a, rule); });
}

}  // namespace

Expr time_constant_of_decay(const Expr& e, double step, const std::vector<Parameter>* parameters) {
  if (step <= 0 || e->op != Op::exp || e->args[0]->op != Op::negate) return nullptr;
  const Expr& ratio = e->args[0]->args[0];
  if (ratio->op != Op::divide || !e->shape.is_number()) return nullptr;
  const Expr& above = ratio->args[0];
  const Expr& tau = ratio->args[1];
  if (above->op != Op::number || above->number != step) return nullptr;
  if (tau->op == Op::number && tau->number == 0) return nullptr;
  if (tau->op == Op::negate && tau->args[0]->op == Op::number) return nullptr;
  if (tau->op == Op::parameter && parameters != nullptr &&
      parameters->at(static_cast<std::size_t>(tau->parameter)).unit.empty())
    return nullptr;
  return tau;
}

bool has_decay(const Rule& rule) {
  if (!rule.step.stated) return false;
  return has_decay(rule.dw, rule) || std::any_of(rule.states.begin(), rule.states.end(),
                                                 [&rule](const State& s) { return has_decay(s.next, rule); });
}

std::vector<std::string> doubtful_decays(const Rule& rule) {
  std::size_t connections = 1;
  for (const Parameter& p : rule.parameters) connections = std::max(connections, p.initial.size());
  std::vector<std::string> out;
  for (std::size_t s = 0; s < rule.states.size(); ++s) {
    const Decay decay(rule, s);
    std::string doubt;
    for (std::size_t k = 0; k < connections && doubt.empty(); ++k) doubt = decay.doubt(initial_values(rule, k));
    if (!doubt.empty()) out.push_back(std::move(doubt));
  }
  return out;
}

}  // namespace rule_search
