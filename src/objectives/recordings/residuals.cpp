#include "objectives/recordings/residuals.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "objectives/recordings/compared.hpp"

namespace rule_search {

LayerResiduals::LayerResiduals(const LayerRecording& recording, const RecordingsOptions& options,
                               const ResidualScales& scales, int derivatives)
    : r_(recording),
      options_(options),
      scales_(scales),
      derivatives_(derivatives),
      slopes_(static_cast<std::size_t>(derivatives)) {}

void LayerResiduals::start() {
  const auto neurons = static_cast<std::size_t>(r_.n);
  out_.outcomes.assign(neurons, {});
  out_.early.assign(neurons, 0);
  out_.missed = {};
  out_.lagged = 0;
  last_.assign(synapses_of(r_) + neurons, 0);
}

void LayerResiduals::judge_from_here() {
  for (std::size_t i = 0; i < out_.outcomes.size(); ++i) out_.early[i] = out_.outcomes[i].residuals.size();
  out_.missed = {};
  out_.lagged = 0;
}

void LayerResiduals::add(const PlasticLayer& layer, int t) {
  const std::size_t now = static_cast<std::size_t>(t) * synapses_of(r_);
  for (int i = 0; i < r_.n; ++i) {
    for (int j = 0; j < r_.m; ++j) {
      const std::size_t k =
          now + static_cast<std::size_t>(i) * static_cast<std::size_t>(r_.m) + static_cast<std::size_t>(j);
      if (!is_explained(r_, k, options_)) continue;
      for (int d = 0; d < derivatives_; ++d) slopes_[static_cast<std::size_t>(d)] = layer.weight_derivative(i, j, d);
      add_weight(k, layer.weight(i, j), slopes_.data());
    }
    const auto k = static_cast<std::size_t>(t) * static_cast<std::size_t>(r_.n) + static_cast<std::size_t>(i);
    if (!r_.post.empty() && r_.post_seen[k] != 0) add_activity(layer, k, i);
    if (!r_.choice.empty() && r_.choice_seen[k] != 0) add_choice(layer, r_.choice[k] == 1, i);
  }
}

void LayerResiduals::add_weight(std::size_t k, double simulated, const double* slopes) {
  const std::size_t synapse = k % synapses_of(r_);
  const std::size_t i = synapse / static_cast<std::size_t>(r_.m);
  Outcome& out = out_.outcomes[i];
  const double unit = scales_.of_weight(r_, k);
  const double error = simulated - r_.w[k];
  out.residuals.push_back(error / unit);
  for (int d = 0; d < derivatives_; ++d) out.jacobian.push_back(slopes[d] / unit);
  out_.lagged += error / unit * std::exchange(last_[synapse], error / unit);
  out_.missed.weights += error * error;
  if (!r_.w_error.empty()) out_.missed.weights_in_errors += std::pow(error / r_.w_error[k], 2);
  ++out_.missed.weights_seen;
}

void LayerResiduals::add_activity(const PlasticLayer& layer, std::size_t k, int i) {
  Outcome& out = out_.outcomes[static_cast<std::size_t>(i)];
  const double unit = scales_.of_post(r_, k);
  const double error = layer.output(i) - r_.post[k];
  out.residuals.push_back(error / unit);
  for (int d = 0; d < derivatives_; ++d) out.jacobian.push_back(layer.output_derivative(i, d) / unit);
  double& last = last_[synapses_of(r_) + static_cast<std::size_t>(i)];
  out_.lagged += error / unit * std::exchange(last, error / unit);
  out_.missed.post += error * error;
  if (!r_.post_error.empty()) out_.missed.post_in_errors += std::pow(error / r_.post_error[k], 2);
  ++out_.missed.posts_seen;
}

// Half the square of a residual is the cross-entropy, in the size of that of one probability for all choices.
void LayerResiduals::add_choice(const PlasticLayer& layer, bool chosen, int i) {
  Outcome& out = out_.outcomes[static_cast<std::size_t>(i)];
  const double p = layer.output(i);
  const double residual = std::sqrt(cross_entropy(p, chosen)) / scales_.choice;
  const double by_p = chosen ? -1 / std::max(p, 1e-12) : 1 / std::max(1 - p, 1e-12);
  const double slope = by_p / (2 * std::max(residual, 1e-6) * scales_.choice * scales_.choice);
  out.residuals.push_back(residual);
  for (int d = 0; d < derivatives_; ++d) out.jacobian.push_back(slope * layer.output_derivative(i, d));
  ++out_.missed.choices_seen;
}

double squares_of_no_change(const LayerRecording& r, const std::vector<double>& known, const RecordingsOptions& options,
                            const ResidualScales& scales, int from, int until) {
  const auto each = [&](std::size_t width, const std::vector<char>& seen, const auto& residual) {
    double squares = 0;
    const std::size_t end = std::min(static_cast<std::size_t>(until) * width, seen.size());
    for (std::size_t k = static_cast<std::size_t>(from) * width; k < end; ++k) {
      const double value = seen[k] != 0 ? residual(k) : 0;
      squares += value * value;
    }
    return squares;
  };
  const std::size_t synapses = synapses_of(r);
  const auto neurons = static_cast<std::size_t>(r.n);
  return each(synapses, r.w_seen,
              [&](std::size_t k) {
                return is_explained(r, k, options) ? (r.w[k] - known[k % synapses]) / scales.of_weight(r, k) : 0;
              }) +
         each(neurons, r.post_seen,
              [&](std::size_t k) { return (r.post[k] - scales.post_mean) / scales.of_post(r, k); }) +
         each(neurons, r.choice_seen, [&](std::size_t) { return scales.of_chance(); });
}

void LayerResiduals::scale_derivative(int derivative, double by) {
  for (Outcome& o : out_.outcomes) {
    for (auto k = static_cast<std::size_t>(derivative); k < o.jacobian.size();
         k += static_cast<std::size_t>(derivatives_))
      o.jacobian[k] *= by;
  }
}

Compared LayerResiduals::take() { return std::exchange(out_, {}); }

}  // namespace rule_search
