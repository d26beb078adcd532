// After how many trials a network could do its task.
#pragma once

#include <string>
#include <vector>

#include "base/statistics.hpp"
#include "fit/outcome.hpp"

namespace rule_search {

/// By session. One that never got there counts as long as it lasted.
struct Criterion {
  std::vector<double> trials;
  std::vector<double> reached;  ///< 1 or 0

  /// Between the sorted trials around that place; 0.5 for the median.
  double quantile(double share) const;
  /// Share of the sessions that got there, by Wilson.
  Estimate share_reached() const;
};

/// `longest`: trials of a session.
Criterion criterion_of(const std::vector<Outcome>& outcomes, int longest);

/// "median 336 (quartiles 267 to 457); reached in 91 % (83 to 95) of 64 sessions".
std::string text(const Criterion& criterion, const std::string& units);

}  // namespace rule_search
