// A recurrent network learning through a session by a rule.
#pragma once

#include <vector>

#include "base/random.hpp"
#include "network/recurrent.hpp"
#include "objectives/reward/session.hpp"

namespace rule_search {

/// Which way derivatives take. Through the reward they explode where the network is at the edge of stability.
enum class Derivatives {
  exact,           ///< through activities, states, weights, reward and expected reward
  cut,             ///< reward - expected reward is taken as given
  score_function,  ///< none, but by trial the score of noise on its changes of the weights, from which an estimate is made
};

/// By trial.
struct SessionOutcome {
  bool diverged = false;  ///< a number was no longer finite; what follows ends there
  std::vector<double> errors;
  std::vector<double> expected_rewards;
  std::vector<std::vector<double>> outputs;                 ///< by step; where they are asked for
  std::vector<std::vector<double>> errors_by, expected_by;  ///< derivatives, by direction
  /// Where they are asked for, by direction: the derivative of the log of the probability of what was learnt in the trial.
  std::vector<std::vector<double>> scores;
};

/// Standard deviation of the noise on every change of a weight that scores are of.
constexpr double noise_of_scores = 0.003;

template <class T>
class SessionLearner {
 public:
  /// `directions`: entries of theta to differentiate by.
  SessionLearner(const plan::Plan& plan, const Session& session, const std::vector<int>& directions,
                 Derivatives derivatives);

  /// `noise`: where scores are asked for.
  SessionOutcome run(const Session& session, SessionTrials& trials, const std::vector<double>& theta,
                     bool outputs_asked = false, Random noise = Random(0));
  /// After run(): the network with its weights as they are.
  const RecurrentNetwork<T>& network() const { return network_; }

 private:
  std::vector<double> score_of_noise(Random& random);

  RecurrentNetwork<T> network_;
  Derivatives derivatives_;
};

}  // namespace rule_search
