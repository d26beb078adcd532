#include "objectives/recordings/own_parameters.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/linear.hpp"
#include "network/plastic_layer.hpp"
#include "objectives/recordings/step_inputs.hpp"

namespace rule_search {

namespace {

// By entry the change that changes residuals by 1, as a root mean square, where all have the common value.
std::vector<double> changes_that_show(const plan::Plan& plan, const LayerRecording& r, const std::vector<double>& known,
                                      const std::vector<int>& entries, const RecordingsOptions& options,
                                      const ResidualScales& scales) {
  const StepInputs inputs(plan, r);
  PlasticLayer layer(plan, r.n, r.m, entries, options.activation, options.beta);
  const ParameterLayout layout(plan.parameters, 1);
  layer.start(layout.initial, known.data());
  std::vector<double> squares(entries.size(), 0.0);
  double count = 0;
  const double of_outputs = scales.post > 0 ? scales.post : scales.choice;
  for (int t = 0; t < r.steps; ++t) {
    if (!layer.forward(r.pre.data() + static_cast<std::ptrdiff_t>(t) * r.m)) break;
    for (int i = 0; i < r.n; ++i) {
      for (std::size_t d = 0; d < entries.size(); ++d) {
        const int direction = static_cast<int>(d);
        if (of_outputs > 0) squares[d] += std::pow(layer.output_derivative(i, direction) / of_outputs, 2);
        for (int j = 0; scales.weights > 0 && j < r.m; ++j)
          squares[d] += std::pow(layer.weight_derivative(i, j, direction) / scales.weights, 2);
      }
      count += (of_outputs > 0 ? 1 : 0) + (scales.weights > 0 ? r.m : 0);
    }
    layer.learn(inputs.at(t));
  }
  std::vector<double> out;
  for (double s : squares) out.push_back(s > 0 && std::isfinite(s) ? std::sqrt(count / s) : 0);
  return out;
}

}  // namespace

OwnParameters::OwnParameters(const plan::Plan& plan, const LayerRecording& recording, const std::vector<double>& known,
                             const RecordingsOptions& options, const ResidualScales& scales) {
  if (!options.own_values) return;
  const ParameterLayout layout(plan.parameters, 1);
  for (std::size_t k = 0; k < layout.names.size(); ++k) {
    const Parameter& p = plan.parameters[static_cast<std::size_t>(layout.parameter[k])];
    if (!p.per_recording) continue;
    entries_.push_back(static_cast<int>(k));
    parameters_.push_back(p);
  }
  if (entries_.empty()) return;
  // The value of the rule is a poor unit where it is near 0 because those of recordings have both signs.
  units_ = changes_that_show(plan, recording, known, entries_, options, scales);
  for (std::size_t k = 0; k < entries_.size(); ++k) {
    units_[k] = std::max(units_[k], std::abs(layout.initial[static_cast<std::size_t>(entries_[k])]));
    if (!(units_[k] > 0)) units_[k] = 1;
  }
}

std::vector<int> OwnParameters::others(std::vector<int> directions) const {
  for (int& d : directions) {
    if (std::find(entries_.begin(), entries_.end(), d) != entries_.end()) d = -1;
  }
  return directions;
}

std::vector<double> OwnParameters::inserted(const std::vector<double>& theta, const double* numbers) const {
  std::vector<double> out = theta;
  for (std::size_t k = 0; k < entries_.size(); ++k)
    out[static_cast<std::size_t>(entries_[k])] = value(k, theta, numbers[k]);
  return out;
}

double OwnParameters::beyond_bounds(std::size_t k, const std::vector<double>& theta, double number) const {
  const double common = theta[static_cast<std::size_t>(entries_[k])];
  return is_time_constant(parameters_[k]) ? common * std::exp(number) : common + units_[k] * number;
}

double OwnParameters::value(std::size_t k, const std::vector<double>& theta, double number) const {
  return std::clamp(beyond_bounds(k, theta, number), parameters_[k].lower, parameters_[k].upper);
}

double OwnParameters::slope(std::size_t k, const std::vector<double>& theta, double number) const {
  const double at = beyond_bounds(k, theta, number);
  if (at < parameters_[k].lower || at > parameters_[k].upper) return 0;
  return is_time_constant(parameters_[k]) ? at : units_[k];
}

std::vector<double> errors_of_numbers(const std::vector<Outcome>& neurons, int directions,
                                      const std::vector<double>& ridge, std::size_t wanted, double spread,
                                      double nats) {
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto numbers = static_cast<Eigen::Index>(ridge.size());
  Eigen::MatrixXd normal = Eigen::MatrixXd::Zero(numbers, numbers);
  double squares = 0;
  double count = 0;
  for (const Outcome& o : neurons) {
    const auto rows = static_cast<Eigen::Index>(o.residuals.size());
    const Eigen::Map<const Eigen::VectorXd> residuals(o.residuals.data(), rows);
    const Eigen::MatrixXd j =
        Eigen::Map<const RowMajor>(o.jacobian.data(), rows, directions + numbers).rightCols(numbers);
    const Eigen::MatrixXd of = nats > 0 ? Eigen::MatrixXd(nats * residuals.asDiagonal() * j) : j;
    normal += of.transpose() * of;
    squares += residuals.squaredNorm();
    count += static_cast<double>(rows);
  }
  const double variance = nats > 0 ? 1 : squares / std::max(1.0, count - static_cast<double>(numbers)) * spread;
  normal.diagonal().array() += Eigen::Map<const Eigen::ArrayXd>(ridge.data(), numbers).square();
  const auto first = static_cast<Eigen::Index>(wanted);
  const Eigen::MatrixXd inverse = normal.ldlt().solve(Eigen::MatrixXd::Identity(numbers, first));
  std::vector<double> out;
  for (Eigen::Index k = 0; k < first; ++k) out.push_back(std::sqrt(std::max(0.0, variance * inverse(k, k))));
  return out;
}

}  // namespace rule_search
