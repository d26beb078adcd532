#include "base/parallel.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <stdexcept>

using namespace rule_search;

TEST_CASE("results come in the order of the units, so that a search has the same bits on any number of threads") {
  for (const Grouping grouping : {Grouping::automatic, Grouping::one_by_one}) {
    const std::vector<std::size_t> squares = run_units(
        1000, [](std::size_t k) { return k * k; }, grouping);
    REQUIRE(squares.size() == 1000);
    for (std::size_t k = 0; k < squares.size(); ++k) CHECK(squares[k] == k * k);
    CHECK(run_units(
              0, [](std::size_t k) { return k; }, grouping)
              .empty());
  }
}

TEST_CASE("what a unit throws ends the loop and reaches the caller, so that a run can be stopped") {
  std::atomic<int> ran = 0;
  CHECK_THROWS_WITH_AS(for_each_unit(1000000,
                                     [&](std::size_t) {
                                       if (++ran == 10) throw std::runtime_error("stopped");
                                     }),
                       "stopped", std::runtime_error);
  CHECK(ran < 1000000);
}
