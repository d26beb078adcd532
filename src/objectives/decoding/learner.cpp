#include "objectives/decoding/learner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "evaluate/subnormals.hpp"
#include "expression/print.hpp"

namespace rule_search {

void refuse_another_bin(const plan::Plan& plan, double bin) {
  const double step = plan.step.seconds;
  if (!(step > 0) || std::abs(step - bin) <= 1e-6 * bin) return;
  throw InputError(fmt::format(
      "a step of the rule is {:g} s (`{}`), but a step of the session is {:g} s\n  hint: write `{}{}` in the rule",
      step, step_text(plan.step), bin, plan.step.stated ? "step " : "let dt = ", time_text(bin)));
}

void refuse_times_within_a_bin(const Rule& rule, double bin) {
  for (const Parameter& p : rule.parameters) {
    if (p.unit.empty()) continue;
    const double shortest = *std::min_element(p.initial.begin(), p.initial.end());
    if (shortest < bin)
      throw InputError(
          fmt::format("{}: the time constant {} = {} is shorter than a bin of {}, expected at least as long\n  hint: a "
                      "shorter ‹bin›, "
                      "or a longer time constant",
                      rule.name, p.name, time_text(shortest), time_text(bin)));
  }
}

template <class T>
DecodingOutcome DecodingLearner<T>::run(const DecodingSession& session, const std::vector<double>& theta,
                                        const std::function<void(const SpikingNetwork<T>&)>& watch) {
  const SubnormalsAreZero quick;
  const DecodingStream& stream = session.stream;
  const auto inputs = static_cast<std::size_t>(session.network.layers.front());
  const auto outputs = static_cast<std::size_t>(session.network.layers.back());
  const auto directions = static_cast<std::size_t>(network_.directions());
  DecodingOutcome out;
  network_.start(theta, session.weights, session.feedback_weights);
  for (std::size_t k = 0; k < stream.learn.size(); ++k) {
    network_.respond(stream.counts.data() + k * inputs);
    if (watch) watch(network_);
    const double* const target = stream.target.data() + k * outputs;
    const Activity<T>& y = network_.output();
    double loss = 0;
    std::vector<double> slope(directions);
    for (std::size_t i = 0; i < outputs; ++i) {
      const double miss = static_cast<double>(y.at(0)[i]) - target[i];
      loss += miss * miss / static_cast<double>(outputs);
      for (std::size_t d = 0; d < directions; ++d)
        slope[d] += 2 * miss * static_cast<double>(y.at(1 + static_cast<int>(d))[i]) / static_cast<double>(outputs);
      out.outputs.push_back(static_cast<double>(y.at(0)[i]));
    }
    if (!std::isfinite(loss) || !network_.finite()) {
      out.diverged = true;
      return out;
    }
    out.losses.push_back(loss);
    out.losses_by.insert(out.losses_by.end(), slope.begin(), slope.end());
    if (stream.learn[k]) network_.learn(target, static_cast<int>(k));
  }
  return out;
}

template class DecodingLearner<float>;
template class DecodingLearner<double>;

}  // namespace rule_search
