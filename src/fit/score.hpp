// How a rule did on many units, with intervals.
#pragma once

#include <cstddef>
#include <vector>

#include "base/statistics.hpp"
#include "fit/outcome.hpp"

namespace rule_search {

/// Over units. A loss counts up to twice that of chance, which is also what an episode counts that blew
/// up; its accuracy is that of chance.
struct Score {
  Estimate loss;
  Estimate accuracy;
  std::vector<double> losses;            ///< by episode
  std::vector<double> accuracies;        ///< by episode
  std::vector<Estimate> alignment;       ///< degrees by layer, over episodes where it is defined; NaN where none is
  std::vector<Estimate> orthonormality;  ///< by connection, over episodes that did not diverge
  std::size_t diverged =
      0;  ///< episodes that diverged: not finite, or a loss of 100 times chance; they count as chance
  // Of units that say so (see Outcome); else empty and 0.
  std::vector<double> no_change;  ///< loss of every unit if nothing changes
  double independent = 0;         ///< numbers of all units
};

/// Loss of a unit in which nothing is learnt, where residuals are in the size of what there is to explain: half of the mean
/// square, which is 1.
constexpr double loss_of_no_change = 0.5;

/// Of the accuracies of two rules on the same units, paired; within what such a difference can be, where accuracies are
/// shares between 0 and 1.
Estimate accuracy_difference(const Score& a, const Score& b);
/// Degrees of freedom of the accuracy of summarise_explained(), at least 1: one less than the effective number of units
/// (Kish, Survey Sampling (1965), 11.7).
double degrees_of_explained(const Score& score);
/// Of two lists of losses on the same units those units in which they differ: where two rules do exactly the same, as
/// where nothing happens, nothing is told of them.
struct Votes {
  std::vector<double> a, b;
};
Votes votes(const std::vector<double>& a, const std::vector<double>& b);

/// Losses of a unit from its residuals: query_losses are halves of their squares, loss is the mean of those. It diverged
/// where the loss or a derivative is not finite.
void take_losses(Outcome& outcome);
/// Of a unit that diverged.
Outcome diverged_outcome();
/// Of units whose losses are halves of squares. A loss counts up to twice that of no change, which is also what a unit
/// counts that diverged; its accuracy is 0, and no accuracy is less.
Score summarise_squares(const std::vector<Outcome>& outcomes);
/// Of units whose losses are halves of squares and say what no change leaves of each. A loss counts up to twice that, in
/// its unit or over all, which is also what a unit counts that diverged. Accuracy is the share of all squares that is explained, so that a unit
/// with nothing to explain has no vote and one that is made worse counts against it; those of units are that share and
/// what each adds to its error, as a ratio of sums has it (jackknife; Cochran, Sampling Techniques, 6.17 (1977)).
Score summarise_explained(const std::vector<Outcome>& outcomes);
/// The same where a unit's loss is in units of its known standard error: it counts whatever it is, so that their sum is half of chi
/// squared. A unit that diverged counts twice what no change leaves, or as the worst of the others.
Score summarise_known_errors(const std::vector<Outcome>& outcomes);
/// Scores of summarise_explained(), or with `known_errors` of summarise_known_errors(), on shares of some units as one of all: `units` says which unit every one of a share is.
Score joined(const std::vector<Score>& shares, const std::vector<std::vector<std::size_t>>& units, bool known_errors);

/// Of episodes that were run; `classes` says what chance is.
Score summarise(const std::vector<Outcome>& outcomes, int classes);

}  // namespace rule_search
