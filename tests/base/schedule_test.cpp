#include "base/schedule.hpp"

#include <doctest/doctest.h>
#include <tbb/global_control.h>

#include <atomic>
#include <chrono>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/parallel.hpp"

using namespace rule_search;

namespace {

double sum(const nlohmann::json& work) {
  if (work.is_number()) return work.get<double>();
  if (work.is_object()) return sum(work["parts"]);
  double out = 0;
  for (const auto& item : work) out += sum(item);
  return out;
}

}  // namespace

TEST_CASE("a record of a schedule has every unit of every loop in its place") {
  ScheduleRecord record(1024);
  CHECK(workers_at_once() == 1024);
  record.stage("first");
  std::atomic<int> carried_out{0};
  for_each_unit(3, [&](std::size_t k) {
    if (k == 1) for_each_unit(5, [&](std::size_t) { ++carried_out; });
    ++carried_out;
  });
  record.stage("first");  // is on
  for_each_unit(2, [&](std::size_t) { ++carried_out; });
  record.stage("second");
  const nlohmann::json document = record.document();
  CHECK(carried_out == 10);
  CHECK(document["workers"] == 1024);
  REQUIRE(document["stages"].size() == 3);
  CHECK(document["stages"][0]["stage"] == "begin");
  CHECK(document["stages"][0]["work"].is_number());
  // Seconds, three units, seconds, two units, seconds.
  const nlohmann::json& first = document["stages"][1]["work"];
  REQUIRE(first.size() == 5);
  REQUIRE(first[1].size() == 3);
  CHECK(first[1][0].is_number());
  REQUIRE(first[1][1].size() == 3);
  CHECK(first[1][1][1].size() == 5);
  CHECK(first[1][2].is_number());
  CHECK(first[3].size() == 2);
  CHECK(document["stages"][2]["stage"] == "second");
}

TEST_CASE("the pieces of a record on one thread are the time that it took") {
  const tbb::global_control one(tbb::global_control::max_allowed_parallelism, 1);
  const auto busy = [] {
    const auto begin = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() - begin < std::chrono::milliseconds(5)) {
    }
  };
  const auto begin = std::chrono::steady_clock::now();
  ScheduleRecord record(4);
  busy();
  for_each_unit(3, [&](std::size_t k) {
    busy();
    if (k < 2) for_each_unit(2, [&](std::size_t) { busy(); });
  });
  CHECK_THROWS_AS(for_each_unit(2,
                                [&](std::size_t k) {
                                  busy();
                                  if (k == 1) throw std::runtime_error("no");
                                }),
                  std::runtime_error);
  busy();
  nlohmann::json document = record.document();
  const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  double seconds = 0;
  for (const auto& stage : document["stages"]) seconds += sum(stage["work"]);
  CHECK(seconds <= wall);
  CHECK(seconds >= 11 * 0.005);
}

TEST_CASE("parts of the work on units say so") {
  ScheduleRecord record(4);
  for_each_unit(
      2, [](std::size_t) { for_each_unit(3, [](std::size_t) {}); }, Grouping::parts_of_units);
  record.step();
  const nlohmann::json stage = record.document()["stages"][0];
  CHECK(stage["steps"] == 1);
  REQUIRE(stage["work"].size() == 3);
  REQUIRE(stage["work"][1]["parts"].size() == 2);
  CHECK(stage["work"][1]["parts"][0][1].size() == 3);
}

TEST_CASE("what a unit throws leaves the record whole, and nothing is recorded when it is over") {
  {
    ScheduleRecord record(2);
    CHECK_THROWS_AS(for_each_unit(2, [](std::size_t) { throw std::runtime_error("no"); }), std::runtime_error);
    for_each_unit(1, [](std::size_t) {});
    CHECK_NOTHROW(record.document());
  }
  CHECK(ScheduleRecord::current() == nullptr);
  CHECK(workers_at_once() == threads_at_once());
}
