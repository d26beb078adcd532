// Standard errors of what was recorded: given with the values, for all of a kind, or estimated.
#include <doctest/doctest.h>

#include <cmath>

#include "../../files.hpp"
#include "fit/coefficients.hpp"
#include "objectives/recordings/given_noise.hpp"
#include "recorded.hpp"

using namespace rule_search;
using rule_search::test::error_of;

namespace {

// One synapse that grows by 0.1 a step, with errors that are not the same at every time.
LayerRecording growing(int number) {
  std::mt19937 random(static_cast<unsigned>(40 + number));
  std::normal_distribution<double> normal;
  LayerRecording r;
  r.name = "growing " + std::to_string(number);
  r.steps = 20;
  r.n = r.m = 1;
  for (int t = 0; t < r.steps; ++t) {
    const double error = t % 3 == 0 ? 0.5 : 0.01;
    r.time.push_back(t);
    r.pre.push_back(normal(random));
    r.w.push_back(number + 0.1 * t + (t > 0 ? error * normal(random) : 0));
    r.w_seen.push_back(1);
    r.w_error.push_back(error);
  }
  return r;
}

// The slope of all changes by weighted least squares.
double weighted_slope(const std::vector<LayerRecording>& recordings) {
  double xy = 0;
  double xx = 0;
  for (const LayerRecording& r : recordings) {
    for (int t = 1; t < r.steps; ++t) {
      const auto k = static_cast<std::size_t>(t);
      const double by = 1 / (r.w_error[k] * r.w_error[k]);
      xy += by * t * (r.w[k] - r.w[0]);
      xx += by * t * t;
    }
  }
  return xy / xx;
}

double fitted(const std::vector<LayerRecording>& recordings, const Rule& rule, const std::string& name) {
  const RecordingsObjective objective(recordings, {}, 1);
  CoefficientFitOptions options;
  options.start = {0};
  const CoefficientFit fit = fit_coefficients(rule, objective, options, {});
  return fit.fitted.theta[static_cast<std::size_t>(fit.fitted.rule.parameter_index(name))];
}

// Loss, mean over the recordings to search on, of weights that never change.
double loss_of_still(const RecordingsObjective& objective) {
  const Rule rule = check_rule({"still", "dw = 0*w"});
  return objective
      .summarise(objective.compile({plan::lower(rule)})->run(Part::search, objective.units(Part::search), {}))
      .loss.mean;
}

std::vector<LayerRecording> with_noise_of_post(double noise) {
  std::vector<LayerRecording> out = test::recordings(0.001, true, true);
  std::mt19937 random(3);
  std::normal_distribution<double> normal;
  for (LayerRecording& r : out) {
    for (double& y : r.post) y += noise * normal(random);
  }
  return out;
}

}  // namespace

TEST_CASE("values count by their standard errors") {
  std::vector<LayerRecording> recordings;
  for (int k = 0; k < 5; ++k) recordings.push_back(growing(k));
  const Rule rule = check_rule({"bias", "param a = 0\ndw = a*ones_post*ones_pre'"});
  CHECK(fitted(recordings, rule, "a") == doctest::Approx(weighted_slope(recordings)).epsilon(1e-7));
  CHECK(loss_of_still(RecordingsObjective(recordings, {}, 1)) == doctest::Approx(0.5));

  // One error for all is as no errors.
  for (LayerRecording& r : recordings) r.w_error.assign(r.w.size(), 0.3);
  const double alike = fitted(recordings, rule, "a");
  CHECK(alike == doctest::Approx(weighted_slope(recordings)).epsilon(1e-7));
  for (LayerRecording& r : recordings) r.w_error.clear();
  CHECK(fitted(recordings, rule, "a") == doctest::Approx(alike).epsilon(1e-9));
}

TEST_CASE("errors decide nothing about which recordings are kept apart") {
  std::vector<LayerRecording> recordings = test::recordings(0.01, true, false);
  const RecordingsObjective without(recordings, {}, 1);
  GivenNoise noise;
  noise.set("w=0.01");
  noise.apply(recordings);
  const RecordingsObjective with(recordings, {}, 1);
  for (std::size_t k = 0; k < with.units(Part::test); ++k)
    CHECK(with.recording(Part::test, k).name == without.recording(Part::test, k).name);
  CHECK(with.content_hash() != without.content_hash());
  CHECK(loss_of_still(with) == doctest::Approx(loss_of_still(without)).epsilon(1e-9));
}

TEST_CASE("where the errors of all kinds are known, all count by their likelihood") {
  std::vector<LayerRecording> recordings = test::recordings(0.01, true, true);
  GivenNoise noise;
  noise.set("post=0.2,w=0.01");
  noise.apply(recordings);
  const RecordingsObjective objective(recordings, {}, 1);
  // A residual of one kind and of the other stand to each other as errors do.
  double squares = 0;
  std::size_t count = 0;
  const LayerRecording& r = objective.recording(Part::search, 0);
  const Rule rule = check_rule({"still", "dw = 0*w"});
  const std::vector<double> residuals =
      objective.compile({plan::lower(rule), {}, Precision::float64})->run(Part::search, 1, {})[0].residuals;
  // What is missed, in errors, over what the residuals are: one number for all of them.
  for (int i = 0; i < r.n; ++i) {
    for (int t = 0; t < r.steps; ++t) {
      for (int j = 0; t > 0 && j < r.m; ++j) {
        const double missed =
            r.w[static_cast<std::size_t>(i * r.m + j)] - r.w[static_cast<std::size_t>((t * r.n + i) * r.m + j)];
        squares += missed * missed / (0.01 * 0.01);
        ++count;
      }
      double y = 0;
      for (int j = 0; j < r.m; ++j)
        y += r.w[static_cast<std::size_t>(i * r.m + j)] * r.pre[static_cast<std::size_t>(t * r.m + j)];
      const double missed = y - r.post[static_cast<std::size_t>(t * r.n + i)];
      squares += missed * missed / (0.2 * 0.2);
      ++count;
    }
  }
  REQUIRE(residuals.size() == count);
  double of_residuals = 0;
  for (double x : residuals) of_residuals += x * x;
  const double by = squares / of_residuals;
  const std::size_t last = residuals.size() - 1;  // of post or of w
  const double y_last = [&] {
    double y = 0;
    for (int j = 0; j < r.m; ++j)
      y +=
          r.w[static_cast<std::size_t>((r.n - 1) * r.m + j)] * r.pre[static_cast<std::size_t>((r.steps - 1) * r.m + j)];
    return (y - r.post.back()) / 0.2;
  }();
  CHECK(residuals[last] * residuals[last] * by == doctest::Approx(y_last * y_last).epsilon(1e-5));
}

TEST_CASE("the errors of several kinds are estimated where nobody gave them") {
  const RecordingsObjective objective(with_noise_of_post(0.5), {}, 1);
  CHECK(objective.traits().weighs_by_noise);
  SearchResult found = test::searched(objective);
  CHECK_HAS(found.description.details, "estimated_noise");
  // The weights alone tell the rule a hundred times as well as activities do.
  CHECK(test::coefficient(found, "hebb") == doctest::Approx(0.05).epsilon(2e-3));
  CHECK(test::coefficient(found, "subspace") == doctest::Approx(-0.05).epsilon(2e-3));
  CHECK(found.terms.size() == 2);

  const FittedRule truth{check_rule({"subspace", "param a = 0.05\ndw = a*(post*pre' - post*(w'*post)')"}), {0.05}};
  const auto weighed = objective.weighed_by_noise(truth);
  REQUIRE(weighed != nullptr);
  CHECK_FALSE(weighed->traits().weighs_by_noise);
  CHECK(weighed->describe().data_hash == objective.content_hash());
  const auto& options = dynamic_cast<const RecordingsObjective&>(*weighed).options();
  CHECK(options.estimated_noise_of_weights == doctest::Approx(0.001).epsilon(0.05));
  CHECK(options.estimated_noise_of_post == doctest::Approx(0.5).epsilon(0.05));

  // One kind alone, or errors that are given: nothing to estimate.
  CHECK_FALSE(RecordingsObjective(test::recordings(0.01, true, false), {}, 1).traits().weighs_by_noise);
  std::vector<LayerRecording> given = with_noise_of_post(0.5);
  GivenNoise noise;
  noise.set("w=0.001,post=0.5");
  noise.apply(given);
  CHECK_FALSE(RecordingsObjective(given, {}, 1).traits().weighs_by_noise);
}

TEST_CASE("noise that can't be read, or is there twice, is refused") {
  GivenNoise noise;
  for (const char* wrong :
       {"", "0.1", "w", "w=", "w=0", "w=-1", "w=x", "w=1,w=2", "choice=1", "w=1,", "w=1e99", "w=nan"})
    CHECK_HAS(error_of([&] { noise.set(wrong); }), "expected the standard errors");
  noise.set("post=0.2");
  CHECK(noise.text() == "post=0.2");
  std::vector<LayerRecording> recordings = test::recordings(0.01, true, false);
  CHECK_HAS(error_of([&] { noise.apply(recordings); }), "none was recorded");
  recordings = test::recordings(0.01, true, true);
  noise.apply(recordings);
  CHECK_HAS(error_of([&] { noise.apply(recordings); }), "has standard errors post_se");
  recordings[3].post_error.clear();
  CHECK_HAS(error_of([&] { RecordingsObjective(recordings, {}, 1); }), "post_se");
}
