#include "fit/scoring.hpp"

#include "fit/sharing.hpp"

namespace rule_search {

Score score(const Rule& rule, const std::vector<double>& theta, const Objective& objective, Part part,
            std::size_t count, bool alignment, const Execution& execution) {
  Wanted wanted;
  wanted.alignment = alignment;
  return objective.summarise(
      compile(objective, {plan::lower(rule), {}, Precision::float32}, execution)->run(part, count, theta, wanted));
}

}  // namespace rule_search
