#include "expression/shape_parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

namespace rule_search {

namespace {

// By parameter the degree of a polynomial: 1 where an expression is affine in it, 2 for all that is more. Those that an
// expression does not hold are not there.
using Degrees = std::map<int, int>;

constexpr int not_affine = 2;

void raise(Degrees& degrees, int parameter, int to) {
  int& degree = degrees[parameter];
  degree = std::max(degree, std::min(to, not_affine));
}

Degrees of_sum(Degrees a, const Degrees& b) {
  for (const auto& [parameter, degree] : b) raise(a, parameter, degree);
  return a;
}

Degrees of_product(Degrees a, const Degrees& b) {
  for (const auto& [parameter, degree] : b) raise(a, parameter, a[parameter] + degree);
  return a;
}

Degrees all_not_affine(Degrees a) {
  for (auto& [parameter, degree] : a) degree = not_affine;
  return a;
}

Degrees degrees(const Expr& e, const std::vector<Degrees>& of_states) {
  const auto arg = [&](std::size_t k) { return degrees(e->args[k], of_states); };
  switch (e->op) {
    case Op::number:
    case Op::quantity:
    case Op::signal:
      return {};
    case Op::parameter:
      return {{e->parameter, 1}};
    case Op::state:
      return of_states.at(static_cast<std::size_t>(e->variable));
    case Op::add: {
      Degrees sum;
      for (std::size_t k = 0; k < e->args.size(); ++k) sum = of_sum(std::move(sum), arg(k));
      return sum;
    }
    case Op::negate:
    case Op::transpose:
    case Op::sum:
    case Op::mean:
    case Op::lower:
      return arg(0);
    case Op::multiply:
    case Op::hadamard:
    case Op::dot:
      return of_product(arg(0), arg(1));
    case Op::divide:
    case Op::hadamard_divide:
      return of_product(arg(0), all_not_affine(arg(1)));
    case Op::power:
      return of_sum(all_not_affine(arg(0)), all_not_affine(arg(1)));
    default: {
      Degrees out;
      for (std::size_t k = 0; k < e->args.size(); ++k) out = of_sum(std::move(out), all_not_affine(arg(k)));
      return out;
    }
  }
}

// What a state is of the parameters after many steps: what it becomes is made of what it became.
std::vector<Degrees> degrees_of_states(const Rule& rule) {
  std::vector<Degrees> out(rule.states.size());
  for (bool more = true; more;) {
    std::vector<Degrees> next;
    for (std::size_t k = 0; k < out.size(); ++k) next.push_back(of_sum(out[k], degrees(rule.states[k].next, out)));
    more = next != out;
    out = std::move(next);
  }
  return out;
}

bool begins_elsewhere(const Parameter& p) {
  return p.lower > 0 || p.upper < 0 ||
         std::any_of(p.initial.begin(), p.initial.end(), [](double value) { return value != 0; });
}

}  // namespace

namespace {

bool stands_outside_of_steps(const Expr& e, int parameter) {
  if (is_step(e->op)) return false;
  if (e->op == Op::parameter) return e->parameter == parameter;
  return std::any_of(e->args.begin(), e->args.end(),
                     [parameter](const Expr& arg) { return stands_outside_of_steps(arg, parameter); });
}

bool has_step(const Expr& e) { return is_step(e->op) || std::any_of(e->args.begin(), e->args.end(), has_step); }

bool has_steps(const Rule& rule) {
  return has_step(rule.dw) ||
         std::any_of(rule.states.begin(), rule.states.end(), [](const State& s) { return has_step(s.next); });
}

bool stands_inside_of_steps_alone(const Rule& rule, int parameter) {
  bool there = depends_on_parameter(rule.dw, parameter);
  bool outside = stands_outside_of_steps(rule.dw, parameter);
  for (const State& s : rule.states) {
    there = there || depends_on_parameter(s.next, parameter);
    outside = outside || stands_outside_of_steps(s.next, parameter);
  }
  return there && !outside;
}

}  // namespace

void mark_shape_parameters(Rule& rule) {
  if (!rule.dw) return;
  for (std::size_t p = 0; p < rule.parameters.size() && has_steps(rule); ++p) {
    if (stands_inside_of_steps_alone(rule, static_cast<int>(p))) rule.parameters[p].shape = true;
  }
  if (std::none_of(rule.parameters.begin(), rule.parameters.end(), begins_elsewhere)) return;
  const std::vector<Degrees> of_states = degrees_of_states(rule);
  // One summand after the other: a sum of thousands has a parameter for each.
  for (const Expr& s : summands(rule.dw)) {
    for (const auto& [parameter, degree] : degrees(s, of_states)) {
      Parameter& p = rule.parameters.at(static_cast<std::size_t>(parameter));
      if (degree == not_affine && begins_elsewhere(p)) p.shape = true;
    }
  }
}

std::vector<bool> thresholds(const Rule& rule) {
  std::vector<bool> out(rule.parameters.size(), false);
  for (std::size_t p = 0; p < out.size() && has_steps(rule); ++p)
    out[p] = is_shape(rule.parameters[p]) && stands_inside_of_steps_alone(rule, static_cast<int>(p));
  return out;
}

std::pair<double, double> scanned_range(const Parameter& p) {
  constexpr double least = 0.25;
  constexpr double times = 4;
  double low = p.initial[0];
  double high = p.initial[0];
  for (const double value : p.initial) {
    low = std::min(low, value - times * std::max(std::abs(value), least));
    high = std::max(high, value + times * std::max(std::abs(value), least));
  }
  return {std::isfinite(p.lower) ? p.lower : std::min(low, p.upper),
          std::isfinite(p.upper) ? p.upper : std::max(high, p.lower)};
}

std::vector<std::string> notes_on_thresholds(const Rule& rule) {
  std::vector<std::string> out;
  const std::vector<bool> is_threshold = thresholds(rule);
  for (std::size_t r = 0; r < rule.parameters.size(); ++r) {
    if (!is_threshold[r]) continue;
    const Parameter& p = rule.parameters[r];
    const auto [low, high] = scanned_range(p);
    const bool bounded = std::isfinite(p.lower) && std::isfinite(p.upper);
    out.push_back(fmt::format(
        "{} stands inside sign(), step() or comparisons alone, which have no slope. So it is found by a scan of values "
        "from "
        "{:.4g} to {:.4g}{}",
        p.name, low, high,
        bounded
            ? "."
            : fmt::format("; give it bounds to scan others, as in param {} = {:g} in [0, 1].", p.name, p.initial[0])));
  }
  return out;
}

}  // namespace rule_search
