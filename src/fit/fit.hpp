// Fitting the coefficients of one rule over a batch of units.
#pragma once

#include <functional>
#include <limits>
#include <vector>

#include "fit/fitted_rule.hpp"
#include "fit/objective.hpp"

namespace rule_search {

struct FitRequest {
  const Objective* objective = nullptr;
  Part part = Part::search;
  std::size_t units = 8;  ///< the first ones of the part
  /// Of theta, those that fit() may move; all where the list is empty.
  std::vector<int> entries;
  int iterations = 10;
  double initial_radius = 1;
  /// Every step on units of its own; see fit_on_fresh_units().
  bool fresh = false;
  /// A fit that is still 25 % above this after three iterations is given up.
  double hopeless_above = std::numeric_limits<double>::infinity();
  /// Of slopes(): exact, or tempered as fit() does it.
  bool tempered = true;
  /// Of quadratic_model(): how the loss changes over wide steps, where the objective says that derivatives do not tell; see
  /// model_over_wide_steps().
  bool wide = false;
  /// Goes on for as long as anything is gained, though that no longer counts.
  bool to_the_end = false;
  std::function<void(std::size_t units, double loss)> progress;  ///< after every batch
  Execution execution;
};

/// Whether a fit gives up, after its third step, above this loss.
inline bool is_hopeless(double loss, double hopeless_above) { return !(loss <= 1.25 * hopeless_above); }

/// Starts at `start` (0 everywhere is a good start for coefficients). fit_loss is infinite where nothing
/// could be run.
FittedRule fit(const Rule& rule, std::vector<double> start, const FitRequest& request);

}  // namespace rule_search
