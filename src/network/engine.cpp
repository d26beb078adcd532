#include "network/engine.hpp"

#include <algorithm>
#include <utility>

#include "network/known_quantities.hpp"
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
      graph_(network_.graph()),
      planes_(1 + static_cast<int>(directions.size())),
      layout_(plan_.parameters, network_.connections()),
      needs_input_error_(plan_.uses(Quantity::err_pre) || plan_.uses(Quantity::shuffled_err_pre)),
      populations_(network_, planes_, uses_noise(plan_), uses_shuffled_errors(plan_)),
      pathway_(make_pathway<T>(feedback, network_, planes_)),
      feedback_learns_(kind(feedback).learns) {
  const bool reads_weights = needs_input_error_ && kind(feedback).reads_forward_weights;
  for (int c = 0; c < network_.connections(); ++c)
    add_connection(c, layout_.directions_in(c, directions), first, reads_weights);
}

template <class T>
void Engine<T>::add_connection(int c, std::vector<int> direction, FirstLayer first, bool reads_weights) {
  const Projection p = graph_.connections[static_cast<std::size_t>(c)];
  const auto to = static_cast<std::size_t>(p.to);
  // The only connection to a layer computes the activity of its neurons in the same pass.
  const bool alone = graph_.incoming[to].size() == 1;
  own_nets_.push_back(alone ? nullptr : std::make_unique<Activity<T>>(neurons(p.to), planes_));
  Activity<T>* const net = alone ? &populations_.net[to] : own_nets_.back().get();
  nets_.push_back(net);
  const Inputs<T> inputs = populations_.inputs(p);
  refuse_unknown_quantities(plan_, inputs, "a network of softplus neurons",
                            "write the rule with pre, post, err_pre, err_post, net, w and states");
  const Outputs<T> outputs = {net, &populations_.activity[to]};
  connections_.push_back(nullptr);
  if (p.from == 0) {
    first_.push_back(std::make_unique<FirstConnection<T>>(plan_, neurons(p.to), neurons(0), planes_ - 1,
                                                          std::move(direction), inputs, outputs, first, reads_weights,
                                                          first_.size()));
  } else {
    later_.push_back(std::make_unique<Connection<T>>(plan_, neurons(p.to), neurons(p.from), planes_ - 1,
                                                     std::move(direction), inputs, outputs));
    connections_.back() = later_.back().get();
  }
}

template <class T>
void Engine<T>::start(const Start<T>& start, const std::vector<double>& theta) {
  const SampleSpace<T>* space = nullptr;
  if (first_.front()->goes_by_sample(start.inputs, start.weights_asked)) {
    if (start.prepared == nullptr) set_space(space_, start.inputs, network_, start.weights);
    space = start.prepared == nullptr ? &space_ : &start.prepared->space;
  }
  known_ = space;
  input_read_ = space == nullptr || needs_input_error_ || start.input_error_asked || feedback_learns_ ||
                std::any_of(first_.begin(), first_.end(), [](const auto& first) { return first->reads_input(); });
  for (std::size_t k = 0; k < first_.size(); ++k)
    connections_[static_cast<std::size_t>(graph_.readers[0][k])] =
        first_[k]->choose(space, first_.size() > 1 ? &projections_ : nullptr);
  for (int c = 0; c < network_.connections(); ++c) {
    const auto i = static_cast<std::size_t>(c);
    connections_[i]->set_parameters(layout_.values_in(c, theta));
    connections_[i]->set_weights(start.weights[i].data());
  }
  pathway_->start(start.feedback_weights, needs_input_error_ || start.input_error_asked, start.noise,
                  start.prepared == nullptr ? nullptr : start.prepared->feedback.get());
}

template <class T>
void Engine<T>::set_input(int t, const double* x) {
  sample_ = t;
  if (known_ != nullptr) return;  // see forward()
  Activity<T>& input = populations_.activity[0];
  for (int k = 0; k < input.size; ++k) input.at(0)[k] = static_cast<T>(x[k]);
}

template <class T>
bool Engine<T>::forward(bool learning) {
  const T beta = static_cast<T>(network_.beta);
  const auto last = static_cast<std::size_t>(graph_.layers() - 1);
  if (known_ != nullptr && learning && input_read_)
    std::copy_n(known_->sample(sample_), populations_.activity[0].size, populations_.activity[0].at(0));
  for (std::size_t l = 1; l <= last; ++l) {
    const std::vector<int>& incoming = graph_.incoming[l];
    const bool alone = incoming.size() == 1;
    for (const int c : incoming)
      connections_[static_cast<std::size_t>(c)]->forward(
          sample_, beta, alone && l < last ? populations_.derivative[l].data() : nullptr, learning);
    if (alone) continue;
    join(l);
    if (l < last) softplus(beta, populations_.net[l], populations_.activity[l], populations_.derivative[l].data());
  }
  return softmax(populations_.net[last], populations_.activity[last]);
}

// The input current of a layer, from what its connections make of it, in their order.
template <class T>
void Engine<T>::join(std::size_t l) {
  Activity<T>& net = populations_.net[l];
  const auto all = static_cast<int>(net.plane * planes_);
  const std::vector<int>& incoming = graph_.incoming[l];
  std::copy_n(net_of(static_cast<std::size_t>(incoming[0])).at(0), all, net.at(0));
  for (std::size_t k = 1; k < incoming.size(); ++k)
    kernels::table<T>().add(all, T(1), net_of(static_cast<std::size_t>(incoming[k])).at(0), net.at(0));
}

template <class T>
void Engine<T>::errors(int label, bool to_input) {
  softmax_error(populations_.activity.back(), label, populations_.error.back());
  pathway_->carry(carried(), needs_input_error_ || to_input ? 0 : 1, populations_.error);
}

template <class T>
void Engine<T>::learn(int t) {
  projections_.forget();
  for (Connection<T>* connection : connections_) connection->learn(t);
}

template <class T>
std::vector<std::vector<double>> Engine<T>::weights() const {
  std::vector<std::vector<double>> out;
  for (std::size_t c = 0; c < connections_.size(); ++c) {
    const Projection& p = graph_.connections[c];
    out.emplace_back(static_cast<std::size_t>(neurons(p.to)) * static_cast<std::size_t>(neurons(p.from)));
    connections_[c]->get_weights(out.back().data());
  }
  return out;
}

template class Engine<float>;
template class Engine<double>;

}  // namespace rule_search
