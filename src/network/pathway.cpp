#include "network/pathway.hpp"

#include <type_traits>

#include "evaluate/work.hpp"

namespace rule_search {

template <class T>
std::unique_ptr<Pathway<T>> make_pathway(Feedback feedback, const Network& network, int planes) {
  if constexpr (std::is_same_v<T, float>)
    return kind(feedback).of_floats(network, planes);
  else
    return kind(feedback).of_doubles(network, planes);
}

template <class T>
const T* input_derivative(const Carried<T>& network) {
  const Activity<T>& input = network.populations.activity[0];
  T* const out = network.populations.derivative[0].data();
  kernels::table<T>().input_derivative(kernels::padded(input.size), network.beta, input.at(0), out);
  return out;
}

template <class T>
void SentBack<T>::add(const kernels::Weights<T>& b, const Activity<T>& from) {
  const int planes = network_.planes;
  work::count_product(b, b.rows, from.column().active, planes);
  T* const out = first_ ? to_.at(0) : network_.populations.spare.data();
  kernels::table<T>().backward(b, from.column(), out, to_.plane, planes);
  if (!first_) kernels::table<T>().add(static_cast<int>(to_.plane * planes), T(1), out, to_.at(0));
  first_ = false;
}

template <class T>
void times_derivative(const Carried<T>& network, int l, Activity<T>& error) {
  const auto i = static_cast<std::size_t>(l);
  // Of a softplus neuron 1 - exp(-beta y) is its derivative, which forward() has computed.
  const T* const derivative = l == 0 ? input_derivative(network) : network.populations.derivative[i].data();
  kernels::table<T>().error_derivative(kernels::padded(error.size), network.beta, derivative,
                                       network.populations.activity[i].column(), error.at(0), error.plane,
                                       network.planes);
}

template std::unique_ptr<Pathway<float>> make_pathway(Feedback, const Network&, int);
template std::unique_ptr<Pathway<double>> make_pathway(Feedback, const Network&, int);
template const float* input_derivative(const Carried<float>&);
template const double* input_derivative(const Carried<double>&);
template class SentBack<float>;
template class SentBack<double>;
template void times_derivative(const Carried<float>&, int, Activity<float>&);
template void times_derivative(const Carried<double>&, int, Activity<double>&);

}  // namespace rule_search
