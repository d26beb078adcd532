// Spikes given from event to event against every step carried out, and against sums over pairs of spikes.
#include "network/event_driven.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <string>

#include "base/error.hpp"
#include "expression/check/check.hpp"
#include "network/given_connection.hpp"
#include "plan/layout.hpp"
#include "plan/silence.hpp"

using namespace rule_search;

namespace {

const char* const triplet =
    "param a2 = -7.1e-3\nparam a3 = 6.5e-3\nparam tau_plus = 16.8 ms\nparam tau_minus = 33.7 ms\nparam tau_y = 125 ms\n"
    "step 1 ms\nstate r: pre = 0\nstate o1: post = 0\nstate o2: post = 0\n"
    "next r = decay(tau_plus) * (r + pre)\nnext o1 = decay(tau_minus) * (o1 + post)\nnext o2 = decay(tau_y) * (o2 + "
    "post)\n"
    "dw = a2 * o1 * pre' + a3 * (post .* o2) * r'\n";

// Rules whose silence is linear: a chain of states, a constant, weights that forget.
const char* const chain =
    "param a = 0.01\nparam b = 0.002\nparam tau = 20 ms\nparam slow = 300 ms\nstep 1 ms\n"
    "state x: pre = 0\nstate y: pre = 0.2\nstate z: post = 0.1\n"
    "next x = (1 - dt/tau) * x + pre\nnext y = y + dt/slow * (x - y)\nnext z = z + dt/slow * (0.4 * ones_post - z)\n"
    "dw = a * post * y' - b * z * pre' - 0.001 * (w - 0.5 * ones_post * ones_pre')\n";

// A calcium rule: linear between the times at which calcium passes a threshold.
const char* const calcium =
    "param up = 0.02\nparam down = 0.01\nparam tau = 20 ms\nstep 1 ms\nstate c: post x pre = 0\n"
    "next c = (1 - dt/tau) * c + ones_post * pre' + 2 * post * ones_pre'\n"
    "dw = up * (c > 1.3 * ones_post * ones_pre') .* (ones_post * ones_pre' - w) - down * (c > ones_post * ones_pre') "
    ".* w";

// Windows of several traces, turned round, beside a chain; sign, step and comparisons with numbers.
const char* const windows =
    "param a = 0.01\nparam b = 0.02\nparam low = 0.2\nparam tau = 20 ms\nparam slow = 300 ms\nstep 1 ms\n"
    "state r: pre = 0\nstate o: post = 0.9\nstate m: post = 0\n"
    "next r = decay(tau) * (r + pre)\nnext o = decay(slow) * (o - 2 * post)\nnext m = m + dt/slow * (step(0.5 * "
    "ones_post - o) - m)\n"
    "dw = a * (m .* (o <= low)) * (r > low)' - b * sign(o + 0.1 * ones_post) * step(low / 2 * ones_pre - r)' .* w";

// Calcium of presynaptic spikes comes late.
const char* const late =
    "param up = 0.02\nparam down = 0.01\nparam tau = 20 ms\nstep 1 ms\nstate c: post x pre = 0\n"
    "next c = decay(tau) * c + ones_post * delay(pre, 14 ms)' + 2 * post * ones_pre'\n"
    "dw = up * (c > 1.3) .* (ones_post * ones_pre' - w) - down * (c > 1) .* w";
const char* const late_pair =
    "param up = 0.02\nparam down = 0.01\nparam tau = 20 ms\nstep 1 ms\nstate r: pre = 0\n"
    "next r = decay(tau) * (r + delay(pre, 30 ms))\ndw = up * post * r' - down * post * delay(pre, 2 ms)'\n";
// A trace that is sent on changes in silence, too.
const char* const sent =
    "param up = 0.02\nparam tau = 20 ms\nstep 1 ms\nstate r: pre = 0\n"
    "next r = decay(tau) * (r + pre)\ndw = up * post * delay(r, 5 ms)'\n";

// Which trace is larger depends on two states.
const char* const rivals =
    "param a = 0.01\nparam tau = 20 ms\nparam slow = 300 ms\nstep 1 ms\nstate r: post x pre = 0\nstate o: post x pre = "
    "0\n"
    "next r = decay(tau) * (r + ones_post * pre')\nnext o = decay(slow) * (o + post * ones_pre')\ndw = a * (r > o) - a "
    "* w\n";

// What stands beside a switch, or can't be computed where nothing is remembered or the weight is 0.
const char* const others[] = {
    "param a = 1e-5\n"
    "param tau = 20 ms\n"
    "param slow = 100 ms\n"
    "step 1 ms\n"
    "state c: post x pre = 0\n"
    "state d: post x pre = 0\n"
    "next c = decay(tau) * c + ones_post * pre'\n"
    "next d = decay(slow) * d + post * ones_pre'\n"
    "dw = a * step((c > 0.5) + (d > 0.5))",
    "param a = 2e-4\n"
    "param tau = 20 ms\n"
    "step 1 ms\n"
    "state c: post x pre = 0\n"
    "next c = decay(tau) * c + ones_post * pre'\n"
    "dw = a * step(step(c - 0.3*ones_post*ones_pre'))",
    "param a = 2e-4\n"
    "param tau = 20 ms\n"
    "step 1 ms\n"
    "state c: post x pre = 0\n"
    "state d: post x pre = 0\n"
    "next c = decay(tau) * c + ones_post * pre'\n"
    "next d = decay(tau) * d + post * ones_pre'\n"
    "dw = a * (max(c > 0.5, d > 0.5) > 0)",
    "param a = 2e-4\n"
    "step 1 ms\n"
    "param tau = 20 ms\n"
    "param p = 0.01\n"
    "state c: post x pre = 0\n"
    "next c = decay(tau) * c + ones_post * pre'\n"
    "dw = a * (c > 0.2).^p",
    "param a = 2e-4\n"
    "step 1 ms\n"
    "param b = 0.3\n"
    "param tau = 20 ms\n"
    "state c: post x pre = 0\n"
    "state d: post x pre = 0\n"
    "state m: post x pre = 0\n"
    "next c = decay(tau) * c + ones_post * pre'\n"
    "next d = 0.93 * d + post * ones_pre'\n"
    "next m = m + b * (c < 0.4) .* (d < 0.1) .* (ones_post*ones_pre' - m) - b*tau*(c > 0.9) .* (d > 0.9) .* m\n"
    "dw = a * m .* (c > 0.2) .* (d > 0.05) .* (c < 0.8) - b * a * (c > 0.3) .* (d > 0.3) .* w",
    "param a = 2e-4\n"
    "param tau = 20 ms\n"
    "step 1 ms\n"
    "state c: post x pre = 0\n"
    "next c = decay(tau) * c + post * ones_pre'\n"
    "dw = a * (c + ones_post * delay(pre, 14 ms)' > 0.5)",
    "param a = 2e-4\n"
    "param tau = 20 ms\n"
    "step 1 ms\n"
    "state c: post = 0\n"
    "state g: post = 0\n"
    "next c = decay(tau) * c + post\n"
    "next g = post\n"
    "dw = a * (c + 3*g > 0.5) * ones_pre'",
    "param a = 2e-4\n"
    "param tau = 20 ms\n"
    "step 1 ms\n"
    "state x = 0\n"
    "next x = decay(tau) * x + sum(pre)\n"
    "dw = a * (x * ones_post > 0.3) * ones_pre'",
    "param a = 2e-4\n"
    "param tau = 20 ms\n"
    "step 1 ms\n"
    "state x = 0\n"
    "next x = decay(tau) * x + sum(pre)\n"
    "dw = a * (tau * 1000 * x .* ones_post > 3) * ones_pre' - a* (x * (ones_post*ones_pre') >= 0.1)",
    "param a = 2e-4\n"
    "step 1 ms\n"
    "param mu = 0.4\n"
    "state c: pre = 0\n"
    "next c = 0.9*c + pre\n"
    "dw = a * 100*(post * c') .* w.^mu - a * (ones_post * c' > 0.1)",
    "param a = 2e-4\n"
    "step 1 ms\n"
    "state c: post x pre = 0\n"
    "next c = 0.9*c + ones_post * pre'\n"
    "dw = a * 100*(post * ones_pre') .* log(w) - a * (c>0.2)",
    "param a = 2e-4\n"
    "step 1 ms\n"
    "state o: post = 0.5\n"
    "state c: post x pre = 0\n"
    "next c = 0.9*c + ones_post * pre'\n"
    "next o = o + 0.01 * (0.5 * ones_post - o) + 0.1*post\n"
    "dw = a * 100*(post .* log(o)) * ones_pre' - a * (c>0.2)",
    "param a = 2e-4\n"
    "step 1 ms\n"
    "param mu = 0.4\n"
    "state c: pre = 0\n"
    "next c = 0.9*c + pre\n"
    "dw = a * 100*(post * c') .* w.^mu - 0.001 * w",
    "param a = 2e-4\n"
    "step 1 ms\n"
    "state o: post = 0.5\n"
    "next o = o + 0.01 * (0.5 * ones_post - o) + 0.1*post\n"
    "dw = a * 100*(post .* o.^(-1)) * ones_pre' - a * w",
    "param a = 1e-7\n"
    "step 1 ms\n"
    "state c: post x pre = 0\n"
    "state g: post = 0.5\n"
    "next g = 0.5*post\n"
    "next c = 0.9 * c + ones_post * pre' - post * ones_pre'\n"
    "dw = a * c + a * log(ones_post - g) * ones_pre'",
    "param a = 1e-7\n"
    "step 1 ms\n"
    "state c: post x pre = 0\n"
    "next c = 0.9 * c + ones_post * pre' - post * ones_pre'\n"
    "dw = a * sign(c)",
    "param a = 1e-7\n"
    "step 1 ms\n"
    "state c: post x pre = 0\n"
    "state d: post x pre = 0\n"
    "next c = 0.9 * c + ones_post * pre'\n"
    "next d = 0.97 * d + (c > 0) .* (ones_post*ones_pre' - w)\n"
    "dw = a * d",
};

const std::vector<double> pre_times = {0, 0.1, 0.15, 0.151, 0.9, 3.2};
const std::vector<double> post_times = {0.01, 0.1, 0.148, 0.9, 0.903, 5.0};

double step_driven(const plan::Plan& plan, const std::vector<double>& theta, double weight, double after) {
  GivenConnection connection(plan, 1, 1, theta, &weight);
  std::map<long, std::pair<double, double>> spikes;
  for (double t : pre_times) spikes[std::lround(1000 * t)].first = 1;
  for (double t : post_times) spikes[std::lround(1000 * t)].second = 1;
  const long last = spikes.rbegin()->first + std::lround(1000 * after);
  for (long t = 0; t <= last; ++t) {
    const auto at = spikes.find(t);
    const auto [pre, post] = at == spikes.end() ? std::pair<double, double>{0, 0} : at->second;
    connection.learn({{"pre", {pre}}, {"post", {post}}});
  }
  return connection.weights()[0];
}

double event_driven(const plan::Plan& plan, const std::vector<double>& theta, double weight, double after) {
  EventDrivenSynapse synapse(plan, {});
  REQUIRE(synapse.run(theta, weight, events_of(pre_times, post_times), after));
  return synapse.weight();
}

plan::Plan plan_of(const std::string& text) { return plan::lower(check_rule({"test", "rule test\n" + text})); }

}  // namespace

TEST_CASE("events give what all steps give") {
  using plan::Silence;
  for (const auto& [text, silence] : {std::pair{triplet, Silence::exponential}, std::pair{chain, Silence::linear},
                                      std::pair{calcium, Silence::switched}, std::pair{windows, Silence::switched},
                                      std::pair{late, Silence::switched}, std::pair{late_pair, Silence::linear},
                                      std::pair{sent, Silence::other}, std::pair{rivals, Silence::other}}) {
    CAPTURE(text);
    const plan::Plan plan = plan_of(text);
    CHECK(plan::silence(plan) == silence);
    const std::vector<double> theta = ParameterLayout(plan.parameters, 1).initial;
    for (const double after : {0.0, 1.234}) {
      const double by_steps = step_driven(plan, theta, 0.7, after);
      CHECK(by_steps != 0.7);
      CHECK(event_driven(plan, theta, 0.7, after) == doctest::Approx(by_steps).epsilon(1e-12));
    }
  }
}

TEST_CASE("derivatives between switches are those of all steps") {
  std::vector<const char*> texts = {calcium, windows, late};
  texts.insert(texts.end(), std::begin(others), std::end(others));
  for (const char* text : texts) {
    CAPTURE(std::string(text));
    // A square, which stays 0, lets nothing pass but step by step.
    const plan::Plan plans[] = {
        plan_of(text), plan_of(std::string(text) + " + ones_post * (idle .* idle)'\nstate idle: pre = 0\n"
                                                   "next idle = idle .* idle + pre .* pre .* (pre - ones_pre)\n")};
    CHECK(plan::silence(plans[0]) != plan::Silence::other);
    CHECK(plan::silence(plans[1]) == plan::Silence::other);
    std::vector<double> derivatives[2];  // behind the weight
    for (std::size_t k = 0; k < 2; ++k) {
      const ParameterLayout layout(plans[k].parameters, 1);
      EventDrivenSynapse synapse(plans[k], layout.all());
      REQUIRE(synapse.run(layout.initial, 0.7, events_of(pre_times, post_times), 0.5));
      derivatives[k].push_back(synapse.weight());
      for (int d = 0; d < layout.size(); ++d) derivatives[k].push_back(synapse.weight_derivative(d));
    }
    for (std::size_t d = 0; d < derivatives[0].size(); ++d) {
      CAPTURE(d);
      CHECK(derivatives[0][d] == doctest::Approx(derivatives[1][d]).epsilon(1e-10));
    }
  }
}

TEST_CASE("derivatives of events are those of finite differences") {
  for (const char* text : {triplet, chain, calcium, late, late_pair}) {
    CAPTURE(text);
    const plan::Plan plan = plan_of(text);
    const ParameterLayout layout(plan.parameters, 1);
    EventDrivenSynapse synapse(plan, layout.all());
    const std::vector<SpikeEvent> events = events_of(pre_times, post_times);
    REQUIRE(synapse.run(layout.initial, 0.7, events, 0.5));
    std::vector<double> derivatives;
    for (int k = 0; k < layout.size(); ++k) derivatives.push_back(synapse.weight_derivative(k));
    for (std::size_t k = 0; k < derivatives.size(); ++k) {
      const auto at = [&](double by) {
        std::vector<double> theta = layout.initial;
        theta[k] *= 1 + by;
        REQUIRE(synapse.run(theta, 0.7, events, 0.5));
        return synapse.weight();
      };
      const double h = 1e-5;
      const double numeric = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h * layout.initial[k]);
      CHECK(derivatives[k] == doctest::Approx(numeric).epsilon(1e-7));
    }
  }
}

TEST_CASE("spikes at any time are the published sums over pairs and triplets") {
  const plan::Plan plan = plan_of(triplet);
  const std::vector<double> theta = ParameterLayout(plan.parameters, 1).initial;
  const std::vector<double> pre = {0.00037, 0.0331, 0.0654, 0.0991};
  const std::vector<double> post = {0.0102, 0.0433, 0.0659, 0.1093};
  double expected = 0.5;
  for (double t : post) {
    double r = 0;
    double o = 0;
    for (double u : pre) r += u < t ? std::exp(-(t - u) / 16.8e-3) : 0;
    for (double u : post) o += u < t ? std::exp(-(t - u) / 125e-3) : 0;
    expected += 6.5e-3 * r * o;
  }
  for (double t : pre) {
    for (double u : post) expected -= u < t ? 7.1e-3 * std::exp(-(t - u) / 33.7e-3) : 0;
  }
  EventDrivenSynapse synapse(plan, {});
  CHECK(synapse.takes_any_time());
  REQUIRE(synapse.run(theta, 0.5, events_of(pre, post)));
  CHECK(synapse.weight() == doctest::Approx(expected).epsilon(1e-12));
}

TEST_CASE("what protocols of spikes lack is refused") {
  const auto message = [](const std::string& text) {
    try {
      EventDrivenSynapse(plan_of(text), {});
    } catch (const InputError& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  CHECK(message("param a = 0\nstep 1 ms\ndw = a * err_post * pre'\n").find("asks for err_post") != std::string::npos);
  CHECK(message("param a = 0\nsignal r\nstep 1 ms\ndw = a * r * post * pre'\n").find("signal r") != std::string::npos);
  CHECK(message("param a = 0\ndw = a * post * pre'\n").find("how long its step is") != std::string::npos);
  CHECK(message("param a = 0\nsignal spike: post\nstep 1 ms\ndw = a * spike * pre'\n").empty());
}
