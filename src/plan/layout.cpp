#include "plan/layout.hpp"

#include <fmt/format.h>

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

}  // namespace rule_search
