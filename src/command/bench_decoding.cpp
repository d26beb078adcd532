#include "command/bench_decoding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "command/timing.hpp"
#include "evaluate/kernels/table.hpp"
#include "evaluate/work.hpp"
#include "expression/check/check.hpp"
#include "objectives/decoding/learner.hpp"
#include "objectives/decoding/options.hpp"
#include "objectives/decoding/session_file.hpp"
#include "objectives/decoding/two_trace.hpp"

namespace rule_search::command {

namespace {

// As rules/spiking/fast_trace.rule, written out so that the program needs no file to measure itself.
constexpr const char* fast_trace =
    "param eta = 1.4e-4\n"
    "param tau = 120 ms\n"
    "let dt = 20 ms\n"
    "state fast: post x pre = 0\n"
    "state square_err = 1\n"
    "let square_err1 = 0.99 * square_err + 0.01 * dot(err_post, err_post) / sum(ones_post)\n"
    "let fast1 = exp(-dt / tau) * fast - (err_post .* gate) * pre' / sqrt(square_err1 + 1e-8)\n"
    "next square_err = square_err1\n"
    "next fast = fast1\n"
    "dw = eta * fast1\n";

struct Timed {
  const char* what;
  double seconds = 0, multiply_adds = 0;  // a session
  double loss = 0;                        // mean over all steps
};

}  // namespace

int bench_decoding(const DecodingBench& o) {
  DecodingSession session;
  std::string name = "default tuning";
  if (o.recorded.empty()) {
    session = drawn_session({}, 1, Part::test, 0);
  } else {
    RecordedDecoding recorded =
        decoding_session_in(read_document(o.recorded, "a recorded session (JSON)", recorded_limits), o.recorded);
    session = std::move(recorded.session);
    name = recorded.name.empty() ? o.recorded : recorded.name;
  }
  const auto steps = static_cast<double>(session.stream.steps());
  const auto learning = static_cast<double>(
      std::count_if(session.stream.learn.begin(), session.stream.learn.end(), [](char l) { return l != 0; }));
  const auto timed = [&](const char* what, const std::string& text, bool derivatives) {
    const Rule rule = check_rule({"bench", text});
    const ParameterLayout layout(rule.parameters, static_cast<int>(session.network.connections().size()));
    std::vector<int> directions(derivatives ? static_cast<std::size_t>(layout.size()) : 0);
    std::iota(directions.begin(), directions.end(), 0);
    DecodingLearner<float> learner(plan::lower(rule), session.network, SpikeDerivative::surrogate, directions);
    DecodingOutcome last = learner.run(session, layout.initial);  // memory is touched for the first time
    Timed out{what};
    std::vector<double> seconds;
    const std::uint64_t before = work::multiply_adds;
    for (int r = 0; r < o.repeats; ++r)
      seconds.push_back(seconds_of([&] { last = learner.run(session, layout.initial); }));
    if (last.diverged) throw std::runtime_error(fmt::format("{}: the session diverges with {}", name, what));
    out.seconds = median(seconds);
    out.multiply_adds = static_cast<double>(work::multiply_adds - before) / static_cast<double>(o.repeats);
    out.loss = std::accumulate(last.losses.begin(), last.losses.end(), 0.0) / steps;
    return out;
  };
  const double top = peak_multiply_adds();
  const std::string two = two_trace_text({session.network.dt});
  const std::vector<std::pair<const char*, Timed>> rows = {
      {"fast_trace", timed("fast trace, values only", fast_trace, false)},
      {"fast_trace_p2", timed("fast trace, two tangents", fast_trace, true)},
      {"two_trace", timed("two traces, two paths, values only", two, false)},
      {"two_trace_p5", timed("two traces, two paths, five tangents", two, true)}};
  if (o.as_json) {
    nlohmann::json out = {{"processor_path", kernels::processor_path()},
                          {"peak_multiply_adds_per_second", top},
                          {"layers", session.network.layers},
                          {"steps", steps},
                          {"learning_steps", learning},
                          {"repeats", o.repeats}};
    for (const auto& [key, t] : rows) {
      out["seconds_per_step"][key] = t.seconds / steps;
      out["multiply_adds_per_step"][key] = t.multiply_adds / steps;
      out["mean_loss"][key] = t.loss;
      out["fma_fraction_of_peak"][key] = t.multiply_adds / t.seconds / top;
    }
    std::cout << dump(out, 2) << "\n";
    return 0;
  }
  fmt::print("{}: {:.0f} steps, {:.0f} with learning, network {}; {} kernels\n  a step on one thread, mean over all\n",
             name, steps, learning, fmt::join(session.network.layers, "-"), kernels::processor_path());
  for (const auto& [key, t] : rows)
    fmt::print("    {:<38} {:8.2f} us   {:6.1f} k multiply-adds   {:4.1f} % of peak\n", t.what, 1e6 * t.seconds / steps,
               1e-3 * t.multiply_adds / steps, 100 * t.multiply_adds / t.seconds / top);
  fmt::print("  peak in registers, one thread       {:.1f} G multiply-adds a second, single precision\n", 1e-9 * top);
  return 0;
}

}  // namespace rule_search::command
