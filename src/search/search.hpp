// From candidate terms to the simplest rule that does the job.
//
//   grow       from the term with the strongest exact gradient, one term after the other, all refitted
//   prune      one term after the other dropped, the rest refitted, down to one: the path
//   choose     the smallest rule of the path within the noise of the best by loss and by accuracy, on validation episodes
//   round      as few digits as the validation episodes allow
//   report     on test episodes, beside the baselines (search/baselines.hpp) fitted in the same way
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/statistics.hpp"
#include "expression/locality.hpp"
#include "expression/rule.hpp"
#include "fit/objective.hpp"
#include "objectives/few_shot/batch.hpp"
#include "objectives/few_shot/task.hpp"
#include "objectives/goals/objective.hpp"
#include "objectives/recordings/objective.hpp"
#include "search/constraints.hpp"

namespace rule_search {

struct SearchOptions {
  Feedback feedback = Feedback::fixed;
  Network network;
  TaskShape task;
  std::uint64_t seed = 1;
  std::size_t fit_episodes = 16;    ///< a batch while growing and pruning
  std::size_t refit_episodes = 32;  ///< for the coefficients that are reported
  std::size_t validation_episodes = 200;
  std::size_t test_episodes = 200;
  Constraints constraints;
  std::size_t curve_episodes = 30;  ///< validation episodes for every point along a fit
  std::size_t select = 0;           ///< report the front's rule of so many terms, or the nearest there is; 0: choose
};

class Checkpoint;

/// Where a search stands, for a person who waits.
struct Progress {
  std::string stage;
  std::string detail;
  double loss = 0;
  std::size_t episodes = 0;  ///< run so far
  double share = 0;          ///< rough part of the whole work done, 0 to 1
};

/// A rule with values for all entries of its parameters.
struct FittedRule {
  Rule rule;
  std::vector<double> theta;
  double fit_loss = 0;
  bool given_up = false;                          ///< the fit was not carried to its end
  std::vector<std::vector<double>> history = {};  ///< theta where the fit began and after every accepted step
};

struct PathStep {
  FittedRule fitted;
  Score validation;
  Estimate excess;  ///< validation loss above the best rule of the path, paired
};

/// A rule on the front of complexity against loss, as far as it is known.
struct FrontRule {
  FittedRule fitted;           ///< the parameters' initial values are the coefficients
  std::size_t complexity = 0;  ///< number of terms
  bool validated = false;      ///< whether loss and accuracy are of validation episodes; else the loss of the fit
  Estimate loss, accuracy;
};

/// How a rule did on validation episodes along a fit: at its start and after every accepted step.
struct Curve {
  std::vector<Score> points;
  /// Whether the fit ended within the intervals of the reported coefficients; true of a baseline.
  bool ends_as_reported = true;
};

struct TermReport {
  std::string parameter;
  std::string term;                                   ///< what it multiplies
  bool generated = false;                             ///< by `candidates`
  std::vector<double> coefficient;                    ///< one, or one a connection
  std::vector<double> low, high;                      ///< 95 % intervals
  std::vector<double> bootstrap_low, bootstrap_high;  ///< the same by the bootstrap over episodes
  std::vector<bool> at_bound;                         ///< the coefficient lies on a bound
  std::vector<bool> intervals_agree;                  ///< see agree() in search/evidence.hpp
  Locality locality = Locality::local;
  Estimate removal_cost;      ///< test loss without the term, the rest refitted, minus with it; paired
  Estimate removal_accuracy;  ///< the same for test accuracy
  bool removal_diverged = false;
};

struct Baseline {
  std::string name;   ///< of its BaselineKind
  FittedRule fitted;  ///< without a rule for the class mean
  Feedback feedback = Feedback::fixed;
  Score test;
  Curve curve;
};

/// A candidate that was screened while growing, by what the slopes at a rule without it promise.
struct Screened {
  std::size_t size = 0;  ///< terms of the rule it was to join
  std::string parameter;
  Estimate gain;  ///< decrease of the loss, predicted
};

/// Two terms whose effects on the answers are nearly proportional, after all that other terms of the rule can
/// make up for.
struct Lookalike {
  std::string parameter;  ///< of the found rule
  std::string other;
  std::string other_term;
  bool other_found = false;  ///< whether it is in the found rule as well
  double correlation = 0;    ///< over the queries of the fit episodes
};

/// The found rule beside answers that call every class of a task as likely.
struct Chance {
  double loss = 0;      ///< log(ways)
  double accuracy = 0;  ///< 1 / ways
  /// Whether the interval of the found rule's accuracy on test episodes lies above it.
  bool beaten = false;
};

/// What a search on recordings was about, beside what every search has.
struct TrajectoryReport {
  RecordingsOptions options;
  int before = 0, after = 0;                   ///< cells
  std::array<std::size_t, 3> recordings = {};  ///< of each part
  /// See RecordingsObjective.
  double weight_scale = 0, post_scale = 0, choice_scale = 0;
  RecordingsObjective::Noise noise;
  std::size_t fitted_first_weights = 0;  ///< over all recordings
};

/// A time constant of the rule that was found.
struct TimeConstant {
  std::string parameter, unit;
  std::vector<double> value, low, high;  ///< in seconds; 95 % intervals by the sandwich formula
  std::vector<bool> at_bound;
};

/// What a search for a goal was about, beside what every search has.
struct GoalReport {
  GoalOptions options;
  Score silent;  ///< of GoalObjective, on the test worlds
};

struct SearchResult {
  Rule candidates;
  SearchOptions options;
  std::optional<TrajectoryReport> trajectory;  ///< of a search on recordings; network and task mean nothing then
  std::optional<GoalReport> goal;              ///< of a search for a goal; the same
  std::string split;
  std::string data_name, data_hash;
  std::vector<PathStep> path;  ///< from the largest rule to the smallest
  std::size_t chosen = 0;
  std::string why;
  FittedRule found;     ///< the chosen rule, refitted and rounded; its parameters' initial values are the coefficients
  std::string formula;  ///< dw = ... with numbers; the text that was scored
  std::vector<TermReport> terms;
  std::vector<TimeConstant> time_constants;
  std::vector<std::string> dropped;
  std::vector<Lookalike> lookalikes;  ///< the most alike first
  std::size_t compared = 0;           ///< terms that those of the found rule were compared with; 0 where none could be
  Score test;
  Chance chance;
  std::vector<Screened> screened;   ///< the first of each round
  std::size_t screenings = 0;       ///< candidates whose gain was predicted, all rounds
  std::vector<Baseline> baselines;  ///< one of each BaselineKind, in their order
  Curve curve;                      ///< of the found rule, fitted once more from zeros
  std::size_t episodes = 0;
  double seconds = 0;
};

class Workbench;

/// What the found rule is put beside, before the search ends.
using Comparison = std::function<void(Workbench&, SearchResult&)>;

/// `front`, where given, is told the best rule of every size so far whenever a stage has finished one, and when
/// `checkpoint` stops the search, which then throws SearchStopped. The result follows from rule, objective and options
/// alone, whatever the number of threads and however often the search was stopped.
SearchResult search(const Rule& candidates, const Objective& objective, const SearchOptions& options,
                    const std::function<void(const Progress&)>& progress,
                    const std::function<void(const std::vector<FrontRule>&)>& front = {},
                    const Checkpoint* checkpoint = nullptr, const Comparison& comparison = {});
/// On few-shot tasks of a data set, beside chance and the baselines.
SearchResult search(const Rule& candidates, const Dataset& data, const SearchOptions& options,
                    const std::function<void(const Progress&)>& progress,
                    const std::function<void(const std::vector<FrontRule>&)>& front = {},
                    const Checkpoint* checkpoint = nullptr);
/// On recordings. The numbers of episodes are those of the recordings of each part, whatever the options say.
SearchResult search(const Rule& candidates, const RecordingsObjective& recordings, const SearchOptions& options,
                    const std::function<void(const Progress&)>& progress,
                    const std::function<void(const std::vector<FrontRule>&)>& front = {},
                    const Checkpoint* checkpoint = nullptr);
/// For a goal, beside layers that do not learn and that have no weights.
SearchResult search(const Rule& candidates, const GoalObjective& goal, const SearchOptions& options,
                    const std::function<void(const Progress&)>& progress,
                    const std::function<void(const std::vector<FrontRule>&)>& front = {},
                    const Checkpoint* checkpoint = nullptr);

/// Throws InputError where no search among these candidates, constrained already, can report a rule of
/// options.select terms.
void check_select(const Rule& candidates, const SearchOptions& options);

/// Scores a rule with values theta on the first `count` units of a part.
Score score(const Rule& rule, const std::vector<double>& theta, const Objective& objective, Part part,
            std::size_t count, bool alignment = false, const BeforeUnit& before = {});
/// The same on `count` episodes of a source.
Score score(const Rule& rule, const std::vector<double>& theta, const Network& network, Feedback feedback,
            const EpisodeSource& source, std::size_t count, bool alignment = false,
            Precision precision = Precision::single);

/// The rule with its values as the parameters' initial ones.
Rule with_values(Rule rule, const std::vector<double>& theta, int connections);

/// "dw = ..." with the numbers in place of the parameters, simplified. Per-layer parameters stay names.
std::string formula(const FittedRule& fitted);

}  // namespace rule_search
