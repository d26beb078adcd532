#include "fit/wide_differences.hpp"

#include <algorithm>
#include <cmath>

#include "plan/layout.hpp"

namespace rule_search {

std::vector<Outcome> with_wide_differences(const Rule& rule, const std::vector<double>& theta,
                                           const FitRequest& request) {
  constexpr double stretch = 0.2;
  const ParameterLayout layout(rule.parameters, request.objective->connections());
  const auto values = request.objective->compile({plan::lower(rule), {}, Precision::float32, request.before});
  std::vector<Outcome> out = values->run(request.part, request.units, theta);
  const auto n = static_cast<std::size_t>(layout.size());
  for (Outcome& o : out) o.jacobian.assign(o.residuals.size() * n, 0.0);
  double size = 0;
  double count = 0;
  for (const double x : theta) {
    size += std::abs(x);
    count += x != 0;
  }
  const double of_zero = stretch * (count > 0 ? size / count : 1e-3);
  for (std::size_t e = 0; e < n; ++e) {
    const auto moved = [&](double by) {
      std::vector<double> to = theta;
      const double there = theta[e] != 0 ? theta[e] * std::exp(by) : by > 0 ? of_zero : -of_zero;
      to[e] = std::clamp(there, layout.lower[e], layout.upper[e]);
      return to;
    };
    const std::vector<double> up = moved(stretch);
    const std::vector<double> down = moved(-stretch);
    const std::vector<Outcome> above = values->run(request.part, request.units, up);
    const std::vector<Outcome> below = values->run(request.part, request.units, down);
    for (std::size_t u = 0; u < out.size(); ++u) {
      if (out[u].diverged || above[u].diverged || below[u].diverged) {
        out[u].diverged = true;
        continue;
      }
      for (std::size_t r = 0; r < out[u].residuals.size(); ++r)
        out[u].jacobian[r * n + e] = (above[u].residuals[r] - below[u].residuals[r]) / (up[e] - down[e]);
    }
  }
  return out;
}

}  // namespace rule_search
