#include "fit/certainty.hpp"

#include "fit/wide_steps.hpp"

namespace rule_search {

Certainty certainty_of(const Objective& objective, const QuadraticModel& model, const std::vector<double>& theta,
                       const std::vector<double>& lower, const std::vector<double>& upper, std::uint64_t seed) {
  const LossTraits traits = objective.traits();
  if (traits.known_errors) {
    std::vector<double> degrees;
    for (std::size_t u = 0; u < objective.units(Part::search); ++u) degrees.push_back(objective.degrees_of_error(u));
    return certainty_of_known_errors(model, degrees);
  }
  if (traits.differs_widely) return certainty_of_wide_steps(model, theta, lower, upper, seed);
  // A thousandth of what counts as equal, so that intervals of exact recordings are no narrower than fits end.
  return traits.cross_validates ? certainty_of_few(model, 1e-3 * traits.tolerance) : certainty_of_many(model);
}

}  // namespace rule_search
