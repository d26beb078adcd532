#include "objectives/recordings/simulate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "network/plastic_layer.hpp"
#include "objectives/recordings/step_inputs.hpp"
#include "plan/plan.hpp"

namespace rule_search {

SimulatedRecording simulate(const Rule& rule, const std::vector<double>& theta, const LayerRecording& recording,
                            Activation activation, double beta) {
  const auto n = static_cast<std::size_t>(recording.n);
  const auto m = static_cast<std::size_t>(recording.m);
  const auto steps = static_cast<std::size_t>(recording.steps);
  for (std::size_t k = 0; k < n * m; ++k) {
    if (recording.w_seen[k] == 0)
      throw InputError(
          fmt::format("{}: w[0, {}, {}]: expected an initial weight, found none\n  hint: a simulation begins "
                      "with the weights of the first time",
                      recording.name, k / m, k % m));
  }
  const plan::Plan plan = plan::lower(rule);
  PlasticLayer layer(plan, recording.n, recording.m, {}, activation, beta);
  const StepInputs inputs(plan, recording);
  SimulatedRecording out;
  out.w.assign(steps * n * m, 0);
  out.post.assign(steps * n, 0);
  std::vector<std::size_t> sizes;
  for (const State& s : rule.states) sizes.push_back(numbers_remembered(s.shape, recording.n, recording.m));
  for (const std::size_t size : sizes) out.states.emplace_back(steps * size, 0.0);
  layer.start(theta, recording.w.data());
  for (std::size_t t = 0; t < steps; ++t) {
    if (!layer.forward(recording.pre.data() + t * m)) {
      out.diverged = true;
      break;
    }
    for (std::size_t i = 0; i < n; ++i) {
      out.post[t * n + i] = layer.output(static_cast<int>(i));
      for (std::size_t j = 0; j < m; ++j)
        out.w[(t * n + i) * m + j] = layer.weight(static_cast<int>(i), static_cast<int>(j));
    }
    std::size_t element = 0;
    for (std::size_t s = 0; s < sizes.size(); ++s) {
      for (std::size_t k = 0; k < sizes[s]; ++k) out.states[s][t * sizes[s] + k] = layer.state(element++);
    }
    if (t + 1 < steps) layer.learn(inputs.at(static_cast<int>(t)));
  }
  return out;
}

}  // namespace rule_search
