#include "objectives/decoding/exhibits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "objectives/decoding/two_trace.hpp"

namespace rule_search {

namespace {

constexpr int window = 64;  // steps of backpropagation through time

double weights_of(const SpikingShape& shape, const Projection& c) {
  return 1.0 * shape.layers[static_cast<std::size_t>(c.to)] * shape.presynaptic(c);
}

double neurons(const SpikingShape& shape) {
  double out = 0;
  for (std::size_t l = 1; l < shape.layers.size(); ++l) out += shape.layers[l];
  return out;
}

bool carries_error(const Projection& c) { return c.from != 0 && c.from != c.to; }

std::vector<std::string> row(const std::string& title, const DecodingCost& cost, const DecodingCost& other) {
  return {title, fmt::format("{:.0f}", cost.numbers), fmt::format("{:.2f}", cost.numbers / other.numbers),
          fmt::format("{:.0f}", cost.multiply_adds), fmt::format("{:.2f}", cost.multiply_adds / other.multiply_adds)};
}

}  // namespace

DecodingCost cost_of(const plan::Plan& plan, const SpikingShape& shape) {
  DecodingCost out;
  for (const Projection& c : shape.connections()) {
    const int to = shape.layers[static_cast<std::size_t>(c.to)];
    const int from = shape.presynaptic(c);
    const double weights = weights_of(shape, c);
    out.numbers += weights;
    out.multiply_adds += weights + plan::cost(plan, to, from);
    for (const plan::Memory& s : plan.states) {
      const auto size = [&](Side side) { return side == Side::one ? 1.0 : side == Side::post ? to : from; };
      out.numbers += size(s.shape.rows) * size(s.shape.cols);
    }
    if (!carries_error(c)) continue;
    const double back = 1.0 * to * shape.layers[static_cast<std::size_t>(c.from)];
    out.multiply_adds += back;
    if (shape.feedback == Feedback::fixed) out.numbers += back;
  }
  return out;
}

DecodingCost cost_of_backpropagation(const SpikingShape& shape) {
  constexpr double of_adam = 4;      // weights, gradients, two moments
  constexpr double of_neuron = 3;    // membrane, spike, gate
  constexpr double both_ways = 3;    // forward, errors back, gradient
  constexpr double adam_steps = 10;  // multiply-adds a weight, once a window
  DecodingCost out;
  for (const Projection& c : shape.connections()) {
    out.numbers += of_adam * weights_of(shape, c);
    out.multiply_adds += (both_ways + adam_steps / window) * weights_of(shape, c);
  }
  out.numbers += of_neuron * window * neurons(shape);
  return out;
}

Table cost_table(const FittedRule& found, const DecodingObjective& objective) {
  const SpikingShape shape = objective.options().shape();
  const DecodingCost backpropagation = cost_of_backpropagation(shape);
  Table out;
  out.title = "Memory and cost of a step with learning";
  out.columns = {"rule", "numbers kept", "of backpropagation's", "multiply-adds a step", "of backpropagation's"};
  out.rows.push_back(row("found", cost_of(plan::lower(found.rule), shape), backpropagation));
  out.rows.push_back(
      row("two traces, two paths",
          cost_of(plan::lower(check_rule({"two_trace", two_trace_text({objective.options().bin})})), shape),
          backpropagation));
  out.rows.push_back(row("backpropagation through time", backpropagation, backpropagation));
  out.note = fmt::format(
      "Numbers: weights with biases, what the rule remembers, fixed feedback weights. Backpropagation: through windows "
      "of {} "
      "steps with Adam, which keeps weights, gradients, two moments, and three numbers of every neuron and step. Its "
      "multiply-adds: forward, errors back, gradient, and Adam once a window.",
      window);
  return out;
}

Picture decoded_picture(const FittedRule& found, const DecodingObjective& objective) {
  constexpr double shown = 10;  // seconds
  const auto session = objective.session(Part::test, 0);
  const DecodingOutcome out =
      DecodingLearner<float>(plan::lower(found.rule), session->network, SpikeDerivative::surrogate, {})
          .run(*session, found.theta);
  const std::vector<std::size_t> scored = scored_steps(objective.options(), session->stream.learn);
  const double bin = objective.options().bin;
  const auto width = static_cast<std::size_t>(objective.options().outputs());
  const auto count = std::min(scored.size(), static_cast<std::size_t>(std::lround(shown / bin)));
  Picture p;
  p.name = "decoded";
  p.title = objective.options().recorded ? "Target as decoded" : "Velocity as decoded";
  p.x_label = "time, s";
  p.y_label = objective.options().recorded ? "first number of the target, in its standard deviations"
                                           : "horizontal velocity, in its standard deviations";
  for (const char* which : {objective.options().recorded ? "recorded" : "velocity", "decoded"}) {
    PictureLine& line = p.lines.emplace_back();
    line.name = which;
    line.title = which;
  }
  for (std::size_t s = 0; s < count && scored[s] < out.losses.size(); ++s) {
    p.x.push_back(static_cast<double>(s) * bin);
    const std::size_t at = width * scored[s];
    const double values[] = {session->stream.target[at], out.outputs[at]};
    for (std::size_t k = 0; k < 2; ++k) {
      p.lines[k].mean.push_back(values[k]);
      p.lines[k].low.push_back(values[k]);
      p.lines[k].high.push_back(values[k]);
    }
  }
  p.caption =
      fmt::format("The first {:g} s that are scored, of the first test session. The network does not learn there.",
                  static_cast<double>(count) * bin);
  return p;
}

}  // namespace rule_search
