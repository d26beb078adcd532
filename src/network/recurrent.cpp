#include "network/recurrent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "network/known_quantities.hpp"

namespace rule_search {

namespace {

// Column by column, all planes of a neuron from its own value. Double precision is the reference and takes the library's
// function.
template <class T>
void take_tanh(const Activity<T>& x, Activity<T>& y, Buffer<T>& slope) {
  static const kernels::Function<T> quick = sizeof(T) == sizeof(float) ? kernels::function_named<T>("tanh") : nullptr;
  if (quick != nullptr) {
    quick(kernels::padded(x.size), x.at(0), y.at(0), slope.data());
  } else {
    for (int i = 0; i < x.size; ++i) {
      const T value = std::tanh(x.at(0)[i]);
      y.at(0)[i] = value;
      slope.data()[i] = 1 - value * value;
    }
  }
  const T* const by = slope.data();
  for (int p = 1; p < x.planes; ++p) {
    const T* const from = x.at(p);
    T* const to = y.at(p);
    for (int i = 0; i < x.size; ++i) to[i] = by[i] * from[i];
  }
}

constexpr const char* pushed = "perturbation";

void check_signal(const Signal& s, const std::vector<std::string>& of_reward) {
  const bool is_reward = std::find(of_reward.begin(), of_reward.end(), s.name) != of_reward.end();
  if (is_reward ? s.shape.is_number() : s.name == pushed && s.shape == post_shape) return;
  throw InputError(
      fmt::format("the rule asks for the signal {}{}, but a recurrent network is told {} alone, numbers, and "
                  "perturbation, a column "
                  "of post\n  hint: write the rule with pre, post, net, w, states and these",
                  s.name, s.shape.is_number() ? ", a number" : ", a column", fmt::join(of_reward, " and ")));
}

}  // namespace

template <class T>
const std::vector<std::string>& RecurrentNetwork<T>::signals_of_reward() {
  static const std::vector<std::string> names = {"reward", "expected_reward"};
  return names;
}

template <class T>
RecurrentNetwork<T>::RecurrentNetwork(plan::Plan plan, const RecurrentShape& shape, const std::vector<int>& directions)
    : plan_(std::move(plan)),
      shape_(shape),
      planes_(1 + static_cast<int>(directions.size())),
      layout_(plan_.parameters, 1),
      rests_(plan::rests(plan_, signals_of_reward())),
      pre_(shape.neurons, planes_),
      post_(shape.neurons, planes_),
      x_(shape.neurons, planes_),
      drive_(shape.neurons, planes_),
      slope_(static_cast<std::size_t>(kernels::padded(shape.neurons))) {
  for (const Signal& s : plan_.signals) {
    check_signal(s, signals_of_reward());
    const bool number = s.shape.is_number();
    signals_.emplace_back(number ? 1 : shape.neurons, number ? planes_ : 1);
    signals_.back().active = number;
  }
  Inputs<T> inputs;
  inputs[Quantity::pre] = &pre_;
  inputs[Quantity::post] = &post_;
  inputs[Quantity::net] = &x_;
  refuse_unknown_quantities(plan_, inputs, "a recurrent network",
                            "write the rule with pre, post, net, w, states, reward and expected_reward");
  for (const Activity<T>& s : signals_) inputs.signals.push_back(&s);
  connection_ =
      std::make_unique<Connection<T>>(plan_, shape.neurons, shape.neurons, planes_ - 1,
                                      layout_.directions_in(0, directions), inputs, Outputs<T>{&drive_, nullptr});
}

template <class T>
void RecurrentNetwork<T>::start(const std::vector<double>& theta, const double* weights, const double* input_weights,
                                const double* readout) {
  connection_->set_parameters(layout_.values_in(0, theta));
  connection_->set_weights(weights);
  input_weights_ = input_weights;
  readout_ = readout;
}

template <class T>
void RecurrentNetwork<T>::begin_trial(const double* x) {
  for (int p = 0; p < planes_; ++p) {
    for (int i = 0; i < shape_.neurons; ++i) x_.at(p)[i] = p == 0 ? static_cast<T>(x[i]) : T(0);
  }
  take_tanh(x_, pre_, slope_);
  connection_->states().begin_trial();
}

template <class T>
void RecurrentNetwork<T>::respond(const double* input, const double* perturbation) {
  connection_->forward(0, T(1), nullptr, false);
  const auto alpha = static_cast<T>(shape_.alpha);
  for (int p = 0; p < planes_; ++p) {
    T* const x = x_.at(p);
    const T* const drive = drive_.at(p);
    for (int i = 0; i < shape_.neurons; ++i) x[i] += alpha * (drive[i] - x[i]);
  }
  const double* row = input_weights_;
  for (int i = 0; i < shape_.neurons; ++i, row += shape_.inputs) {
    double brought = 0;
    for (int j = 0; j < shape_.inputs; ++j) brought += row[j] * input[j];
    x_.at(0)[i] += static_cast<T>(shape_.alpha * brought + perturbation[i]);
  }
  take_tanh(x_, post_, slope_);
  for (std::size_t k = 0; k < signals_.size(); ++k) {
    for (int i = 0; i < shape_.neurons && plan_.signals[k].name == pushed; ++i)
      signals_[k].at(0)[i] = static_cast<T>(perturbation[i]);
  }
}

template <class T>
Slope RecurrentNetwork<T>::output() const {
  Slope out{0, std::vector<double>(static_cast<std::size_t>(planes_) - 1)};
  for (int p = 0; p < planes_; ++p) {
    double sum = 0;
    for (int i = 0; i < shape_.neurons; ++i) sum += readout_[i] * static_cast<double>(post_.at(p)[i]);
    (p == 0 ? out.value : out.by[static_cast<std::size_t>(p) - 1]) = sum;
  }
  return out;
}

template <class T>
void RecurrentNetwork<T>::step() {
  tell({}, {});  // what states become may read it
  if (rests_)
    connection_->remember();
  else
    connection_->learn();
  end_step();
}

template <class T>
void RecurrentNetwork<T>::reward(const Slope& reward, const Slope& expected) {
  tell(reward, expected);
  connection_->learn();
  connection_->settle();
  end_step();
}

template <class T>
void RecurrentNetwork<T>::tell(const Slope& reward, const Slope& expected) {
  for (std::size_t k = 0; k < signals_.size(); ++k) {
    const std::string& name = plan_.signals[k].name;
    if (name == pushed) continue;
    const Slope& what = name == signals_of_reward().front() ? reward : expected;
    for (int p = 0; p < planes_; ++p) {
      const auto d = static_cast<std::size_t>(p) - 1;
      signals_[k].at(p)[0] = static_cast<T>(p == 0 ? what.value : d < what.by.size() ? what.by[d] : 0);
    }
  }
}

// What follows is the next step's.
template <class T>
void RecurrentNetwork<T>::end_step() {
  for (int p = 0; p < planes_; ++p) std::copy_n(post_.at(p), shape_.neurons, pre_.at(p));
}

template <class T>
void RecurrentNetwork<T>::disturb(const double* by) {
  std::vector<double> now;
  for (int i = 0; i < shape_.neurons; ++i) {
    for (int j = 0; j < shape_.neurons; ++j) now.push_back(weight(i, j) + *by++);
  }
  connection_->replace_weights(now.data());
}

template <class T>
double RecurrentNetwork<T>::weight(int i, int j) const {
  const kernels::Weights<T>& w = connection_->weights();
  return static_cast<double>(w.data[i * w.stride + j]);
}

template <class T>
double RecurrentNetwork<T>::weight_derivative(int i, int j, int direction) const {
  const kernels::Weights<T>& w = connection_->weights();
  return static_cast<double>(w.data[i * w.stride + (1 + direction) * w.plane + j]);
}

template class RecurrentNetwork<float>;
template class RecurrentNetwork<double>;

}  // namespace rule_search
