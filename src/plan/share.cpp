// Equal instructions become one, and w * pre is what the forward pass has computed already.
#include <fmt/format.h>

#include <map>

#include "plan/renumber.hpp"

namespace rule_search::plan {

namespace {

std::string key(const Instruction& i) {
  std::string k = fmt::format("{}|{}{}|{}|{}|{}|{}|{}|", static_cast<int>(i.code), static_cast<int>(i.shape.rows),
                              static_cast<int>(i.shape.cols), i.number, i.parameter, static_cast<int>(i.quantity),
                              i.variable, static_cast<int>(i.function));
  for (int a : i.args) k += fmt::format("{},", a);
  for (bool b : i.as_row) k += b ? 'r' : 'c';
  for (const Term& t : i.terms) k += fmt::format(";{},{},{}", t.factor.number, t.factor.coefficient, t.value);
  return k;
}

}  // namespace

Plan share(const Plan& plan) {
  Plan out = plan;
  out.code.clear();
  std::map<std::string, int> seen;
  std::vector<int> now(plan.code.size(), none);
  for (std::size_t k = 0; k < plan.code.size(); ++k) {
    Instruction i = plan.code[k];
    renumber(i, now);
    const bool commutes =
        i.code == Code::dot || (i.code == Code::hadamard && i.as_row == std::vector<bool>{false, false});
    if (commutes && i.args[0] > i.args[1]) std::swap(i.args[0], i.args[1]);
    if (i.code == Code::weight_times) {
      const Instruction& x = out.code[static_cast<std::size_t>(i.args[0])];
      if (x.code == Code::quantity && x.quantity == Quantity::pre) {
        i.code = Code::net;
        i.args.clear();
      }
    }
    const auto [place, fresh] = seen.try_emplace(key(i), static_cast<int>(out.code.size()));
    if (fresh) out.code.push_back(std::move(i));
    now[k] = place->second;
  }
  renumber_results(out, now);
  return out;
}

}  // namespace rule_search::plan
