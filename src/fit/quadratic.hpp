// The loss near a rule as a quadratic function of its coefficients, and what that promises of adding and removing terms.
#pragma once

#include <vector>

#include "fit/fit.hpp"

namespace rule_search {

/// Slope and curvature (that of Gauss and Newton, or over wide steps) of the mean loss towards every entry of theta, and by unit the model.
struct QuadraticModel {
  bool usable = false;
  double loss = 0;
  int size = 0;
  std::vector<double> gradient;        ///< size
  std::vector<double> curvature;       ///< size x size
  std::vector<double> unit_gradient;   ///< units x size
  std::vector<double> unit_curvature;  ///< units x size x size; curvature is their mean
};
/// Whether no unit's loss changes with an entry.
bool changes_nothing(const QuadraticModel& model, std::size_t entry);
/// From outcomes that are differentiated by all `entries` of theta; not usable where one diverged.
QuadraticModel quadratic_model_of(const std::vector<Outcome>& outcomes, std::size_t entries, const FitRequest& request);
/// The same of the first units of a request's part, run at theta.
QuadraticModel quadratic_model(const Rule& rule, const std::vector<double>& theta, const FitRequest& request);

/// Runs of units that quadratic_model() takes, for a rule with so many entries of theta.
std::size_t runs_of_quadratic_model(const FitRequest& request, std::size_t entries);

/// The model of these entries alone, the others where they are.
QuadraticModel restricted(const QuadraticModel& model, const std::vector<int>& entries);

/// Decrease of the loss that a quadratic model with this slope and curvature promises when entries `add`
/// become free beside the entries `free`, which are at their optimum.
double predicted_gain(const QuadraticModel& model, const std::vector<int>& free, const std::vector<int>& add);
/// How theta moves, by entry, when the entries `add` leave 0 along their slope and the entries `free` follow
/// to stay at the optimum of the model; of length 1 in residuals, the root of direction' curvature direction.
std::vector<double> entering_direction(const QuadraticModel& model, const std::vector<int>& free,
                                       const std::vector<int>& add);
/// Increase of the loss that the model promises when `entries` are set to 0 and the others of `free` are
/// refitted.
double predicted_cost(const QuadraticModel& model, const std::vector<double>& theta, const std::vector<int>& free,
                      const std::vector<int>& entries);
/// theta with `entries` at 0 and the others of `free` where the model has its optimum then.
std::vector<double> compensated(const QuadraticModel& model, std::vector<double> theta, const std::vector<int>& free,
                                const std::vector<int>& entries);
/// Moves the entries `free` to where the model has its least, then takes those that are `removable` out, always the one
/// whose removal costs least, until `most` are left; the others follow as in compensated().
void thin_out(const QuadraticModel& model, std::vector<double>& theta, std::vector<int>& free,
              const std::vector<bool>& removable, std::size_t most);
}  // namespace rule_search
