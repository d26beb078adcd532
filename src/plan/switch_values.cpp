#include "plan/switch_values.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace rule_search::plan {

namespace {

// A value that is zero + slope * x of one state x, in silence.
struct Affine {
  double zero = 0, slope = 0;
  double at(double x) const { return zero + slope * x; }
};

Affine affine(const Plan& plan, int value, std::size_t state, const std::vector<double>& parameters) {
  const Instruction& i = plan.code[static_cast<std::size_t>(value)];
  const auto arg = [&](std::size_t k) { return affine(plan, i.args[k], state, parameters); };
  const auto product = [](const Affine& a, const Affine& b) {
    return Affine{a.zero * b.zero, a.zero * b.slope + a.slope * b.zero};
  };
  switch (i.code) {
    case Code::number:
      return {i.number, 0};
    case Code::parameter:
      return {parameters[static_cast<std::size_t>(i.parameter)], 0};
    case Code::quantity:
      return {row(i.quantity).origin == Origin::ones ? 1.0 : 0.0, 0};
    case Code::state:
      return {0, static_cast<std::size_t>(i.variable) == state ? 1.0 : 0.0};
    case Code::combine: {
      Affine out;
      for (const Term& t : i.terms) {
        const Affine coefficient =
            t.factor.coefficient == none ? Affine{1, 0} : affine(plan, t.factor.coefficient, state, parameters);
        const Affine of = product(coefficient, affine(plan, t.value, state, parameters));
        out.zero += t.factor.number * of.zero;
        out.slope += t.factor.number * of.slope;
      }
      return out;
    }
    case Code::hadamard:
    case Code::dot:
    case Code::outer:
    case Code::matrix_times:
    case Code::matrix_product:
      return product(arg(0), arg(1));
    case Code::hadamard_divide:
      return {arg(0).zero / arg(1).zero, arg(0).slope / arg(1).zero};
    case Code::sum:
    case Code::mean:
    case Code::matrix_transpose:
    case Code::matrix_lower:
      return arg(0);
    case Code::function:
      return {rule_search::row(i.function).value(arg(0).zero), 0};
    case Code::function_of_two:
      return {rule_search::row(i.function).value_of_two(arg(0).zero, arg(1).zero), 0};
    case Code::power:
      return {std::pow(arg(0).zero, arg(1).zero), 0};
    case Code::norm:
      return {std::abs(arg(0).zero), 0};
    case Code::clip:
      return {std::clamp(arg(0).zero, -i.number, i.number), 0};
    default:
      return {};  // of signals and what comes in, which are 0
  }
}

}  // namespace

double value_of(const Plan& plan, const Switch& of, const std::vector<double>& parameters, double x) {
  const Instruction& i = plan.code[static_cast<std::size_t>(of.instruction)];
  const auto argument = [&](std::size_t k) { return affine(plan, i.args[k], of.state, parameters).at(x); };
  const Operator& by = row(i.function);
  return i.args.size() == 1 ? by.value(argument(0)) : by.value_of_two(argument(0), argument(1));
}

bool compares_with_zero(const Plan& plan, const Switch& of, const std::vector<double>& parameters) {
  const Instruction& i = plan.code[static_cast<std::size_t>(of.instruction)];
  const auto zero = [&](std::size_t k) { return affine(plan, i.args[k], of.state, parameters).zero; };
  return zero(0) == (i.args.size() == 1 ? 0 : zero(1));
}

}  // namespace rule_search::plan
