#include "fit/fitting.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <exception>
#include <limits>
#include <numeric>

#include "fit/least_squares.hpp"

namespace rule_search {

namespace {

using Map = Eigen::Map<const Eigen::MatrixXd>;

std::vector<int> all_entries(int size) {
  std::vector<int> entries(static_cast<std::size_t>(size));
  std::iota(entries.begin(), entries.end(), 0);
  return entries;
}

Eigen::MatrixXd part(const Slopes& s, const std::vector<int>& rows, const std::vector<int>& cols) {
  const Map h(s.curvature.data(), s.size, s.size);
  Eigen::MatrixXd out(rows.size(), cols.size());
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t c = 0; c < cols.size(); ++c)
      out(static_cast<Eigen::Index>(r), static_cast<Eigen::Index>(c)) = h(rows[r], cols[c]);
  }
  return out;
}

// Entries that hardly matter must not make the system singular.
Eigen::MatrixXd steadied(Eigen::MatrixXd h) {
  for (Eigen::Index k = 0; k < h.rows(); ++k) h(k, k) += 1e-8 * h(k, k) + std::numeric_limits<double>::min();
  return h;
}

}  // namespace

std::vector<double> tempering(const std::vector<Outcome>& outcomes, std::size_t entries) {
  std::vector<double> largest(outcomes.size(), 0.0);
  for (std::size_t k = 0; k < entries; ++k) {
    std::vector<double> sizes;
    for (const Outcome& o : outcomes) {
      double squares = 0;
      for (std::size_t i = k; i < o.jacobian.size(); i += entries) squares += o.jacobian[i] * o.jacobian[i];
      sizes.push_back(std::sqrt(squares));
    }
    std::vector<double> sorted = sizes;
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    if (!(*middle > 0)) continue;
    for (std::size_t e = 0; e < sizes.size(); ++e) largest[e] = std::max(largest[e], sizes[e] / *middle);
  }
  constexpr double most = 3;
  std::vector<double> factors;
  for (double size : largest) factors.push_back(size > most ? most / size : 1.0);
  return factors;
}

Slopes slopes(const Rule& rule, const std::vector<double>& theta, const FitRequest& request) {
  const plan::Plan plan = plan::lower(rule);
  const ParameterLayout layout(rule.parameters, request.objective->connections());
  Slopes out;
  out.size = layout.size();
  const auto n = static_cast<std::size_t>(out.size);
  const std::vector<Outcome> outcomes =
      request.objective->compile(plan, all_entries(out.size), Precision::single, request.before)
          ->run(request.part, request.episodes, theta);
  out.gradient.assign(n, 0);
  out.curvature.assign(n * n, 0);
  for (const Outcome& o : outcomes) {
    if (o.diverged) return out;
  }
  const std::vector<double> factors = request.tempered && request.objective->tempered()
                                          ? tempering(outcomes, n)
                                          : std::vector<double>(outcomes.size(), 1.0);
  for (std::size_t e = 0; e < outcomes.size(); ++e) {
    const Outcome& o = outcomes[e];
    const double factor = factors[e];
    const std::size_t queries = o.query_losses.size();
    const double weight = 1.0 / static_cast<double>(queries * request.episodes);
    out.loss += o.loss / static_cast<double>(request.episodes);
    std::vector<double> g(n, 0);
    std::vector<double> h(n * n, 0);
    for (std::size_t q = 0; q < queries; ++q) {
      const double* const j = o.jacobian.data() + q * n;
      // Residual sqrt(2 L) has slope j / sqrt(2 L); its square is the Gauss-Newton curvature of the mean
      // loss.
      const bool squares = !o.residuals.empty();
      const double by =
          squares ? weight * factor * factor : weight * factor * factor / (2 * std::max(o.query_losses[q], 1e-3));
      const double slope = squares ? factor * o.residuals[q] : factor;
      for (std::size_t a = 0; a < n; ++a) {
        g[a] += slope * j[a] / static_cast<double>(queries);
        for (std::size_t b = 0; b < n; ++b) {
          out.curvature[a * n + b] += by * j[a] * j[b];
          h[a * n + b] += static_cast<double>(request.episodes) * by * j[a] * j[b];
        }
      }
    }
    for (std::size_t a = 0; a < n; ++a) out.gradient[a] += g[a] / static_cast<double>(request.episodes);
    out.episode_gradient.insert(out.episode_gradient.end(), g.begin(), g.end());
    out.episode_curvature.insert(out.episode_curvature.end(), h.begin(), h.end());
  }
  out.usable = true;
  return out;
}

FittedRule fit(const Rule& rule, std::vector<double> start, const FitRequest& request) {
  const plan::Plan plan = plan::lower(rule);
  const ParameterLayout layout(rule.parameters, request.objective->connections());
  const std::vector<int> entries = request.entries.empty() ? all_entries(layout.size()) : request.entries;
  const std::size_t n = entries.size();
  FittedRule out{rule, start, std::numeric_limits<double>::infinity()};
  const auto whole = [&, fixed = start](const std::vector<double>& moved) {
    std::vector<double> theta = fixed;
    for (std::size_t k = 0; k < n; ++k) theta[static_cast<std::size_t>(entries[k])] = moved[k];
    return theta;
  };
  const auto with_slopes = request.objective->compile(plan, entries, Precision::single, request.before);
  const auto values_only = request.objective->compile(plan, {}, Precision::single, request.before);

  LeastSquares problem;
  std::size_t answers = 0;
  for (std::size_t k = 0; k < request.episodes; ++k) answers += request.objective->answers(request.part, k);
  problem.residuals = static_cast<int>(answers);
  for (int entry : entries) {
    const auto at = static_cast<std::size_t>(entry);
    problem.start.push_back(start[at]);
    problem.lower.push_back(layout.lower[at]);
    problem.upper.push_back(layout.upper[at]);
    problem.positive.push_back(is_time_constant(rule.parameters[static_cast<std::size_t>(layout.parameter[at])]));
  }
  problem.scale.assign(n, 1);
  // Ceres asks for the same point more than once, above all where there are bounds.
  struct Asked {
    std::vector<double> theta, residuals, jacobian;
    bool good = false;
    bool slopes = false;
  } last;
  std::exception_ptr thrown;
  problem.evaluate = [&](const std::vector<double>& theta, std::vector<double>& residuals,
                         std::vector<double>* jacobian) {
    const bool known = last.theta == theta && (last.slopes || jacobian == nullptr || !last.good);
    if (!known) {
      last.theta = theta;
      last.slopes = jacobian != nullptr;
      last.residuals.clear();
      last.jacobian.clear();
      last.good = false;
      if (thrown) return false;
      std::vector<Outcome> outcomes;
      try {
        outcomes = (last.slopes ? with_slopes : values_only)->run(request.part, request.episodes, whole(theta));
      } catch (...) {
        thrown = std::current_exception();  // Ceres stands in between, and is not made for exceptions
        return false;
      }
      double loss = 0;
      last.good = std::none_of(outcomes.begin(), outcomes.end(), [](const Outcome& o) { return o.diverged; });
      const std::vector<double> factors = !last.good || !last.slopes      ? std::vector<double>()
                                          : request.objective->tempered() ? tempering(outcomes, n)
                                                                          : std::vector<double>(outcomes.size(), 1.0);
      for (std::size_t e = 0; e < outcomes.size() && last.good; ++e) {
        const Outcome& o = outcomes[e];
        loss += o.loss / static_cast<double>(request.episodes);
        // Sum of squares / 2 is the mean loss, over units of the mean over the answers of each.
        const double share = static_cast<double>(o.query_losses.size() * request.episodes);
        for (std::size_t q = 0; q < o.query_losses.size(); ++q) {
          const bool squares = !o.residuals.empty();
          // Below a loss of 1e-12 the square root has no usable slope.
          const double residual =
              squares ? o.residuals[q] / std::sqrt(share) : std::sqrt(2 * std::max(o.query_losses[q], 1e-12) / share);
          const double by = squares ? std::sqrt(share) : share * residual;
          last.residuals.push_back(residual);
          for (std::size_t k = 0; k < n && last.slopes; ++k)
            last.jacobian.push_back(factors[e] * o.jacobian[q * n + k] / by);
        }
      }
      if (request.progress)
        request.progress(request.episodes, last.good ? loss : std::numeric_limits<double>::quiet_NaN());
    }
    residuals = last.residuals;
    if (jacobian != nullptr) *jacobian = last.jacobian;
    return last.good;
  };

  // Scale by the size of each parameter's effect where the fit starts, so that a unit step is a unit of
  // residual.
  std::vector<double> residuals;
  std::vector<double> jacobian;
  // Coefficients fitted on other episodes can be a little too large for some of these.
  int shorter = 0;
  while (!problem.evaluate(problem.start, residuals, &jacobian)) {
    if (thrown) std::rethrow_exception(thrown);
    if (++shorter > 6) return out;
    for (std::size_t k = 0; k < n; ++k) {
      if (!problem.positive[k])
        problem.start[k] = std::clamp(0.8 * problem.start[k], problem.lower[k], problem.upper[k]);
    }
  }
  for (std::size_t k = 0; k < n; ++k) {
    double squares = 0;
    for (std::size_t i = 0; i < residuals.size(); ++i) squares += jacobian[i * n + k] * jacobian[i * n + k];
    if (squares > 0 && std::isfinite(squares)) problem.scale[k] = 1 / std::sqrt(squares);
  }
  LeastSquaresOptions options;
  options.iterations = request.iterations;
  options.initial_radius = request.initial_radius;
  // Far below what counts, so that coefficients are exact where recordings are.
  options.good_enough = 1e-4 * request.objective->negligible();
  options.progress = [&](int iteration, double cost) { return iteration < 3 || cost <= 1.25 * request.hopeless_above; };
  const LeastSquaresResult result = minimise(problem, options);
  if (thrown) std::rethrow_exception(thrown);
  if (!result.usable) return out;
  out.theta = whole(result.theta);
  for (const std::vector<double>& moved : result.history) out.history.push_back(whole(moved));
  out.fit_loss = result.cost;
  out.given_up = result.given_up;
  return out;
}

double predicted_gain(const Slopes& s, const std::vector<int>& free, const std::vector<int>& add) {
  std::vector<int> both = free;
  both.insert(both.end(), add.begin(), add.end());
  const auto value = [&](const std::vector<int>& set) {
    if (set.empty()) return 0.0;
    Eigen::VectorXd g(set.size());
    for (std::size_t k = 0; k < set.size(); ++k)
      g(static_cast<Eigen::Index>(k)) = s.gradient[static_cast<std::size_t>(set[k])];
    return 0.5 * g.dot(steadied(part(s, set, set)).ldlt().solve(g));
  };
  return value(both) - value(free);
}

std::vector<double> entering_direction(const Slopes& s, const std::vector<int>& free, const std::vector<int>& add) {
  const Eigen::MatrixXd haa = part(s, add, add);
  const Eigen::MatrixXd hfa = part(s, free, add);
  const auto hff = steadied(part(s, free, free)).ldlt();
  Eigen::VectorXd g(add.size());
  for (std::size_t k = 0; k < add.size(); ++k)
    g(static_cast<Eigen::Index>(k)) = s.gradient[static_cast<std::size_t>(add[k])];
  // Eliminates the free entries; what is left is curvature that they can't make up for.
  Eigen::MatrixXd left = haa;
  if (!free.empty()) left -= hfa.transpose() * hff.solve(hfa);
  left.diagonal() += 1e-6 * haa.diagonal();
  Eigen::VectorXd step = -steadied(left).ldlt().solve(g);
  if (!(step.norm() > 0) || !step.allFinite()) step.setOnes();
  const Eigen::VectorXd follow = free.empty() ? Eigen::VectorXd() : Eigen::VectorXd(-hff.solve(hfa * step));

  std::vector<double> direction(static_cast<std::size_t>(s.size), 0.0);
  for (std::size_t k = 0; k < add.size(); ++k)
    direction[static_cast<std::size_t>(add[k])] = step(static_cast<Eigen::Index>(k));
  for (std::size_t k = 0; k < free.size(); ++k)
    direction[static_cast<std::size_t>(free[k])] = follow(static_cast<Eigen::Index>(k));
  const Map h(s.curvature.data(), s.size, s.size);
  const Eigen::Map<const Eigen::VectorXd> d(direction.data(), s.size);
  const double length = std::sqrt(d.dot(h * d));
  if (length > 0 && std::isfinite(length)) {
    for (double& x : direction) x /= length;
  }
  return direction;
}

namespace {

// Of the inverse curvature of the free entries, the columns of `entries`, and the value that each has.
struct Removal {
  std::vector<Eigen::Index> at;  // of the entries among the free ones
  Eigen::MatrixXd inverse, block;
  Eigen::VectorXd value;
};

// Optimal brain surgeon (Hassibi & Stork 1993), for a group of entries.
Removal removal(const Slopes& s, const std::vector<double>& theta, const std::vector<int>& free,
                const std::vector<int>& entries) {
  Removal r;
  const Eigen::MatrixXd h = steadied(part(s, free, free));
  r.inverse = h.ldlt().solve(Eigen::MatrixXd::Identity(h.rows(), h.cols()));
  r.value.resize(static_cast<Eigen::Index>(entries.size()));
  for (std::size_t k = 0; k < entries.size(); ++k) {
    for (std::size_t f = 0; f < free.size(); ++f) {
      if (free[f] == entries[k]) r.at.push_back(static_cast<Eigen::Index>(f));
    }
    r.value(static_cast<Eigen::Index>(k)) = theta[static_cast<std::size_t>(entries[k])];
  }
  r.block = steadied(r.inverse(r.at, r.at));
  return r;
}

}  // namespace

double predicted_cost(const Slopes& s, const std::vector<double>& theta, const std::vector<int>& free,
                      const std::vector<int>& entries) {
  const Removal r = removal(s, theta, free, entries);
  return 0.5 * r.value.dot(r.block.ldlt().solve(r.value));
}

std::vector<double> compensated(const Slopes& s, std::vector<double> theta, const std::vector<int>& free,
                                const std::vector<int>& entries) {
  const Removal r = removal(s, theta, free, entries);
  const Eigen::VectorXd change = -r.inverse(Eigen::all, r.at) * r.block.ldlt().solve(r.value);
  for (std::size_t f = 0; f < free.size(); ++f)
    theta[static_cast<std::size_t>(free[f])] += change(static_cast<Eigen::Index>(f));
  for (int e : entries) theta[static_cast<std::size_t>(e)] = 0;
  return theta;
}

std::vector<double> standard_errors(const Slopes& s) {
  const auto n = static_cast<Eigen::Index>(s.size);
  const Eigen::Index episodes = n == 0 ? 0 : static_cast<Eigen::Index>(s.episode_gradient.size()) / n;
  std::vector<double> out(static_cast<std::size_t>(s.size), std::numeric_limits<double>::quiet_NaN());
  if (episodes < 2) return out;
  const Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>> g(
      s.episode_gradient.data(), episodes, n);
  const Eigen::MatrixXd centred = g.rowwise() - g.colwise().mean();
  const Eigen::MatrixXd meat = centred.transpose() * centred / static_cast<double>(episodes * (episodes - 1));
  const std::vector<int> all = all_entries(s.size);
  const Eigen::MatrixXd inverse = steadied(part(s, all, all)).ldlt().solve(Eigen::MatrixXd::Identity(n, n));
  const Eigen::MatrixXd covariance = inverse * meat * inverse;
  for (Eigen::Index k = 0; k < n; ++k) out[static_cast<std::size_t>(k)] = std::sqrt(std::max(0.0, covariance(k, k)));
  return out;
}

}  // namespace rule_search
