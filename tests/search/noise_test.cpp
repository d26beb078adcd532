#include "search/noise.hpp"

#include <doctest/doctest.h>

#include "quadratic_objective.hpp"

using namespace rule_search;

namespace {

// What a likelihood says is given; the losses on held-out units say that more terms are better, and nobody is that sure.
class WithLikelihood : public test::QuadraticObjective {
 public:
  explicit WithLikelihood(test::QuadraticObjective objective) : test::QuadraticObjective(std::move(objective)) {
    how.cross_validates = true;
  }
  double by_chance = 1;
  double gain_by_chance(const Score&, const Score&, std::array<std::size_t, 2>) const override { return by_chance; }
};

constexpr double sure = 1 - 1e-12;

}  // namespace

TEST_CASE("the likelihood has to speak the louder for further terms the more ways there are to choose them") {
  const std::vector<double> truth = {0.7, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.1, 0.1, 0.1, 0.1, 0.1};
  WithLikelihood objective(test::drawn(truth, 0.3, 6, 3));
  test::Bench b(test::terms_rule(12), objective, test::options_for(6));
  const Trial one = b.fitted(b.in({0}));
  const Trial two = b.fitted(b.in({0, 1}));
  const Trial seven = b.fitted(b.in({0, 1, 2, 3, 4, 5, 6}));
  const auto told = [&](const Trial& larger, double p) {
    objective.by_chance = p;
    return worse(b.bench, one, larger, sure);
  };
  // One further term of 12: 1e-3 / 12. Six of them can be chosen in 924 ways.
  CHECK(told(two, 8e-5) == Worse::likelihood);
  CHECK(told(two, 9e-5) == Worse::no);
  CHECK(told(seven, 1.0e-6) == Worse::likelihood);
  CHECK(told(seven, 1.2e-6) == Worse::no);
  CHECK(told(seven, 0) == Worse::likelihood);
}

TEST_CASE("the likelihood tells nothing of rules of which none is part of the other") {
  WithLikelihood objective(test::drawn({0.7, 0.3, 0.3}, 0.3, 6, 3));
  objective.by_chance = 0;
  test::Bench b(test::terms_rule(3), objective, test::options_for(6));
  CHECK(worse(b.bench, b.fitted(b.in({1})), b.fitted(b.in({0, 2})), sure) == Worse::no);
  CHECK(worse(b.bench, b.fitted(b.in({1})), b.fitted(b.in({0, 1})), sure) == Worse::likelihood);
}
