#include "search/noise.hpp"

#include <algorithm>
#include <cmath>

namespace rule_search {

namespace {

// One search in a thousand may keep terms by their likelihood that are of no use, whichever of its candidates they are.
constexpr double doubt = 1e-3;

// The logarithm of the number of ways to choose k of n.
double log_ways(std::size_t n, std::size_t k) {
  const auto log_factorial = [](std::size_t m) { return std::lgamma(static_cast<double>(m) + 1); };
  return k > n ? 0 : log_factorial(n) - log_factorial(k) - log_factorial(n - k);
}

bool is_part_of(const Trial& rule, const Trial& other) {
  for (std::size_t r = 0; r < rule.in.size(); ++r) {
    if (rule.in[r] && !other.in[r]) return false;
  }
  return true;
}

// The other's further terms were chosen among all candidates because they fit, so the level counts every choice of as many
// (Bonferroni's inequality). Where the other lacks terms of the rule, and errors are known, the rule is compared with both
// together, which leave no more than the other: their gain is at least the one between the two.
bool beyond_doubt(Workbench& bench, const Trial& rule, const Trial& other) {
  if (!is_part_of(rule, other) && !bench.objective().traits().known_errors) return false;
  std::vector<bool> both = other.in;
  std::size_t more = 0;
  for (std::size_t r = 0; r < both.size(); ++r) {
    if (other.in[r] && !rule.in[r]) ++more;
    if (rule.in[r]) both[r] = true;
  }
  const std::size_t units = bench.options().refit_units;
  const double p =
      bench.objective().gain_by_chance(bench.score(Part::search, rule, units), bench.score(Part::search, other, units),
                                       {bench.entries_in(rule.in).size(), bench.entries_in(both).size()});
  return std::log(p) < std::log(doubt) - log_ways(terms_of(bench.candidates()), more);
}

bool above_zero(const Estimate& e, double confidence) {
  return e.count >= 2 && e.mean - t_quantile(confidence, e.count - 1) * e.standard_error > 0;
}

}  // namespace

Worse worse(Workbench& bench, const Trial& rule, const Trial& other, double confidence) {
  const std::size_t units = bench.options().validation_units;
  const Score& a = bench.score(Part::validation, rule, units);
  const Score& b = bench.score(Part::validation, other, units);
  const LossTraits traits = bench.objective().traits();
  const Estimate all = paired(a.losses, b.losses);
  if (all.mean <= traits.tolerance) return Worse::no;
  const Votes losses = votes(a.losses, b.losses);
  const bool by_ratio =
      traits.compares_by_ratios && above_zero(paired_ratio(losses.a, losses.b, traits.tolerance), confidence);
  if (!traits.cross_validates) {
    const Estimate accuracy = paired(a.accuracies, b.accuracies);
    const double t = t_quantile(confidence, all.count - 1);
    const bool within = all.mean - t * all.standard_error <= 0 && accuracy.mean + t * accuracy.standard_error >= 0;
    return !within ? Worse::loss : by_ratio ? Worse::ratio : Worse::no;
  }
  if (*std::max_element(b.losses.begin(), b.losses.end()) <= traits.tolerance) return Worse::exact;
  if (above_zero(paired(losses.a, losses.b), confidence)) return Worse::loss;
  if (by_ratio) return Worse::ratio;
  return beyond_doubt(bench, rule, other) ? Worse::likelihood : Worse::no;
}

}  // namespace rule_search
