// What a search finds, before it becomes a report.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "expression/locality.hpp"
#include "fit/description.hpp"
#include "fit/fitted_rule.hpp"
#include "fit/own_values.hpp"
#include "fit/score.hpp"
#include "search/options.hpp"

namespace rule_search {

struct PathStep {
  FittedRule fitted;
  Score validation;
  Estimate excess;  ///< validation loss above the best rule of the path, paired
};

/// A rule on the front of complexity against loss, as far as it is known.
struct FrontRule {
  FittedRule fitted;           ///< the parameters' initial values are the coefficients
  std::size_t complexity = 0;  ///< number of terms
  bool validated = false;      ///< whether loss and accuracy are of validation units; else the loss of the fit
  Estimate loss, accuracy;
};

struct TermReport {
  std::string parameter;
  std::string term;                                   ///< what it multiplies
  bool generated = false;                             ///< by `candidates`
  std::vector<double> coefficient;                    ///< one, or one for every connection
  std::vector<double> low, high;                      ///< 95 % intervals
  std::vector<double> bootstrap_low, bootstrap_high;  ///< the same by the bootstrap over units
  std::vector<bool> at_bound;                         ///< the coefficient lies on a bound
  std::vector<bool> intervals_agree;                  ///< see agree() in fit/uncertainty.hpp
  Locality locality = Locality::local;
  Estimate removal_cost;      ///< test loss without the term, the rest refitted, minus with it; paired
  Estimate removal_accuracy;  ///< the same for test accuracy
  bool removal_diverged = false;
};

/// A candidate that was screened while growing, by what the slopes at a rule without it promise.
struct Screened {
  std::size_t size = 0;  ///< terms of the rule it was to join
  std::string parameter;
  Estimate gain;  ///< decrease of the loss, predicted
};

/// Two terms whose effects on the residuals are nearly proportional, after all that other terms of the rule can
/// make up for.
struct Lookalike {
  std::string parameter;  ///< of the found rule
  std::string other;
  std::string other_term;
  bool other_found = false;  ///< whether it is in the found rule as well
  double correlation = 0;    ///< over the residuals of the fit units
};

/// A time constant or another shape parameter of the rule that was found; one value, or one for every connection.
struct ShapeParameter {
  std::string parameter, unit;
  /// Of time constants in seconds. 95 % intervals, see certainty_of(), of time constants one of the logarithm; not a
  /// number where the interval is not determined.
  std::vector<double> value, low, high;
  std::vector<bool> at_bound;    ///< of those that the rule has
  std::vector<bool> at_limit;    ///< it ended as high as a fit lets a time constant go that has no upper bound
  std::vector<bool> has_slope;   ///< whether the loss changes with it near its value
  std::vector<bool> determined;  ///< whether its interval says anything
  std::vector<bool> scanned;     ///< whether it was found by a scan of values, since it has no slope
};

/// A step of the way from the path to the rule that is reported.
struct ChoiceStep {
  enum class Kind {
    least_loss,  ///< the rule of the path with the least loss on held-out units
    smaller,     ///< a smaller rule that does as well
    without,     ///< the rule before without one of its terms, which does as well
    stays,       ///< of the reported rule, a term that it can't do without
  };
  Kind kind = Kind::least_loss;
  std::size_t terms = 0;  ///< of the rule that the step leads to, or would lead to
  std::string parameter;  ///< the term that goes, or stays
  Estimate difference;    ///< of losses on held-out units, paired, above the rule before; at `confidence`
  double confidence = 0.95;
  std::string verdict;  ///< "as good", or why a term stays
};

/// What a search finds without a share of the units, on which it is scored.
struct HeldOut {
  std::vector<std::size_t> units;  ///< the share, by numbers of Part::search
  std::string formula;
  std::vector<std::string> terms;  ///< their parameters
};

struct SearchResult {
  Rule candidates;
  SearchOptions options;    ///< with the numbers of units that there were
  Description description;  ///< of the objective
  Comparison comparison;
  std::vector<PathStep> path;  ///< from the largest rule to the smallest
  std::size_t chosen = 0;
  std::string why;
  std::vector<ChoiceStep> choice;  ///< empty where it was the user's
  /// The chosen rule, refitted and rounded; its parameters' initial values are the coefficients.
  FittedRule found;
  std::string formula;  ///< dw = ... with numbers; the text that was scored
  int connections = 1;  ///< that the rule changes
  std::vector<TermReport> terms;
  std::vector<ShapeParameter> time_constants;
  std::vector<ShapeParameter> shape_parameters;  ///< that are no time constants
  std::vector<std::string> dropped;
  std::vector<Lookalike> lookalikes;  ///< the most alike first
  std::size_t compared = 0;           ///< terms that those of the found rule were compared with; 0 where none could be
  Score test;
  std::optional<OwnValues> own_values;  ///< of parameters of the found rule with a value for every unit
  /// Where no units are kept apart for the test: searches that left each fold out in turn, of which `test` is.
  std::vector<HeldOut> held_out;
  std::vector<Screened> screened;  ///< the first of each round
  std::size_t screenings = 0;      ///< candidates whose gain was predicted, all rounds
  Curve curve;                     ///< of the found rule, fitted once more from zeros
  std::size_t runs = 0;            ///< units that were carried out
  double seconds = 0;
};

}  // namespace rule_search
