#include "network/pathways/target_propagation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "expression/rule.hpp"

namespace rule_search {

namespace {

// Normalised least mean squares: V' (answer) shall be the disturbance.
plan::Plan learning_rule(const TargetPropagation& how) {
  return plan::lower(check_rule(
      {"dtp", fmt::format("rule dtp\ndw = -{0:.17g}*w - ({1:.17g}/(post'*post + {2:.17g}))*post*(post'*w - pre')\n",
                          how.rate * how.decay, how.rate, how.floor * how.noise * how.noise)}));
}

}  // namespace

template <class T>
TargetPropagationPathway<T>::TargetPropagationPathway(const Network& network, int planes)
    : how_(network.dtp), graph_(network.graph()), plan_(learning_rule(network.dtp)) {
  const auto neurons = [&](int l) { return network.layers[static_cast<std::size_t>(l)]; };
  for (const Projection& p : graph_.connections) {
    learning_.push_back(nullptr);
    if (transposed(p)) continue;
    learning_.back() = std::make_unique<Learning>(neurons(p.from), neurons(p.to), planes);
    Learning& one = *learning_.back();
    Inputs<T> inputs;
    inputs[Quantity::pre] = &one.disturbance;
    inputs[Quantity::post] = &one.answer;
    one.weights.emplace(plan_, neurons(p.to), neurons(p.from), planes - 1, std::vector<int>{}, inputs, Outputs<T>{});
  }
  for (const int n : network.layers) difference_.emplace_back(n, planes);
}

template <class T>
bool TargetPropagationPathway<T>::transposed(const Projection& connection) const {
  return how_.top == TargetPropagation::Top::symmetric && connection.to == graph_.layers() - 1;
}

template <class T>
void TargetPropagationPathway<T>::start(const std::vector<std::vector<double>>& weights, bool to_input,
                                        const FeedbackNoise& noise, const FixedMatrices<T>* /*prepared*/) {
  to_input_ = to_input;
  noise_ = noise;
  unused_ = weights;
  for (std::size_t c = 0; c < learning_.size(); ++c) {
    if (!learning_[c]) continue;
    learning_[c]->weights->set_parameters({});
    learning_[c]->weights->set_weights(weights[c].data());
  }
}

// By how much the layer after changes when the layer before changes by the disturbance, and nothing else does.
template <class T>
void TargetPropagationPathway<T>::take_answer(const Carried<T>& network, int c, Learning& learning) {
  const auto& k = kernels::table<T>();
  const auto to = static_cast<std::size_t>(graph_.connections[static_cast<std::size_t>(c)].to);
  const int planes = network.planes;
  Activity<T>& answer = learning.answer;
  const kernels::Weights<T>& w = network.connections[static_cast<std::size_t>(c)]->weights();
  k.forward(w, learning.disturbance.column(), answer.at(0), answer.plane);
  if (static_cast<int>(to) == graph_.layers() - 1) return;  // through the softmax itself it blows up
  const auto all = static_cast<int>(answer.plane * planes);
  Activity<T>& moved = difference_[to];  // free until errors are carried
  std::copy_n(network.populations.net[to].at(0), all, moved.at(0));
  k.add(all, T(1), answer.at(0), moved.at(0));
  softplus(network.beta, moved, answer, network.populations.spare.data());
  k.add(all, T(-1), network.populations.activity[to].at(0), answer.at(0));
}

template <class T>
void TargetPropagationPathway<T>::learn(const Carried<T>& network, int step) {
  for (int c = 0; c < static_cast<int>(learning_.size()); ++c) {
    Learning* const one = learning_[static_cast<std::size_t>(c)].get();
    if (one == nullptr || (graph_.connections[static_cast<std::size_t>(c)].from == 0 && !to_input_)) continue;
    const std::vector<double> noise = noise_(step, c);
    for (std::size_t j = 0; j < noise.size(); ++j) one->disturbance.at(0)[j] = static_cast<T>(how_.noise * noise[j]);
    take_answer(network, c, *one);
    one->weights->learn();
    one->weights->settle();
  }
}

template <class T>
const kernels::Weights<T>& TargetPropagationPathway<T>::back(const Carried<T>& network, int c) const {
  const auto& one = learning_[static_cast<std::size_t>(c)];
  return one ? one->weights->weights() : network.connections[static_cast<std::size_t>(c)]->weights();
}

template <class T>
void TargetPropagationPathway<T>::carry(const Carried<T>& network, int lowest, std::vector<Activity<T>>& error) {
  const auto copy = [&](const Activity<T>& from, Activity<T>& to) {
    std::copy_n(from.at(0), static_cast<std::size_t>(from.plane * network.planes), to.at(0));
  };
  copy(error.back(), difference_.back());
  for (int l = network.populations.top() - 1; l >= lowest; --l) {
    const auto i = static_cast<std::size_t>(l);
    const std::vector<int>& readers = graph_.readers[i];
    SentBack<T> sum(network, difference_[i]);
    for (const int c : readers) {
      const auto reader = static_cast<std::size_t>(graph_.connections[static_cast<std::size_t>(c)].to);
      sum.add(back(network, c), difference_[reader]);
    }
    if (how_.readers == TargetPropagation::Readers::mean && readers.size() > 1) {
      const T share = T(1) / static_cast<T>(readers.size());
      for (std::ptrdiff_t k = 0; k < difference_[i].plane * network.planes; ++k) difference_[i].at(0)[k] *= share;
    }
    copy(difference_[i], error[i]);
    times_derivative(network, l, error[i]);
  }
}

template <class T>
std::vector<std::vector<double>> TargetPropagationPathway<T>::weights() {
  std::vector<std::vector<double>> out = unused_;
  for (std::size_t c = 0; c < learning_.size(); ++c) {
    if (learning_[c]) learning_[c]->weights->get_weights(out[c].data());
  }
  return out;
}

template class TargetPropagationPathway<float>;
template class TargetPropagationPathway<double>;

}  // namespace rule_search
