#include "command/bench_sessions.hpp"

#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "command/timing.hpp"
#include "evaluate/kernels/table.hpp"
#include "evaluate/work.hpp"
#include "objectives/reward/drawn.hpp"
#include "objectives/reward/learner.hpp"
#include "objectives/reward/session_file.hpp"

namespace rule_search::command {

namespace {

using Exponents = std::vector<std::pair<int, int>>;

// A trace of products with these exponents. None is 0, so that nothing is left out; the cube is what learns.
std::string rule_of(const Exponents& terms) {
  std::string text = "rule bench\n";
  std::string next = "trace";
  for (const auto& [post, pre] : terms) {
    text += fmt::format("param c{}{} = {}\n", post, pre, post == 3 && pre == 3 ? "-0.5" : "-0.001");
    next += fmt::format(" + c{0}{1} * (xbar - net).^{0} * (pre.^{1})'", post, pre);
  }
  return text + "state xbar: post = 0 each trial\nstate trace: post x pre = 0 each trial\n" +
         "next xbar = 0.05 * xbar + 0.95 * net\nnext trace = " + next + "\ndw = (reward - expected_reward) * trace\n";
}

Exponents all_of(int highest) {
  Exponents out;
  for (int post = 0; post <= highest; ++post) {
    for (int pre = 0; pre <= highest; ++pre) out.emplace_back(post, pre);
  }
  return out;
}

struct Timed {
  std::string what;
  double seconds = 0, multiply_adds = 0;
  double mean_error = 0;       // over the trials
  std::vector<double> slopes;  // of it, by term
};

}  // namespace

int bench_sessions(const SessionBench& o) {
  Session session;
  std::vector<SessionTrial> trials;  // at hand, so that drawing them takes no time
  std::string name;
  if (o.recorded.empty()) {
    RewardOptions options;
    options.task = *task_named(o.task);
    options = options.completed();
    DrawnSession drawn(options, 1, Part::search, 0);
    for (int h = 0; h < options.trials; ++h) trials.push_back(drawn[h]);
    session = drawn.session();
    name = o.task;
  } else {
    RecordedSession recorded =
        session_in(read_document(o.recorded, "a recorded session (JSON)", recorded_limits), o.recorded);
    session = std::move(recorded.session);
    trials = std::move(recorded.trials);
    name = recorded.name.empty() ? o.recorded : recorded.name;
  }
  RecordedTrials kept(trials);
  const auto timed = [&](const std::string& what, const Exponents& terms, bool slopes) {
    const Rule rule = check_rule({"bench", rule_of(terms)});
    const ParameterLayout layout(rule.parameters, 1);
    std::vector<int> directions(slopes ? static_cast<std::size_t>(layout.size()) : 0);
    std::iota(directions.begin(), directions.end(), 0);
    SessionLearner<float> learner(plan::lower(rule), session, directions, Derivatives::cut);
    learner.run(session, kept, layout.initial);  // memory is touched for the first time
    Timed out{what, 0, 0, 0, std::vector<double>(directions.size())};
    std::vector<double> seconds;
    SessionOutcome last;
    const std::uint64_t before = work::multiply_adds;
    for (int r = 0; r < o.repeats; ++r)
      seconds.push_back(seconds_of([&] {
        last = learner.run(session, kept, layout.initial);
        if (last.diverged) throw std::runtime_error(fmt::format("{}: the session diverges with {}", name, what));
      }));
    out.seconds = median(seconds);
    out.multiply_adds = static_cast<double>(work::multiply_adds - before) / static_cast<double>(o.repeats);
    const auto count = static_cast<double>(last.errors.size());
    for (double error : last.errors) out.mean_error += error / count;
    for (const std::vector<double>& by : last.errors_by) {
      for (std::size_t d = 0; d < out.slopes.size(); ++d) out.slopes[d] += by[d] / count;
    }
    return out;
  };
  const double top = peak_multiply_adds();
  const Exponents four = {{1, 1}, {1, 3}, {3, 1}, {3, 3}};
  const std::vector<std::pair<const char*, Timed>> rows = {{"values", timed("one term, values only", {{3, 3}}, false)},
                                                           {"p1", timed("one term, its tangent", {{3, 3}}, true)},
                                                           {"p4", timed("four terms, all tangents", four, true)},
                                                           {"p36", timed("36 terms, all tangents", all_of(5), true)}};
  if (o.as_json) {
    nlohmann::json out = {{"processor_path", kernels::processor_path()},
                          {"peak_multiply_adds_per_second", top},
                          {"neurons", session.network.neurons},
                          {"trials", session.trials},
                          {"repeats", o.repeats}};
    for (const auto& [key, t] : rows) {
      out["seconds_per_session"][key] = t.seconds;
      out["multiply_adds_per_session"][key] = t.multiply_adds;
      out["mean_error"][key] = t.mean_error;
      out["slopes"][key] = t.slopes;
      out["fma_fraction_of_peak"][key] = t.multiply_adds / t.seconds / top;
    }
    std::cout << dump(out, 2) << "\n";
    return 0;
  }
  fmt::print("{}: {} trials, {} neurons; {} kernels\n  a session on one thread\n", name, session.trials,
             session.network.neurons, kernels::processor_path());
  for (const auto& [key, t] : rows)
    fmt::print("    {:<32} {:8.2f} ms   {:6.2f} G multiply-adds   {:4.1f} % of peak\n", t.what, 1e3 * t.seconds,
               1e-9 * t.multiply_adds, 100 * t.multiply_adds / t.seconds / top);
  fmt::print("  peak in registers, one thread       {:.1f} G multiply-adds a second, single precision\n", 1e-9 * top);
  return 0;
}

}  // namespace rule_search::command
