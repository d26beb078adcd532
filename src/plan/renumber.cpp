#include "plan/renumber.hpp"

namespace rule_search::plan {

namespace {

auto by(const std::vector<int>& now) {
  return [&now](int& v) {
    if (v != none) v = now[static_cast<std::size_t>(v)];
  };
}

}  // namespace

void renumber(Instruction& i, const std::vector<int>& now) { for_each_operand(i, by(now)); }

void renumber_results(Plan& plan, const std::vector<int>& now) { for_each_result(plan, by(now)); }

}  // namespace rule_search::plan
