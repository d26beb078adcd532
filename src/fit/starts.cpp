#include "fit/starts.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

#include "fit/limits.hpp"
#include "fit/steps.hpp"
#include "fit/threshold_scan.hpp"

namespace rule_search {

namespace {

constexpr double wide = 10;  // a factor
constexpr std::size_t starts_of_each = 6, most_starts = 24, carried_to_the_end = 2;
constexpr int iterations_of_coefficients = 3;  // they are nearly linear

// The k-th number of van der Corput's sequence, within (0, 1).
double van_der_corput(std::size_t k, std::size_t base) {
  double out = 0;
  double digit = 1;
  for (; k > 0; k /= base) {
    digit /= static_cast<double>(base);
    out += digit * static_cast<double>(k % base);
  }
  return out;
}

// Between 0 and 1 evenly in the logarithm where the value is of a time constant.
double spread(const Parameter& p, double lower, double upper, double from, double share) {
  if (is_time_constant(p)) {
    const double low = std::max(lower, from / wide);
    const double high = std::min(upper, from * wide);
    return low > 0 && high > low ? low * std::pow(high / low, share) : from;
  }
  const double reach = from != 0 ? std::abs(from) : 1;
  const double low = std::isfinite(lower) ? lower : from - reach;
  const double high = std::isfinite(upper) ? upper : from + reach;
  return low + (high - low) * share;
}

}  // namespace

FittedRule fit_from_several(const Rule& rule, const std::vector<double>& start, const FitRequest& request,
                            Steps& steps) {
  const ParameterLayout layout = fit_layout(rule, *request.objective);
  const std::vector<int> scanned = threshold_entries(rule, layout);
  std::vector<int> terms;
  std::vector<std::size_t> shapes;
  for (int k = 0; k < layout.size(); ++k) {
    const auto entry = static_cast<std::size_t>(k);
    const std::vector<int>& only = request.entries;
    if (!only.empty() && std::find(only.begin(), only.end(), k) == only.end()) continue;
    if (is_term(rule.parameters[static_cast<std::size_t>(layout.parameter[entry])]))
      terms.push_back(k);
    else if (std::find(scanned.begin(), scanned.end(), k) == scanned.end())
      shapes.push_back(entry);
  }
  if (shapes.empty() || terms.empty()) return steps.fit(rule, start, request);

  // Halton's points: as evenly as can be, whatever their number. Beyond these bases they are no longer even.
  constexpr std::size_t bases[] = {2, 3, 5, 7, 11, 13};
  std::vector<std::vector<double>> begins = {start};
  const std::size_t spread_over = std::min(shapes.size(), std::size(bases));
  for (std::size_t k = 1; k <= std::min(most_starts, starts_of_each * spread_over); ++k) {
    std::vector<double>& theta = begins.emplace_back(start);
    for (std::size_t s = 0; s < spread_over; ++s) {
      const std::size_t entry = shapes[s];
      theta[entry] = spread(rule.parameters[static_cast<std::size_t>(layout.parameter[entry])], layout.lower[entry],
                            layout.upper[entry], start[entry], van_der_corput(k, bases[s]));
    }
  }
  // What gives terms their form has no slope while coefficients are 0.
  FitRequest first = request;
  first.entries = terms;
  first.iterations = std::min(first.iterations, iterations_of_coefficients);
  const auto coefficients = [&](std::size_t k, Steps& own) { return own.fit(rule, begins[k], first); };
  steps.ahead(begins.size(), [&](std::size_t k, Steps& own) { coefficients(k, own); });
  std::vector<FittedRule> fitted;
  for (std::size_t k = 0; k < begins.size(); ++k) fitted.push_back(coefficients(k, steps));
  std::vector<std::size_t> order;
  for (std::size_t k = 0; k < fitted.size(); ++k) order.push_back(k);
  // The first is what the rule says: it always goes on.
  std::stable_sort(order.begin() + 1, order.end(),
                   [&](std::size_t a, std::size_t b) { return fitted[a].fit_loss < fitted[b].fit_loss; });
  order.resize(std::min(order.size(), 1 + carried_to_the_end));
  const auto to_the_end = [&](std::size_t k, Steps& own) { return own.fit(rule, fitted[order[k]].theta, request); };
  steps.ahead(order.size(), [&](std::size_t k, Steps& own) { to_the_end(k, own); });
  FittedRule best = fitted.front();
  bool any = false;
  for (std::size_t k = 0; k < order.size(); ++k) {
    if (!std::isfinite(fitted[order[k]].fit_loss)) continue;
    FittedRule here = to_the_end(k, steps);
    if (any && !(here.fit_loss < best.fit_loss)) continue;
    best = std::move(here);
    any = true;
  }
  return best;
}

}  // namespace rule_search
