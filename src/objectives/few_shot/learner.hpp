// The online inner loop: a network learns a stream by a rule, then answers queries, all with exact tangents.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "evaluate/connection.hpp"
#include "fit/outcome.hpp"
#include "objectives/few_shot/episode.hpp"
#include "plan/plan.hpp"

namespace rule_search {

/// Where every parameter's values stand in one flat list theta: a shared parameter has one entry, a per-layer
/// one has an entry for each connection.
struct ParameterLayout {
  /// Throws InputError where a per-layer parameter has neither one value nor one for each connection.
  ParameterLayout(const std::vector<Parameter>& parameters, int connections);

  int size() const { return static_cast<int>(names.size()); }
  /// The entry that parameter r has in connection l.
  int entry(int r, int l) const {
    return first[static_cast<std::size_t>(r)] + (per_layer[static_cast<std::size_t>(r)] ? l : 0);
  }

  std::vector<int> first;
  std::vector<bool> per_layer;
  std::vector<std::string> names;  ///< "eta", or "eta[2]" for the second connection
  std::vector<int> parameter;      ///< which parameter an entry belongs to
  std::vector<double> initial, lower, upper;
};

/// How the first connection keeps its weights. It holds most of them, and all its inputs are known before an
/// episode begins.
enum class FirstLayer {
  fastest,
  weights,   ///< as they are
  by_sample  ///< as what they make of the samples (plan::in_sample_space), where the rule allows it
};

/// Computes beforehand what every run of the episode will need, for episodes that are run many times.
void prepare(Episode& episode);

/// Carries out episodes of one network with one plan. Not thread-safe: one a thread.
template <class T>
class Learner {
 public:
  /// `directions`: entries of theta to differentiate by.
  Learner(const plan::Plan& plan, const Network& network, Feedback feedback, std::vector<int> directions,
          FirstLayer first = FirstLayer::fastest);
  ~Learner();
  Outcome run(const Episode& episode, const std::vector<double>& theta, Wanted wanted = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rule_search
