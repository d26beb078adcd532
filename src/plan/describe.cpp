#include <fmt/format.h>

#include "plan/plan.hpp"

namespace rule_search::plan {

namespace {

std::string value(const Plan& plan, int v) {
  const Instruction& i = plan.code[static_cast<std::size_t>(v)];
  switch (i.code) {
    case Code::number:
      return fmt::format("{}", i.number);
    case Code::parameter:
      return plan.parameters[static_cast<std::size_t>(i.parameter)].name;
    case Code::quantity:
      return std::string(name(i.quantity));
    case Code::net:
      return "net";
    case Code::state:
      return plan.states[static_cast<std::size_t>(i.variable)].name;
    case Code::signal:
      return plan.signals[static_cast<std::size_t>(i.variable)].name;
    default:
      return fmt::format("v{}", v);
  }
}

std::string times(const Plan& plan, const Factor& f, const std::string& rest, bool first) {
  std::string out = f.number < 0 ? (first ? "-" : " - ") : (first ? "" : " + ");
  const double magnitude = f.number < 0 ? -f.number : f.number;
  if (magnitude != 1) out += fmt::format("{}*", magnitude);
  if (f.coefficient != none) out += value(plan, f.coefficient) + "*";
  return out + rest;
}

std::string right_side(const Plan& plan, const Instruction& i) {
  const auto arg = [&](std::size_t k) {
    const bool row = k < i.as_row.size() && i.as_row[k];
    return value(plan, i.args[k]) + (row ? "'" : "");
  };
  switch (i.code) {
    case Code::combine: {
      std::string out;
      for (const Term& t : i.terms) out += times(plan, t.factor, value(plan, t.value), out.empty());
      return out;
    }
    case Code::hadamard:
      return arg(0) + " .* " + arg(1);
    case Code::hadamard_divide:
      return arg(0) + " ./ " + arg(1);
    case Code::power:
      return arg(0) + " .^ " + arg(1);
    case Code::function:
      return fmt::format("{}({})", row(i.function).name, arg(0));
    case Code::function_of_two: {
      const Operator& f = row(i.function);
      return f.writing == Writing::infix ? fmt::format("{} {} {}", arg(0), f.name, arg(1))
                                         : fmt::format("{}({}, {})", f.name, arg(0), arg(1));
    }
    case Code::clip:
      return fmt::format("{} within -{} and {}", arg(0), i.number, i.number);
    case Code::dot:
      return fmt::format("{}' * {}", arg(0), arg(1));
    case Code::sum:
      return fmt::format("sum({})", arg(0));
    case Code::mean:
      return fmt::format("mean({})", arg(0));
    case Code::norm:
      return fmt::format("norm({})", arg(0));
    case Code::weight_times:
      return "w * " + arg(0);
    case Code::weight_transposed_times:
      return "w' * " + arg(0);
    case Code::matrix_times:
      return arg(0) + " * " + arg(1);
    case Code::outer:
      return arg(0) + " * " + arg(1) + "'";
    case Code::matrix_product:
      return arg(0) + " * " + arg(1);
    case Code::matrix_transpose:
      return arg(0) + "'";
    case Code::matrix_lower:
      return "lower(" + arg(0) + ")";
    case Code::project:
      return "samples' * " + arg(0);
    case Code::replay:
      return "w * " + arg(0) + " by a walk";
    default:
      return "";
  }
}

}  // namespace

std::string describe(const Plan& plan) {
  std::string out;
  for (std::size_t k = 0; k < plan.code.size(); ++k) {
    const std::string right = right_side(plan, plan.code[k]);
    if (right.empty()) continue;
    out += fmt::format("  v{:<3} = {:<44} {}\n", k, right, name(plan.code[k].shape));
  }
  std::string dw;
  for (const Outer& o : plan.outers) {
    dw += times(plan, o.factor, value(plan, o.left) + "*" + value(plan, o.right) + "'", dw.empty());
  }
  const auto add = [&](const std::string& text) {
    if (!dw.empty()) dw += " + ";
    dw += text;
  };
  for (const Scaling& s : plan.scalings) {
    std::string w = "w";
    if (s.rows != none) w.insert(0, value(plan, s.rows) + " .* ");
    if (s.cols != none) w += " .* " + value(plan, s.cols) + "'";
    dw += times(plan, s.factor, w, dw.empty());
  }
  if (plan.scale != none) add(value(plan, plan.scale) + "*w");
  if (plan.scale_rows != none) add(value(plan, plan.scale_rows) + " .* w");
  if (plan.scale_cols != none) add(value(plan, plan.scale_cols) + "' .* w");
  for (const Term& d : plan.dense) dw += times(plan, d.factor, value(plan, d.value), dw.empty());
  out += "  dw   = " + (dw.empty() ? "0" : dw) + "\n";
  for (const Memory& s : plan.states) {
    std::string next = s.next == none ? s.name : value(plan, s.next);
    for (const Outer& o : s.outers)
      next += times(plan, o.factor, value(plan, o.left) + "*" + value(plan, o.right) + "'", false);
    out += fmt::format("  next {} = {}\n", s.name, next);
  }
  return out;
}

double cost(const Plan& plan, int n, int m) {
  const auto side = [&](Side s) { return s == Side::one ? 1.0 : s == Side::pre ? m : n; };
  const auto size = [&](Shape s) { return side(s.rows) * side(s.cols); };
  double total = 0;
  for (const Instruction& i : plan.code) {
    if (is_given(i.code)) continue;
    switch (i.code) {
      case Code::combine:
        total += size(i.shape) * static_cast<double>(i.terms.size());
        break;
      case Code::weight_times:
      case Code::weight_transposed_times:
        total += static_cast<double>(n) * m;
        break;
      case Code::dot:
      case Code::sum:
      case Code::mean:
      case Code::norm:
      case Code::matrix_times:
      case Code::matrix_product:
        total += size(plan.code[static_cast<std::size_t>(i.args[0])].shape) * side(i.shape.cols);
        break;
      default:
        total += size(i.shape);
    }
  }
  const double terms = static_cast<double>(plan.outers.size() + plan.dense.size()) + (plan.scale != none) +
                       (plan.scale_rows != none) + (plan.scale_cols != none);
  double added = 0;
  for (const Memory& s : plan.states) added += static_cast<double>(s.outers.size()) * size(s.shape);
  return total + added + terms * n * m;
}

}  // namespace rule_search::plan
