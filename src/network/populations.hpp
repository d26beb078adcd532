// The columns of a network's layers at a step.
#pragma once

#include <vector>

#include "evaluate/activity.hpp"
#include "evaluate/inputs.hpp"
#include "network/network.hpp"

namespace rule_search {

/// Of every layer, from the input to the output, what rules read and what errors travel by. `planes`: a value and its
/// tangents.
template <class T>
struct Populations {
  Populations(const Network& network, int planes, bool with_noise, bool with_shuffled_errors);

  /// Every column that rules can read, as a connection between two layers sees it: the one place where a network
  /// provides quantities.
  Inputs<T> inputs(const Projection& connection) const;

  int top() const { return static_cast<int>(activity.size()) - 1; }

  std::vector<Activity<T>> activity, net, error;
  /// Decoys; without neurons where no rule asks for them. Noise has no tangents.
  std::vector<Activity<T>> noise, shuffled_error;
  std::vector<Buffer<T>> derivative;  ///< of the activity by net, all layers but the last
  Buffer<T> spare;                    ///< room for any column, for sums of several
};

/// out = softplus(net) with tangents, and its derivative, for a layer that several connections lead to.
template <class T>
void softplus(T beta, const Activity<T>& net, Activity<T>& out, T* derivative);

}  // namespace rule_search
