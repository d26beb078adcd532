#include "fit/wide_steps.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <optional>

#include "base/random.hpp"
#include "base/statistics.hpp"
#include "fit/sharing.hpp"
#include "plan/layout.hpp"

namespace rule_search {

namespace {

constexpr double widest = std::numbers::ln2;        // of the logarithm
constexpr double farthest = 2 * std::numbers::ln2;  // from where on an interval has no end
// Where a least is looked for. A bound of the search that one entry meets must not hold back another that goes with it.
constexpr double looked_at = 2 * farthest;
constexpr std::uint64_t resampling_stream = 114;

// What an entry is measured in: itself, or where it is 0 the smallest of the others, which may be of other units.
std::vector<double> scales(const std::vector<double>& theta) {
  double least = 0;
  for (const double x : theta) {
    if (x != 0 && (least == 0 || std::abs(x) < least)) least = std::abs(x);
  }
  std::vector<double> out = theta;
  for (double& s : out) {
    if (s == 0) s = least > 0 ? least : 1e-3;
  }
  return out;
}

// The logarithm of an entry over its scale; of one that began at 0, the entry over its scale.
class WidePlace {
 public:
  WidePlace(const std::vector<double>& theta, const std::vector<double>& lower, const std::vector<double>& upper)
      : theta_(theta), scale_(scales(theta)), lower_(lower), upper_(upper) {}

  double value(std::size_t e, double z) const {
    const double to = theta_[e] != 0 ? theta_[e] * std::exp(z) : scale_[e] * z;
    return std::clamp(to, lower_[e], upper_[e]);
  }
  // How far one gets by z within the bounds.
  double reached(std::size_t e, double z) const {
    const double to = value(e, z);
    if (theta_[e] == 0) return to / scale_[e];
    return to / theta_[e] > 0 ? std::log(to / theta_[e]) : 0;
  }
  double scale(std::size_t e) const { return scale_[e]; }

 private:
  const std::vector<double>& theta_;
  std::vector<double> scale_;
  const std::vector<double>& lower_;
  const std::vector<double>& upper_;
};

// Of theta, those that the model is of.
std::vector<std::size_t> entries_of(const FitRequest& request, std::size_t all) {
  std::vector<std::size_t> out(request.entries.begin(), request.entries.end());
  if (out.empty()) {
    out.resize(all);
    std::iota(out.begin(), out.end(), 0);
  }
  return out;
}

class Surface {
 public:
  Surface(const Evaluator& evaluator, const FitRequest& request, const std::vector<double>& theta,
          const WidePlace& place)
      : evaluator_(evaluator),
        request_(request),
        theta_(theta),
        place_(place),
        entries_(entries_of(request, theta.size())) {}

  // Nothing where a unit diverges.
  std::optional<std::vector<double>> losses(const std::vector<double>& at) const {
    std::vector<double> out;
    for (const Outcome& o : evaluator_.run(request_.part, request_.units, at)) {
      if (o.diverged) return {};
      out.push_back(o.loss);
    }
    return out;
  }

  std::optional<QuadraticModel> model(const std::vector<double>& here, double step) const {
    const std::size_t n = entries_.size();
    const std::size_t units = here.size();
    // By entry, up and down.
    std::vector<std::array<double, 2>> z(n);
    std::vector<std::array<std::vector<double>, 2>> there(n);
    for (std::size_t e = 0; e < n; ++e) {
      for (const int side : {0, 1}) {
        const double by = (side == 0 ? 1 : -1) * (theta_[entries_[e]] != 0 ? step : step / widest);
        z[e][side] = place_.reached(entries_[e], by);
        if (z[e][side] == 0) {
          there[e][side] = here;
          continue;
        }
        auto found = losses(moved({{entries_[e], by}}));
        if (!found) return {};
        there[e][side] = std::move(*found);
      }
    }
    std::vector<Eigen::VectorXd> slope(units, Eigen::VectorXd::Zero(static_cast<Eigen::Index>(n)));
    std::vector<Eigen::MatrixXd> bend(
        units, Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(n), static_cast<Eigen::Index>(n)));
    for (std::size_t e = 0; e < n; ++e) {
      const auto i = static_cast<Eigen::Index>(e);
      const auto [up, down] = z[e];
      for (std::size_t u = 0; u < units; ++u) {
        const double above = up != 0 ? (there[e][0][u] - here[u]) / up : 0;
        const double below = down != 0 ? (there[e][1][u] - here[u]) / down : 0;
        // At a bound there is one side to look at, which shows no bend.
        if (up != 0 && down != 0) bend[u](i, i) = 2 * (above - below) / (up - down);
        slope[u](i) = up == 0 ? below : down == 0 ? above : above - bend[u](i, i) * up / 2;
      }
    }
    for (std::size_t a = 0; a < n; ++a) {
      for (std::size_t b = 0; b < a; ++b) {
        int seen = 0;
        std::vector<double> both(units, 0.0);
        for (const int side : {0, 1}) {
          const int other = 1 - side;
          if (z[a][side] == 0 || z[b][other] == 0) continue;
          const auto together = losses(moved({{entries_[a], z[a][side]}, {entries_[b], z[b][other]}}));
          if (!together) return {};
          ++seen;
          for (std::size_t u = 0; u < units; ++u)
            both[u] += ((*together)[u] - there[a][side][u] - there[b][other][u] + here[u]) / (z[a][side] * z[b][other]);
        }
        for (std::size_t u = 0; u < units && seen > 0; ++u) {
          const auto i = static_cast<Eigen::Index>(a);
          const auto j = static_cast<Eigen::Index>(b);
          bend[u](i, j) = bend[u](j, i) = both[u] / seen;
        }
      }
    }
    return towards_entries(here, slope, bend);
  }

 private:
  std::vector<double> moved(const std::vector<std::pair<std::size_t, double>>& by) const {
    std::vector<double> to = theta_;
    for (const auto& [e, z] : by) to[e] = place_.value(e, z);
    return to;
  }

  QuadraticModel towards_entries(const std::vector<double>& here, const std::vector<Eigen::VectorXd>& slope,
                                 const std::vector<Eigen::MatrixXd>& bend) const {
    const std::size_t n = entries_.size();
    const double share = 1 / static_cast<double>(here.size());
    QuadraticModel out;
    out.usable = true;
    out.size = static_cast<int>(n);
    out.gradient.assign(n, 0);
    out.curvature.assign(n * n, 0);
    for (std::size_t u = 0; u < here.size(); ++u) {
      out.loss += here[u] * share;
      for (std::size_t a = 0; a < n; ++a) {
        const double g = slope[u](static_cast<Eigen::Index>(a)) / place_.scale(entries_[a]);
        out.gradient[a] += g * share;
        out.unit_gradient.push_back(g);
        for (std::size_t b = 0; b < n; ++b) {
          const double h = bend[u](static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(b)) /
                           (place_.scale(entries_[a]) * place_.scale(entries_[b]));
          out.curvature[a * n + b] += h * share;
          out.unit_curvature.push_back(h);
        }
      }
    }
    return out;
  }

  const Evaluator& evaluator_;
  const FitRequest& request_;
  const std::vector<double>& theta_;
  const WidePlace& place_;
  std::vector<std::size_t> entries_;
};

// Where the loss bends down it is taken to bend up by next to nothing: the least is as far away as is looked.
Eigen::MatrixXd bending_up(const Eigen::MatrixXd& h) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> parts(h);
  const double most = parts.eigenvalues().cwiseAbs().maxCoeff();
  return parts.eigenvectors() * parts.eigenvalues().cwiseMax(1e-9 * most).asDiagonal() *
         parts.eigenvectors().transpose();
}

}  // namespace

std::size_t runs_over_wide_steps(std::size_t units, std::size_t entries) {
  return units * (entries > most_entries_in_wide_steps ? 0 : 1 + 2 * entries + entries * (entries - 1));
}

QuadraticModel model_over_wide_steps(const Rule& rule, const std::vector<double>& theta, const FitRequest& request) {
  const std::size_t entries = entries_of(request, theta.size()).size();
  QuadraticModel none;
  none.size = static_cast<int>(entries);
  none.gradient.assign(entries, 0);
  none.curvature.assign(entries * entries, 0);
  if (entries > most_entries_in_wide_steps) return none;
  const ParameterLayout layout(rule.parameters, request.objective->connections());
  const plan::Plan plan = plan::lower(rule);
  const auto evaluator = compile(*request.objective, {plan, {}, Precision::float32}, request.execution);
  const WidePlace place(theta, layout.lower, layout.upper);
  const Surface surface(*evaluator, request, theta, place);
  const std::optional<std::vector<double>> here = surface.losses(theta);
  if (!here) return none;
  for (const double step : {widest, widest / 2, widest / 4}) {
    if (auto out = surface.model(*here, step)) return *out;
  }
  return none;
}

Certainty certainty_of_wide_steps(const QuadraticModel& model, const std::vector<double>& theta,
                                  const std::vector<double>& lower, const std::vector<double>& upper,
                                  std::uint64_t seed) {
  constexpr int resamples = 1000;
  const auto n = static_cast<Eigen::Index>(theta.size());
  const std::size_t units = theta.empty() ? 0 : model.unit_gradient.size() / theta.size();
  Certainty out;
  out.standard_errors.assign(theta.size(), std::numeric_limits<double>::quiet_NaN());
  out.degrees.assign(theta.size(), 1);
  out.low = out.high = out.standard_errors;
  if (!model.usable || units < 2) return out;
  const WidePlace place(theta, lower, upper);
  std::vector<double> nothing(theta.size(), 0.0);
  std::vector<double> down(theta.size());
  std::vector<double> up(theta.size());
  for (std::size_t e = 0; e < theta.size(); ++e) {
    down[e] = place.reached(e, -looked_at);
    up[e] = place.reached(e, looked_at);
  }
  std::vector<std::vector<double>> least(theta.size());
  for (int r = 0; r < resamples; ++r) {
    Random random(seed, resampling_stream, static_cast<std::uint64_t>(r));
    Eigen::VectorXd g = Eigen::VectorXd::Zero(n);
    Eigen::MatrixXd h = Eigen::MatrixXd::Zero(n, n);
    for (std::size_t k = 0; k < units; ++k) {
      const auto u = static_cast<std::ptrdiff_t>(random.below(units));
      g += Eigen::Map<const Eigen::VectorXd>(model.unit_gradient.data() + u * n, n);
      h += Eigen::Map<const RowMajorMatrix>(model.unit_curvature.data() + u * n * n, n, n);
    }
    for (Eigen::Index a = 0; a < n; ++a) {
      g(a) *= place.scale(static_cast<std::size_t>(a));
      for (Eigen::Index b = 0; b < n; ++b)
        h(a, b) *= place.scale(static_cast<std::size_t>(a)) * place.scale(static_cast<std::size_t>(b));
    }
    if (!g.allFinite() || !h.allFinite()) continue;
    const Eigen::VectorXd z = bounded_step(bending_up(h), g, nothing, down, up);
    for (std::size_t e = 0; e < theta.size(); ++e) least[e].push_back(z(static_cast<Eigen::Index>(e)));
  }
  const double t = t_quantile(0.95, static_cast<int>(units) - 1);
  const double tail = expanded_tail(units);
  for (std::size_t e = 0; e < theta.size(); ++e) {
    if (least[e].empty()) continue;
    std::sort(least[e].begin(), least[e].end());
    const double low = std::min(0.0, quantile(least[e], tail));
    const double high = std::max(0.0, quantile(least[e], 1 - tail));
    // Only as far as was looked, not where a bound of the parameter is.
    const bool idle = changes_nothing(model, e);
    const bool open_below = idle || low <= -farthest * (1 - 1e-9);
    const bool open_above = idle || high >= farthest * (1 - 1e-9);
    constexpr double infinity = std::numeric_limits<double>::infinity();
    double from = place.value(e, low);
    double to = place.value(e, high);
    if (theta[e] == 0) {
      if (open_below) from = std::max(-infinity, lower[e]);
      if (open_above) to = std::min(infinity, upper[e]);
    } else {
      const double sign = theta[e] > 0 ? 1 : -1;
      if (open_below) from = std::clamp(0.0, lower[e], upper[e]);
      if (open_above) to = std::clamp(sign * infinity, lower[e], upper[e]);
    }
    out.low[e] = std::min(from, to);
    out.high[e] = std::max(from, to);
    out.degrees[e] = static_cast<double>(units) - 1;
    out.standard_errors[e] = std::abs(place.scale(e)) * (high - low) / (2 * t);
  }
  return out;
}

}  // namespace rule_search
