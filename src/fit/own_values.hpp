// What follows a rule with one value of every parameter for all units: a value for each unit of the parameters that are
// `per_recording`, and whether that foretells better.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/statistics.hpp"
#include "fit/fitted_rule.hpp"
#include "fit/objective.hpp"
#include "fit/steps.hpp"

namespace rule_search {

/// A parameter with a value in every unit.
struct OwnParameter {
  std::string name, unit;  ///< unit of a time constant, see Parameter
  double common = 0;       ///< what fits best as the value of all units
  std::vector<OwnValue> values;
  /// Over the units, and how far they differ (standard deviation): as fitted, and without what their errors explain.
  double mean = 0, deviation = 0, beyond_errors = 0;
};

/// A parameter with one value for all units.
struct SharedEntry {
  std::string name, unit;
  double value = 0;   ///< beside values of their own of the others
  double common = 0;  ///< beside one value of the others for all units
};

struct OwnValues {
  enum class Better { own_values, one_value, cannot_be_told };

  std::vector<std::string> units;  ///< that the rule was fitted to
  std::vector<OwnParameter> parameters;
  std::vector<SharedEntry> shared;
  Score own, common;    ///< cross-validated, of the same numbers
  Estimate difference;  ///< of these losses, own minus common, paired over units
  /// Of the logarithms of their ratio: one unit that is far from all others can hide in the mean what all others show.
  Estimate ratio;
  double by_chance = 1;  ///< see Objective::gain_by_chance()
  Better better = Better::cannot_be_told;
};

struct OwnValuesRequest {
  std::vector<int> fixed;                                    ///< entries of theta that stay as they are
  std::function<void(std::size_t units, double loss)> done;  ///< after every batch
};

/// Nothing where the rule has no such parameter that is not fixed, or units have no values of their own. Fits begin at
/// `found.theta`.
std::optional<OwnValues> own_values(const FittedRule& found, const Objective& objective, Steps& steps,
                                    const OwnValuesRequest& request);

/// The parameter's mean and deviations from its values.
void summarise_values(OwnParameter& parameter);

}  // namespace rule_search
