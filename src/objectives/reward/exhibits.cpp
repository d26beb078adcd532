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

Picture learning_curves(const std::vector<std::string>& titles, const std::vector<LongSessions>& rules, int trials) {
  Picture out;
  out.name = "learning";
  out.title = "Learning from reward";
  out.x_label = "trial";
  out.y_label = "right trials, %";
  const std::size_t blocks = rules.front().right.front().size();
  for (std::size_t b = 0; b < blocks; ++b) {
    const int first = static_cast<int>(b) * trials_of_residual;
    out.x.push_back(0.5 * (first + std::min(first + trials_of_residual, trials)));
  }
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

// One synapse; all that is not asked for has the value `other`, and states and signals are drawn by `drawn`.
struct Synapse {
  double net = 0, pre = 1, other = 1;
  std::uint64_t drawn = 0;

  double operator()(const Expr& e, const std::vector<double>& parameters) const {
    Numbers numbers;
    for (const QuantityRow& q : quantities())
      numbers[q.quantity] = Eigen::MatrixXd::Constant(1, 1, q.origin == Origin::ones ? 1 : other);
    numbers[Quantity::net](0, 0) = net;
    numbers[Quantity::pre](0, 0) = pre;
    numbers.parameters = parameters;
    numbers.drawn = drawn;
    return value(e, numbers)(0, 0);
  }
};

constexpr int highest_exponent = 5;

// The number that term / ((average - net)^post pre^pre) is at every synapse, if it is one.
std::optional<double> constant_ratio(const Expr& term, const Expr& average, const TraceExponents& e,
                                     const std::vector<double>& parameters) {
  double first = 0;
  for (const Synapse& s :
       {Synapse{0.3, 0.7, 1, 1}, Synapse{-1.7, 0.4, 2, 2}, Synapse{2.9, -1.3, 0.6, 3}, Synapse{0.9, 1.9, -0.8, 4}}) {
    const double deviation = s(average, parameters) - s.net;
    const double ratio = s(term, parameters) / (std::pow(deviation, e.post) * std::pow(s.pre, e.pre));
    constexpr double rounding = 1e-9;
    if (first == 0) first = ratio;
    if (!std::isfinite(ratio) || ratio == 0 || std::abs(ratio - first) > rounding * std::abs(first))
      return std::nullopt;
  }
  return first;
}

}  // namespace

std::optional<TraceTerm> trace_term(const Rule& rule, int parameter) {
  std::vector<double> parameters;
  for (const Parameter& p : rule.parameters) parameters.push_back(p.initial[0]);
  std::optional<TraceTerm> found;
  for (const State& s : rule.states) {
    if (!depends_on_parameter(rule, s.next, parameter)) continue;
    if (found || s.shape != weight_shape) return std::nullopt;
    const Expr term = term_in(s.next, rule, parameter);
    for (const State& average : rule.states) {
      if (average.shape != post_shape) continue;
      const auto at = static_cast<int>(&average - rule.states.data());
      const Expr of_average = make_variable(Op::state, at, average.name, average.shape);
      for (int post = 0; post <= highest_exponent && !found; ++post) {
        for (int pre = 0; pre <= highest_exponent && !found; ++pre) {
          if (const auto ratio = constant_ratio(term, of_average, {post, pre}, parameters))
            found = TraceTerm{{post, pre}, *ratio};
        }
      }
    }
    if (!found) return std::nullopt;
  }
  return found;
}

std::optional<Picture> trace_picture(const FittedRule& found) {
  constexpr std::size_t size = highest_exponent + 1;
  Picture out;
  out.name = "trace";
  out.title = "Coefficients of the trace";
  out.x_label = "exponent of pre";
  out.y_label = "exponent of xbar - net";
  out.values.assign(size, std::vector<double>(size, std::numeric_limits<double>::quiet_NaN()));
  for (std::size_t k = 0; k < size; ++k) {
    out.row_names.push_back(fmt::format("{}", k));
    out.column_names.push_back(fmt::format("{}", k));
  }
  bool any = false;
  for (std::size_t r = 0; r < found.rule.parameters.size(); ++r) {
    if (!is_term(found.rule.parameters[r])) continue;
    const std::optional<TraceTerm> term = trace_term(found.rule, static_cast<int>(r));
    if (!term) return std::nullopt;
    double& at = out.values[static_cast<std::size_t>(term->at.post)][static_cast<std::size_t>(term->at.pre)];
    at = (std::isfinite(at) ? at : 0) + term->factor * found.theta[r];
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

constexpr std::size_t starts = 40;
constexpr std::size_t most_neurons = 200;  // beyond, this would take longer than the search

std::vector<std::vector<double>> starts_of(const SessionTrial& trial, Random& random) {
  std::vector<std::vector<double>> from = {trial.start};
  while (from.size() < starts) {
    std::vector<double>& x = from.emplace_back();
    for (std::size_t i = 0; i < trial.start.size(); ++i) x.push_back(2 * normal(random));
  }
  return from;
}

Rest rest_of(const Session& session, const std::vector<double>& weights, const SessionTrial& trial,
             const std::vector<std::vector<double>>& from) {
  const auto n = static_cast<std::size_t>(session.network.neurons);
  const auto m = static_cast<std::size_t>(session.network.inputs);
  Dynamics d{session.network.neurons, weights, std::vector<double>(n, 0.0)};
  const double* const input = trial.input.data() + (trial.target.size() - 1) * m;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < m; ++k) d.input[i] += session.input_weights[i * m + k] * input[k];
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

std::optional<Table> dynamics_table(const FittedRule& rule, const RewardObjective& objective, std::size_t count) {
  if (objective.options().neurons > static_cast<int>(most_neurons)) return std::nullopt;
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
        SessionLearner<float> learner(plan, drawn.session(), {}, Derivatives::cut);
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
        const std::vector<std::vector<double>> from = starts_of(trial, random);
        out.before = rest_of(drawn.session(), drawn.session().weights, trial, from);
        out.after = rest_of(drawn.session(), weights, trial, from);
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
      "and over their fixed points (all else). Fixed points: by damped Newton's method from {} starts. Slowest time "
      "and "
      "transient gain: of stable points. Turns: of the slowest mode that turns. Non-normality: Henrici's, 0 for a "
      "normal "
      "matrix. Transient gain: the most that a small deviation of length 1 becomes before it fades.",
      before.size(), starts);
  return out;
}

}  // namespace rule_search
