#include "objectives/decoding/objective.hpp"

#include <doctest/doctest.h>
#include <tbb/global_control.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "../../files.hpp"
#include "base/error.hpp"
#include "fit/quadratic.hpp"
#include "objectives/decoding/decoders.hpp"

using namespace rule_search;

namespace {

// Errors in the place of spikes, nothing remembered.
constexpr const char* delta = "rule delta\nparam eta = 0.001\ndw = -eta * (err_post .* gate) * pre'\n";

// The same with errors and activity by their root mean square, as Nallani et al. (2025) have it.
constexpr const char* scaled =
    "rule scaled\nparam eta = 0.0005\nstate square_err = 1\nstate square_pre = 1\n"
    "let square_err1 = 0.99 * square_err + 0.01 * dot(err_post, err_post) / sum(ones_post)\n"
    "let square_pre1 = 0.99 * square_pre + 0.01 * dot(pre, pre) / sum(ones_pre)\n"
    "next square_err = square_err1\nnext square_pre = square_pre1\n"
    "dw = -eta * (err_post .* gate) * pre' / sqrt((square_err1 + 1e-8) * (square_pre1 + 1e-8))\n";

DecodingOptions minute() {
  DecodingOptions o;
  o.learn_time = 60;
  o.frozen_time = 30;
  return o;
}

DecodingOptions small() {
  DecodingOptions o;
  o.units = 20;
  o.hidden = {12, 8};
  o.learn_time = 20;
  o.frozen_time = 10;
  o.search_share = 1;
  return o;
}

Outcome outcome(const DecodingObjective& objective, const std::string& text, const std::vector<double>& theta) {
  const Rule rule = check_rule({"test", text});
  return objective.compile({plan::lower(rule), {}, Precision::float64})->run_unit(Part::test, 0, theta);
}

std::string refused(const DecodingOptions& options, const std::string& text) {
  return test::error_of([&] {
    DecodingObjective(options, 1).compile({plan::lower(check_rule({"test", text})), {}, Precision::float64});
  });
}

}  // namespace

TEST_CASE("a session is scored where the network does not learn, and weights stay as they are there") {
  DecodingOptions o = small();
  const std::vector<char> learn = learn_mask(o, Part::test);
  CHECK(learn.size() == 1500);
  CHECK(std::accumulate(learn.begin(), learn.end(), 0) == 1000);
  const std::vector<std::size_t> scored = scored_steps(o, learn);
  CHECK(scored.size() == 500);
  CHECK(scored.front() == 1000);

  const DecodingSession session = drawn_session(o, 1, Part::test, 0);
  const Rule rule = check_rule({"test", delta});
  DecodingSession shorter = session;
  shorter.stream.learn.resize(1000);
  const auto weights = [&](const DecodingSession& s) {
    DecodingLearner<double> learner(plan::lower(rule), s.network, SpikeDerivative::surrogate, {});
    learner.run(s, {0.001});
    std::vector<double> w(s.weights[2].size());
    learner.network().connection(2).get_weights(w.data());
    return w;
  };
  CHECK(weights(session) == weights(shorter));
  CHECK(weights(session) != session.weights[2]);

  SUBCASE("where something changes, in probes of the last quarter") {
    o.change = "remap";
    o.learn_time = 80;
    const std::vector<std::size_t> probes = scored_steps(o, learn_mask(o, Part::test));
    CHECK(probes.size() == 200);
    CHECK(probes.front() == 3400);
    CHECK(probes.back() == 3999);
    o.frozen_after_change = true;
    const std::vector<char> frozen = learn_mask(o, Part::test);
    CHECK(std::accumulate(frozen.begin(), frozen.end(), 0) == 1600);
    CHECK(std::accumulate(frozen.begin() + 2000, frozen.end(), 0) == 0);
    CHECK(scored_steps(o, frozen) == probes);
  }
}

TEST_CASE("a rule that copies the last target is right while it learns, and has learnt nothing") {
  const DecodingOptions o = minute();
  const DecodingSession session = drawn_session(o, 1, Part::test, 0);
  DecodingLearner<double> learner(plan::lower(check_rule({"test", scaled})), session.network,
                                  SpikeDerivative::surrogate, {});
  const DecodingOutcome out = learner.run(session, {0.05});
  const double while_learning = std::accumulate(out.losses.begin() + 2000, out.losses.begin() + 3000, 0.0) / 1000;
  CHECK(while_learning < 0.02);
  CHECK(decoding_outcome(o, session.stream, out.outputs).accuracy < 0.1);
}

TEST_CASE("learning helps, and sessions of other numbers, parts and seeds differ") {
  const DecodingObjective objective(minute(), 1);
  CHECK(outcome(objective, scaled, {0.0005}).loss < 0.8 * outcome(objective, scaled, {0}).loss);
  const auto first = [](std::uint64_t seed, Part part, std::size_t number) {
    return drawn_session(small(), seed, part, number).weights[0][0];
  };
  const double one = first(1, Part::test, 0);
  CHECK(one == first(1, Part::test, 0));
  CHECK(one != first(1, Part::test, 1));
  CHECK(one != first(1, Part::search, 0));
  CHECK(one != first(2, Part::test, 0));
}

TEST_CASE("one thread and two give the same bits") {
  const DecodingObjective objective(small(), 1);
  const Rule rule = check_rule({"test", delta});
  const auto run = [&](std::size_t threads) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
    const auto evaluator = objective.compile({plan::lower(rule), {0}});
    std::vector<double> out;
    for (const Outcome& o : evaluator->run(Part::search, 5, {0.001})) {
      out.insert(out.end(), o.residuals.begin(), o.residuals.end());
      out.insert(out.end(), o.jacobian.begin(), o.jacobian.end());
    }
    return out;
  };
  CHECK(run(1) == run(2));
}

TEST_CASE("no row of weights is longer than its bound, and derivatives know of it") {
  DecodingOptions o = small();
  o.row_bound = 1.2;
  const DecodingSession session = drawn_session(o, 1, Part::test, 0);
  const Rule rule = check_rule({"test", delta});
  DecodingLearner<double> learner(plan::lower(rule), session.network, SpikeDerivative::zero, {0});
  learner.run(session, {0.01});
  for (std::size_t c = 0; c < learner.network().connections(); ++c) {
    const int columns = o.shape().presynaptic(o.shape().connections()[c]);
    std::vector<double> w(session.weights[c].size());
    learner.network().connection(c).get_weights(w.data());
    for (std::size_t from = 0; from < w.size(); from += static_cast<std::size_t>(columns)) {
      double square = 0;
      for (int j = 0; j < columns; ++j)
        square += w[from + static_cast<std::size_t>(j)] * w[from + static_cast<std::size_t>(j)];
      CHECK(std::sqrt(square) <= 1.2 * (1 + 1e-12));
    }
  }
}

TEST_CASE("the loss is half the mean square error of a step, whatever blocks are left over") {
  DecodingOptions o = small();
  o.frozen_time = 2.5;
  const DecodingStream stream = drawn_session(o, 1, Part::test, 0).stream;
  std::vector<double> outputs = stream.target;
  for (std::size_t k = outputs.size() - 10; k < outputs.size(); ++k) outputs[k] += 1;  // in the last 5 of 125 steps
  CHECK(decoding_outcome(o, stream, outputs).loss == doctest::Approx(0.5 * 5 / 125).epsilon(1e-12));
}

TEST_CASE("a network that runs away has diverged, though its output does not show it") {
  DecodingOptions o = small();
  CHECK(outcome(DecodingObjective(o, 1), delta, {1e300}).diverged);
  o.row_bound = 0;
  CHECK(outcome(DecodingObjective(o, 1), delta, {1e300}).diverged);
}

TEST_CASE("decoders without spikes decode") {
  const DecodingOptions o = minute();
  const DecodingStream stream = drawn_session(o, 1, Part::test, 0).stream;
  const auto r = [&](const std::vector<double>& outputs) { return decoding_outcome(o, stream, outputs).accuracy; };
  CHECK(r(kalman_outputs(stream)) > 0.5);
  CHECK(r(ridge_outputs(stream, o.bin)) > r(kalman_outputs(stream)));
  CHECK(r(delta_outputs(stream, o.bin, 0.003)) > 0.6);
  CHECK(r(delta_outputs(stream, o.bin, 0)) == 0);

  // Where something changes the fixed ones know nothing of what comes after it.
  DecodingOptions changing = minute();
  changing.change = "remap";
  DecodingStream before = drawn_session(changing, 1, Part::test, 0).stream;
  DecodingStream other = before;
  for (std::size_t k = static_cast<std::size_t>(before.fitted_before) * 2; k < other.target.size(); ++k)
    other.target[k] = 7;
  CHECK(ridge_outputs(before, o.bin) == ridge_outputs(other, o.bin));
  CHECK(kalman_outputs(before) == kalman_outputs(other));
}

TEST_CASE("what the network has not is refused, with what to do") {
  CHECK(refused(small(), "rule r\nparam a = 1\ndw = a * post * err_pre'\n")
            .find("err_pre, which a spiking network does not have") != std::string::npos);
  CHECK(refused(small(), "rule r\nparam a = 1\nsignal reward\ndw = a * reward * post * pre'\n")
            .find("is told clock alone") != std::string::npos);
  CHECK(refused(small(), "rule r\nstep 10 ms\nparam a = 1\ndw = a * post * pre'\n").find("write `step 20 ms`") !=
        std::string::npos);
  CHECK(refused(small(),
                "rule r\nparam a = 1\nstate s: post x pre = 0 each trial\nnext s = s + post * pre'\ndw = a * s\n")
            .find("trial") != std::string::npos);
  DecodingOptions o = small();
  o.hidden.clear();
  CHECK_THROWS_AS(o.check(), InputError);
  o = small();
  o.frozen_time = 0;
  CHECK_THROWS_AS(o.check(), InputError);
  o.change = "remap";
  o.learn_time = 27;
  CHECK_THROWS_AS(o.check(), InputError);
  o = small();
  o.learn_time = 0.2;
  CHECK_THROWS_AS(o.check(), InputError);
  o = small();
  o.frozen_after_change = true;
  CHECK_THROWS_AS(o.check(), InputError);
}

TEST_CASE("the loss over wide steps is that of the sessions after such steps") {
  const DecodingObjective objective(small(), 1);
  const Rule rule =
      check_rule({"test", "param a = 0\nparam b = 0.002\ndw = -a * err_post * pre' - b * (err_post .* gate) * pre'\n"});
  FitRequest request;
  request.objective = &objective;
  request.units = 2;
  request.tempered = false;
  // Derivatives, one run of a unit, unless wide steps are asked for.
  CHECK(runs_of_quadratic_model(request, 2) == 2);
  request.wide = true;
  CHECK(runs_of_quadratic_model(request, 2) == 14);
  const QuadraticModel model = quadratic_model(rule, {0, 0.002}, request);
  REQUIRE(model.usable);
  const auto values = objective.compile({plan::lower(rule), {}, Precision::float32});
  const auto loss = [&](double a, double b, std::size_t unit) {
    return values->run(Part::search, 2, {a, b})[unit].loss;
  };
  for (const std::size_t u : {0, 1}) {
    // Of the entry that is 0 the steps are as large as the other entry.
    CHECK(model.unit_gradient[2 * u] ==
          doctest::Approx((loss(0.002, 0.002, u) - loss(-0.002, 0.002, u)) / 0.004).epsilon(1e-6));
    CHECK(model.unit_gradient[2 * u + 1] ==
          doctest::Approx((loss(0, 0.004, u) - loss(0, 0.001, u)) / (2 * std::log(2) * 0.002)).epsilon(1e-6));
  }
  // Of some entries alone.
  request.entries = {1};
  CHECK(runs_of_quadratic_model(request, 2) == 6);
  const QuadraticModel one = quadratic_model(rule, {0, 0.002}, request);
  REQUIRE(one.usable);
  CHECK(one.size == 1);
  for (const std::size_t u : {0, 1}) CHECK(one.unit_gradient[u] == doctest::Approx(model.unit_gradient[2 * u + 1]));
}
