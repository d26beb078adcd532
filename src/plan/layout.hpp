// The coefficients of a rule as one flat list.
#pragma once

#include <string>
#include <vector>

#include "expression/rule.hpp"

namespace rule_search {

/// Where every parameter's values stand in one flat list theta: a shared parameter has one entry, a per-layer
/// one has an entry for each connection.
struct ParameterLayout {
  /// Throws InputError where a per-layer parameter has neither one value nor one for each connection.
  ParameterLayout(const std::vector<Parameter>& parameters, int connections);

  int size() const { return static_cast<int>(names.size()); }
  /// The entry that parameter r has in connection l.
  int entry(int r, int l) const {
    return first[static_cast<std::size_t>(r)] + (per_layer[static_cast<std::size_t>(r)] ? l : 0);
  }
  /// Of every parameter, which of `directions` (entries of theta) is its entry in connection l; -1 where none is.
  std::vector<int> directions_in(int l, const std::vector<int>& directions) const;
  /// Of every parameter, its value in connection l.
  std::vector<double> values_in(int l, const std::vector<double>& theta) const;

  /// All entries, in their order.
  std::vector<int> all() const;

  std::vector<int> first;
  std::vector<bool> per_layer;
  std::vector<std::string> names;  ///< "eta", or "eta[2]" for the second connection
  std::vector<int> parameter;      ///< which parameter an entry belongs to
  std::vector<double> initial, lower, upper;
};

}  // namespace rule_search
