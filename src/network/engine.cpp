#include "network/engine.hpp"

#include <algorithm>
#include <utility>

#include "network/softmax.hpp"

namespace rule_search {

namespace {

bool uses_noise(const plan::Plan& plan) { return plan.uses(Quantity::noise_pre) || plan.uses(Quantity::noise_post); }
bool uses_shuffled_errors(const plan::Plan& plan) {
  return plan.uses(Quantity::shuffled_err_pre) || plan.uses(Quantity::shuffled_err_post);
}

}  // namespace

template <class T>
Engine<T>::Engine(plan::Plan plan, Network network, Feedback feedback, const std::vector<int>& directions,
                  FirstLayer first)
    : plan_(std::move(plan)),
      network_(std::move(network)),
      planes_(1 + static_cast<int>(directions.size())),
      layout_(plan_.parameters, network_.connections()),
      needs_input_error_(plan_.uses(Quantity::err_pre) || plan_.uses(Quantity::shuffled_err_pre)),
      populations_(network_, planes_, uses_noise(plan_), uses_shuffled_errors(plan_)),
      pathway_(make_pathway<T>(feedback, network_, planes_)) {
  for (int l = 0; l < network_.connections(); ++l) {
    const auto i = static_cast<std::size_t>(l);
    const Inputs<T> inputs = populations_.inputs(i);
    const Outputs<T> outputs = {&populations_.net[i + 1], &populations_.activity[i + 1]};
    std::vector<int> direction = layout_.directions_in(l, directions);
    if (l == 0) {
      const bool reads_weights = needs_input_error_ && kind(feedback).reads_forward_weights;
      first_ = std::make_unique<FirstConnection<T>>(plan_, neurons(1), neurons(0), planes_ - 1, std::move(direction),
                                                    inputs, outputs, first, reads_weights);
      connections_.push_back(nullptr);
    } else {
      later_.push_back(std::make_unique<Connection<T>>(plan_, neurons(l + 1), neurons(l), planes_ - 1,
                                                       std::move(direction), inputs, outputs));
      connections_.push_back(later_.back().get());
    }
  }
}

template <class T>
void Engine<T>::start(const Start<T>& start, const std::vector<double>& theta) {
  connections_[0] = first_->choose(start.inputs, start.weights[0].data(), start.weights_asked, start.prepared);
  for (int l = 0; l < network_.connections(); ++l) {
    const auto i = static_cast<std::size_t>(l);
    connections_[i]->set_parameters(layout_.values_in(l, theta));
    connections_[i]->set_weights(start.weights[i].data());
  }
  pathway_->start(start.feedback_weights, needs_input_error_ || start.input_error_asked);
}

template <class T>
void Engine<T>::set_input(int t, const double* x) {
  sample_ = t;
  Activity<T>& input = populations_.activity[0];
  for (int k = 0; k < input.size; ++k) input.at(0)[k] = static_cast<T>(x[k]);
}

template <class T>
bool Engine<T>::forward(bool learning) {
  const T beta = static_cast<T>(network_.beta);
  const std::size_t last = connections_.size();
  for (std::size_t l = 0; l < last; ++l)
    connections_[l]->forward(sample_, beta, l + 1 == last ? nullptr : populations_.derivative[l + 1].data(), learning);
  return softmax(populations_.net[last], populations_.activity[last]);
}

template <class T>
void Engine<T>::errors(int label, bool to_input) {
  softmax_error(populations_.activity.back(), label, populations_.error.back());
  pathway_->carry(carried(), needs_input_error_ || to_input ? 0 : 1, populations_.error);
}

template <class T>
void Engine<T>::learn(int t) {
  for (Connection<T>* connection : connections_) connection->learn(t);
}

template <class T>
std::vector<std::vector<double>> Engine<T>::weights() const {
  std::vector<std::vector<double>> out;
  for (int l = 0; l < network_.connections(); ++l) {
    out.emplace_back(static_cast<std::size_t>(neurons(l + 1)) * static_cast<std::size_t>(neurons(l)));
    connections_[static_cast<std::size_t>(l)]->get_weights(out.back().data());
  }
  return out;
}

template class Engine<float>;
template class Engine<double>;

}  // namespace rule_search
