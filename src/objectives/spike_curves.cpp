#include "objectives/spike_curves.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <limits>

#include "base/parallel.hpp"
#include "network/event_driven.hpp"

namespace rule_search {

namespace {

constexpr int points_of_window = 100;  // to each side
constexpr int points_of_curve = 100;
constexpr double slowest = 0.1;  // Hz

std::vector<SpikeEvent> events(const Pairings& p) {
  std::vector<double> pre;
  std::vector<double> post;
  for (int k = 0; k < p.count; ++k) {
    const double at = k / p.frequency;
    pre.push_back(at + std::max(0.0, -p.delay));
    post.push_back(at + std::max(0.0, p.delay));
  }
  return events_of(pre, post);
}

PictureLine exact_line(const std::string& name, const std::string& title, const std::vector<double>& values) {
  return {name, title, values, values, values};
}

}  // namespace

std::string milliseconds(double seconds) { return fmt::format("{:.4g} ms", 1000 * seconds); }

std::vector<double> changes(const SpikeRule& rule, const std::vector<Pairings>& pairings) {
  const EventDrivenSynapse throws_where_it_is_no_such_rule(rule.plan, {});
  return run_units(pairings.size(), [&](std::size_t k) {
    EventDrivenSynapse synapse(rule.plan, {});
    if (!synapse.run(rule.theta, rule.weight, events(pairings[k]), pairings[k].after))
      return std::numeric_limits<double>::quiet_NaN();
    return 100 * (synapse.weight() - rule.weight) / rule.weight;
  });
}

Picture window_picture(const SpikeRule& rule, const Pairings& of, double reach) {
  Picture out;
  out.name = "window";
  out.title = "Window of spike timing";
  out.x_label = "postsynaptic minus presynaptic spike, ms";
  out.y_label = "change of the weight, %";
  std::vector<Pairings> all;
  for (int k = -points_of_window; k <= points_of_window; ++k) {
    Pairings& p = all.emplace_back(of);
    p.delay = reach * k / points_of_window;
    out.x.push_back(1000 * p.delay);
  }
  out.lines.push_back(exact_line("rule", "rule", changes(rule, all)));
  out.caption = fmt::format(
      "What the rule makes of {} pair{} of spikes at {:g} Hz, by the delay of the postsynaptic spike, from a "
      "weight of {:g}; measured {:g} s after the last spike.",
      of.count, of.count == 1 ? "" : "s", of.frequency, rule.weight, of.after);
  return out;
}

Picture frequency_picture(const SpikeRule& rule, const Pairings& of, const std::vector<double>& delays, double most) {
  Picture out;
  out.name = "frequency";
  out.title = "Change over frequency";
  out.x_label = "frequency of pairs, Hz";
  out.y_label = "change of the weight, %";
  for (int k = 0; k <= points_of_curve; ++k) out.x.push_back(slowest + (most - slowest) * k / points_of_curve);
  for (std::size_t d = 0; d < delays.size(); ++d) {
    std::vector<Pairings> all;
    for (const double frequency : out.x) all.push_back({delays[d], frequency, of.count, of.after});
    out.lines.push_back(
        exact_line(fmt::format("delay_{}", d), "rule at " + milliseconds(delays[d]), changes(rule, all)));
  }
  out.caption = fmt::format(
      "What the rule makes of {} pairs of spikes by their frequency, for delays of the postsynaptic spike as the key "
      "has them, from a weight of {:g}; measured {:g} s after the last spike.",
      of.count, rule.weight, of.after);
  return out;
}

}  // namespace rule_search
