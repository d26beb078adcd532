#include <fmt/format.h>

#include <cmath>
#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "command/command.hpp"
#include "objectives/few_shot/batch.hpp"

namespace rule_search::command {

namespace {

struct Options {
  std::string file;
  bool as_json = false;
  double tolerance = 1e-5;
  EpisodeOptions episode;
};

struct Difference {
  double value = 0;
  double uncertainty = std::numeric_limits<double>::infinity();
};

// Ridders' method: central differences at shrinking steps, extrapolated to step 0; the extrapolation that
// agrees best with its neighbours is taken, without a look at the tangents (Ridders 1982, Adv. Eng. Software
// 4:75).
template <class F>
Difference ridders(const F& f, double step) {
  constexpr int most = 6;
  constexpr double shrink = 2;
  double a[most][most];
  Difference best;
  for (int i = 0; i < most; ++i, step /= shrink) {
    a[0][i] = (f(step) - f(-step)) / (2 * step);
    double factor = shrink * shrink;
    for (int j = 1; j <= i; ++j, factor *= shrink * shrink) {
      a[j][i] = (a[j - 1][i] * factor - a[j - 1][i - 1]) / (factor - 1);
      const double off = std::max(std::abs(a[j][i] - a[j - 1][i]), std::abs(a[j][i] - a[j - 1][i - 1]));
      if (off < best.uncertainty) best = {a[j][i], off};
    }
  }
  return best;
}

int run(const Options& o) {
  const auto threads = limit_threads(o.episode.threads);
  const Rule rule = rule_or_result(o.file);
  const Dataset data = o.episode.load();
  const Network network = o.episode.network(data);
  const Feedback feedback = o.episode.feedback_kind();
  const ParameterLayout layout(rule.parameters, network.connections());
  if (layout.size() == 0)
    throw InputError(fmt::format("{}: the rule {} has no parameter to differentiate by", o.file, rule.name));
  const TaskSource tasks(data, make_split(data, o.episode.task, o.episode.seed), o.episode.task, network, feedback,
                         o.episode.seed);
  const Episode episode = tasks.draw(Part::search, 0);
  std::vector<int> all;
  for (int k = 0; k < layout.size(); ++k) all.push_back(k);
  const plan::Plan plan = plan::lower(rule);
  Learner<double> with_tangents(plan, network, feedback, all);
  Learner<double> values(plan, network, feedback, {});
  const Outcome exact = with_tangents.run(episode, layout.initial);
  if (exact.diverged)
    throw std::runtime_error(
        fmt::format("{}: the episode diverges at the initial values, so there is no derivative to compare", rule.name));
  const auto n = static_cast<std::size_t>(layout.size());
  nlohmann::json rows = nlohmann::json::array();
  double worst = 0;
  for (std::size_t k = 0; k < n; ++k) {
    double tangent = 0;
    double second = 0;
    for (std::size_t q = 0; q < exact.query_losses.size(); ++q) {
      tangent += exact.jacobian[q * n + k] / static_cast<double>(exact.query_losses.size());
      second += exact.jacobian[q * n + k] * exact.jacobian[q * n + k] / static_cast<double>(exact.query_losses.size());
    }
    const auto loss = [&](double by) {
      std::vector<double> theta = layout.initial;
      theta[k] += by;
      const Outcome out = values.run(episode, theta);
      return out.diverged ? std::numeric_limits<double>::quiet_NaN() : out.loss;
    };
    // A first step that changes query losses by about 0.05, but not the parameter out of all proportion.
    const double largest = layout.initial[k] != 0 ? 0.1 * std::abs(layout.initial[k]) : 1e-4;
    const double step = second > 0 ? std::min(0.05 / std::sqrt(second), largest) : largest;
    const Difference d = ridders(loss, step);
    // What the rounding of the loss makes of the smallest of the six steps; no finite difference knows
    // better.
    const double rounding = 1e-15 * std::max(1.0, exact.loss) / (step / 32);
    const double scale = std::max({std::abs(tangent), std::abs(d.value), 1e-300});
    const double relative = std::abs(tangent - d.value) / scale;
    const bool too_small = std::abs(tangent - d.value) <= rounding && relative > o.tolerance;
    // Written so that a difference that is not a number counts as the worst.
    if (!too_small) worst = relative <= worst ? worst : relative;
    rows.push_back({{"parameter", layout.names[k]},
                    {"tangent", tangent},
                    {"finite_difference", d.value},
                    {"uncertainty", d.uncertainty},
                    {"relative_difference", relative},
                    {"below_rounding", too_small}});
  }
  const bool good = worst <= o.tolerance;
  if (o.as_json) {
    const nlohmann::json out = {
        {"rule", rule.name}, {"parameters", rows}, {"worst", worst}, {"tolerance", o.tolerance}, {"good", good}};
    std::cout << dump(out, 2) << "\n";
  } else {
    fmt::print("{}: derivative of the query loss after {} steps, double precision\n  {:<14} {:>20} {:>20} {:>12}\n",
               rule.name, episode.train.size, "parameter", "tangent", "finite difference", "relative");
    for (const auto& r : rows)
      fmt::print("  {:<14} {:>20.12g} {:>20.12g} {:>12.2e}{}\n", r["parameter"].get<std::string>(),
                 r["tangent"].get<double>(), r["finite_difference"].get<double>(),
                 r["relative_difference"].get<double>(),
                 r["below_rounding"].get<bool>() ? "  both below the rounding of the loss" : "");
    fmt::print("  worst relative difference {:.2e}, {} {:.0e}\n", worst, good ? "at most" : "above", o.tolerance);
  }
  return good ? 0 : 1;
}

}  // namespace

void add_gradcheck(CLI::App& app, Action& action) {
  auto o = std::make_shared<Options>();
  CLI::App* sub =
      app.add_subcommand("gradcheck", "tangents against finite differences, per parameter, over one episode");
  sub->add_option("FILE", o->file, "rule file, or the result.json of a search")->required();
  sub->add_option("--tolerance", o->tolerance, "largest relative difference that is good")
      ->check(number_between(1e-15, 1))
      ->capture_default_str();
  sub->add_flag("--json", o->as_json, "print one JSON document");
  o->episode.add(*sub);
  sub->footer("Example:\n  rule-search gradcheck rules/pool_2023.rule");
  sub->callback([o, &action] { action = [o] { return run(*o); }; });
}

}  // namespace rule_search::command
