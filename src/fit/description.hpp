// What an objective says of itself, so that everything that reports on a search can speak of it without knowing it.
#pragma once

#include <string>
#include <vector>

#include "fit/exhibits.hpp"
#include "fit/fitted_rule.hpp"
#include "fit/score.hpp"

namespace rule_search {

/// A row of a report: "Task", "5 ways, 50 shots".
struct Fact {
  std::string name, text;
};

/// The defaults are true of any objective.
/// Of objectives whose intervals rest on model_over_wide_steps().
inline constexpr const char* intervals_over_wide_steps =
    "by resampling sessions: where the least of the loss would lie, taken as a quadratic function over steps of a "
    "factor of "
    "two";

struct Description {
  std::string name = "own";  ///< of its kind, the objective that a user asks for
  Fact headline;             ///< one row that says what was asked

  std::string unit = "unit", units = "units";         ///< what the objective is tried on, one by one
  std::string validation_units = "validation units";  ///< those that choose
  std::string test_units = "test units";              ///< those of the reported figures
  std::string runs = "runs";                          ///< what is carried out once for a unit
  std::string precision = "double";                   ///< of the numbers of a search

  std::string measure = "accuracy";            ///< what Score::accuracy is, in words
  std::string measure_key = "accuracy";        ///< its name in documents
  std::string measure_column = "accuracy";     ///< its name at the head of a column
  std::string measure_unit = " % accuracy";    ///< what follows the number in a sentence
  std::string loss_unit;                       ///< "nats", or empty
  std::string loss_meaning = "the mean loss";  ///< what the loss is, in words
  std::string loss_reference;                  ///< a sentence: the loss where nothing was learnt

  std::string context;        ///< under what conditions, for captions: "fixed feedback, 5 ways, 50 shots"
  std::string answer_begins;  ///< with a rule's terms before it and the measure behind: "a network learns ... to"
  std::string answer_ends;    ///< "in 200 test worlds"

  std::string data_name, data_hash, data_split;
  /// How intervals of coefficients are made, after "coefficients": "by ..."; empty where it is by the sandwich formula, with a
  /// bootstrap beside it: LossTraits::has_bootstrap().
  std::string coefficient_intervals;
  bool data_drawn = false;       ///< by the seed: another seed has other data, and another hash
  std::vector<Fact> facts;       ///< further rows of the setting
  std::string details = "{}";    ///< a JSON object for scripts: what only this kind of objective has
  std::string setting = "{}";    ///< the same: the conditions that searches must share to be compared
  int trials = 0;                ///< of a unit that is made of trials; else 0
  bool labels_permuted = false;  ///< whether nothing can be learnt, on purpose
};

/// How a rule did on validation units along a fit: at its start and after every accepted step.
struct Curve {
  std::vector<Score> points;
  /// Whether the fit ended within the intervals of the reported coefficients; true of a baseline.
  bool ends_as_reported = true;
};

/// Something that the found rule is put beside, fitted on the same units and scored on the same test units.
struct Baseline {
  std::string name;   ///< its key in documents
  std::string title;  ///< as tables print it
  FittedRule fitted;  ///< without a rule where it has none
  Score test;
  Curve curve;                 ///< empty where it is not shown
  std::string details = "{}";  ///< a JSON object for scripts
};

/// A rule that knows nothing: what it scores, and whether the found rule is better.
struct Chance {
  double loss = 0;
  double accuracy = 0;
  bool beaten = false;  ///< whether the interval of the found rule's measure on test units lies above it
  std::string text;     ///< in a sentence
  bool misses = false;  ///< whether the found rule leaves more than known errors explain
};

/// What the found rule is put beside before a search ends.
struct Comparison {
  Chance chance;
  std::vector<Baseline> baselines;
  std::vector<Fact> facts;     ///< what is known only with the rule, as the noise that it leaves
  std::string details = "{}";  ///< a JSON object, joined to the description's
  std::vector<Picture> pictures;
  std::vector<Table> tables;
};

}  // namespace rule_search
