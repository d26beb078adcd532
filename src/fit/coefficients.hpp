// All coefficients of one rule fitted, none dropped, and the way there: what a study plots.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "fit/chi_squared.hpp"
#include "fit/fitted_rule.hpp"
#include "fit/objective.hpp"
#include "fit/own_values.hpp"
#include "fit/progress.hpp"

namespace rule_search {

enum class FitMethod {
  trust_region,  ///< least squares on one fixed batch of units, as a search fits
  fresh,         ///< least squares, every step on units of its own; see fit_on_fresh_units()
  adam           ///< Adam, a fresh unit a step, as Shervani-Tabar & Rosenbaum (2023) fit
};

struct CoefficientFitOptions {
  FitMethod method = FitMethod::trust_region;
  std::uint64_t seed = 1;     ///< of the bootstrap
  std::vector<double> start;  ///< theta at the start
  std::vector<int> fixed;     ///< entries of theta that stay as they start

  std::size_t fit_units = 32;  ///< trust region: of the batch
  int iterations = 20;

  int steps = 600;  ///< Adam
  double learning_rate = 1e-3;
  /// See AdamOptions. Where it is used, a unit that diverges also shrinks the coefficients by a tenth.
  double clip = 0;
  double l1 = 0;           ///< lambda of the penalty lambda |theta|_1
  int history_every = 10;  ///< steps of Adam between two points of the history

  /// Where the points of the history are scored; the fit never sees these units.
  Part history_part = Part::validation;
  std::size_t history_units = 20;
  std::size_t test_units = 100;
};

/// A point that the fit went through.
struct FitPoint {
  int iteration = 0;
  std::vector<double> theta;
  Score score;  ///< with angles and orthonormality errors where the objective has them
};

/// A step of Adam: the unit it was taken on, before theta moved.
struct FitStep {
  std::vector<double> theta;
  double loss = 0;  ///< without the penalty
  double accuracy = 0;
  bool skipped = false;  ///< the unit or its gradient was not finite, so no step was taken
};

/// An entry of theta that was fitted by least squares: 95 % intervals, see certainty_of(), and by a bootstrap over the
/// units where LossTraits::has_bootstrap(); of a time constant the first is one of its logarithm. Not a number where there are fewer than two
/// units, or where a shape parameter is not determined.
struct FittedEntry {
  std::string name;
  double value = 0;
  bool fixed = false, at_bound = false;
  double low = 0, high = 0;
  double bootstrap_low = 0, bootstrap_high = 0;
  bool at_limit = false, has_slope = true, determined = true;  ///< of shape parameters, see ShapeInterval
};

struct CoefficientFit {
  FittedRule fitted;  ///< the rule's initial values are the coefficients that were found
  CoefficientFitOptions options;
  Description description;           ///< of the objective
  std::vector<std::string> names;    ///< of the entries of theta
  std::vector<FittedEntry> entries;  ///< of a fit by least squares
  std::vector<FitPoint> history;     ///< from the start to the end
  std::vector<FitStep> steps;        ///< of Adam
  Score test;
  std::optional<ChiSquared> chi_squared;  ///< where LossTraits::known_errors, of a fit by least squares
  std::optional<OwnValues> own_values;    ///< of parameters with a value for every unit
  std::size_t runs = 0;                   ///< units that were carried out
  double seconds = 0;
};

/// Where the objective has a given number of units, all of them are used. Throws std::runtime_error where not one step could
/// be taken.
CoefficientFit fit_coefficients(const Rule& rule, const Objective& objective, CoefficientFitOptions options,
                                const std::function<void(const Progress&)>& progress);

}  // namespace rule_search
