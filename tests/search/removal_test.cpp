#include "search/removal.hpp"

#include <doctest/doctest.h>

#include "quadratic_objective.hpp"

using namespace rule_search;

namespace {

test::QuadraticObjective correlated(std::uint32_t seed) {
  test::QuadraticObjective objective = test::drawn({0.7, -0.4, 0.5, 0.3}, 0.3, 6, seed);
  Eigen::MatrixXd mixing = Eigen::MatrixXd::Identity(4, 4);
  mixing(0, 1) = 0.9;
  mixing(2, 1) = -0.5;
  mixing(3, 0) = 0.8;
  test::mix(objective, mixing);
  return objective;
}

std::vector<bool> all_but(std::size_t r) {
  std::vector<bool> out(4, true);
  out[r] = false;
  return out;
}

}  // namespace

TEST_CASE("what a term is worth is judged with the others in the places that they take without it") {
  for (std::uint32_t seed = 1; seed <= 5; ++seed) {
    const test::QuadraticObjective objective = correlated(seed);
    test::Bench b(test::terms_rule(4), objective, test::options_for(6));
    const Trial whole = b.fitted(std::vector<bool>(4, true));
    const QuadraticModel model = b.bench.model_among_all(whole);
    for (std::size_t r = 0; r < 4; ++r) {
      CAPTURE(seed);
      CAPTURE(r);
      const Trial rest = rest_without(b.bench, whole, model, r);
      CHECK(rest.in == all_but(r));
      CHECK(rest.theta[r] == 0);
      CHECK(rest.loss == doctest::Approx(objective.least(all_but(r), 6)).epsilon(1e-4));
      CHECK(rest.loss == doctest::Approx(objective.loss(Part::search, 6, rest.theta)));
    }
  }
}

TEST_CASE("the rest begins no worse than it stands, even where the model misleads or is not known") {
  const test::QuadraticObjective objective = correlated(1);
  test::Bench b(test::terms_rule(4), objective, test::options_for(6));
  const Trial whole = b.fitted(std::vector<bool>(4, true));
  QuadraticModel misled = b.bench.model_among_all(whole);
  // As though every term were made up for by the others, in the wrong direction.
  for (std::size_t a = 0; a < 4; ++a) {
    for (std::size_t c = 0; c < 4; ++c) misled.curvature[4 * a + c] *= a == c ? 1 : -1;
  }
  const QuadraticModel unknown;
  for (std::size_t r = 0; r < 4; ++r) {
    CAPTURE(r);
    std::vector<double> stands = whole.theta;
    stands[r] = 0;
    const double as_it_stands = objective.loss(Part::search, 6, stands);
    CHECK(rest_without(b.bench, whole, misled, r).loss <= as_it_stands * (1 + 1e-12));
    const Trial rest = rest_without(b.bench, whole, unknown, r);
    CHECK(rest.theta == stands);
    CHECK(rest.loss == doctest::Approx(as_it_stands));
  }
}

TEST_CASE("a better rule of some of the rest's terms that is known already is where the rest begins") {
  const test::QuadraticObjective objective = correlated(1);
  test::Bench b(test::terms_rule(4), objective, test::options_for(6));
  // Far from anything good, as where nothing can be learnt.
  Trial whole{std::vector<bool>(4, true), {5, 5, 5, 5}};
  const Trial part = b.fitted(b.in({1, 3}));
  const Trial other = b.fitted(b.in({0, 1, 2, 3}));  // has the term that goes
  REQUIRE(other.loss < part.loss);
  const Trial rest = rest_without(b.bench, whole, {}, 0);
  CHECK(rest.in == all_but(0));
  CHECK(rest.theta == part.theta);
  CHECK(rest.loss == part.loss);
}

TEST_CASE("where the rest diverges as it stands, a start that does not is taken; else its loss is infinite") {
  test::QuadraticObjective objective = correlated(1);
  const std::vector<double> whole_at = objective.optimum(std::vector<bool>(4, true), 6);
  const std::vector<double> rest_at = objective.optimum(all_but(1), 6);
  std::vector<double> stands = whole_at;
  stands[1] = 0;
  const Eigen::Map<const Eigen::VectorXd> bad(stands.data(), 4);
  objective.blows_up = [&](std::size_t unit, const Eigen::VectorXd& theta) {
    return unit == 2 && (theta - bad).norm() < 1e-3;
  };
  REQUIRE(test::apart(rest_at, stands) > 0.1);
  test::Bench b(test::terms_rule(4), objective, test::options_for(6));
  const Trial whole = b.fitted(std::vector<bool>(4, true));
  CHECK(rest_without(b.bench, whole, b.bench.model_among_all(whole), 1).loss ==
        doctest::Approx(objective.least(all_but(1), 6)).epsilon(1e-4));

  objective.blows_up = [](std::size_t, const Eigen::VectorXd& theta) { return theta(1) == 0; };
  test::Bench never(test::terms_rule(4), objective, test::options_for(6));
  CHECK(std::isinf(rest_without(never.bench, whole, {}, 1).loss));
}
