#include "network/alignment.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace rule_search {

namespace {

double degrees_between(const std::vector<double>& a, const std::vector<double>& b) {
  double ab = 0;
  double aa = 0;
  double bb = 0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    ab += a[k] * b[k];
    aa += a[k] * a[k];
    bb += b[k] * b[k];
  }
  const double cosine = ab / (std::sqrt(aa) * std::sqrt(bb));
  return std::acos(std::clamp(cosine, -1.0, 1.0)) * 180 / std::numbers::pi;
}

}  // namespace

template <class T>
Alignment<T>::Alignment(const Engine<T>& engine)
    : symmetric_(make_pathway<T>(Feedback::symmetric, engine.network(), engine.planes())) {
  for (const int neurons : engine.network().layers) {
    error_.emplace_back(neurons, engine.planes());
    delivered_.emplace_back(static_cast<std::size_t>(neurons), 0.0);
  }
  transposed_ = delivered_;
}

template <class T>
void Alignment<T>::add(Engine<T>& engine) {
  const std::vector<Activity<T>>& error = engine.populations().error;
  for (int p = 0; p < engine.planes(); ++p) std::copy_n(error.back().at(p), error.back().size, error_.back().at(p));
  symmetric_->carry(engine.carried(), 0, error_);
  for (std::size_t l = 0; l < error.size(); ++l) {
    for (std::size_t k = 0; k < delivered_[l].size(); ++k) {
      delivered_[l][k] += static_cast<double>(error[l].at(0)[k]);
      transposed_[l][k] += static_cast<double>(error_[l].at(0)[k]);
    }
  }
}

template <class T>
std::vector<double> Alignment<T>::degrees() const {
  std::vector<double> out;
  for (std::size_t l = 0; l < delivered_.size(); ++l) out.push_back(degrees_between(delivered_[l], transposed_[l]));
  return out;
}

template class Alignment<float>;
template class Alignment<double>;

}  // namespace rule_search
