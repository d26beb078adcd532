// The connection that leaves the input, in the form that costs least.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "evaluate/connection.hpp"
#include "plan/plan.hpp"

namespace rule_search {

/// How the first connection keeps its weights. It holds most of them, and all its inputs may be known beforehand.
enum class FirstLayer {
  fastest,
  weights,   ///< as they are
  by_sample  ///< as what they make of the samples (plan::in_sample_space), where the rule allows it
};

/// All inputs that will come, one sample after the other.
struct KnownInputs {
  std::span<const double> learned;  ///< those that are learnt from
  std::span<const double> asked;    ///< those that come afterwards
};

/// Fewer samples to come, on average over the steps, than neurons of the input.
bool pays_by_sample(const KnownInputs& inputs, int neurons);

/// The inputs as a connection of n x m weights needs them; `weights` are those at the start, row by row.
template <class T>
void set_space(SampleSpace<T>& space, const KnownInputs& inputs, int m, const double* weights, int n);

/// Both forms of the first connection, each made when it is needed: that of weights is large, that of samples as large
/// as the episodes are long.
template <class T>
class FirstConnection {
 public:
  /// As for Connection; `plan`, `inputs` and `outputs` must outlive it. `reads_weights`: the network needs the weights
  /// themselves at every step.
  FirstConnection(const plan::Plan& plan, int n, int m, int tangents, std::vector<int> direction,
                  const Inputs<T>& inputs, const Outputs<T>& outputs, FirstLayer form, bool reads_weights);

  /// The connection for an episode. `weights`: those at the start. `weights_asked`: they are asked for in the end.
  /// `prepared`: what set_space() made of these inputs and weights, or null to do it here; it must outlive the episode.
  Connection<T>* choose(const KnownInputs& known, const double* weights, bool weights_asked,
                        const SampleSpace<T>* prepared);

 private:
  const plan::Plan& plan_;
  std::optional<plan::Plan> sample_plan_;
  int n_, m_, tangents_;
  std::vector<int> direction_;
  Inputs<T> inputs_;
  Outputs<T> outputs_;
  FirstLayer form_;
  SampleSpace<T> space_;
  int space_size_ = 0;
  std::unique_ptr<Connection<T>> of_weights_, of_samples_;
};

}  // namespace rule_search
