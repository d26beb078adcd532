// How errors reach the layers of a network.
#pragma once

#include <memory>
#include <vector>

#include "evaluate/connection.hpp"
#include "network/populations.hpp"

namespace rule_search {

/// The network at the step whose errors are carried.
template <class T>
struct Carried {
  Populations<T>& populations;
  const std::vector<Connection<T>*>& connections;  ///< from layer l to layer l + 1
  T beta;                                          ///< of the softplus
  int planes;
};

/// Carries the error of the output layer back. May hold feedback weights. Not thread-safe.
template <class T>
class Pathway {
 public:
  using Number = T;
  virtual ~Pathway() = default;
  /// Feedback weights of an episode, row by row, a matrix a connection of the shape that its kind says; empty without.
  /// `to_input`: the error at the input will be asked for.
  virtual void start(const std::vector<std::vector<double>>& weights, bool to_input) = 0;
  /// From error[L] as it stands to error[l] of all layers down to `lowest`, with tangents and with the weights at hand:
  /// e_l = (B_l' e) .* (1 - exp(-beta y_l)).
  virtual void carry(const Carried<T>& network, int lowest, std::vector<Activity<T>>& error) = 0;
};

/// `planes`: a value and its tangents.
template <class T>
std::unique_ptr<Pathway<T>> make_pathway(Feedback feedback, const Network& network, int planes);

/// error = (b' from) .* (1 - exp(-beta y)) of layer l: what one matrix of feedback weights, or of forward weights, does.
template <class T>
void carry_back(const Carried<T>& network, int l, const kernels::Weights<T>& b, const Activity<T>& from,
                Activity<T>& error);

/// 1 - exp(-beta x) of the input at hand.
template <class T>
const T* input_derivative(const Carried<T>& network);

}  // namespace rule_search
