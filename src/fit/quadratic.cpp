#include "fit/quadratic.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/linear.hpp"
#include "fit/residuals.hpp"
#include "fit/sharing.hpp"
#include "fit/wide_steps.hpp"
#include "plan/layout.hpp"

namespace rule_search {

namespace {

using Map = Eigen::Map<const Eigen::MatrixXd>;

Eigen::MatrixXd part(const QuadraticModel& s, const std::vector<int>& rows, const std::vector<int>& cols) {
  const Map h(s.curvature.data(), s.size, s.size);
  Eigen::MatrixXd out(rows.size(), cols.size());
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t c = 0; c < cols.size(); ++c)
      out(static_cast<Eigen::Index>(r), static_cast<Eigen::Index>(c)) = h(rows[r], cols[c]);
  }
  return out;
}

bool differs_widely(const FitRequest& request) { return request.wide && request.objective->traits().differs_widely; }

}  // namespace

std::size_t runs_of_quadratic_model(const FitRequest& request, std::size_t entries) {
  if (!differs_widely(request)) return request.units;
  return runs_over_wide_steps(request.units, request.entries.empty() ? entries : request.entries.size());
}

bool changes_nothing(const QuadraticModel& model, std::size_t entry) {
  const auto n = static_cast<std::size_t>(model.size);
  for (std::size_t u = 0; u < model.unit_gradient.size() / n; ++u) {
    if (model.unit_gradient[u * n + entry] != 0 || model.unit_curvature[(u * n + entry) * n + entry] != 0) return false;
  }
  return true;
}

QuadraticModel quadratic_model(const Rule& rule, const std::vector<double>& theta, const FitRequest& request) {
  const plan::Plan plan = plan::lower(rule);
  const ParameterLayout layout(rule.parameters, request.objective->connections());
  if (differs_widely(request)) return model_over_wide_steps(rule, theta, request);
  return quadratic_model_of(compile(*request.objective, {plan, layout.all(), Precision::float32}, request.execution)
                                ->run(request.part, request.units, theta),
                            static_cast<std::size_t>(layout.size()), request);
}

QuadraticModel quadratic_model_of(const std::vector<Outcome>& outcomes, std::size_t n, const FitRequest& request) {
  QuadraticModel out;
  out.size = static_cast<int>(n);
  out.gradient.assign(n, 0);
  out.curvature.assign(n * n, 0);
  for (const Outcome& o : outcomes) {
    if (o.diverged) return out;
  }
  const std::vector<double> factors = request.tempered && request.objective->traits().tempers
                                          ? tempering(outcomes, n)
                                          : std::vector<double>(outcomes.size(), 1.0);
  for (std::size_t e = 0; e < outcomes.size(); ++e) {
    const Outcome& o = outcomes[e];
    const double factor = factors[e];
    const std::size_t queries = o.query_losses.size();
    const double weight = 1.0 / static_cast<double>(queries * request.units);
    out.loss += o.loss / static_cast<double>(request.units);
    std::vector<double> g(n, 0);
    std::vector<double> h(n * n, 0);
    for (std::size_t q = 0; q < queries; ++q) {
      const double* const j = o.jacobian.data() + q * n;
      const auto [slope, by] = model_weight(o, q, weight, factor);
      for (std::size_t a = 0; a < n; ++a) {
        g[a] += slope * j[a] / static_cast<double>(queries);
        for (std::size_t b = 0; b < n; ++b) {
          out.curvature[a * n + b] += by * j[a] * j[b];
          h[a * n + b] += static_cast<double>(request.units) * by * j[a] * j[b];
        }
      }
    }
    for (std::size_t a = 0; a < n; ++a) out.gradient[a] += g[a] / static_cast<double>(request.units);
    out.unit_gradient.insert(out.unit_gradient.end(), g.begin(), g.end());
    out.unit_curvature.insert(out.unit_curvature.end(), h.begin(), h.end());
  }
  out.usable = true;
  return out;
}

QuadraticModel restricted(const QuadraticModel& model, const std::vector<int>& entries) {
  const auto n = static_cast<std::size_t>(model.size);
  const std::size_t units = n == 0 ? 0 : model.unit_gradient.size() / n;
  QuadraticModel out;
  out.usable = model.usable;
  out.loss = model.loss;
  out.size = static_cast<int>(entries.size());
  for (int a : entries) {
    const auto row = static_cast<std::size_t>(a);
    out.gradient.push_back(model.gradient[row]);
    for (int b : entries) out.curvature.push_back(model.curvature[row * n + static_cast<std::size_t>(b)]);
  }
  for (std::size_t u = 0; u < units; ++u) {
    for (int a : entries) {
      const auto row = static_cast<std::size_t>(a);
      out.unit_gradient.push_back(model.unit_gradient[u * n + row]);
      for (int b : entries)
        out.unit_curvature.push_back(model.unit_curvature[(u * n + row) * n + static_cast<std::size_t>(b)]);
    }
  }
  return out;
}

double predicted_gain(const QuadraticModel& s, const std::vector<int>& free, const std::vector<int>& add) {
  std::vector<int> both = free;
  both.insert(both.end(), add.begin(), add.end());
  const auto value = [&](const std::vector<int>& set) {
    if (set.empty()) return 0.0;
    Eigen::VectorXd g(set.size());
    for (std::size_t k = 0; k < set.size(); ++k)
      g(static_cast<Eigen::Index>(k)) = s.gradient[static_cast<std::size_t>(set[k])];
    return 0.5 * g.dot(regularised(part(s, set, set)).ldlt().solve(g));
  };
  return value(both) - value(free);
}

std::vector<double> entering_direction(const QuadraticModel& s, const std::vector<int>& free,
                                       const std::vector<int>& add) {
  const Eigen::MatrixXd haa = part(s, add, add);
  const Eigen::MatrixXd hfa = part(s, free, add);
  const auto hff = regularised(part(s, free, free)).ldlt();
  Eigen::VectorXd g(add.size());
  for (std::size_t k = 0; k < add.size(); ++k)
    g(static_cast<Eigen::Index>(k)) = s.gradient[static_cast<std::size_t>(add[k])];
  // Eliminates the free entries; what is left is curvature that they can't make up for.
  Eigen::MatrixXd left = haa;
  if (!free.empty()) left -= hfa.transpose() * hff.solve(hfa);
  left.diagonal() += 1e-6 * haa.diagonal();
  Eigen::VectorXd step = -regularised(left).ldlt().solve(g);
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
Removal removal(const QuadraticModel& s, const std::vector<double>& theta, const std::vector<int>& free,
                const std::vector<int>& entries) {
  Removal r;
  const Eigen::MatrixXd h = regularised(part(s, free, free));
  r.inverse = h.ldlt().solve(Eigen::MatrixXd::Identity(h.rows(), h.cols()));
  r.value.resize(static_cast<Eigen::Index>(entries.size()));
  for (std::size_t k = 0; k < entries.size(); ++k) {
    for (std::size_t f = 0; f < free.size(); ++f) {
      if (free[f] == entries[k]) r.at.push_back(static_cast<Eigen::Index>(f));
    }
    r.value(static_cast<Eigen::Index>(k)) = theta[static_cast<std::size_t>(entries[k])];
  }
  r.block = regularised(r.inverse(r.at, r.at));
  return r;
}

}  // namespace

double predicted_cost(const QuadraticModel& s, const std::vector<double>& theta, const std::vector<int>& free,
                      const std::vector<int>& entries) {
  const Removal r = removal(s, theta, free, entries);
  return 0.5 * r.value.dot(r.block.ldlt().solve(r.value));
}

void thin_out(const QuadraticModel& s, std::vector<double>& theta, std::vector<int>& free,
              const std::vector<bool>& removable, std::size_t most) {
  const Eigen::MatrixXd h = regularised(part(s, free, free));
  Eigen::MatrixXd inverse = h.ldlt().solve(Eigen::MatrixXd::Identity(h.rows(), h.cols()));
  Eigen::VectorXd gradient(h.rows());
  for (Eigen::Index k = 0; k < h.rows(); ++k)
    gradient(k) = s.gradient[static_cast<std::size_t>(free[static_cast<std::size_t>(k)])];
  const Eigen::VectorXd step = -inverse * gradient;
  for (Eigen::Index k = 0; k < h.rows(); ++k)
    theta[static_cast<std::size_t>(free[static_cast<std::size_t>(k)])] += step(k);
  std::vector<Eigen::Index> left;  // of free, by their rows of the inverse
  for (Eigen::Index k = 0; k < h.rows(); ++k) left.push_back(k);
  const auto entry = [&](Eigen::Index k) { return static_cast<std::size_t>(free[static_cast<std::size_t>(k)]); };
  while (left.size() > most) {
    auto cheapest = left.end();
    double least = std::numeric_limits<double>::infinity();
    for (auto at = left.begin(); at != left.end(); ++at) {
      const double cost = 0.5 * std::pow(theta[entry(*at)], 2) / inverse(*at, *at);
      if (!removable[entry(*at)] || !(cost < least)) continue;
      least = cost;
      cheapest = at;
    }
    if (cheapest == left.end()) break;
    const Eigen::Index gone = *cheapest;
    left.erase(cheapest);
    const Eigen::VectorXd column = inverse.col(gone) / inverse(gone, gone);
    const double value = theta[entry(gone)];
    for (Eigen::Index k : left) theta[entry(k)] -= value * column(k);
    theta[entry(gone)] = 0;
    inverse -= inverse(gone, gone) * column * column.transpose();
  }
  std::vector<int> kept;
  for (Eigen::Index k : left) kept.push_back(free[static_cast<std::size_t>(k)]);
  free = std::move(kept);
}

std::vector<double> compensated(const QuadraticModel& s, std::vector<double> theta, const std::vector<int>& free,
                                const std::vector<int>& entries) {
  const Removal r = removal(s, theta, free, entries);
  const Eigen::VectorXd change = -r.inverse(Eigen::all, r.at) * r.block.ldlt().solve(r.value);
  for (std::size_t f = 0; f < free.size(); ++f)
    theta[static_cast<std::size_t>(free[f])] += change(static_cast<Eigen::Index>(f));
  for (int e : entries) theta[static_cast<std::size_t>(e)] = 0;
  return theta;
}

}  // namespace rule_search
