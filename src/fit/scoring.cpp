#include "fit/scoring.hpp"

namespace rule_search {

Score score(const Rule& rule, const std::vector<double>& theta, const Objective& objective, Part part,
            std::size_t count, bool alignment, const BeforeUnit& before) {
  Wanted wanted;
  wanted.alignment = alignment;
  return objective.summarise(
      objective.compile({plan::lower(rule), {}, Precision::float32, before})->run(part, count, theta, wanted));
}

}  // namespace rule_search
