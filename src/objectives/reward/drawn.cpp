#include "objectives/reward/drawn.hpp"

#include <cmath>
#include <numeric>

namespace rule_search {

namespace {

constexpr std::uint64_t sessions_of_search = 300;  // streams of random numbers, one a part
constexpr double largest_start = 0.1;

void draw(Random& random, double deviation, std::size_t count, std::vector<double>& out) {
  for (std::size_t k = 0; k < count; ++k) out.push_back(deviation * normal(random));
}

}  // namespace

DrawnSession::DrawnSession(const RewardOptions& options, std::uint64_t seed, Part part, std::size_t number)
    : o_(options), random_(seed, sessions_of_search + static_cast<std::uint64_t>(part), number) {
  const TaskRow& task = *o_.task;
  const auto n = static_cast<std::size_t>(o_.neurons);
  const auto m = static_cast<std::size_t>(task.inputs);
  const double root = std::sqrt(static_cast<double>(n));
  session_.network = {o_.neurons, task.inputs, o_.alpha};
  draw(random_, o_.gain / root, n * n, session_.weights);
  for (std::size_t k = 0; k < n * m; ++k) session_.input_weights.push_back(random_.uniform(-1, 1));
  draw(random_, o_.readout / root, n, session_.readout);
  session_.error = TrialError::square;
  session_.response_steps = task.response;
  session_.average_keep = o_.average_keep;
  session_.rate = o_.rate;
  session_.clip = o_.clip;
  session_.types = task.types;
  session_.trials = o_.trials;
  for (std::size_t k = 0; k < n; ++k) trial_.start.push_back(random_.uniform(-largest_start, largest_start));
  order_.resize(static_cast<std::size_t>(task.types));
  std::iota(order_.begin(), order_.end(), 0);
  random_.shuffle(order_);
}

const SessionTrial& DrawnSession::operator[](int number) {
  trial_.type = order_[static_cast<std::size_t>(number) % order_.size()];
  const double target = o_.task->show(trial_.type, o_, random_, trial_.input);
  trial_.target.assign(static_cast<std::size_t>(o_.steps), target);
  trial_.perturbation.resize(static_cast<std::size_t>(o_.steps) * static_cast<std::size_t>(o_.neurons));
  for (double& x : trial_.perturbation)
    x = random_.uniform() < o_.perturbed ? random_.uniform(-o_.perturbation, o_.perturbation) : 0;
  return trial_;
}

}  // namespace rule_search
