#include "objectives/decoding/decoders.hpp"

#include <Eigen/Dense>
#include <cmath>
#include <limits>

namespace rule_search {

namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Map = Eigen::Map<const Matrix>;

Eigen::Index columns(const std::vector<double>& values, const DecodingStream& stream) {
  return static_cast<Eigen::Index>(values.size() / stream.learn.size());
}

Map rows(const std::vector<double>& values, const DecodingStream& stream) {
  return {values.data(), static_cast<Eigen::Index>(stream.learn.size()), columns(values, stream)};
}

// Of the steps of a list.
Matrix picked(const Map& all, const std::vector<Eigen::Index>& steps) {
  Matrix out(static_cast<Eigen::Index>(steps.size()), all.cols());
  for (std::size_t k = 0; k < steps.size(); ++k) out.row(static_cast<Eigen::Index>(k)) = all.row(steps[k]);
  return out;
}

std::vector<Eigen::Index> steps_to_fit(const DecodingStream& stream) {
  std::vector<Eigen::Index> out;
  for (int k = 0; k < stream.fitted_before; ++k) {
    if (stream.learn[static_cast<std::size_t>(k)]) out.push_back(k);
  }
  return out;
}

// Regression of y on x in these steps, both centred there, so that the intercept carries no penalty.
class Ridge {
 public:
  Ridge(const Map& x, const Map& y, const std::vector<Eigen::Index>& steps)
      : count_(static_cast<double>(steps.size())) {
    const Matrix some = picked(x, steps);
    const Matrix target = picked(y, steps);
    x_mean_ = some.colwise().mean();
    y_mean_ = target.colwise().mean();
    const Matrix centred = some.rowwise() - x_mean_;
    square_ = centred.transpose() * centred;
    product_ = centred.transpose() * (target.rowwise() - y_mean_);
  }

  Matrix outputs(const Matrix& x, double penalty) const {
    Eigen::MatrixXd square = square_;
    square.diagonal().array() += penalty * count_;
    const Eigen::MatrixXd w = square.ldlt().solve(product_);
    return ((x.rowwise() - x_mean_) * w).rowwise() + y_mean_;
  }

 private:
  double count_;
  Eigen::RowVectorXd x_mean_, y_mean_;
  Eigen::MatrixXd square_, product_;
};

std::vector<double> as_list(const Matrix& m) { return {m.data(), m.data() + m.size()}; }

}  // namespace

std::vector<double> smoothed(const DecodingStream& stream, double dt, double tau) {
  const double keep = std::exp(-dt / tau);
  const auto n = static_cast<std::size_t>(columns(stream.counts, stream));
  std::vector<double> out(stream.counts.size());
  for (std::size_t k = 0; k < out.size(); ++k) out[k] = (k < n ? 0 : keep * out[k - n]) + (1 - keep) * stream.counts[k];
  return out;
}

std::vector<double> kalman_outputs(const DecodingStream& stream) {
  const Map counts = rows(stream.counts, stream);
  const Map velocity = rows(stream.target, stream);
  const std::vector<Eigen::Index> steps = steps_to_fit(stream);
  std::vector<Eigen::Index> before, after;  // neighbours
  for (std::size_t k = 1; k < steps.size(); ++k) {
    if (steps[k] != steps[k - 1] + 1) continue;
    before.push_back(steps[k - 1]);
    after.push_back(steps[k]);
  }
  const auto n = static_cast<double>(steps.size());
  const Matrix x0 = picked(velocity, before);
  const Matrix x1 = picked(velocity, after);
  const Eigen::MatrixXd a = ((x0.transpose() * x0).ldlt().solve(x0.transpose() * x1)).transpose();
  const Matrix moved = x1 - x0 * a.transpose();
  const Eigen::MatrixXd q = moved.transpose() * moved / static_cast<double>(before.size());
  const Matrix x = picked(velocity, steps);
  const Matrix y = picked(counts, steps);
  const Eigen::RowVectorXd mean = y.colwise().mean();
  const Matrix centred = y.rowwise() - mean;
  const Eigen::MatrixXd c = ((x.transpose() * x).ldlt().solve(x.transpose() * centred)).transpose();
  const Matrix left = centred - x * c.transpose();
  Eigen::MatrixXd r = left.transpose() * left / n;
  r.diagonal().array() += 1e-6 * (r.trace() / static_cast<double>(r.rows()) + 1e-12);  // units that are always silent
  const Eigen::MatrixXd weighed = r.ldlt().solve(c).transpose();                       // C' R^-1
  const Eigen::MatrixXd information = weighed * c;
  const Eigen::Index outputs = velocity.cols();
  Eigen::VectorXd state = Eigen::VectorXd::Zero(outputs);
  Eigen::MatrixXd p = Eigen::MatrixXd::Identity(outputs, outputs);
  Matrix out(velocity.rows(), outputs);
  for (Eigen::Index k = 0; k < velocity.rows(); ++k) {
    state = (a * state).eval();
    p = (a * p * a.transpose() + q).eval();
    p = (p.inverse() + information).inverse().eval();
    state += p * (weighed * (counts.row(k) - mean).transpose() - information * state);
    out.row(k) = state.transpose();
  }
  return as_list(out);
}

std::vector<double> ridge_outputs(const DecodingStream& stream, double dt) {
  const std::vector<double> quick = smoothed(stream, dt, 0.06);
  const std::vector<double> slow = smoothed(stream, dt, 0.2);
  const Map a = rows(quick, stream);
  const Map b = rows(slow, stream);
  Matrix features(a.rows(), a.cols() + b.cols());
  features << a, b;
  const Map all(features.data(), features.rows(), features.cols());
  const Map velocity = rows(stream.target, stream);
  const std::vector<Eigen::Index> steps = steps_to_fit(stream);
  const auto cut = static_cast<std::ptrdiff_t>(steps.size() * 4 / 5);
  const std::vector<Eigen::Index> last(steps.begin() + cut, steps.end());
  const Matrix x_last = picked(all, last);
  const Matrix y_last = picked(velocity, last);
  const Ridge of_first(all, velocity, {steps.begin(), steps.begin() + cut});
  double best = 0;
  double least = std::numeric_limits<double>::infinity();
  for (double penalty = 1e-5; penalty < 2; penalty *= 10) {
    const double error = (of_first.outputs(x_last, penalty) - y_last).squaredNorm();
    if (!(error < least)) continue;
    least = error;
    best = penalty;
  }
  return as_list(Ridge(all, velocity, steps).outputs(features, best));
}

std::vector<double> delta_outputs(const DecodingStream& stream, double dt, double rate) {
  const std::vector<double> input = smoothed(stream, dt, 0.12);
  const Map all = rows(input, stream);
  const Map velocity = rows(stream.target, stream);
  Matrix w = Matrix::Zero(velocity.cols(), all.cols() + 1);
  Eigen::VectorXd x(all.cols() + 1);
  x(all.cols()) = 1;
  Matrix out(all.rows(), velocity.cols());
  for (Eigen::Index k = 0; k < all.rows(); ++k) {
    x.head(all.cols()) = all.row(k).transpose();
    const Eigen::VectorXd y = w * x;
    out.row(k) = y.transpose();
    if (stream.learn[static_cast<std::size_t>(k)]) w += rate * (velocity.row(k).transpose() - y) * x.transpose();
  }
  return as_list(out);
}

}  // namespace rule_search
