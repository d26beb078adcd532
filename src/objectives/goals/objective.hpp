// The third objective: a goal in place of data. A layer sees a stream of inputs from a distribution that is drawn at
// random, and its weights are to come to what is known to be best for that distribution. What is asked is which rule
// gets there, in worlds that the search has not seen.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fit/objective.hpp"
#include "network/plastic_layer.hpp"

namespace rule_search {

/// What the weights W, n x m, are to come to. C is the covariance of the inputs, m x m, e_i its eigenvectors of length 1,
/// those with the largest eigenvalues first, E = (e_1 ... e_n).
enum class Goal {
  first_component,  ///< w'w = e_1 e_1', of one cell: its principal component, either sign (Oja, J. Math. Biol. 15:267 (1982))
  subspace,       ///< W'W = E E': any orthonormal basis of the leading subspace (Oja, Int. J. Neural Syst. 1:61 (1989))
  components,     ///< w_i'w_i = e_i e_i' for every row i, in order (Sanger, Neural Networks 2:459 (1989))
  decorrelation,  ///< W C W' = I: activities without correlation, of variance 1
  sparse_coding   ///< every cell answers to one of the hidden sparse sources, no two to the same
};

const char* name(Goal goal);
std::optional<Goal> goal_named(const std::string& name);
/// All names, in the order of the enumeration.
std::vector<std::string> goal_names();

struct GoalOptions {
  Goal goal = Goal::first_component;
  int cells = 0;   ///< n; 0 for the goal's own number
  int inputs = 0;  ///< m; the same
  int steps = 0;   ///< T, inputs of a world; the same
  Activation activation = Activation::linear;
  double beta = 10;  ///< of softplus

  /// With the goal's own numbers in place of zeros. Throws InputError where they don't fit each other or the goal.
  GoalOptions completed() const;
};

/// One unit: a distribution of inputs, a stream of them, and the weights that learning begins with.
struct World {
  std::vector<double> spectrum;  ///< m: eigenvalues of C, the largest first; of sparse_coding all 1
  std::vector<double>
      directions;  ///< m x m: eigenvectors of C row by row; of sparse_coding row j is the column of A of source j
  std::vector<double> weights;  ///< n x m
  std::vector<double> inputs;   ///< T x m
};

class GoalObjective : public Objective {
 public:
  GoalObjective(const GoalOptions& options, std::uint64_t seed);

  std::string identity() const override;
  int connections() const override { return 1; }
  std::size_t units(Part part) const override;
  /// The conditions of the goal, once for every time of comparison.
  std::size_t answers(Part part, std::size_t unit) const override;
  std::unique_ptr<Evaluator> compile(const plan::Plan& plan, std::vector<int> directions, Precision precision,
                                     BeforeUnit before) const override;
  /// Some worlds come to the edge of stability before others, as they differ in their variance.
  LossTraits traits() const override;
  Description describe() const override;
  /// Beside a layer that does not learn and one whose weights are all 0.
  Comparison compare(const FittedRule& found, const Score& test, const ComparisonRequest& request,
                     Steps& steps) const override;
  /// Losses count up to twice that of a layer that does not learn; accuracy is the share of the squares that is gone.
  Score summarise(const std::vector<Outcome>& outcomes) const override;

  const GoalOptions& options() const { return options_; }
  /// World `number` of a part, the same whatever else was drawn.
  World world(Part part, std::size_t number) const;
  /// By how much weights, n x m, miss the goal: one number a condition, 0 for all where it is reached. These are the
  /// elements of the matrices of Goal for weights made of length 1, and of every cell what its length misses. With `slopes`,
  /// conditions x n x m, also their derivatives by every weight.
  std::vector<double> misses(const World& world, const std::vector<double>& weights,
                             std::vector<double>* slopes = nullptr) const;
  /// Loss of a layer that does not learn: residuals are told in the size of what it misses.
  static constexpr double still = loss_of_no_change;
  /// A layer whose weights are all 0, on the first `count` worlds of a part: it has no direction and no length.
  Score silent(Part part, std::size_t count) const;
  /// FNV-1a of the first world of every part, 16 hexadecimal digits.
  std::string content_hash() const;

 private:
  GoalOptions options_;
  std::uint64_t seed_;
  std::size_t conditions_;
};

/// What reports say of a goal, all but its worlds. The options are completed.
Description goal_words(const GoalOptions& options);

}  // namespace rule_search
