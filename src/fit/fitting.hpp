// Fitting the coefficients of one rule over a batch of episodes.
#pragma once

#include <limits>

#include "search/search.hpp"

namespace rule_search {

struct FitRequest {
  const Objective* objective = nullptr;
  Part part = Part::search;
  std::size_t episodes = 8;  ///< units of the objective
  /// Of theta, those that fit() may move; all where the list is empty.
  std::vector<int> entries;
  int iterations = 10;
  double initial_radius = 1;
  /// A fit that is still 25 % above this after three iterations is given up.
  double hopeless_above = std::numeric_limits<double>::infinity();
  /// Of slopes(): exact, or tempered as fit() does it.
  bool tempered = true;
  std::function<void(std::size_t episodes, double loss)> progress;  ///< after every batch
  BeforeUnit before;
};

/// A rule that learns fast runs some of its episodes at the edge of stability. There tangents, though exact,
/// grow by orders of magnitude and tell of the loss over no distance worth a step (Metz et al.,
/// arXiv:2111.05803). One such episode would rule all of a Gauss-Newton step, so the slopes of an episode
/// that are more than three times the median over the episodes are scaled down to that. What a step has
/// gained is judged by the loss itself.
///
/// The factor for each episode, at most 1. Outcomes have `entries` directions; none may have diverged.
std::vector<double> tempering(const std::vector<Outcome>& outcomes, std::size_t entries);

/// Starts at `start` (0 everywhere is a good start for coefficients). fit_loss is infinite where nothing
/// could be run.
FittedRule fit(const Rule& rule, std::vector<double> start, const FitRequest& request);

/// Slope and Gauss-Newton curvature of the mean loss towards every entry of theta, and by episode the slopes.
struct Slopes {
  bool usable = false;
  double loss = 0;
  int size = 0;
  std::vector<double> gradient;           ///< size
  std::vector<double> curvature;          ///< size x size
  std::vector<double> episode_gradient;   ///< episodes x size
  std::vector<double> episode_curvature;  ///< episodes x size x size; curvature is their mean
};
Slopes slopes(const Rule& rule, const std::vector<double>& theta, const FitRequest& request);

/// Decrease of the loss that a quadratic model with this slope and curvature promises when entries `add`
/// become free beside the entries `free`, which are at their optimum.
double predicted_gain(const Slopes& slopes, const std::vector<int>& free, const std::vector<int>& add);
/// How theta moves, by entry, when the entries `add` leave 0 along their slope and the entries `free` follow
/// to stay at the optimum of the model; of length 1 in residuals, the root of direction' curvature direction.
std::vector<double> entering_direction(const Slopes& slopes, const std::vector<int>& free, const std::vector<int>& add);
/// Increase of the loss that the model promises when `entries` are set to 0 and the others of `free` are
/// refitted.
double predicted_cost(const Slopes& slopes, const std::vector<double>& theta, const std::vector<int>& free,
                      const std::vector<int>& entries);
/// theta with `entries` at 0 and the others of `free` where the model has its optimum then.
std::vector<double> compensated(const Slopes& slopes, std::vector<double> theta, const std::vector<int>& free,
                                const std::vector<int>& entries);
/// Standard errors of the entries by the sandwich formula, clustered by episode (Huber 1967; Liang & Zeger
/// 1986).
std::vector<double> standard_errors(const Slopes& slopes);

}  // namespace rule_search
