#include "plan/layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/error.hpp"

namespace rule_search {

ParameterLayout::ParameterLayout(const std::vector<Parameter>& parameters, int connections) {
  for (std::size_t r = 0; r < parameters.size(); ++r) {
    const Parameter& p = parameters[r];
    if (p.initial.size() != 1 && p.initial.size() != static_cast<std::size_t>(connections))
      throw InputError(
          fmt::format("{}[layer] has {} values, but the network has {} connections\n  hint: give one value, or one a "
                      "connection; ‹hidden› says which layers there are",
                      p.name, p.initial.size(), connections));
    first.push_back(size());
    per_layer.push_back(p.per_layer);
    const int entries = p.per_layer ? connections : 1;
    for (int l = 0; l < entries; ++l) {
      names.push_back(p.per_layer ? p.name + "[" + std::to_string(l + 1) + "]" : p.name);
      parameter.push_back(static_cast<int>(r));
      initial.push_back(p.initial[p.initial.size() == 1 ? 0 : static_cast<std::size_t>(l)]);
      lower.push_back(p.lower);
      upper.push_back(p.upper);
    }
  }
}

std::vector<int> ParameterLayout::all() const {
  std::vector<int> entries(names.size());
  std::iota(entries.begin(), entries.end(), 0);
  return entries;
}

std::vector<int> ParameterLayout::directions_in(int l, const std::vector<int>& directions) const {
  std::vector<int> out(first.size(), -1);
  for (std::size_t r = 0; r < first.size(); ++r) {
    const auto at = std::find(directions.begin(), directions.end(), entry(static_cast<int>(r), l));
    if (at != directions.end()) out[r] = static_cast<int>(at - directions.begin());
  }
  return out;
}

std::vector<double> ParameterLayout::values_in(int l, const std::vector<double>& theta) const {
  std::vector<double> out;
  for (std::size_t r = 0; r < first.size(); ++r)
    out.push_back(theta[static_cast<std::size_t>(entry(static_cast<int>(r), l))]);
  return out;
}

}  // namespace rule_search
