#include "network/spiking.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/error.hpp"
#include "evaluate/work.hpp"
#include "network/known_quantities.hpp"

namespace rule_search {

namespace {

constexpr const char* clock_signal = "clock";

void check_signal(const Signal& s) {
  if (s.name == clock_signal && s.shape.is_number()) return;
  throw InputError(fmt::format(
      "the rule asks for the signal {}{}, but a spiking network is told clock alone, a number\n  hint: write "
      "the rule with pre, post, net, gate, err_post, w, states and clock",
      s.name, s.shape.is_number() ? ", a number" : ", a column"));
}

template <class T>
void clear(Activity<T>& x) {
  std::fill_n(x.at(0), x.plane * x.planes, T(0));
}

// Whether a layer leads to itself.
bool recurrent(const Projection& p) { return p.from == p.to; }

}  // namespace

std::vector<Projection> SpikingShape::connections() const {
  std::vector<Projection> out = {{0, 1}, {1, 1}};
  for (int l = 2; l < static_cast<int>(layers.size()); ++l) out.push_back({l - 1, l});
  return out;
}

int SpikingShape::presynaptic(const Projection& connection) const {
  const int neurons = layers[static_cast<std::size_t>(connection.from)];
  return recurrent(connection) ? neurons : neurons + 1;
}

bool carries_errors_of_spikes(Feedback feedback) {
  return feedback == Feedback::symmetric || feedback == Feedback::fixed;
}

template <class T>
SpikingNetwork<T>::SpikingNetwork(plan::Plan plan, const SpikingShape& shape, SpikeDerivative derivative,
                                  const std::vector<int>& directions)
    : plan_(std::move(plan)),
      shape_(shape),
      derivative_(derivative),
      planes_(1 + static_cast<int>(directions.size())),
      layout_(plan_.parameters, static_cast<int>(shape.connections().size())),
      projections_(shape.connections()),
      before_(shape.layers[1], planes_),
      both_(shape.layers[1], planes_) {
  for (const Signal& s : plan_.signals) check_signal(s);
  if (!plan_.signals.empty()) {
    clock_.emplace_back(1, 1);
    clock_.back().active = false;
  }
  for (std::size_t l = 0; l < layers(); ++l) {
    const int neurons = shape_.layers[l];
    const bool output = l + 1 == layers();
    for (std::vector<Activity<T>>* of : {&membrane_, &activity_, &error_, &gated_}) of->emplace_back(neurons, planes_);
    with_bias_.emplace_back(neurons + 1, planes_);
    with_bias_.back().at(0)[neurons] = T(1);
    gate_.emplace_back(neurons, planes_);
    gate_.back().active = !output;
    std::fill_n(gate_.back().at(0), output ? neurons : 0, T(1));
  }
  with_bias_[0].active = false;  // the input does not depend on the rule
  for (std::size_t c = 0; c < projections_.size(); ++c)
    add_connection(c, projections_[c], layout_.directions_in(static_cast<int>(c), directions));
}

template <class T>
void SpikingNetwork<T>::add_connection(std::size_t c, const Projection& p, std::vector<int> direction) {
  const auto to = static_cast<std::size_t>(p.to);
  drive_.push_back(std::make_unique<Activity<T>>(shape_.layers[to], planes_));
  Inputs<T> inputs;
  inputs[Quantity::pre] = recurrent(p) ? &before_ : &with_bias_[static_cast<std::size_t>(p.from)];
  inputs[Quantity::post] = &activity_[to];
  inputs[Quantity::err_post] = &error_[to];
  inputs[Quantity::net] = &membrane_[to];
  inputs[Quantity::gate] = &gate_[to];
  refuse_unknown_quantities(plan_, inputs, "a spiking network",
                            "write the rule with pre, post, net, gate, err_post, w, states and clock");
  for (std::size_t s = 0; s < plan_.signals.size(); ++s) inputs.signals.push_back(&clock_.front());
  connections_.push_back(std::make_unique<Connection<T>>(plan_, shape_.layers[to], shape_.presynaptic(p), planes_ - 1,
                                                         std::move(direction), inputs,
                                                         Outputs<T>{drive_[c].get(), nullptr}));
}

template <class T>
void SpikingNetwork<T>::start(const std::vector<double>& theta, const std::vector<std::vector<double>>& weights,
                              const std::vector<std::vector<double>>& feedback_weights) {
  for (std::size_t c = 0; c < connections_.size(); ++c) {
    connections_[c]->set_parameters(layout_.values_in(static_cast<int>(c), theta));
    connections_[c]->set_weights(weights[c].data());
  }
  for (std::vector<Activity<T>>* of : {&membrane_, &activity_}) {
    for (Activity<T>& x : *of) clear(x);
  }
  feedback_memory_.clear();
  feedback_.clear();
  if (shape_.feedback != Feedback::fixed) return;
  for (std::size_t c = 0; c < projections_.size(); ++c) {
    feedback_memory_.emplace_back(0);
    feedback_.push_back({});
    if (projections_[c].from == 0 || recurrent(projections_[c])) continue;
    const int rows = shape_.layers[static_cast<std::size_t>(projections_[c].to)];
    const int cols = shape_.layers[static_cast<std::size_t>(projections_[c].from)];
    feedback_memory_.back() = Buffer<T>(static_cast<std::size_t>(padded(rows) * padded(cols)));
    T* const data = feedback_memory_.back().data();
    feedback_.back() = {data, rows, cols, padded(cols), padded(rows) * padded(cols), 1};
    const std::vector<double>& given = feedback_weights[c - 2];
    for (int i = 0; i < rows; ++i) {
      for (int j = 0; j < cols; ++j)
        data[i * padded(cols) + j] = static_cast<T>(
            given[static_cast<std::size_t>(i) * static_cast<std::size_t>(cols) + static_cast<std::size_t>(j)]);
    }
  }
}

template <class T>
void SpikingNetwork<T>::respond(const double* input) {
  for (int j = 0; j < shape_.layers[0]; ++j) with_bias_[0].at(0)[j] = static_cast<T>(input[j]);
  std::copy_n(activity_[1].at(0), before_.plane * planes_, before_.at(0));
  connections_[0]->forward(0, T(1), nullptr, false);
  connections_[1]->forward(0, T(1), nullptr, false);
  std::copy_n(drive_[0]->at(0), drive_[0]->plane * planes_, both_.at(0));
  kernels::table<T>().add(static_cast<int>(both_.plane * planes_), T(1), drive_[1]->at(0), both_.at(0));
  integrate(1, both_);
  // The last connection that leads to layer l is number l.
  for (std::size_t l = 2; l < layers(); ++l) {
    connections_[l]->forward(0, T(1), nullptr, false);
    integrate(l, *drive_[l]);
  }
}

template <class T>
void SpikingNetwork<T>::integrate(std::size_t layer, const Activity<T>& drive) {
  const bool output = layer + 1 == layers();
  const auto keep = static_cast<T>(std::exp(-shape_.dt / (output ? shape_.tau_output : shape_.tau_membrane)));
  const T brought = output ? 1 - keep : T(1);
  const auto threshold = static_cast<T>(output ? 0 : shape_.threshold);
  Activity<T>& u = membrane_[layer];
  for (int p = 0; p < planes_; ++p) {
    T* const x = u.at(p);
    const T* const spikes = activity_[layer].at(p);
    for (int i = 0; i < u.size; ++i) x[i] = keep * x[i] + brought * drive.at(p)[i] - threshold * spikes[i];
  }
  if (output)
    std::copy_n(u.at(0), u.plane * planes_, activity_[layer].at(0));
  else
    spike(layer);
}

template <class T>
void SpikingNetwork<T>::spike(std::size_t layer) {
  const Activity<T>& u = membrane_[layer];
  Activity<T>& spikes = activity_[layer];
  const auto threshold = static_cast<T>(shape_.threshold);
  const auto slope = static_cast<T>(shape_.tangent_slope);
  for (int i = 0; i < u.size; ++i) {
    const T above = u.at(0)[i] - threshold;
    spikes.at(0)[i] = above >= 0 ? T(1) : T(0);
    const T root = 1 / (1 + slope * std::abs(above));
    const T by = derivative_ == SpikeDerivative::zero ? T(0) : root * root;
    for (int p = 1; p < planes_; ++p) spikes.at(p)[i] = by * u.at(p)[i];
  }
  for (int p = 0; p < planes_; ++p) std::copy_n(spikes.at(p), u.size, with_bias_[layer].at(p));
}

template <class T>
bool SpikingNetwork<T>::finite() const {
  T sum = 0;
  for (const Activity<T>& u : membrane_) sum = std::accumulate(u.at(0), u.at(0) + u.size, sum);
  return std::isfinite(sum);
}

template <class T>
void SpikingNetwork<T>::take_gate(std::size_t layer) {
  const Activity<T>& u = membrane_[layer];
  Activity<T>& gate = gate_[layer];
  const auto threshold = static_cast<T>(shape_.threshold);
  const auto slope = static_cast<T>(shape_.gate_slope);
  for (int i = 0; i < u.size; ++i) {
    const T above = u.at(0)[i] - threshold;
    const T root = 1 / (1 + slope * std::abs(above));
    gate.at(0)[i] = root * root;
    const T by = (above > 0 ? -2 : above < 0 ? 2 : 0) * slope * root * root * root;
    for (int p = 1; p < planes_; ++p) gate.at(p)[i] = by * u.at(p)[i];
  }
}

// By connection `c`, to the layer below it.
template <class T>
void SpikingNetwork<T>::carry_error(std::size_t c) {
  const auto to = static_cast<std::size_t>(projections_[c].to);
  const auto from = static_cast<std::size_t>(projections_[c].from);
  const Activity<T>& e = error_[to];
  const Activity<T>& gate = gate_[to];
  Activity<T>& gated = gated_[to];
  for (int p = 0; p < planes_; ++p) {
    for (int i = 0; i < e.size; ++i) {
      gated.at(p)[i] = e.at(p)[i] * gate.at(0)[i];
      if (p > 0 && gate.active) gated.at(p)[i] += e.at(0)[i] * gate.at(p)[i];
    }
  }
  kernels::Weights<T> w = shape_.feedback == Feedback::fixed ? feedback_[c] : connections_[c]->weights();
  w.cols = shape_.layers[from];  // without the bias
  Activity<T>& out = error_[from];
  work::count_product(w, w.rows, planes_ > 1, w.planes);
  kernels::table<T>().backward(w, gated.column(), out.at(0), out.plane, planes_);
  // The bias may lie in what is padding here.
  for (int p = 0; p < planes_; ++p) std::fill(out.at(p) + out.size, out.at(p) + out.plane, T(0));
}

template <class T>
void SpikingNetwork<T>::learn(const double* target, int step) {
  Activity<T>& error = error_.back();
  for (int p = 0; p < planes_; ++p) {
    for (int i = 0; i < error.size; ++i)
      error.at(p)[i] = output().at(p)[i] - (p == 0 ? static_cast<T>(target[i]) : T(0));
  }
  for (std::size_t l = 1; l + 1 < layers(); ++l) take_gate(l);
  for (std::size_t c = projections_.size(); c-- > 2;) carry_error(c);
  if (!clock_.empty()) clock_.front().at(0)[0] = (step + 1) % shape_.clock == 0 ? T(1) : T(0);
  for (auto& connection : connections_) connection->learn();
  if (shape_.row_bound > 0) {
    for (auto& connection : connections_) connection->bound_rows(shape_.row_bound);
  }
}

template class SpikingNetwork<float>;
template class SpikingNetwork<double>;

}  // namespace rule_search
