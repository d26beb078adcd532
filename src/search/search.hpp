// From candidate terms to the simplest rule that does the job.
//
//   grow       from the term with the strongest exact slope, one term after the other, all refitted
//   prune      one term after the other dropped, the rest refitted, down to one: the path
//   choose     the smallest rule of the path within the noise of the best by loss and by accuracy, on
//   validation episodes round      as few digits as the validation episodes allow report     on test
//   episodes, beside feedback alignment and backpropagation fitted in the same way
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "episode/task.hpp"
#include "expression/locality.hpp"
#include "expression/rule.hpp"
#include "fit/batch.hpp"
#include "fit/statistics.hpp"
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
};

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
  bool given_up = false;  ///< the fit was not carried to its end
  /// theta at every accepted step of the fit, from its start.
  std::vector<std::vector<double>> history = {};
};

/// Over episodes. A loss counts up to twice that of chance, which is also what an episode counts that blew
/// up; its accuracy is that of chance.
struct Score {
  Estimate loss;
  Estimate accuracy;
  std::vector<double> losses;      ///< by episode
  std::vector<double> accuracies;  ///< by episode
  std::vector<Estimate>
      alignment;  ///< degrees by layer, over episodes where it is defined; NaN where none is
  std::vector<Estimate> orthonormality;  ///< by connection, over episodes that did not blow up
  std::size_t diverged =
      0;  ///< episodes that blew up: not finite, or a loss of 100 times chance; they count as chance
};

struct PathStep {
  FittedRule fitted;
  Score validation;
  Estimate excess;  ///< validation loss above the best rule of the path, paired
};

struct TermReport {
  std::string parameter;
  std::vector<double> coefficient;  ///< one, or one a connection
  std::vector<double> low, high;    ///< 95 % intervals
  Locality locality = Locality::local;
  Estimate removal_cost;      ///< test loss without the term, the rest refitted, minus with it; paired
  Estimate removal_accuracy;  ///< the same for test accuracy
  bool removal_diverged = false;
};

struct Baseline {
  FittedRule fitted;
  Feedback feedback = Feedback::fixed;
  Score test;
};

/// A candidate that was screened while growing, by what the slopes at a rule without it promise.
struct Screened {
  std::size_t size = 0;  ///< terms of the rule it was to join
  std::string parameter;
  Estimate gain;  ///< decrease of the loss, predicted
};

struct SearchResult {
  Rule candidates;
  SearchOptions options;
  std::string split;
  std::string data_name, data_hash;
  std::vector<PathStep> path;  ///< from the largest rule to the smallest
  std::size_t chosen = 0;
  std::string why;
  FittedRule
      found;  ///< the chosen rule, refitted and rounded; its parameters' initial values are the coefficients
  std::string formula;  ///< dw = ... with numbers; the text that was scored
  std::vector<TermReport> terms;
  std::vector<std::string> dropped;
  Score test;
  Baseline feedback_alignment, backpropagation;
  std::vector<Screened> screened;  ///< the first of each round
  std::size_t screenings = 0;      ///< candidates whose gain was predicted, all rounds
  std::size_t episodes = 0;
  double seconds = 0;
};

SearchResult search(const Rule& candidates, const Dataset& data, const SearchOptions& options,
                    const std::function<void(const Progress&)>& progress);

/// Scores a rule with values theta on `count` episodes.
Score score(const Rule& rule, const std::vector<double>& theta, const Network& network, Feedback feedback,
            const EpisodeSource& source, std::size_t count, bool alignment = false,
            Precision precision = Precision::single);

/// The same of episodes that were run; `classes` says what chance is.
Score summarise(const std::vector<Outcome>& outcomes, int classes);

/// "dw = ..." with the numbers in place of the parameters, simplified. Per-layer parameters stay names.
std::string formula(const FittedRule& fitted);

}  // namespace rule_search
