#include "network/fixed_points.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>

#include "base/linear.hpp"

namespace rule_search {

namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

constexpr double at_rest = 1e-10;  // |F| of a fixed point
constexpr double same = 1e-5;      // distance of two that are one

struct Flow {
  explicit Flow(const Dynamics& d)
      : w(Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
            d.weights.data(), d.neurons, d.neurons)),
        input(Eigen::Map<const Vector>(d.input.data(), d.neurons)) {}

  Vector at(const Vector& x) const { return -x + w * x.array().tanh().matrix() + input; }
  Matrix jacobian(const Vector& x) const {
    const Vector slope = (1 - x.array().tanh().square()).matrix();
    return w * slope.asDiagonal() - Matrix::Identity(x.size(), x.size());
  }

  Matrix w;
  Vector input;
};

// Newton's step, shortened until it leads down.
std::optional<Vector> rest_from(const Flow& flow, Vector x) {
  constexpr int most_steps = 200;
  constexpr int most_halvings = 30;
  Vector f = flow.at(x);
  for (int k = 0; k < most_steps && f.norm() > at_rest; ++k) {
    const Vector step = -flow.jacobian(x).partialPivLu().solve(f);
    if (!step.allFinite()) return std::nullopt;
    double length = 1;
    int halved = 0;
    for (; halved < most_halvings; ++halved, length /= 2) {
      const Vector next = x + length * step;
      const Vector there = flow.at(next);
      if (!(there.norm() < (1 - 1e-4 * length) * f.norm())) continue;
      x = next;
      f = there;
      break;
    }
    if (halved == most_halvings) return std::nullopt;
  }
  if (!(f.norm() <= at_rest)) return std::nullopt;
  return x;
}

// exp(a) by Taylor's series of a smaller matrix, squared again and again.
Matrix exponential(const Matrix& a) {
  const int squarings = std::max(0, static_cast<int>(std::ceil(std::log2(std::max(a.norm(), 1e-300)))) + 3);
  const Matrix small = a / std::pow(2.0, squarings);
  Matrix term = Matrix::Identity(a.rows(), a.cols());
  Matrix sum = term;
  constexpr int terms = 18;
  for (int k = 1; k <= terms; ++k) {
    term = term * small / k;
    sum += term;
  }
  for (int k = 0; k < squarings; ++k) sum = sum * sum;
  return sum;
}

// Over times up to when even the slowest mode has faded.
double gain_of(const Matrix& jacobian, double slowest) {
  constexpr int times = 200;
  constexpr double slowest_times = 5;
  const Matrix step = exponential(jacobian * (slowest_times * slowest / times));
  Matrix now = Matrix::Identity(jacobian.rows(), jacobian.cols());
  double most = 1;
  for (int k = 0; k < times; ++k) {
    now = now * step;
    most = std::max(most, std::sqrt((now.transpose() * now).selfadjointView<Eigen::Lower>().eigenvalues().maxCoeff()));
  }
  return most;
}

FixedPoint described(const Flow& flow, const Vector& x) {
  FixedPoint out;
  out.x.assign(x.begin(), x.end());
  out.residual = flow.at(x).norm();
  const Matrix jacobian = flow.jacobian(x);
  const Eigen::VectorXcd values = jacobian.eigenvalues();
  out.eigenvalues.assign(values.begin(), values.end());
  std::sort(out.eigenvalues.begin(), out.eigenvalues.end(), [](const auto& a, const auto& b) {
    return a.real() != b.real() ? a.real() > b.real() : a.imag() > b.imag();
  });
  const double all = jacobian.squaredNorm();
  out.non_normality = all > 0 ? std::sqrt(std::max(0.0, all - values.squaredNorm()) / all) : 0;
  out.transient_gain = out.stable() ? gain_of(jacobian, out.slowest_time()) : std::numeric_limits<double>::infinity();
  return out;
}

}  // namespace

double FixedPoint::frequency() const {
  for (const std::complex<double>& e : eigenvalues) {
    if (std::abs(e.imag()) > 1e-9) return std::abs(e.imag()) / (2 * std::numbers::pi);
  }
  return 0;
}

std::vector<FixedPoint> fixed_points(const Dynamics& dynamics, const std::vector<std::vector<double>>& starts) {
  const Flow flow(dynamics);
  std::vector<Vector> found;
  for (const std::vector<double>& start : starts) {
    const auto x = rest_from(flow, Eigen::Map<const Vector>(start.data(), dynamics.neurons));
    if (!x) continue;
    if (std::any_of(found.begin(), found.end(), [&](const Vector& y) { return (*x - y).norm() < same; })) continue;
    found.push_back(*x);
  }
  std::vector<FixedPoint> out;
  for (const Vector& x : found) out.push_back(described(flow, x));
  return out;
}

}  // namespace rule_search
