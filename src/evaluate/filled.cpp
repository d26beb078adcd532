#include "evaluate/filled.hpp"

namespace rule_search {

template <class T>
const std::vector<int>& Filled<T>::of(const Register<T>& x, int planes, const Activity<T>* listed) {
  if (listed != nullptr && listed->listed && x.data == listed->at(0)) return listed->filled;
  // Without a branch an element, since nothing foretells which pixels are dark.
  filled_.resize(static_cast<std::size_t>(x.rows));
  any_.assign(static_cast<std::size_t>(x.rows), 0);
  for (int p = 0; p < (x.active ? planes : 1); ++p) {
    const T* const from = x.data + p * x.plane;
    for (int k = 0; k < x.rows; ++k) any_[static_cast<std::size_t>(k)] |= from[k] != 0;
  }
  std::size_t count = 0;
  for (int k = 0; k < x.rows; ++k) {
    filled_[count] = k;
    count += any_[static_cast<std::size_t>(k)];
  }
  filled_.resize(count);
  return filled_;
}

template class Filled<float>;
template class Filled<double>;

}  // namespace rule_search
