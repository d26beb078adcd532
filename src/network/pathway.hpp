// How errors reach the layers of a network.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "evaluate/connection.hpp"
#include "network/populations.hpp"

namespace rule_search {

/// The network at the step whose errors are carried.
template <class T>
struct Carried {
  const Graph& graph;
  Populations<T>& populations;
  const std::vector<Connection<T>*>& connections;  ///< in the order of the graph
  T beta;                                          ///< of the softplus
  int planes;
};

/// Standard normal numbers, one a presynaptic neuron of a connection, at a step; the same in every run of an episode.
using FeedbackNoise = std::function<std::vector<double>(int step, int connection)>;

template <class T>
struct FixedMatrices;

/// Carries the error of the output layer back. May hold feedback weights, which may learn. Not thread-safe.
template <class T>
class Pathway {
 public:
  using Number = T;
  virtual ~Pathway() = default;
  /// Feedback weights of an episode, row by row, of the shapes that feedback_shapes() says; empty without.
  /// `to_input`: the error at the input will be asked for. `noise`: for feedback weights that learn. `prepared`: what
  /// prepared() made of these weights, or null.
  virtual void start(const std::vector<std::vector<double>>& weights, bool to_input, const FeedbackNoise& noise,
                     const FixedMatrices<T>* prepared) = 0;
  /// These feedback weights as the pathway keeps them, for many episodes that begin with them; null where they do not stay as
  /// they are.
  virtual std::shared_ptr<const FixedMatrices<T>> prepared(const std::vector<std::vector<double>>& /*weights*/) const {
    return nullptr;
  }
  /// Feedback weights that learn change, after the network went forward and before errors are carried.
  virtual void learn(const Carried<T>& /*network*/, int /*step*/) {}
  /// From error[L] as it stands to error[l] of all layers down to `lowest`, with tangents and with the weights at hand:
  /// e_l = (sum of B' e over the layers that read l) .* (1 - exp(-beta y_l)).
  virtual void carry(const Carried<T>& network, int lowest, std::vector<Activity<T>>& error) = 0;
  /// Feedback weights that learn, as they are; empty where none does.
  virtual std::vector<std::vector<double>> weights() { return {}; }
};

/// `planes`: a value and its tangents.
template <class T>
std::unique_ptr<Pathway<T>> make_pathway(Feedback feedback, const Network& network, int planes);

/// A sum of errors sent back by several matrices, b' from of each, in their order.
template <class T>
class SentBack {
 public:
  /// Into `to`; what stood there is lost.
  SentBack(const Carried<T>& network, Activity<T>& to) : network_(network), to_(to) {}
  void add(const kernels::Weights<T>& b, const Activity<T>& from);

 private:
  const Carried<T>& network_;
  Activity<T>& to_;
  bool first_ = true;
};

/// error = error .* (1 - exp(-beta y)) of layer l, with tangents.
template <class T>
void times_derivative(const Carried<T>& network, int l, Activity<T>& error);

/// 1 - exp(-beta x) of the input at hand.
template <class T>
const T* input_derivative(const Carried<T>& network);

/// error[l] = (sum over the readers of l of b(c)' error[of reader]) .* (1 - exp(-beta y_l)), where b(c) is the matrix of
/// connection c.
template <class T, class MatrixOf>
void carry_from_readers(const Carried<T>& network, int l, const MatrixOf& b, std::vector<Activity<T>>& error) {
  SentBack<T> sum(network, error[static_cast<std::size_t>(l)]);
  for (const int c : network.graph.readers[static_cast<std::size_t>(l)]) {
    const auto reader = static_cast<std::size_t>(network.graph.connections[static_cast<std::size_t>(c)].to);
    sum.add(b(c), error[reader]);
  }
  times_derivative(network, l, error[static_cast<std::size_t>(l)]);
}

}  // namespace rule_search
