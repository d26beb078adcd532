#include "fit/adam.hpp"

#include <cassert>
#include <cmath>

namespace rule_search {

Adam::Adam(std::size_t size, AdamOptions options) : options_(options), mean_(size, 0.0), square_(size, 0.0) {}

void Adam::step(std::vector<double>& theta, const std::vector<double>& gradient) {
  assert(theta.size() == mean_.size() && gradient.size() == mean_.size());
  ++steps_;
  // Both averages start at 0; this takes out what that does to them.
  const double first = 1 - std::pow(options_.beta1, steps_);
  const double second = 1 - std::pow(options_.beta2, steps_);
  for (std::size_t k = 0; k < theta.size(); ++k) {
    const double g = gradient[k];
    mean_[k] = options_.beta1 * mean_[k] + (1 - options_.beta1) * g;
    square_[k] = options_.beta2 * square_[k] + (1 - options_.beta2) * g * g;
    theta[k] -=
        options_.learning_rate * (mean_[k] / first) / (std::sqrt(square_[k] / second) + options_.epsilon);
  }
}

void add_l1(std::vector<double>& gradient, const std::vector<double>& theta, double lambda) {
  for (std::size_t k = 0; k < theta.size(); ++k)
    gradient[k] += theta[k] > 0 ? lambda : theta[k] < 0 ? -lambda : 0.0;
}

}  // namespace rule_search
