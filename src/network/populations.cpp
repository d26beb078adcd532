#include "network/populations.hpp"

#include <algorithm>

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
  const int widest = *std::max_element(network.layers.begin(), network.layers.end());
  spare = Buffer<T>(static_cast<std::size_t>(padded(widest) * planes));
  activity[0].active = false;  // the input does not depend on the rule
}

template <class T>
Inputs<T> Populations<T>::inputs(const Projection& connection) const {
  const auto pre = static_cast<std::size_t>(connection.from);
  const auto post = static_cast<std::size_t>(connection.to);
  Inputs<T> inputs;
  inputs[Quantity::pre] = &activity[pre];
  inputs[Quantity::post] = &activity[post];
  inputs[Quantity::err_pre] = &error[pre];
  inputs[Quantity::err_post] = &error[post];
  inputs[Quantity::noise_pre] = &noise[pre];
  inputs[Quantity::noise_post] = &noise[post];
  inputs[Quantity::shuffled_err_pre] = &shuffled_error[pre];
  inputs[Quantity::shuffled_err_post] = &shuffled_error[post];
  inputs[Quantity::net] = &net[post];
  return inputs;
}

template <class T>
void softplus(T beta, const Activity<T>& net, Activity<T>& out, T* derivative) {
  kernels::table<T>().softplus(static_cast<int>(net.plane), beta, net.at(0), net.plane, out.at(0), out.plane,
                               net.planes, derivative);
  // Neurons that exist only as padding stay 0, which softplus(0) is not.
  std::fill(out.at(0) + out.size, out.at(0) + out.plane, T(0));
}

template struct Populations<float>;
template struct Populations<double>;
template void softplus(float, const Activity<float>&, Activity<float>&, float*);
template void softplus(double, const Activity<double>&, Activity<double>&, double*);

}  // namespace rule_search
