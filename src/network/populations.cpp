#include "network/populations.hpp"

namespace rule_search {

template <class T>
Populations<T>::Populations(const Network& network, int planes, bool with_noise, bool with_shuffled_errors) {
  for (const int neurons : network.layers) {
    activity.emplace_back(neurons, planes);
    net.emplace_back(neurons, planes);
    error.emplace_back(neurons, planes);
    noise.emplace_back(with_noise ? neurons : 0, 1);
    noise.back().active = false;
    shuffled_error.emplace_back(with_shuffled_errors ? neurons : 0, planes);
    derivative.emplace_back(static_cast<std::size_t>(padded(neurons)));
  }
  activity[0].active = false;  // the input does not depend on the rule
}

template <class T>
Inputs<T> Populations<T>::inputs(std::size_t l) const {
  Inputs<T> inputs;
  inputs[Quantity::pre] = &activity[l];
  inputs[Quantity::post] = &activity[l + 1];
  inputs[Quantity::err_pre] = &error[l];
  inputs[Quantity::err_post] = &error[l + 1];
  inputs[Quantity::noise_pre] = &noise[l];
  inputs[Quantity::noise_post] = &noise[l + 1];
  inputs[Quantity::shuffled_err_pre] = &shuffled_error[l];
  inputs[Quantity::shuffled_err_post] = &shuffled_error[l + 1];
  return inputs;
}

template struct Populations<float>;
template struct Populations<double>;

}  // namespace rule_search
