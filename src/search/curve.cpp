#include "search/curve.hpp"

#include <algorithm>
#include <cmath>

#include "fit/threshold_scan.hpp"

namespace rule_search {

FittedRule fit_of_curve(Workbench& bench, const Choice& choice) {
  const FittedRule exact = bench.rule_of(choice.exact);
  ParameterLayout layout(exact.rule.parameters, bench.objective().connections());
  // A fit leaves them where they are.
  for (const int e : threshold_entries(exact.rule, layout))
    layout.initial[static_cast<std::size_t>(e)] = exact.theta[static_cast<std::size_t>(e)];
  std::vector<double> zeros;
  for (std::size_t k = 0; k < exact.theta.size(); ++k) {
    const bool term = is_term(exact.rule.parameters[static_cast<std::size_t>(layout.parameter[k])]);
    zeros.push_back(term ? std::clamp(0.0, layout.lower[k], layout.upper[k]) : layout.initial[k]);
  }
  constexpr int iterations = 10;
  // Far from the optimum the model of all terms together is not to be trusted: a short first step.
  FittedRule fitted = bench.fit_from(exact.rule, zeros, iterations, 0.5);
  // Where every term is a product of parameters nothing has a slope at zero.
  if (fitted.history.size() < 2) fitted = bench.fit_from(exact.rule, layout.initial, iterations, 0.5);
  return fitted;
}

Curve curve_of_found(Workbench& bench, const Choice& choice) {
  const FittedRule exact = bench.rule_of(choice.exact);
  const FittedRule fitted = fit_of_curve(bench, choice);
  Curve curve = bench.curve(fitted);
  // The picture of a fit need not be one of all the refit units; its end is that much less certain.
  const double wider =
      std::sqrt(static_cast<double>(bench.options().refit_units) / static_cast<double>(bench.options().fit_units));
  for (std::size_t k = 0; k < exact.theta.size(); ++k) {
    const double error = choice.certainty.standard_errors[k];
    const double allowed = std::isfinite(error) ? wider * t_quantile(0.95, choice.certainty.degrees[k]) * error
                                                : 0.05 * std::abs(exact.theta[k]);
    if (!(std::abs(fitted.theta[k] - exact.theta[k]) <= allowed)) curve.ends_as_reported = false;
  }
  return curve;
}

}  // namespace rule_search
