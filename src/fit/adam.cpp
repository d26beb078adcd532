#include "fit/adam.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace rule_search {

Adam::Adam(std::size_t size, AdamOptions options) : options_(options), mean_(size, 0.0), square_(size, 0.0) {}

double Adam::clipping(const std::vector<double>& gradient) const {
  if (options_.clip <= 0 || steps_ == 0) return 1;
  const double seen = 1 - std::pow(options_.beta2, steps_);
  double factor = 1;
  for (std::size_t k = 0; k < gradient.size(); ++k) {
    const double most = options_.clip * std::sqrt(square_[k] / seen);
    // An entry that never had a slope has no scale yet.
    if (most > 0 && std::abs(gradient[k]) > most) factor = std::min(factor, most / std::abs(gradient[k]));
  }
  return factor;
}

void Adam::step(std::vector<double>& theta, const std::vector<double>& gradient) {
  assert(theta.size() == mean_.size() && gradient.size() == mean_.size());
  const double factor = clipping(gradient);
  ++steps_;
  // Both averages start at 0; this takes out what that does to them.
  const double first = 1 - std::pow(options_.beta1, steps_);
  const double second = 1 - std::pow(options_.beta2, steps_);
  for (std::size_t k = 0; k < theta.size(); ++k) {
    const double g = factor * gradient[k];
    mean_[k] = options_.beta1 * mean_[k] + (1 - options_.beta1) * g;
    square_[k] = options_.beta2 * square_[k] + (1 - options_.beta2) * g * g;
    theta[k] -= options_.learning_rate * (mean_[k] / first) / (std::sqrt(square_[k] / second) + options_.epsilon);
  }
}

void add_l1(std::vector<double>& gradient, const std::vector<double>& theta, double lambda) {
  for (std::size_t k = 0; k < theta.size(); ++k) gradient[k] += theta[k] > 0 ? lambda : theta[k] < 0 ? -lambda : 0.0;
}

}  // namespace rule_search
