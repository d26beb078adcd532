#include "objectives/decoding/exhibits.hpp"

#include <doctest/doctest.h>

#include "objectives/decoding/two_trace.hpp"

using namespace rule_search;

TEST_CASE("what a rule keeps is what its network holds, and what backpropagation keeps") {
  const DecodingOptions o;  // 96-64-32-2
  const SpikingShape shape = o.shape();
  const plan::Plan plan = plan::lower(check_rule({"two_trace", two_trace_text({})}));
  SpikingNetwork<double> network(plan, shape, SpikeDerivative::surrogate, {});
  double counted = 0;
  double weights = 0;
  for (std::size_t c = 0; c < network.connections(); ++c) {
    const Projection p = shape.connections()[c];
    weights += shape.layers[static_cast<std::size_t>(p.to)] * shape.presynaptic(p);
    counted += static_cast<double>(network.connection(c).states().size());
  }
  CHECK(weights == 12450);
  CHECK(cost_of(plan, shape).numbers == counted + weights);
  CHECK(cost_of(plan, shape).numbers ==
        4 * 12450 + 8);  // two traces, their momentum, and two mean squares a connection
  CHECK(cost_of_backpropagation(shape).numbers == 4 * 12450 + 192 * (64 + 32 + 2));

  SpikingShape fixed = shape;
  fixed.feedback = Feedback::fixed;
  CHECK(cost_of(plan, fixed).numbers == 4 * 12450 + 8 + 64 * 32 + 32 * 2);
}

TEST_CASE("exhibits of a rule that decodes") {
  DecodingOptions o;
  o.units = 10;
  o.hidden = {6, 4};
  o.learn_time = 10;
  o.frozen_time = 6;
  o.search_share = 1;
  const DecodingObjective objective(o, 1);
  const FittedRule found = {
      check_rule({"found", "param eta = 0.001 dw = -eta * (err_post .* gate) * pre'"}), {0.001}, 0};
  const Table cost = cost_table(found, objective);
  REQUIRE(cost.rows.size() == 3);
  CHECK(cost.rows[2][2] == "1.00");
  for (const auto& row : cost.rows) CHECK(row.size() == cost.columns.size());
  const Picture picture = decoded_picture(found, objective);
  REQUIRE(picture.lines.size() == 2);
  CHECK(picture.x.size() == 300);
  CHECK(picture.lines[0].mean == std::vector<double>([&] {
          std::vector<double> out;
          const auto session = objective.session(Part::test, 0);
          for (std::size_t k = 500; k < 800; ++k) out.push_back(session->stream.target[2 * k]);
          return out;
        }()));
}
