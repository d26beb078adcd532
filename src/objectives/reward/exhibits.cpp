#include "objectives/reward/exhibits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/parallel.hpp"
#include "base/random.hpp"
#include "expression/candidates.hpp"
#include "expression/numeric.hpp"
#include "network/fixed_points.hpp"
#include "objectives/reward/drawn.hpp"
#include "objectives/reward/learner.hpp"

namespace rule_search {

Picture learning_curves(const std::vector<std::string>& titles, const std::vector<LongSessions>& rules) {
  Picture out;
  out.name = "learning";
  out.title = "Learning from reward";
  out.x_label = "trial";
  out.y_label = "right trials, %";
  const std::size_t blocks = rules.front().right.front().size();
  for (std::size_t b = 0; b < blocks; ++b)
    out.x.push_back((static_cast<double>(b) + 0.5) * static_cast<double>(trials_of_residual));
  for (std::size_t r = 0; r < rules.size(); ++r) {
    PictureLine& line = out.lines.emplace_back();
    line.name = fmt::format("rule_{}", r);
    line.title = titles[r];
    for (std::size_t b = 0; b < blocks; ++b) {
      std::vector<double> shares;
      for (const std::vector<double>& session : rules[r].right) shares.push_back(100 * session[b]);
      const Estimate e = limited(estimate(shares), 0, 100);
      line.mean.push_back(e.mean);
      line.low.push_back(e.low);
      line.high.push_back(e.high);
    }
  }
  out.caption = fmt::format(
      "Share of right trials among {} trials in a row, the mean over {} test sessions; bands are 95 % intervals "
      "(Student's t over sessions).",
      trials_of_residual, rules.front().right.size());
  return out;
}

namespace {

// A term of one synapse for such numbers; everything that is no exponent's is `other`.
double term_at(const Expr& term, double net, double pre, double other) {
  Numbers numbers;
  for (const QuantityRow& q : quantities())
    numbers[q.quantity] = Eigen::MatrixXd::Constant(1, 1, q.origin == Origin::ones ? 1 : other);
  numbers[Quantity::net](0, 0) = net;
  numbers[Quantity::pre](0, 0) = pre;
  return value(term, numbers)(0, 0);
}

std::optional<int> exponent(double at_twice, double at_once) {
  const double power = std::log2(std::abs(at_twice / at_once));
  constexpr double rounding = 1e-3;
  if (!std::isfinite(power) || std::abs(power - std::round(power)) > rounding) return std::nullopt;
  return static_cast<int>(std::lround(power));
}

// Whether the term is a polynomial of this degree in the input: then its next differences are 0.
bool is_polynomial(const Expr& term, int degree) {
  std::vector<double> differences;
  double largest = 0;
  for (int k = 0; k <= degree + 1; ++k) {
    differences.push_back(term_at(term, k, 1, 1));
    largest = std::max(largest, std::abs(differences.back()));
  }
  for (int k = 0; k <= degree; ++k) {
    for (std::size_t i = 0; i + 1 < differences.size(); ++i) differences[i] = differences[i + 1] - differences[i];
    differences.pop_back();
  }
  constexpr double rounding = 1e-9;
  return std::abs(differences[0]) <= rounding * largest;
}

}  // namespace

std::optional<TraceExponents> trace_exponents(const Rule& rule, int parameter) {
  for (const State& s : rule.states) {
    if (!depends_on_parameter(rule, s.next, parameter)) continue;
    const Expr term = term_in(s.next, rule, parameter);
    // So far from what xbar can be that nothing is left of it.
    constexpr double far = 1e7;
    const double here = term_at(term, far, 1, 1);
    if (term_at(term, far, 1, 2) != here) return std::nullopt;
    const std::optional<int> post = exponent(term_at(term, 2 * far, 1, 1), here);
    const std::optional<int> pre = exponent(term_at(term, far, 2, 1), here);
    if (!post || !pre || *post < 0 || !is_polynomial(term, *post)) return std::nullopt;
    return TraceExponents{*post, *pre};
  }
  return std::nullopt;
}

std::optional<Picture> trace_picture(const FittedRule& found) {
  constexpr std::size_t size = 6;
  Picture out;
  out.name = "trace";
  out.title = "Coefficients of the trace";
  out.x_label = "exponent of pre";
  out.y_label = "exponent of xbar - net";
  out.values.assign(size, std::vector<double>(size, 0.0));
  for (std::size_t k = 0; k < size; ++k) {
    out.row_names.push_back(fmt::format("{}", k));
    out.column_names.push_back(fmt::format("{}", k));
  }
  bool any = false;
  for (std::size_t r = 0; r < found.rule.parameters.size(); ++r) {
    if (!is_term(found.rule.parameters[r])) continue;
    const std::optional<TraceExponents> at = trace_exponents(found.rule, static_cast<int>(r));
    if (!at || at->post < 0 || at->pre < 0 || at->post >= static_cast<int>(size) || at->pre >= static_cast<int>(size))
      return std::nullopt;
    out.values[static_cast<std::size_t>(at->post)][static_cast<std::size_t>(at->pre)] = found.theta[r];
    any = true;
  }
  if (!any) return std::nullopt;
  out.caption =
      "Coefficients of the found rule's trace by the exponents of the presynaptic rate and of the deviation of the "
      "postsynaptic input from its average. White terms are not in the rule.";
  return out;
}

namespace {

using Rest = std::vector<FixedPoint>;  // of one network

Rest rest_of(const Session& session, const std::vector<double>& weights, const SessionTrial& trial, Random& random) {
  const auto n = static_cast<std::size_t>(session.network.neurons);
  const auto m = static_cast<std::size_t>(session.network.inputs);
  Dynamics d{session.network.neurons, weights, std::vector<double>(n, 0.0)};
  const double* const input = trial.input.data() + (trial.target.size() - 1) * m;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < m; ++k) d.input[i] += session.input_weights[i * m + k] * input[k];
  }
  constexpr std::size_t starts = 40;
  std::vector<std::vector<double>> from = {trial.start};
  while (from.size() < starts) {
    std::vector<double>& x = from.emplace_back();
    for (std::size_t i = 0; i < n; ++i) x.push_back(2 * normal(random));
  }
  return fixed_points(d, from);
}

std::string middle(std::vector<double> values, const char* format) {
  if (values.empty()) return "-";
  const Criterion sorted{std::move(values), {}};
  return fmt::format("{} ({} to {})", fmt::format(fmt::runtime(format), sorted.quantile(0.5)),
                     fmt::format(fmt::runtime(format), sorted.quantile(0.25)),
                     fmt::format(fmt::runtime(format), sorted.quantile(0.75)));
}

std::vector<std::string> row_of(const char* when, const std::vector<Rest>& networks) {
  std::vector<double> count;
  std::vector<double> slowest;
  std::vector<double> turns;
  std::vector<double> non_normality;
  std::vector<double> gain;
  double stable = 0;
  double all = 0;
  for (const Rest& network : networks) {
    count.push_back(static_cast<double>(network.size()));
    for (const FixedPoint& p : network) {
      ++all;
      non_normality.push_back(p.non_normality);
      if (p.frequency() > 0) turns.push_back(p.frequency());
      if (!p.stable()) continue;
      ++stable;
      slowest.push_back(p.slowest_time());
      gain.push_back(p.transient_gain);
    }
  }
  return {when,
          middle(std::move(count), "{:.3g}"),
          all > 0 ? fmt::format("{:.0f} %", 100 * stable / all) : "-",
          middle(std::move(slowest), "{:.2f}"),
          middle(std::move(turns), "{:.3f}"),
          middle(std::move(non_normality), "{:.2f}"),
          middle(std::move(gain), "{:.2f}")};
}

}  // namespace

Table dynamics_table(const FittedRule& rule, const RewardObjective& objective, std::size_t count) {
  const RewardObjective longer = of_reports(objective);
  const plan::Plan plan = plan::lower(rule.rule);
  struct Both {
    Rest before, after;
    bool ended = false;
  };
  const std::vector<Both> sessions = run_units(
      count,
      [&](std::size_t k) {
        DrawnSession drawn(longer.options(), longer.seed(), Part::test, k);
        SessionLearner<double> learner(plan, drawn.session(), {}, Derivatives::cut);
        Both out;
        out.ended = !learner.run(drawn.session(), drawn, rule.theta).diverged;
        if (!out.ended) return out;
        const int n = drawn.session().network.neurons;
        std::vector<double> weights;
        for (int i = 0; i < n; ++i) {
          for (int j = 0; j < n; ++j) weights.push_back(learner.network().weight(i, j));
        }
        const SessionTrial& trial = drawn[longer.options().trials];
        constexpr std::uint64_t of_starts = 340;  // a stream of random numbers
        Random random(longer.seed(), of_starts, k);
        out.before = rest_of(drawn.session(), drawn.session().weights, trial, random);
        out.after = rest_of(drawn.session(), weights, trial, random);
        return out;
      },
      Grouping::one_by_one);
  std::vector<Rest> before;
  std::vector<Rest> after;
  for (const Both& s : sessions) {
    if (!s.ended) continue;
    before.push_back(s.before);
    after.push_back(s.after);
  }
  Table out;
  out.title = "Dynamics of the networks";
  out.columns = {"networks",      "fixed points",  "stable", "slowest time, tau", "turns in a time tau",
                 "non-normality", "transient gain"};
  out.rows = {row_of("before learning", before), row_of("after learning", after)};
  out.note = fmt::format(
      "Networks of {} test sessions under the input of the response: medians and quartiles over networks (fixed "
      "points) "
      "and over their fixed points (all else). Fixed points: by damped Newton's method from 40 starts. Slowest time "
      "and "
      "transient gain: of stable points. Turns: of the slowest mode that turns. Non-normality: Henrici's, 0 for a "
      "normal "
      "matrix. Transient gain: the most that a small deviation of length 1 becomes before it fades.",
      before.size());
  return out;
}

}  // namespace rule_search
