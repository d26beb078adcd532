#include "objectives/goals/conditions.hpp"

#include <algorithm>
#include <cmath>

namespace rule_search {

// Direction and length of a neuron's weights are asked for apart. In the matrices as they are, weights of 0 would miss half
// as much as those of length 1 in a direction of chance: terms of decay would gain most of all terms by themselves, and a
// search would stay with a layer that falls silent; and growth by Hebb's term would drown the direction it finds.
UnitRows unit_rows(const World& world, const std::vector<double>& weights, bool length_is_deviation) {
  UnitRows out;
  const std::size_t m = out.m = world.spectrum.size();
  out.n = weights.size() / m;
  out.unit = weights;
  out.along.assign(out.n * m, 0.0);
  out.length.assign(out.n, 0.0);
  for (std::size_t i = 0; i < out.n; ++i) {
    for (std::size_t k = 0; k < m; ++k) {
      double inner = 0;
      for (std::size_t j = 0; j < m; ++j) inner += weights[i * m + j] * world.direction(k, j);
      const double variance = length_is_deviation ? world.spectrum[k] : 1.0;
      for (std::size_t j = 0; j < m; ++j) out.along[i * m + j] += variance * inner * world.direction(k, j);
    }
    double squares = 0;
    for (std::size_t j = 0; j < m; ++j) squares += out.along[i * m + j] * weights[i * m + j];
    out.length[i] = std::sqrt(std::max(squares, 0.0));
    for (std::size_t j = 0; j < m && out.length[i] > 0; ++j) {
      out.unit[i * m + j] /= out.length[i];
      out.along[i * m + j] /= out.length[i];
    }
  }
  return out;
}

Conditions::Conditions(std::size_t weights, std::vector<double>* derivatives)
    : weights_(weights), derivatives_(derivatives) {
  if (derivatives_ != nullptr) derivatives_->clear();
}

void Conditions::add(double value) {
  values_.push_back(value);
  if (derivatives_ != nullptr) derivatives_->resize(derivatives_->size() + weights_, 0.0);
}

void Conditions::derivative(std::size_t weight, double by) {
  if (derivatives_ != nullptr) (*derivatives_)[derivatives_->size() - weights_ + weight] += by;
}

void Conditions::by_weights(const UnitRows& rows) {
  if (derivatives_ == nullptr) return;
  const std::size_t m = rows.m;
  for (std::size_t first = 0; first < derivatives_->size(); first += m) {
    const std::size_t i = first / m % rows.n;
    double* const slope = derivatives_->data() + first;
    double inner = 0;
    for (std::size_t j = 0; j < m; ++j) inner += slope[j] * rows.unit[i * m + j];
    for (std::size_t j = 0; j < m; ++j)
      slope[j] = rows.length[i] > 0 ? (slope[j] - inner * rows.along[i * m + j]) / rows.length[i] : 0;
  }
}

std::size_t number_of_conditions(Goal goal, std::size_t n, std::size_t m) {
  return n + goal->number_of_conditions(n, m);
}

std::vector<double> deviations(Goal goal, const World& world, const std::vector<double>& weights,
                               std::vector<double>* derivatives) {
  const UnitRows rows = unit_rows(world, weights, goal->length_is_deviation);
  Conditions out(weights.size(), derivatives);
  goal->add_conditions(rows, world, out);
  out.by_weights(rows);
  // The squared length q as (q - 1) / (q + 1): -1 for weights of 0, 0 at length 1, 1 for those without bounds.
  for (std::size_t i = 0; i < rows.n; ++i) {
    const double q = rows.length[i] * rows.length[i];
    out.add((q - 1) / (q + 1));
    for (std::size_t j = 0; j < rows.m; ++j)
      out.derivative(i * rows.m + j, 4 * rows.length[i] * rows.along[i * rows.m + j] / ((q + 1) * (q + 1)));
  }
  return out.take();
}

}  // namespace rule_search
