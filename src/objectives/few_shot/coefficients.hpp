// All coefficients of one rule fitted, none dropped, and the way there: what a study plots.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "search/search.hpp"

namespace rule_search {

enum class FitMethod {
  trust_region,  ///< least squares on one fixed batch of episodes, as a search fits
  adam           ///< Adam, a fresh episode a step, as Shervani-Tabar & Rosenbaum (2023) fit
};

struct CoefficientFitOptions {
  FitMethod method = FitMethod::trust_region;
  Feedback feedback = Feedback::fixed;
  Network network;
  TaskShape task;
  std::uint64_t seed = 1;
  std::vector<double> start;  ///< theta at the start
  std::vector<int> fixed;     ///< entries of theta that stay as they start

  std::size_t fit_episodes = 32;  ///< trust region: of the batch
  int iterations = 20;

  int steps = 600;  ///< Adam
  double learning_rate = 1e-3;
  /// See AdamOptions. Where it is used, an episode that blows up also shrinks the coefficients by a tenth.
  double clip = 0;
  double l1 = 0;           ///< lambda of the penalty lambda |theta|_1
  int history_every = 10;  ///< steps of Adam between two points of the history

  /// Where the points of the history are scored; the fit never sees these episodes.
  Part history_part = Part::validation;
  std::size_t history_episodes = 20;
  std::size_t test_episodes = 100;
};

/// A point that the fit went through.
struct FitPoint {
  int iteration = 0;
  std::vector<double> theta;
  Score score;  ///< with angles and orthonormality errors
};

/// A step of Adam: the episode it was taken on, before theta moved.
struct FitStep {
  std::vector<double> theta;
  double loss = 0;       ///< without the penalty
  double accuracy = 0;   ///< of the queries
  bool skipped = false;  ///< the episode or its gradient was not finite, so no step was taken
};

struct CoefficientFit {
  FittedRule fitted;  ///< the rule's initial values are the coefficients that were found
  CoefficientFitOptions options;
  std::vector<std::string> names;  ///< of the entries of theta
  std::vector<FitPoint> history;   ///< from the start to the end
  std::vector<FitStep> steps;      ///< of Adam
  Score test;
  std::string split, data_name, data_hash;
  std::size_t episodes = 0;
  double seconds = 0;
};

/// Throws std::runtime_error where not one step could be taken.
CoefficientFit fit_coefficients(const Rule& rule, const Dataset& data, const CoefficientFitOptions& options,
                                const std::function<void(const Progress&)>& progress);
}  // namespace rule_search
