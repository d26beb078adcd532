#include "search/rounding.hpp"

#include <fmt/format.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace rule_search {

namespace {

double rounded(double value, int digits) { return std::stod(fmt::format("{:.{}e}", value, digits - 1)); }

// Fewest significant digits that move the value by at most `allowed`.
int digits_within(double value, double allowed) {
  for (int digits = 1; digits < 9; ++digits) {
    if (std::abs(rounded(value, digits) - value) <= allowed) return digits;
  }
  return 9;
}

}  // namespace

FittedRule round_coefficients(Workbench& bench, const Choice& choice) {
  const std::size_t units = bench.options().validation_units;
  const FittedRule exact = bench.rule_of(choice.exact);
  const std::vector<double> losses = bench.score(bench.judging_part(), choice.exact, units).losses;
  const ParameterLayout layout(exact.rule.parameters, bench.objective().connections());
  FittedRule candidate = exact;
  for (int more = 0; more < 8; ++more) {
    for (std::size_t k = 0; k < exact.theta.size(); ++k) {
      // A digit that changes a coefficient by less than half its standard error says nothing.
      const double error = choice.certainty.standard_errors[k];
      const double allowed = std::isfinite(error) ? error / 2 : 0;
      // A time is rounded as it is written, in its unit.
      const std::string& unit = exact.rule.parameters[static_cast<std::size_t>(layout.parameter[k])].unit;
      const double written = in_unit(exact.theta[k], unit);
      const auto in_digits = [&](int digits) { return in_seconds(rounded(written, digits), unit); };
      double value = written == 0 ? 0 : in_digits(digits_within(written, in_unit(allowed, unit)) + more);
      // Rounding must not leave the bounds.
      for (int digits = 1; (value < layout.lower[k] || value > layout.upper[k]) && digits <= 17; ++digits)
        value = digits < 17 ? in_digits(digits) : exact.theta[k];
      // Nor an interval that ends at the value itself.
      if (const auto ends = choice.certainty.own_ends(k)) {
        const int tried = written == 0 ? 17 : digits_within(written, in_unit(allowed, unit)) + more;
        for (int digits = tried + 1; (value < ends->first || value > ends->second) && digits <= 17; ++digits)
          value = digits < 17 ? in_digits(digits) : exact.theta[k];
      }
      candidate.theta[k] = value;
    }
    const Score r = bench.score(bench.judging_part(), candidate, units);
    const Estimate lost = paired(r.losses, losses);
    // Where errors are known chi squared may rise by that much: a third of a standard error of one number.
    constexpr double most = 0.1;
    const bool known = bench.objective().traits().known_errors;
    if (known ? 2 * lost.count * lost.mean <= most : lost.low <= 0) break;
  }
  return candidate;
}

}  // namespace rule_search
