#include "search/evidence.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/random.hpp"
#include "expression/candidates.hpp"
#include "expression/print.hpp"

namespace rule_search {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint64_t bootstrap_stream = 112;

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Map = Eigen::Map<const Matrix>;

// To the minimum of step . gradient + step . curvature step / 2 with theta + step within the bounds; an entry
// that would leave them stays on its bound.
Eigen::VectorXd bounded_step(const Matrix& curvature, const Eigen::VectorXd& gradient, const std::vector<double>& theta,
                             const std::vector<double>& lower, const std::vector<double>& upper) {
  Eigen::VectorXd step = Eigen::VectorXd::Zero(gradient.size());
  std::vector<Eigen::Index> free;
  for (Eigen::Index k = 0; k < gradient.size(); ++k) free.push_back(k);
  while (!free.empty()) {
    for (Eigen::Index k : free) step(k) = 0;
    const Eigen::VectorXd slope = gradient + curvature * step;
    Eigen::MatrixXd h = curvature(free, free);
    h.diagonal() *= 1 + 1e-8;
    h.diagonal().array() += std::numeric_limits<double>::min();
    const Eigen::VectorXd to = -h.ldlt().solve(slope(free));
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

double quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace

Bootstrap bootstrap(const Slopes& s, const std::vector<double>& theta, const std::vector<double>& lower,
                    const std::vector<double>& upper, std::uint64_t seed, int resamples) {
  const Eigen::Index n = s.size;
  const std::size_t episodes = n == 0 ? 0 : s.episode_gradient.size() / theta.size();
  Bootstrap out;
  out.centre.assign(theta.size(), none);
  out.low = out.high = out.centre;
  if (!s.usable || episodes < 2) return out;
  std::vector<std::vector<double>> values(theta.size());
  for (int b = 0; b < resamples; ++b) {
    Random random(seed, bootstrap_stream, static_cast<std::uint64_t>(b));
    Eigen::VectorXd gradient = Eigen::VectorXd::Zero(n);
    Matrix curvature = Matrix::Zero(n, n);
    for (std::size_t k = 0; k < episodes; ++k) {
      const auto e = static_cast<Eigen::Index>(random.below(episodes));
      gradient += Eigen::Map<const Eigen::VectorXd>(s.episode_gradient.data() + e * n, n);
      curvature += Map(s.episode_curvature.data() + e * n * n, n, n);
    }
    const double by = 1 / static_cast<double>(episodes);
    const Eigen::VectorXd step = bounded_step(by * curvature, by * gradient, theta, lower, upper);
    if (!step.allFinite()) continue;
    for (std::size_t k = 0; k < theta.size(); ++k) values[k].push_back(theta[k] + step(static_cast<Eigen::Index>(k)));
  }
  const double count = static_cast<double>(episodes);
  const double t = t_quantile(0.95, static_cast<int>(episodes) - 1);
  const double tail = 0.5 * std::erfc(std::sqrt(count / (count - 1)) * t / std::sqrt(2.0));
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
    Eigen::MatrixXd hoo = h(others, others);
    hoo.diagonal() *= 1 + 1e-8;
    hoo.diagonal().array() += std::numeric_limits<double>::min();
    left -= h(both, others) * hoo.ldlt().solve(Eigen::MatrixXd(h(others, both)));
  }
  for (std::size_t k = 0; k < both.size(); ++k) {
    // Slopes are of single precision: what is left of less than this is rounding.
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

namespace {

// Curvature of all but each episode, and last that of all; sums, not means.
std::vector<std::vector<double>> with_each_left_out(const Slopes& s) {
  const auto n = static_cast<std::size_t>(s.size);
  const std::size_t episodes = n == 0 ? 0 : s.episode_gradient.size() / n;
  std::vector<std::vector<double>> out(episodes + 1, std::vector<double>(n * n, 0));
  // Added up from before and from behind, not subtracted from the whole: beside an episode that rules the sum
  // nothing would be left of the others but rounding.
  std::vector<double> sum(n * n, 0);
  for (std::size_t e = 0; e < episodes; ++e) {
    for (std::size_t k = 0; k < n * n; ++k) {
      out[e][k] += sum[k];
      sum[k] += s.episode_curvature[e * n * n + k];
    }
  }
  out[episodes] = sum;
  sum.assign(n * n, 0);
  for (std::size_t e = episodes; e-- > 0;) {
    for (std::size_t k = 0; k < n * n; ++k) {
      out[e][k] += sum[k];
      sum[k] += s.episode_curvature[e * n * n + k];
    }
  }
  return out;
}

bool alike_in_all(const std::vector<std::vector<double>>& curvatures, int size, const std::vector<int>& a,
                  const std::vector<int>& b, const std::vector<int>& others) {
  // From the last: most pairs fail over all episodes.
  return std::all_of(curvatures.rbegin(), curvatures.rend(), [&](const std::vector<double>& c) {
    return std::abs(partial_correlation(c, size, a, b, others)) > alike;
  });
}

// Of pools too large to compare all, those that promised most in the last screenings.
std::vector<std::size_t> to_compare(const Workbench& bench, const Trial& found) {
  std::vector<std::size_t> out;
  if (bench.parameters() <= most_compared) {
    for (std::size_t r = 0; r < bench.parameters(); ++r) {
      if (!found.in[r] && bench.is_term(r)) out.push_back(r);
    }
    return out;
  }
  const std::vector<Screened>& screened = bench.screened();
  for (auto at = screened.rbegin(); at != screened.rend() && out.size() < most_compared; ++at) {
    const int r = bench.candidates().parameter_index(at->parameter);
    if (r < 0 || found.in[static_cast<std::size_t>(r)]) continue;
    if (std::find(out.begin(), out.end(), static_cast<std::size_t>(r)) == out.end())
      out.push_back(static_cast<std::size_t>(r));
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

bool always_alike(const Slopes& slopes, const std::vector<int>& a, const std::vector<int>& b,
                  const std::vector<int>& others) {
  return alike_in_all(with_each_left_out(slopes), slopes.size, a, b, others);
}

void find_lookalikes(Workbench& bench, const Trial& found, SearchResult& result) {
  constexpr std::size_t block = 16;
  std::vector<std::size_t> in;
  for (std::size_t r = 0; r < found.in.size(); ++r) {
    if (found.in[r]) in.push_back(r);
  }
  const std::vector<std::size_t> beside = to_compare(bench, found);
  const std::vector<Parameter>& parameters = bench.candidates().parameters;
  for (std::size_t from = 0; from == 0 || from < beside.size(); from += block) {
    const std::vector<std::size_t> now(
        beside.begin() + static_cast<std::ptrdiff_t>(from),
        beside.begin() + static_cast<std::ptrdiff_t>(std::min(from + block, beside.size())));
    const Workbench::Towards towards = bench.slopes_towards(found, now, bench.options().fit_episodes, false);
    if (!towards.slopes.usable) return;
    const auto places = [&](std::size_t parameter) {
      std::vector<int> out;
      for (std::size_t k = 0; k < towards.entries.size(); ++k) {
        if (bench.layout().parameter[static_cast<std::size_t>(towards.entries[k])] == static_cast<int>(parameter))
          out.push_back(static_cast<int>(k));
      }
      return out;
    };
    const std::vector<std::vector<double>> curvatures = with_each_left_out(towards.slopes);
    std::vector<std::size_t> partners = now;
    // Pairs within the rule are the same in every block.
    if (from == 0) partners.insert(partners.begin(), in.begin(), in.end());
    for (std::size_t i : in) {
      for (std::size_t j : partners) {
        if (found.in[j] && j <= i) continue;
        std::vector<int> others;
        for (std::size_t r : in) {
          if (r == i || r == j) continue;
          const std::vector<int> own = places(r);
          others.insert(others.end(), own.begin(), own.end());
        }
        const std::vector<int> a = places(i);
        const std::vector<int> b = places(j);
        if (a.empty() || b.empty()) continue;
        if (!alike_in_all(curvatures, towards.slopes.size, a, b, others)) continue;
        result.lookalikes.push_back({parameters[i].name, parameters[j].name,
                                     print(term_of(bench.candidates(), static_cast<int>(j)), parameters), found.in[j],
                                     partial_correlation(curvatures.back(), towards.slopes.size, a, b, others)});
      }
    }
  }
  result.compared = beside.size() + in.size();
  std::stable_sort(result.lookalikes.begin(), result.lookalikes.end(), [](const Lookalike& a, const Lookalike& b) {
    return std::abs(a.correlation) > std::abs(b.correlation);
  });
}

Chance beside_chance(const Score& test, int ways) {
  Chance c;
  c.loss = std::log(static_cast<double>(ways));
  c.accuracy = 1 / static_cast<double>(ways);
  c.beaten = test.accuracy.low > c.accuracy;
  return c;
}

}  // namespace rule_search
