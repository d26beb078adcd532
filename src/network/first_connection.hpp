// Connections that leave the input, in the form that costs least.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "evaluate/connection.hpp"
#include "network/network.hpp"
#include "plan/plan.hpp"

namespace rule_search {

/// How a connection from the input keeps its weights. Such connections hold most of them, and all inputs may be known
/// beforehand.
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

/// The inputs as the connections from the input need them, their starts in the order of the graph. `weights`: of all
/// connections of the network at the start, row by row.
template <class T>
void set_space(SampleSpace<T>& space, const KnownInputs& inputs, const Network& network,
               const std::vector<std::vector<double>>& weights);

/// Both forms of a connection from the input, each made when it is needed: that of weights is large, that of samples as
/// large as the episodes are long.
template <class T>
class FirstConnection {
 public:
  /// As for Connection; `plan`, `inputs` and `outputs` must outlive it. `reads_weights`: the network needs the weights
  /// themselves at every step. `number`: among the connections from the input.
  FirstConnection(const plan::Plan& plan, int n, int m, int tangents, std::vector<int> direction,
                  const Inputs<T>& inputs, const Outputs<T>& outputs, FirstLayer form, bool reads_weights,
                  std::size_t number);

  /// Which form an episode takes. `weights_asked`: they are asked for in the end.
  bool goes_by_sample(const KnownInputs& known, bool weights_asked) const;
  /// Whether an episode that goes by sample asks for the input itself.
  bool reads_input() const;
  /// The connection for an episode: in the space of its samples, which must outlive it, or by weights where that is null.
  /// `shared`: see Connection::set_space().
  Connection<T>* choose(const SampleSpace<T>* space, Projections<T>* shared);

 private:
  const plan::Plan& plan_;
  std::optional<plan::Plan> sample_plan_;
  int n_, m_, tangents_;
  std::vector<int> direction_;
  Inputs<T> inputs_;
  Outputs<T> outputs_;
  FirstLayer form_;
  std::size_t number_;
  int space_size_ = 0;
  std::unique_ptr<Connection<T>> of_weights_, of_samples_;
};

}  // namespace rule_search
