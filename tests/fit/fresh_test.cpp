#include "fit/fresh.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "expression/rule.hpp"
#include "fit/fit.hpp"
#include "fit/start.hpp"

using namespace rule_search;

namespace {

Rule two_terms() { return check_rule({"two", "rule two\nparam a = 1\nparam b = 1\ndw = a * post * pre' + b * w\n"}); }

// Unit k has its least at (2, -3) and something that only k knows, and ripples all around. Slopes are those of the ripples too
// where `misleading`, and then they point nowhere.
class Ripples : public Objective {
 public:
  explicit Ripples(bool misleading = false, double blows_up_above = 1e9)
      : misleading_(misleading), blows_up_above_(blows_up_above) {}

  std::string identity() const override { return "ripples"; }
  int connections() const override { return 1; }
  std::size_t units(Part) const override { return std::numeric_limits<std::size_t>::max(); }
  std::size_t answers(Part, std::size_t) const override { return 2; }
  Score summarise(const std::vector<Outcome>&) const override { return {}; }

  Outcome outcome(std::size_t unit, const std::vector<double>& theta, const std::vector<int>& directions) const {
    const double own = 0.3 * std::sin(static_cast<double>(7 * unit));
    Outcome o;
    o.diverged = std::abs(theta[0]) > blows_up_above_;
    if (o.diverged) return o;
    const double ripple = misleading_ ? 0.02 : 0.005;
    for (std::size_t k = 0; k < 2; ++k) {
      const double from = theta[k] - (k == 0 ? 2 : -3) - own;
      o.residuals.push_back(from + ripple * std::sin(1000 * theta[k]));
      for (int d : directions) {
        const double slope = 1 + (misleading_ ? 1000 * ripple * std::cos(1000 * theta[k]) : 0);
        o.jacobian.push_back(static_cast<std::size_t>(d) == k ? slope : 0);
      }
    }
    take_losses(o);
    return o;
  }

  std::unique_ptr<Evaluator> compile(EvaluatorRequest request) const override {
    struct Each : Evaluator {
      const Ripples* of = nullptr;
      std::vector<int> directions;
      std::vector<Outcome> run_these(Part, const std::vector<std::size_t>& units, const std::vector<double>& theta,
                                     Wanted) const override {
        std::vector<Outcome> out;
        for (const std::size_t unit : units) {
          of->asked.insert(unit);
          if (!directions.empty()) of->differentiated.push_back(unit);
          out.push_back(of->outcome(unit, theta, directions));
        }
        return out;
      }
    };
    auto out = std::make_unique<Each>();
    out->of = this;
    out->directions = request.directions;
    return out;
  }

  mutable std::set<std::size_t> asked;
  mutable std::vector<std::size_t> differentiated;

 private:
  bool misleading_;
  double blows_up_above_;
};

FitRequest request(const Objective& objective) {
  FitRequest r;
  r.objective = &objective;
  r.units = 12;
  r.iterations = 12;
  r.fresh = true;
  return r;
}

double square_error(const std::vector<double>& theta) { return std::pow(theta[0] - 2, 2) + std::pow(theta[1] + 3, 2); }

}  // namespace

TEST_CASE("fresh units: every step has its own, none is among those that judge") {
  const Ripples objective;
  const FittedRule fitted = fit(two_terms(), {1, 1}, request(objective));
  CHECK(square_error(fitted.theta) < 0.05);
  REQUIRE(objective.differentiated.size() >= 24);
  CHECK(std::set<std::size_t>(objective.differentiated.begin(), objective.differentiated.end()).size() ==
        objective.differentiated.size());
  CHECK(*std::min_element(objective.differentiated.begin(), objective.differentiated.end()) >= 12);
  // The loss is that of the first units.
  double loss = 0;
  for (std::size_t k = 0; k < 12; ++k) loss += objective.outcome(k, fitted.theta, {}).loss / 12;
  CHECK(fitted.fit_loss == doctest::Approx(loss).epsilon(1e-12));
  CHECK(fitted.history.front() == std::vector<double>{1, 1});
  CHECK(fitted.history.back() == fitted.theta);
}

TEST_CASE("fresh units: where slopes are no guide, the loss is") {
  const Ripples objective(true);
  const FittedRule fitted = fit(two_terms(), {8, -0.4}, request(objective));
  // Between halves and doubles the optimum is a factor of the root of 2 away at most.
  CHECK(std::abs(std::log2(fitted.theta[0] / 2)) < 0.5);
  CHECK(std::abs(std::log2(fitted.theta[1] / -3)) < 0.5);
}

TEST_CASE("fresh units: entries that are not moved stay, and bounds hold") {
  const Ripples objective;
  FitRequest only_b = request(objective);
  only_b.entries = {1};
  const FittedRule fitted = fit(two_terms(), {1, 1}, only_b);
  CHECK(fitted.theta[0] == 1);
  CHECK(std::abs(fitted.theta[1] + 3) < 0.3);
  const Rule bounded =
      check_rule({"two", "rule two\nparam a = 1 in [0, 1.5]\nparam b = 1\ndw = a * post * pre' + b * w\n"});
  CHECK(fit(bounded, {1, 1}, request(objective)).theta[0] == 1.5);
}

TEST_CASE("fresh units: a start at which units diverge is made smaller; one that never runs is no fit") {
  const Ripples objective(false, 3);
  CHECK(square_error(fit(two_terms(), {5, 1}, request(objective)).theta) < 0.05);
  const Ripples never(false, 0);
  CHECK(std::isinf(fit(two_terms(), {5, 1}, request(never)).fit_loss));
}

TEST_CASE("the factor that a fit begins with is the best one, and 1 where others are about as good") {
  const auto nearest = [](double best, double depth) {
    return factor_to_begin_with([=](double factor) { return 1 + depth * std::abs(std::log2(factor / best)); });
  };
  CHECK(nearest(1.0 / 8, 1) == 1.0 / 8);
  CHECK(nearest(2, 1) == 2);
  CHECK(nearest(1, 1) == 1);
  CHECK(nearest(0.5, 0.01) == 1);
  CHECK(factor_to_begin_with([](double factor) { return factor > 0.1 ? HUGE_VAL : 1 / factor; }) == 1.0 / 16);
  const Rule rule = two_terms();
  const ParameterLayout layout(rule.parameters, 1);
  CHECK(with_factor(rule, layout, {4, -6}, {1}, 0.5) == std::vector<double>{4, -3});
}
