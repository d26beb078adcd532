// Fits whose time constants have several valleys, and pairs of thresholds that lean on each other.
#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "expression/check/check.hpp"
#include "expression/rule.hpp"
#include "fit/chi_squared.hpp"
#include "fit/coefficients.hpp"
#include "fit/starts.hpp"
#include "fit/steps.hpp"
#include "fit/threshold_scan.hpp"
#include "objectives/protocols/objective.hpp"
#include "plan/layout.hpp"
#include "search/search.hpp"

using namespace rule_search;

namespace {

std::string example(const std::string& name) { return std::string(RULE_SEARCH_SOURCE_DIR) + "/examples/stdp/" + name; }

Protocol pairs(double delay, double change) {
  Protocol p;
  p.name = std::to_string(delay);
  for (int k = 0; k < 20; ++k) {
    p.pre.push_back(0.2 + k);
    p.post.push_back(p.pre.back() + delay);
  }
  p.change = change;
  p.error = 0.01;
  return p;
}

}  // namespace

TEST_CASE("a fit from several time constants reaches the same valley from wherever the rule begins") {
  const std::vector<Protocol> protocols = read_protocols(example("triplets.csv"));
  Rule rule = without(read_rule(example("pool_times.rule")), {false, false, false, true, false, false, false, false});
  const ProtocolsObjective objective(protocols, {}, rule, 1);
  FitRequest request;
  request.objective = &objective;
  request.units = objective.units(Part::search);
  request.iterations = 50;
  Steps steps;
  const ParameterLayout layout(rule.parameters, 1);
  std::vector<double> chi_squared;
  for (const double factor : {0.3, 1.0, 3.0}) {
    std::vector<double> start = layout.initial;
    for (std::size_t k = 3; k < start.size(); ++k) start[k] *= factor;
    const FittedRule fitted = fit_from_several(rule, start, request, steps);
    chi_squared.push_back(20 * fitted.fit_loss);
  }
  for (const double value : chi_squared) CHECK(value == doctest::Approx(7.96).epsilon(0.01));
}

TEST_CASE("a window of pairs gives pair terms, though triplet terms with long time constants do the same") {
  std::mt19937_64 random(3);
  std::normal_distribution<double> normal;
  std::vector<Protocol> protocols;
  for (const double delay : {-0.08, -0.04, -0.02, -0.01, -0.005, 0.005, 0.01, 0.02, 0.04, 0.08}) {
    const double each = delay > 0 ? 0.018 * std::exp(-delay / 0.017) : -0.012 * std::exp(delay / 0.034);
    protocols.push_back(pairs(delay, 20 * each + 0.02 * normal(random)));
    protocols.back().error = 0.02;
  }
  const Rule pool = read_rule(example("pool_times.rule"));
  const ProtocolsObjective objective(protocols, {}, pool, 1);
  const SearchResult found = search(pool, objective, {});
  std::vector<std::string> terms;
  for (const TermReport& t : found.terms) terms.push_back(t.parameter);
  CHECK(terms == std::vector<std::string>{"a2_plus", "a2_minus"});
  CHECK_FALSE(found.comparison.chance.misses);
}

TEST_CASE("parameters without an effect of their own take no degree of freedom") {
  const Rule rule =
      check_rule({"idle",
                  "rule idle\nparam a = 0\nparam b = 0\nparam c = 0\nparam d = 0\nstep 1 ms\nstate r: pre = 0\n"
                  "next r = decay(20 ms) * (r + pre)\n"
                  "dw = a * post * r' + b * ones_post * pre' + c * post * ones_pre' + d * post * pre'\n"});
  std::vector<Protocol> protocols;
  for (const double delay : {-0.02, -0.01, 0.01, 0.02, 0.03}) protocols.push_back(pairs(delay, delay));
  const ProtocolsObjective objective(protocols, {}, rule, 1);
  Steps steps;
  // As many spikes before as behind, and none together.
  CHECK(determined_parameters({rule, {0.1, 0.1, 0.1, 0.1}, 0}, objective, steps) == 2);
}

TEST_CASE("a fit says what the errors leave of chi squared, by the parameters that it fitted") {
  // Twenty pairs with 20 ms between them, alone and in turn: the trace is e^-1, and each change 20 a e^-1.
  const Rule rule = check_rule({"line",
                                "rule line\nparam a = 0\nparam b = 0\nstep 1 ms\nstate r: pre = 0\n"
                                "next r = decay(20 ms) * (r + pre)\ndw = a * post * r' + b * post * r'\n"});
  const std::vector<double> changes = {0.02, 0.05, 0.03, 0.06};
  std::vector<Protocol> protocols;
  for (std::size_t k = 0; k < changes.size(); ++k) {
    protocols.push_back(pairs(0.02, changes[k]));
    protocols.back().name += std::to_string(k);
  }
  const ProtocolsObjective objective(protocols, {}, rule, 1);
  // The best change is the mean; what is left of each, in errors of 0.01.
  double left = 0;
  for (double change : changes) left += std::pow((change - 0.04) / 0.01, 2);
  CoefficientFitOptions options;
  options.start = {0, 0};
  const CoefficientFit both = fit_coefficients(rule, objective, options, {});
  REQUIRE(both.chi_squared);
  CHECK(both.chi_squared->value == doctest::Approx(left).epsilon(1e-6));
  CHECK(both.chi_squared->degrees == 3);  // the two do the same
  // 1 - erf(sqrt(x / 2)) + sqrt(2 x / pi) e^(-x / 2), of three degrees of freedom.
  CHECK(both.chi_squared->p ==
        doctest::Approx(std::erfc(std::sqrt(left / 2)) + std::sqrt(2 * left / std::acos(-1.0)) * std::exp(-left / 2))
            .epsilon(1e-6));
  options.fixed = {0};
  const CoefficientFit one = fit_coefficients(rule, objective, options, {});
  CHECK(one.chi_squared->degrees == 3);
  CHECK(one.chi_squared->value == doctest::Approx(left).epsilon(1e-6));
}

TEST_CASE("two thresholds of a window that neither finds alone are found together") {
  // The change is a step within a window of delays, where a trace of the presynaptic spike is between two thresholds. At long
  // delays, where the thresholds begin, is a smaller step downwards: the way from there to the better window is uphill for
  // either threshold alone.
  const std::string text =
      "rule window\nparam a = 0\nparam low = 0.03 in [0, 1]\nparam high = 0.1 in [0, 1]\nstep 1 ms\nstate r: pre = 0\n"
      "next r = decay(20 ms) * r + pre\ndw = a * post * ((r > low) .* (r <= high))'\n";
  std::vector<Protocol> protocols;
  for (int delay = 2; delay <= 60; delay += 2) {
    const double r = std::exp(-(delay - 1) / 20.0);
    protocols.push_back(pairs(1e-3 * delay, r > 0.45 && r <= 0.75 ? 20 * 0.02 : r < 0.1 ? -20 * 0.0125 : 0));
  }
  const Rule rule = check_rule({"window", text});
  const ProtocolsObjective objective(protocols, {}, rule, 1);
  const ThresholdScan scan{&objective, objective.units(Part::search), {0, 1, 2}};
  Steps steps;
  const FittedRule found =
      with_scanned_thresholds({rule, ParameterLayout(rule.parameters, 1).initial, 1e9}, scan, steps);
  CHECK(found.theta[0] == doctest::Approx(0.02).epsilon(1e-6));
  CHECK(found.theta[1] == doctest::Approx(0.45).epsilon(0.06));
  CHECK(found.theta[2] == doctest::Approx(0.75).epsilon(0.06));
}
