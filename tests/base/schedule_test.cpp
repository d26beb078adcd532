#include "base/schedule.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/parallel.hpp"

using namespace rule_search;

namespace {

double sum(const nlohmann::json& work) {
  if (work.is_number()) return work.get<double>();
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
  const auto begin = std::chrono::steady_clock::now();
  ScheduleRecord record(4);
  std::atomic<double> sink{0};
  for_each_unit(4, [&](std::size_t k) {
    double x = 0;
    for (int i = 0; i < 200000; ++i) x += static_cast<double>(i) * static_cast<double>(k);
    sink = x;
  });
  nlohmann::json document = record.document();
  const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  double seconds = 0;
  for (const auto& stage : document["stages"]) seconds += sum(stage["work"]);
  CHECK(seconds > 0);
  // No piece is longer than the whole.
  CHECK(seconds <= wall * static_cast<double>(threads_at_once()) * 1.0001);
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
