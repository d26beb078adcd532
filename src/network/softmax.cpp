#include "network/softmax.hpp"

#include <algorithm>
#include <cmath>

namespace rule_search {

template <class T>
bool softmax(const Activity<T>& in, Activity<T>& out) {
  T top = in.at(0)[0];
  for (int k = 0; k < in.size; ++k) top = std::max(top, in.at(0)[k]);
  T sum = 0;
  for (int k = 0; k < in.size; ++k) sum += out.at(0)[k] = std::exp(in.at(0)[k] - top);
  for (int k = 0; k < in.size; ++k) out.at(0)[k] /= sum;
  if (!std::isfinite(sum) || !std::isfinite(top)) return false;
  for (int p = 1; p < in.planes; ++p) {
    T mean = 0;
    for (int k = 0; k < in.size; ++k) mean += out.at(0)[k] * in.at(p)[k];
    for (int k = 0; k < in.size; ++k) out.at(p)[k] = out.at(0)[k] * (in.at(p)[k] - mean);
  }
  return true;
}

template <class T>
void softmax_error(const Activity<T>& y, int label, Activity<T>& error) {
  for (int p = 0; p < y.planes; ++p) std::copy_n(y.at(p), y.size, error.at(p));
  error.at(0)[label] -= 1;
}

template <class T>
CrossEntropy cross_entropy(const Activity<T>& net, const Activity<T>& y, int label, std::vector<double>& derivatives) {
  T top = net.at(0)[0];
  int best = 0;
  for (int k = 1; k < net.size; ++k) {
    if (net.at(0)[k] > top) {
      top = net.at(0)[k];
      best = k;
    }
  }
  T sum = 0;
  for (int k = 0; k < net.size; ++k) sum += std::exp(net.at(0)[k] - top);
  for (int d = 1; d < net.planes; ++d) {
    T derivative = -net.at(d)[label];
    for (int k = 0; k < net.size; ++k) derivative += y.at(0)[k] * net.at(d)[k];
    derivatives.push_back(static_cast<double>(derivative));
  }
  return {static_cast<double>(std::log(sum) + (top - net.at(0)[label])), best == label};
}

template bool softmax(const Activity<float>&, Activity<float>&);
template bool softmax(const Activity<double>&, Activity<double>&);
template void softmax_error(const Activity<float>&, int, Activity<float>&);
template void softmax_error(const Activity<double>&, int, Activity<double>&);
template CrossEntropy cross_entropy(const Activity<float>&, const Activity<float>&, int, std::vector<double>&);
template CrossEntropy cross_entropy(const Activity<double>&, const Activity<double>&, int, std::vector<double>&);

}  // namespace rule_search
