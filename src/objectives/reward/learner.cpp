#include "objectives/reward/learner.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/named.hpp"
#include "evaluate/subnormals.hpp"

namespace rule_search {

namespace {

struct ErrorRow {
  TrialError error;
  const char* name;
};
constexpr std::array error_rows = {ErrorRow{TrialError::square, "square"}, ErrorRow{TrialError::absolute, "absolute"}};

plan::Plan of_session(const plan::Plan& plan, const Session& session) {
  return plan::limited(plan, session.rate, session.clip);
}

// What is added to `total` for an output, `share` of its error.
void add_error(TrialError error, const Slope& output, double target, double share, Slope& total) {
  const double miss = output.value - target;
  const double by = error == TrialError::square ? 2 * miss : miss > 0 ? 1 : miss < 0 ? -1 : 0;
  total.value += share * (error == TrialError::square ? miss * miss : std::abs(miss));
  for (std::size_t d = 0; d < total.by.size(); ++d) total.by[d] += share * by * output.by[d];
}

bool finite(const Slope& s) {
  return std::isfinite(s.value) && std::all_of(s.by.begin(), s.by.end(), [](double x) { return std::isfinite(x); });
}

Slope negative(Slope s) {
  s.value = -s.value;
  for (double& x : s.by) x = -x;
  return s;
}

// average <- keep average + (1 - keep) reward.
Slope moved(const Slope& average, const Slope& reward, double keep) {
  Slope out = average;
  out.value = keep * average.value + (1 - keep) * reward.value;
  for (std::size_t d = 0; d < out.by.size(); ++d) out.by[d] = keep * average.by[d] + (1 - keep) * reward.by[d];
  return out;
}

}  // namespace

const char* name(TrialError error) { return error_rows[static_cast<std::size_t>(error)].name; }
std::vector<std::string> trial_errors() { return names_of(error_rows); }

template <class T>
SessionLearner<T>::SessionLearner(const plan::Plan& plan, const Session& session, const std::vector<int>& directions,
                                  Derivatives derivatives)
    : network_(of_session(plan, session), session.network, directions), derivatives_(derivatives) {}

template <class T>
SessionOutcome SessionLearner<T>::run(const Session& session, SessionTrials& trials, const std::vector<double>& theta,
                                      bool outputs_asked, Random noise) {
  const SubnormalsAreZero quick;
  SessionOutcome out;
  const auto neurons = static_cast<std::size_t>(session.network.neurons);
  const auto inputs = static_cast<std::size_t>(session.network.inputs);
  const std::vector<double> no_slopes(static_cast<std::size_t>(network_.directions()));
  std::vector<Slope> averages(static_cast<std::size_t>(session.types));
  std::vector<bool> met(averages.size(), false);
  network_.start(theta, session.weights.data(), session.input_weights.data(), session.readout.data());
  for (int h = 0; h < session.trials; ++h) {
    const SessionTrial& trial = trials[h];
    const std::size_t steps = trial.target.size();
    const std::size_t responds_from = steps - static_cast<std::size_t>(session.response_steps);
    if (outputs_asked) out.outputs.emplace_back();
    network_.begin_trial(trial.start.data());
    Slope error = {0, no_slopes};
    for (std::size_t t = 0; t < steps; ++t) {
      network_.respond(trial.input.data() + t * inputs, trial.perturbation.data() + t * neurons);
      if (t >= responds_from || outputs_asked) {
        const Slope output = network_.output();
        if (t >= responds_from) add_error(session.error, output, trial.target[t], 1.0 / session.response_steps, error);
        if (outputs_asked) out.outputs.back().push_back(output.value);
      }
      if (t + 1 < steps) network_.step();
    }
    if (!finite(error)) {
      out.diverged = true;
      return out;
    }
    const Slope reward = negative(error);
    const auto type = static_cast<std::size_t>(trial.type);
    // In the first trial of a type nothing is known, and the reward is what was expected.
    const Slope expected = met[type] ? averages[type] : reward;
    met[type] = true;
    if (derivatives_ == Derivatives::exact)
      network_.reward(reward, expected);
    else
      network_.reward({reward.value, {}}, {expected.value, {}});
    if (derivatives_ == Derivatives::score_function) out.scores.push_back(score_of_noise(noise));
    averages[type] = moved(expected, reward, session.average_keep);
    out.errors.push_back(error.value);
    out.errors_by.push_back(error.by);
    out.expected_rewards.push_back(expected.value);
    out.expected_by.push_back(expected.by);
  }
  return out;
}

// Of a normal distribution around what the rule makes of a trial: its noise times the derivatives of the rule, by the variance.
template <class T>
std::vector<double> SessionLearner<T>::score_of_noise(Random& random) {
  std::vector<double> score(static_cast<std::size_t>(network_.directions()));
  std::vector<double> noise;
  for (int i = 0; i < network_.neurons(); ++i) {
    for (int j = 0; j < network_.neurons(); ++j) {
      const double x = normal(random);
      noise.push_back(noise_of_scores * x);
      for (std::size_t d = 0; d < score.size(); ++d)
        score[d] += x * network_.weight_derivative(i, j, static_cast<int>(d)) / noise_of_scores;
    }
  }
  network_.disturb(noise.data());
  return score;
}

template class SessionLearner<float>;
template class SessionLearner<double>;

}  // namespace rule_search
