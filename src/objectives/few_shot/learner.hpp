// The online inner loop: a network learns a stream by a rule, then answers queries, all with exact tangents.
#pragma once

#include <memory>
#include <vector>

#include "fit/outcome.hpp"
#include "network/first_connection.hpp"
#include "objectives/few_shot/episode.hpp"
#include "plan/plan.hpp"

namespace rule_search {

/// Computes beforehand what every run of the episode will need, for episodes that are run many times.
void prepare(Episode& episode);
/// How much memory that takes.
std::size_t bytes(const Prepared<float>& prepared);

/// Carries out episodes of one network with one plan. Not thread-safe: one a thread.
template <class T>
class Learner {
 public:
  /// `directions`: entries of theta to differentiate by. Throws InputError where the plan asks for signals.
  Learner(const plan::Plan& plan, const Network& network, Feedback feedback, std::vector<int> directions,
          FirstLayer first = FirstLayer::fastest);
  ~Learner();
  Outcome run(const Episode& episode, const std::vector<double>& theta, Wanted wanted = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rule_search
