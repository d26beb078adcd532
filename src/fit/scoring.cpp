#include "fit/scoring.hpp"

#include <algorithm>
#include <memory>

#include "base/parallel.hpp"
#include "fit/sharing.hpp"

namespace rule_search {

Score score(const Rule& rule, const std::vector<double>& theta, const Objective& objective, Part part,
            std::size_t count, bool alignment, const Execution& execution) {
  Wanted wanted;
  wanted.alignment = alignment;
  return objective.summarise(
      compile(objective, {plan::lower(rule), {}, Precision::float32}, execution)->run(part, count, theta, wanted));
}

std::vector<Score> scores_together(const std::vector<FittedRule>& rules, const Objective& objective, Part part,
                                   std::size_t count, const Execution& execution) {
  std::vector<std::unique_ptr<Evaluator>> evaluators;
  for (const FittedRule& r : rules)
    evaluators.push_back(compile(objective, {plan::lower(r.rule), {}, Precision::float32}, execution));
  // Where there are many workers rules are dealt out as well: about so many pieces of work for every worker.
  constexpr std::size_t pieces = 4;
  const std::size_t groups = std::clamp<std::size_t>(pieces * workers_at_once() / std::max<std::size_t>(1, count), 1,
                                                     std::max<std::size_t>(1, rules.size()));
  std::vector<std::vector<Outcome>> outcomes(rules.size(), std::vector<Outcome>(count));
  for_each_unit(
      count * groups,
      [&](std::size_t k) {
        const std::size_t unit = k / groups;
        const std::size_t group = k % groups;
        for (std::size_t r = rules.size() * group / groups; r < rules.size() * (group + 1) / groups; ++r)
          outcomes[r][unit] = evaluators[r]->run_unit(part, unit, rules[r].theta);
      },
      Grouping::one_by_one);
  std::vector<Score> out;
  for (const std::vector<Outcome>& of_rule : outcomes) out.push_back(objective.summarise(of_rule));
  return out;
}

}  // namespace rule_search
