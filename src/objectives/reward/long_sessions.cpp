#include "objectives/reward/long_sessions.hpp"

#include <fmt/format.h>

#include "expression/print.hpp"
#include "fit/steps.hpp"

namespace rule_search {

namespace {

// Steps that are written down are scores, so trials, whether they were enough, and shares one after the other go as one.
Score packed(const LongSessions& sessions) {
  Score s;
  s.losses = sessions.criterion.trials;
  s.accuracies = sessions.criterion.reached;
  for (const std::vector<double>& session : sessions.right)
    s.no_change.insert(s.no_change.end(), session.begin(), session.end());
  return s;
}

LongSessions unpacked(const Score& s) {
  LongSessions out{{s.losses, s.accuracies}, {}};
  const std::size_t blocks = s.losses.empty() ? 0 : s.no_change.size() / s.losses.size();
  for (std::size_t k = 0; k < s.losses.size(); ++k) {
    const auto first = s.no_change.begin() + static_cast<std::ptrdiff_t>(k * blocks);
    out.right.emplace_back(first, first + static_cast<std::ptrdiff_t>(blocks));
  }
  return out;
}

}  // namespace

RewardObjective of_reports(const RewardObjective& objective) {
  RewardOptions longer = objective.options();
  longer.trials = longer.report_trials;
  return {longer, objective.seed()};
}

LongSessions long_sessions(const FittedRule& rule, const RewardObjective& objective, std::size_t count, Steps& steps) {
  const RewardObjective longer = of_reports(objective);
  return unpacked(steps.score_other(
      fmt::format("long sessions {} {} {}", longer.identity(), print(rule.rule), fmt::join(rule.theta, " ")), count,
      [&] {
        const std::vector<Outcome> outcomes =
            longer.compile({plan::lower(rule.rule), {}, Precision::float32})->run(Part::test, count, rule.theta);
        LongSessions out{criterion_of(outcomes, longer.options().trials), {}};
        for (const Outcome& o : outcomes) {
          std::vector<double>& right = out.right.emplace_back(longer.answers(Part::test, 0), 0.0);
          for (std::size_t b = 0; b < o.probes.size(); ++b) right[b] = o.probes[b].accuracy;
        }
        return packed(out);
      }));
}

}  // namespace rule_search
