#include "fit/uncertainty.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/linear.hpp"
#include "base/random.hpp"

namespace rule_search {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint64_t bootstrap_stream = 112;

using Matrix = RowMajorMatrix;
using Map = Eigen::Map<const Matrix>;

// As regularised(), rounded otherwise: results that are stored hold to the last bit.
Eigen::MatrixXd solvable(Eigen::MatrixXd h) {
  h.diagonal() *= 1 + 1e-8;
  h.diagonal().array() += std::numeric_limits<double>::min();
  return h;
}

}  // namespace

Eigen::VectorXd bounded_step(const RowMajorMatrix& curvature, const Eigen::VectorXd& gradient,
                             const std::vector<double>& theta, const std::vector<double>& lower,
                             const std::vector<double>& upper) {
  Eigen::VectorXd step = Eigen::VectorXd::Zero(gradient.size());
  std::vector<Eigen::Index> free;
  for (Eigen::Index k = 0; k < gradient.size(); ++k) free.push_back(k);
  while (!free.empty()) {
    for (Eigen::Index k : free) step(k) = 0;
    const Eigen::VectorXd slope = gradient + curvature * step;
    const Eigen::VectorXd to = -solvable(curvature(free, free)).ldlt().solve(slope(free));
    std::vector<Eigen::Index> within;
    for (std::size_t f = 0; f < free.size(); ++f) {
      const auto k = static_cast<std::size_t>(free[f]);
      const double value = theta[k] + to(static_cast<Eigen::Index>(f));
      step(free[f]) = std::clamp(value, lower[k], upper[k]) - theta[k];
      if (value >= lower[k] && value <= upper[k]) within.push_back(free[f]);
    }
    if (within.size() == free.size() || !to.allFinite()) break;
    free = std::move(within);
  }
  return step;
}

Bootstrap bootstrap(const QuadraticModel& s, const std::vector<double>& theta, const std::vector<double>& lower,
                    const std::vector<double>& upper, std::uint64_t seed, int resamples) {
  const Eigen::Index n = s.size;
  const std::size_t units = n == 0 ? 0 : s.unit_gradient.size() / theta.size();
  Bootstrap out;
  out.centre.assign(theta.size(), none);
  out.low = out.high = out.centre;
  if (!s.usable || units < 2) return out;
  std::vector<std::vector<double>> values(theta.size());
  for (int b = 0; b < resamples; ++b) {
    Random random(seed, bootstrap_stream, static_cast<std::uint64_t>(b));
    Eigen::VectorXd gradient = Eigen::VectorXd::Zero(n);
    Matrix curvature = Matrix::Zero(n, n);
    for (std::size_t k = 0; k < units; ++k) {
      const auto e = static_cast<Eigen::Index>(random.below(units));
      gradient += Eigen::Map<const Eigen::VectorXd>(s.unit_gradient.data() + e * n, n);
      curvature += Map(s.unit_curvature.data() + e * n * n, n, n);
    }
    const double by = 1 / static_cast<double>(units);
    const Eigen::VectorXd step = bounded_step(by * curvature, by * gradient, theta, lower, upper);
    if (!step.allFinite()) continue;
    for (std::size_t k = 0; k < theta.size(); ++k) values[k].push_back(theta[k] + step(static_cast<Eigen::Index>(k)));
  }
  const double tail = expanded_tail(units);
  for (std::size_t k = 0; k < theta.size(); ++k) {
    if (values[k].empty()) continue;
    std::sort(values[k].begin(), values[k].end());
    out.centre[k] = quantile(values[k], 0.5);
    out.low[k] = quantile(values[k], tail);
    out.high[k] = quantile(values[k], 1 - tail);
  }
  return out;
}

bool agree(const CentredInterval& a, const CentredInterval& b) {
  for (double x : {a.centre, a.low, a.high, b.centre, b.low, b.high}) {
    if (!std::isfinite(x)) return true;
  }
  const double narrow = std::min(a.high - a.low, b.high - b.low);
  const double wide = std::max(a.high - a.low, b.high - b.low);
  return wide <= 1.5 * narrow && a.low <= b.centre && b.centre <= a.high && b.low <= a.centre && a.centre <= b.high;
}

double partial_correlation(const std::vector<double>& curvature, int size, const std::vector<int>& a,
                           const std::vector<int>& b, const std::vector<int>& others) {
  const Matrix h = Map(curvature.data(), size, size);
  std::vector<int> both = a;
  both.insert(both.end(), b.begin(), b.end());
  Eigen::MatrixXd left = h(both, both);
  if (!left.allFinite()) return none;
  if (!others.empty()) {
    const Eigen::MatrixXd hoo = solvable(h(others, others));
    left -= h(both, others) * hoo.ldlt().solve(Eigen::MatrixXd(h(others, both)));
  }
  for (std::size_t k = 0; k < both.size(); ++k) {
    // QuadraticModel are of single precision: what is left of less than this is rounding.
    const auto at = static_cast<Eigen::Index>(k);
    if (!(left(at, at) > 1e-5 * h(both[k], both[k]))) return none;
  }
  const auto na = static_cast<Eigen::Index>(a.size());
  const auto nb = static_cast<Eigen::Index>(b.size());
  if (na == 1 && nb == 1) return std::clamp(left(0, 1) / std::sqrt(left(0, 0) * left(1, 1)), -1.0, 1.0);
  const Eigen::LLT<Eigen::MatrixXd> la(left.topLeftCorner(na, na));
  const Eigen::LLT<Eigen::MatrixXd> lb(left.bottomRightCorner(nb, nb));
  if (la.info() != Eigen::Success || lb.info() != Eigen::Success) return none;
  const Eigen::MatrixXd half = la.matrixL().solve(Eigen::MatrixXd(left.topRightCorner(na, nb)));
  const Eigen::MatrixXd whitened = lb.matrixL().solve(Eigen::MatrixXd(half.transpose()));
  return std::min(1.0, Eigen::JacobiSVD<Eigen::MatrixXd>(whitened).singularValues().minCoeff());
}

std::pair<double, double> Certainty::ends(std::size_t entry, double value) const {
  if (!low.empty()) return {low[entry], high[entry]};
  return {value - half(entry), value + half(entry)};
}

std::optional<std::pair<double, double>> Certainty::own_ends(std::size_t entry) const {
  if (low.empty()) return {};
  return std::pair(low[entry], high[entry]);
}

double Certainty::half(std::size_t entry) const {
  // An end at 0 stands for none: the least was looked for no nearer to it.
  if (!low.empty() && (std::isinf(high[entry]) || std::isinf(low[entry]) || low[entry] == 0 || high[entry] == 0))
    return std::numeric_limits<double>::infinity();
  return t_quantile(0.95, degrees[entry]) * standard_errors[entry];
}

Certainty certainty_of_many(const QuadraticModel& model) {
  const auto n = static_cast<std::size_t>(model.size);
  const std::size_t units = n == 0 ? 0 : model.unit_gradient.size() / n;
  return {standard_errors(model), std::vector<double>(n, static_cast<double>(units) - 1)};
}

Certainty certainty_of_few(const QuadraticModel& s, double least_loss) {
  const Eigen::Index n = s.size;
  const auto units = n == 0 ? 0 : static_cast<Eigen::Index>(s.unit_gradient.size()) / n;
  Certainty out{std::vector<double>(static_cast<std::size_t>(n), none),
                std::vector<double>(static_cast<std::size_t>(n), 1)};
  if (!s.usable || units < 2) return out;
  const auto gradient = [&](Eigen::Index u) {
    return Eigen::Map<const Eigen::VectorXd>(s.unit_gradient.data() + u * n, n);
  };
  const auto curvature = [&](Eigen::Index u) { return Map(s.unit_curvature.data() + u * n * n, n, n); };
  const Eigen::MatrixXd identity = Eigen::MatrixXd::Identity(n, n);
  Eigen::MatrixXd all = Eigen::MatrixXd::Zero(n, n);
  for (Eigen::Index u = 0; u < units; ++u) all += curvature(u);
  const Eigen::MatrixXd inverse = solvable(all).ldlt().solve(identity);
  std::vector<Eigen::MatrixXd> without;  // inverse curvature of the others
  for (Eigen::Index u = 0; u < units; ++u) {
    Eigen::MatrixXd others = Eigen::MatrixXd::Zero(n, n);
    for (Eigen::Index v = 0; v < units; ++v) {
      if (v != u) others += curvature(v);
    }
    without.push_back(solvable(others).ldlt().solve(identity));
  }
  for (Eigen::Index k = 0; k < n; ++k) {
    const auto at = static_cast<std::size_t>(k);
    const double variance = inverse(k, k);  // times that of residuals
    if (!(variance > 0) || !std::isfinite(variance)) {
      out.standard_errors[at] = std::numeric_limits<double>::infinity();
      continue;
    }
    // What leaving out unit u moves the coefficient by is X_u b_u times the residuals, which are (1 - P) times the errors.
    double squares = 0;
    Eigen::MatrixXd together(units, units);
    for (Eigen::Index u = 0; u < units; ++u) {
      const Eigen::VectorXd b = without[static_cast<std::size_t>(u)].col(k);
      squares += std::pow(b.dot(gradient(u)), 2);
      for (Eigen::Index v = 0; v < units; ++v)
        together(u, v) = (u == v ? b.dot(curvature(u) * b) : 0) -
                         b.dot(curvature(u) * inverse * curvature(v) * without[static_cast<std::size_t>(v)].col(k));
    }
    const double expected = together.trace();
    const double least = std::sqrt(2 * least_loss * static_cast<double>(units) * variance);
    const double error = expected > 0 ? std::sqrt(squares * variance / expected) : none;
    out.standard_errors[at] = std::isnan(error) ? error : std::max(error, least);
    out.degrees[at] = std::clamp(expected * expected / together.squaredNorm(), 1.0, static_cast<double>(units) - 1);
  }
  return out;
}

Certainty certainty_of_known_errors(const QuadraticModel& s, const std::vector<double>& degrees) {
  const Eigen::Index n = s.size;
  const auto units = n == 0 ? 0 : static_cast<Eigen::Index>(s.unit_gradient.size()) / n;
  Certainty out{std::vector<double>(static_cast<std::size_t>(n), none),
                std::vector<double>(static_cast<std::size_t>(n), 1)};
  if (!s.usable || units == 0) return out;
  // Sums over units: half of chi squared has this curvature. What nothing depends on has no part in it.
  const Eigen::MatrixXd all = static_cast<double>(units) * Map(s.curvature.data(), n, n);
  std::vector<Eigen::Index> known;
  for (Eigen::Index k = 0; k < n; ++k) {
    if (all(k, k) > 0) known.push_back(k);
  }
  Eigen::MatrixXd inverse = Eigen::MatrixXd::Zero(n, n);
  const auto size = static_cast<Eigen::Index>(known.size());
  const Eigen::MatrixXd among_known = solvable(all(known, known));
  const Eigen::MatrixXd inverse_of_known = among_known.ldlt().solve(Eigen::MatrixXd::Identity(size, size));
  if (size > 0) inverse(known, known) = inverse_of_known;
  const double chi_squared = 2 * static_cast<double>(units) * s.loss;
  const auto left = static_cast<double>(units - n);
  const double scale = left > 0 ? std::max(1.0, chi_squared / left) : 1;
  const bool estimated =
      std::any_of(degrees.begin(), degrees.end(), [](double d) { return d < degrees_of_exact_errors; });
  Eigen::VectorXd by_residuals = Eigen::VectorXd::Zero(n);
  for (Eigen::Index u = 0; u < units && estimated; ++u) {
    const auto curvature = Map(s.unit_curvature.data() + u * n * n, n, n);
    const double leverage = (inverse * curvature).trace();
    // What one unit alone determines leaves it no residual, but for rounding.
    constexpr double alone = 1e-6;
    if (1 - leverage < alone) continue;
    const Eigen::VectorXd adds =
        inverse * Eigen::Map<const Eigen::VectorXd>(s.unit_gradient.data() + u * n, n) / (1 - leverage);
    by_residuals += adds.cwiseAbs2();
  }
  for (Eigen::Index k = 0; k < n; ++k) {
    const auto at = static_cast<std::size_t>(k);
    const double variance = std::max(inverse(k, k), by_residuals(k) / scale);
    if (!(variance > 0) || !std::isfinite(variance)) {
      out.standard_errors[at] = std::numeric_limits<double>::infinity();
      continue;
    }
    out.standard_errors[at] = std::sqrt(scale * variance);
    double sum = 0;
    double squares = 0;
    for (Eigen::Index u = 0; u < units; ++u) {
      const auto curvature = Map(s.unit_curvature.data() + u * n * n, n, n);
      const double part = inverse.row(k).dot(curvature * inverse.col(k));
      sum += part;
      squares += part * part / degrees[static_cast<std::size_t>(u)];
    }
    constexpr double exact = 1e6;  // where Student's t is the normal distribution
    out.degrees[at] = squares > 0 ? std::clamp(sum * sum / squares, 1.0, exact) : exact;
    if (estimated) out.degrees[at] = std::clamp(left, 1.0, out.degrees[at]);
  }
  return out;
}

std::vector<double> standard_errors(const QuadraticModel& s) {
  const auto n = static_cast<Eigen::Index>(s.size);
  const Eigen::Index units = n == 0 ? 0 : static_cast<Eigen::Index>(s.unit_gradient.size()) / n;
  std::vector<double> out(static_cast<std::size_t>(s.size), std::numeric_limits<double>::quiet_NaN());
  if (units < 2) return out;
  const Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>> g(
      s.unit_gradient.data(), units, n);
  const Eigen::MatrixXd centred = g.rowwise() - g.colwise().mean();
  const Eigen::MatrixXd meat = centred.transpose() * centred / static_cast<double>(units * (units - 1));
  const Eigen::MatrixXd curvature = Eigen::Map<const Eigen::MatrixXd>(s.curvature.data(), n, n);
  const Eigen::MatrixXd inverse = regularised(curvature).ldlt().solve(Eigen::MatrixXd::Identity(n, n));
  const Eigen::MatrixXd covariance = inverse * meat * inverse;
  for (Eigen::Index k = 0; k < n; ++k) out[static_cast<std::size_t>(k)] = std::sqrt(std::max(0.0, covariance(k, k)));
  return out;
}

}  // namespace rule_search
