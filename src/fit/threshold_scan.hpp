// Thresholds inside of steps, which have no slope: found by fitting everything else at many values of one.
#pragma once

#include <cstddef>
#include <vector>

#include "fit/fitted_rule.hpp"
#include "fit/objective.hpp"
#include "fit/uncertainty.hpp"
#include "plan/layout.hpp"

namespace rule_search {

class Steps;

/// Entries of theta that are thresholds; see thresholds().
std::vector<int> threshold_entries(const Rule& rule, const ParameterLayout& layout);

/// The values that a scan begins with, evenly over scanned_range().
std::vector<double> first_values(const Parameter& parameter, const Objective& objective);

/// Every fourth of them, for scans of two thresholds at once.
std::vector<double> coarse(const std::vector<double>& values);

/// What a scan is made on, and what is fitted beside the threshold.
struct ThresholdScan {
  const Objective* objective = nullptr;
  std::size_t units = 0;     ///< the first ones of Part::search
  std::vector<int> entries;  ///< of theta, that are fitted; thresholds among them are left where they are
};

/// The rule with its thresholds where the loss is least, all else fitted at every value. Where units are quickly carried out,
/// every two of them first on a coarse grid over both; then one after the other: values evenly over the range, then twice
/// between the neighbours of the best. Where many values side by side are as good the
/// middle of them is taken, or what the rule says, where that is one of them.
FittedRule with_scanned_thresholds(const FittedRule& rule, const ThresholdScan& scan, Steps& steps);

/// Gives the entries of `certainty`, which are those of `scan`, ends: of thresholds the interval of all values that are as
/// good as the best, to the next ones that are not. As good: where the likelihood ratio is at most 7.35, the 95 % point of a
/// threshold (Hansen, Econometrica 68:575 (2000)); where units are drawn, where the interval of the difference of losses,
/// paired over units, holds 0. `rule` is one of with_scanned_thresholds().
void add_scans(Certainty& certainty, const FittedRule& rule, const ThresholdScan& scan, Steps& steps);

}  // namespace rule_search
