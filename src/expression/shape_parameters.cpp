#include "expression/shape_parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
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

void mark_shape_parameters(Rule& rule) {
  if (!rule.dw || std::none_of(rule.parameters.begin(), rule.parameters.end(), begins_elsewhere)) return;
  const std::vector<Degrees> of_states = degrees_of_states(rule);
  // One summand after the other: a sum of thousands has a parameter for each.
  for (const Expr& s : summands(rule.dw)) {
    for (const auto& [parameter, degree] : degrees(s, of_states)) {
      Parameter& p = rule.parameters.at(static_cast<std::size_t>(parameter));
      if (degree == not_affine && begins_elsewhere(p)) p.shape = true;
    }
  }
}

namespace {

bool stands_outside_of_steps(const Expr& e, int parameter) {
  if (is_step(e->op)) return false;
  if (e->op == Op::parameter) return e->parameter == parameter;
  return std::any_of(e->args.begin(), e->args.end(),
                     [parameter](const Expr& arg) { return stands_outside_of_steps(arg, parameter); });
}

}  // namespace

std::vector<std::string> parameters_without_slope(const Rule& rule) {
  std::vector<std::string> out;
  for (std::size_t p = 0; p < rule.parameters.size(); ++p) {
    const int index = static_cast<int>(p);
    bool there = depends_on_parameter(rule.dw, index);
    bool outside = stands_outside_of_steps(rule.dw, index);
    for (const State& s : rule.states) {
      there = there || depends_on_parameter(s.next, index);
      outside = outside || stands_outside_of_steps(s.next, index);
    }
    if (!there || outside) continue;
    const std::string& name = rule.parameters[p].name;
    out.push_back(
        fmt::format("{} stands inside sign(), step() or comparisons alone; they have no slope, so a fit leaves {} "
                    "where it begins, and a "
                    "search can lose its terms. sigmoid(k*(x - {})) with a large number k has a slope",
                    name, name, name));
  }
  return out;
}

}  // namespace rule_search
