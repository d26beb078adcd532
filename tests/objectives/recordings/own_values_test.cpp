#include "fit/own_values.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <random>

#include "../../files.hpp"
#include "expression/print.hpp"
#include "fit/coefficients.hpp"
#include "objectives/recordings/objective.hpp"
#include "plan/layout.hpp"
#include "run/journal.hpp"
#include "run/journaled_steps.hpp"

using namespace rule_search;
using namespace rule_search::test;

namespace {

constexpr int neurons = 2;
constexpr int inputs = 3;
constexpr double decay = 0.02;

Rule animals(const std::string& eta = "0.03") {
  return check_rule({"animals", "param eta[recording] = " + eta +
                                    "\nparam decay = 0.01\n"
                                    "dw = eta * (post * pre' - post.^2 .* w) - decay * w"});
}

// dw = eta * (post * pre' - post^2 * w) - 0.02 * w, written out by synapse.
LayerRecording animal(unsigned number, double eta, double noise, int rows = 40) {
  std::mt19937 random(number);
  std::normal_distribution<double> normal;
  LayerRecording r;
  r.name = (number % 100 < 10 ? "animal 0" : "animal ") + std::to_string(number % 100);
  r.steps = rows;
  r.n = neurons;
  r.m = inputs;
  double w[neurons][inputs];
  for (auto& row : w) {
    for (double& x : row) x = 0.5 * normal(random);
  }
  for (int t = 0; t < rows; ++t) {
    r.time.push_back(t);
    double x[inputs];
    for (double& value : x) {
      value = 0.3 + normal(random);
      r.pre.push_back(value);
    }
    for (auto& row : w) {
      double y = 0;
      for (int j = 0; j < inputs; ++j) y += row[j] * x[j];
      for (int j = 0; j < inputs; ++j) {
        r.w.push_back(row[j] + (t > 0 ? noise * normal(random) : 0));
        r.w_seen.push_back(1);
        row[j] += eta * (y * x[j] - y * y * row[j]) - decay * row[j];
      }
    }
  }
  return r;
}

std::vector<LayerRecording> all_with(const std::vector<double>& etas, double noise, unsigned seed = 0) {
  std::vector<LayerRecording> out;
  for (std::size_t k = 0; k < etas.size(); ++k)
    out.push_back(animal(100 * seed + static_cast<unsigned>(k), etas[k], noise));
  return out;
}

const std::vector<double> different = {0.02, 0.05, 0.035, 0.06, 0.028, 0.041, 0.015, 0.055};
const std::vector<double> equal_ones(8, 0.04);

std::optional<OwnValues> stage(const Objective& objective, const Rule& rule = animals(), std::vector<int> fixed = {}) {
  Steps steps;
  const ParameterLayout layout(rule.parameters, 1);
  return own_values({rule, layout.initial}, objective, steps, {std::move(fixed), {}});
}

// The eta that a recording of a name was made with.
double made_with(const std::string& name, const std::vector<double>& etas) {
  return etas.at(static_cast<std::size_t>(std::stoi(name.substr(name.size() - 2))));
}

double half_squares(const std::vector<Outcome>& outcomes) {
  double sum = 0;
  for (const Outcome& o : outcomes) {
    for (double x : o.residuals) sum += x * x / 2;
  }
  return sum;
}

}  // namespace

TEST_CASE("recordings without noise give back the value of each and the coefficient that they share") {
  const RecordingsObjective objective(all_with(different, 0), {}, 1);
  const auto own = stage(objective);
  REQUIRE(own);
  REQUIRE(own->parameters.size() == 1);
  REQUIRE(own->units.size() == 8);
  for (std::size_t u = 0; u < own->units.size(); ++u) {
    const double eta = made_with(own->units[u], different);
    CHECK(own->parameters[0].values[u].value == doctest::Approx(eta).epsilon(1e-6));
    CHECK(own->parameters[0].values[u].standard_error < 1e-6);
  }
  CHECK(own->shared.at(0).name == "decay");
  CHECK(own->shared[0].value == doctest::Approx(decay).epsilon(1e-6));
  CHECK(std::abs(own->shared[0].common - decay) > 1e-4);
  CHECK(own->better == OwnValues::Better::own_values);
  CHECK(own->by_chance < 1e-6);
  // By the definition of a standard deviation.
  double mean = 0;
  double squares = 0;
  for (double x : different) mean += x / 8;
  for (double x : different) squares += (x - mean) * (x - mean);
  CHECK(own->parameters[0].mean == doctest::Approx(mean).epsilon(1e-6));
  CHECK(own->parameters[0].deviation == doctest::Approx(std::sqrt(squares / 7)).epsilon(1e-5));
  CHECK(own->parameters[0].beyond_errors == doctest::Approx(std::sqrt(squares / 7)).epsilon(1e-5));
  CHECK(own->own.loss.mean < 1e-9);
  CHECK(own->common.loss.mean > 1e-3);
}

TEST_CASE("values of recordings have errors that hold, and one value foretells as well where there is one") {
  double squares = 0;
  double values = 0;
  int told_apart = 0;
  for (unsigned seed = 1; seed <= 5; ++seed) {
    const auto own = stage(RecordingsObjective(all_with(equal_ones, 0.02, seed), {}, 1));
    REQUIRE(own);
    told_apart += own->better != OwnValues::Better::one_value;
    CHECK(own->parameters[0].common == doctest::Approx(0.04).epsilon(0.05));
    for (const OwnValue& v : own->parameters[0].values) {
      squares += std::pow((v.value - 0.04) / v.standard_error, 2);
      ++values;
    }
    CHECK(own->parameters[0].beyond_errors < own->parameters[0].deviation);
  }
  // Errors in units of their size: one on average.
  CHECK(squares / values > 0.6);
  CHECK(squares / values < 1.6);
  CHECK(told_apart <= 1);
}

TEST_CASE("recordings with noise that differ are told apart, by how much they do") {
  const auto own = stage(RecordingsObjective(all_with(different, 0.02), {}, 1));
  REQUIRE(own);
  CHECK(own->better == OwnValues::Better::own_values);
  CHECK(own->by_chance < 1e-3);
  CHECK(own->difference.high < 0);
  CHECK(own->parameters[0].beyond_errors == doctest::Approx(0.0166).epsilon(0.2));
  for (std::size_t u = 0; u < own->units.size(); ++u) {
    const OwnValue& v = own->parameters[0].values[u];
    CHECK(std::abs(v.value - made_with(own->units[u], different)) < 4.5 * v.standard_error);
  }
}

TEST_CASE("slopes are of what the best own values leave, and none is by a common value") {
  RecordingsOptions with_weights;
  with_weights.fit_initial_weights = true;
  for (const RecordingsOptions& options : {RecordingsOptions(), with_weights}) {
    const RecordingsObjective objective(all_with(different, 0.03), options, 1);
    const auto own = objective.with_own_values(true);
    const plan::Plan plan = plan::lower(animals());
    const auto run = [&](double at, std::vector<int> directions) {
      return own->compile({plan, std::move(directions), Precision::float64})
          ->run(Part::search, own->units(Part::search), {0.03, at});
    };
    const std::vector<Outcome> here = run(0.025, {0, 1});
    double slope = 0;
    for (const Outcome& o : here) {
      REQUIRE(o.jacobian.size() == 2 * o.residuals.size());
      CHECK(o.own.size() == 1);
      for (std::size_t k = 0; k < o.residuals.size(); ++k) {
        CHECK(o.jacobian[2 * k] == 0);
        slope += o.residuals[k] * o.jacobian[2 * k + 1];
      }
    }
    const double measured = (half_squares(run(0.0251, {})) - half_squares(run(0.0249, {}))) / 2e-4;
    CHECK(slope == doctest::Approx(measured).epsilon(2e-3));
  }
}

TEST_CASE("with own values and without, second halves of held-out recordings are judged") {
  const RecordingsObjective objective(all_with(different, 0), {}, 1);
  const auto own = objective.with_own_values(true);
  const auto common = objective.with_own_values(false);
  CHECK(own->identity() != common->identity());
  CHECK(own->identity() != objective.identity());
  CHECK(own->finds_itself(animals().parameters[0]));
  CHECK_FALSE(own->finds_itself(animals().parameters[1]));
  CHECK_FALSE(common->finds_itself(animals().parameters[0]));
  CHECK(objective.answers(Part::search, 0) == neurons * inputs * 39);
  CHECK(own->answers(Part::search, 0) == neurons * inputs * 39);
  const plan::Plan plan = plan::lower(animals());
  for (const Objective* o : {own.get(), common.get()}) {
    const std::vector<Fold> folds = o->folds(4);
    const Objective& fold = *folds[0].objective;
    CHECK(fold.answers(Part::validation, 0) == neurons * inputs * 20);
    const std::vector<Outcome> outcomes =
        fold.compile({plan, {}, Precision::float64})->run(Part::validation, 2, {0.01, decay});
    CHECK(outcomes[0].residuals.size() == fold.answers(Part::validation, 0));
    // The value of a recording that the coefficients do not know is found from its first half.
    CHECK((half_squares(outcomes) < 1e-9) == (o == own.get()));
  }
  // What comes after the first half decides nothing of its value.
  std::vector<LayerRecording> changed = all_with(different, 0);
  for (LayerRecording& r : changed) {
    for (std::size_t k = r.w.size() / 2; k < r.w.size(); ++k) r.w[k] += 0.1;
  }
  const RecordingsObjective moved(changed, {}, 1);
  const auto own_moved = moved.with_own_values(true);
  const std::vector<Fold> folds = own_moved->folds(4);
  const Outcome outcome =
      folds[0].objective->compile({plan, {}, Precision::float64})->run_unit(Part::validation, 0, {0.01, decay});
  const double error = outcome.residuals[0] * moved.weight_scale();
  for (double residual : outcome.residuals)
    CHECK(residual * moved.weight_scale() == doctest::Approx(error).epsilon(1e-4));
  CHECK(error == doctest::Approx(-0.1).epsilon(1e-4));
}

TEST_CASE("values stay within the bounds of their parameter") {
  const Rule bounded = animals("0.03 in [0.025, 0.045]");
  const auto own = stage(RecordingsObjective(all_with(different, 0.01), {}, 1), bounded);
  REQUIRE(own);
  for (std::size_t u = 0; u < own->units.size(); ++u) {
    const OwnValue& v = own->parameters[0].values[u];
    const double eta = made_with(own->units[u], different);
    CHECK(v.value >= 0.025);
    CHECK(v.value <= 0.045);
    if (eta > 0.049) CHECK(v.value == 0.045);
    if (eta < 0.021) CHECK(v.value == 0.025);
    CHECK(std::isnan(v.standard_error) == (v.value == 0.025 || v.value == 0.045));
  }
}

TEST_CASE("time constants have own values as well, above 0") {
  const Rule traced = check_rule({"traced", R"(
param k = 0.1
param tau[recording] = 5 ms
state c: post x pre = 0
next c = c - 0.001/tau * c + post * pre'
dw = k * c - 0.2 * w
)"});
  std::vector<LayerRecording> all;
  std::mt19937 random(3);
  std::normal_distribution<double> normal;
  const std::vector<double> taus = {0.004, 0.009, 0.006};
  for (double tau : taus) {
    LayerRecording r;
    r.name = "animal " + std::to_string(static_cast<int>(1000 * tau));
    r.steps = 60;
    r.n = r.m = 1;
    double w = 0.5;
    double c = 0;
    for (int t = 0; t < r.steps; ++t) {
      const double x = normal(random);
      r.time.push_back(t);
      r.pre.push_back(x);
      r.w.push_back(w);
      r.w_seen.push_back(1);
      const double y = w * x;
      w += 0.1 * c - 0.2 * w;
      c += -0.001 / tau * c + y * x;
    }
    all.push_back(r);
  }
  const auto own = stage(RecordingsObjective(all, {}, 1), traced);
  REQUIRE(own);
  CHECK(own->parameters[0].unit == "ms");
  for (std::size_t u = 0; u < 3; ++u)
    CHECK(own->parameters[0].values[u].value ==
          doctest::Approx(std::stoi(own->units[u].substr(7)) / 1000.0).epsilon(1e-5));
  CHECK(own->shared.at(0).value == doctest::Approx(0.1).epsilon(1e-5));
}

TEST_CASE("a rule of nothing but own values has them as well, and a fixed parameter has none") {
  const Rule alone = check_rule({"alone",
                                 "param eta[recording] = 0.03\n"
                                 "dw = eta * (post * pre' - post.^2 .* w) - 0.02 * w"});
  const RecordingsObjective objective(all_with(different, 0), {}, 1);
  const auto own = stage(objective, alone);
  REQUIRE(own);
  CHECK(own->shared.empty());
  for (std::size_t u = 0; u < own->units.size(); ++u)
    CHECK(own->parameters[0].values[u].value == doctest::Approx(made_with(own->units[u], different)).epsilon(1e-6));
  CHECK(own->better == OwnValues::Better::own_values);
  CHECK_FALSE(stage(objective, animals(), {0}));
  const auto decay_fixed = stage(objective, animals(), {1});
  REQUIRE(decay_fixed);
  CHECK(decay_fixed->shared.empty());
  CHECK_FALSE(stage(objective, check_rule({"none", "param eta = 0.03\ndw = eta * w"})));
}

TEST_CASE("a fit has own values after the common ones, which are as without them") {
  const RecordingsObjective objective(all_with(different, 0.02), {}, 1);
  CoefficientFitOptions options;
  options.start = {0.03, 0.01};
  const CoefficientFit own = fit_coefficients(animals(), objective, options, {});
  Rule plain = animals();
  plain.parameters[0].per_recording = false;
  const CoefficientFit common = fit_coefficients(plain, objective, options, {});
  CHECK(own.fitted.theta == common.fitted.theta);
  CHECK(own.test.losses == common.test.losses);
  REQUIRE(own.own_values);
  CHECK_FALSE(common.own_values);
  CHECK(own.own_values->parameters[0].common == doctest::Approx(own.fitted.theta[0]).epsilon(1e-3));
  CHECK(print(own.fitted.rule).find("param eta[recording] = ") != std::string::npos);
}

TEST_CASE("own values that are stopped again and again end with the same bits") {
  const RecordingsObjective objective(all_with(different, 0.02), {}, 1);
  const auto undisturbed = stage(objective);
  REQUIRE(undisturbed);
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path("journal");
  std::optional<OwnValues> resumed;
  int stops = 0;
  while (!resumed) {
    const auto journal = std::filesystem::exists(file) ? Journal::resume(file) : Journal::begin(file, "own values");
    std::size_t computed = 0;
    JournaledSteps steps(*journal, [&]() -> std::string { return computed++ >= 1 ? "enough" : ""; });
    try {
      resumed = own_values({animals(), {0.03, 0.01}}, objective, steps, {});
    } catch (const SearchStopped&) {
      ++stops;
    }
  }
  CHECK(stops >= 4);
  CHECK(resumed->difference.mean == undisturbed->difference.mean);
  CHECK(resumed->by_chance == undisturbed->by_chance);
  CHECK(resumed->own.losses == undisturbed->own.losses);
  CHECK(resumed->shared[0].value == undisturbed->shared[0].value);
  for (std::size_t u = 0; u < 8; ++u) {
    CHECK(resumed->parameters[0].values[u].value == undisturbed->parameters[0].values[u].value);
    CHECK(resumed->parameters[0].values[u].standard_error == undisturbed->parameters[0].values[u].standard_error);
  }
}

TEST_CASE("a recording with nothing in one half is refused before a search") {
  std::vector<LayerRecording> late = all_with(different, 0);
  for (LayerRecording& r : late)
    std::fill(r.w_seen.begin() + neurons * inputs, r.w_seen.begin() + 25 * neurons * inputs, 0);
  const RecordingsObjective objective(late, {}, 1);
  CHECK_HAS(error_of([&] { objective.with_own_values(true); }),
            "in the first half nothing was recorded that a rule could explain");
  for (LayerRecording& r : late) {
    std::fill_n(r.w_seen.begin(), 10 * neurons * inputs, 1);
    std::fill(r.w_seen.begin() + 10 * neurons * inputs, r.w_seen.end(), 0);
  }
  const RecordingsObjective early(late, {}, 1);
  CHECK_HAS(error_of([&] { early.with_own_values(true); }), "in the second half nothing was recorded");
}
