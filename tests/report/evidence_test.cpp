#include "report/evidence.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace rule_search;
using nlohmann::json;

namespace {

json example() {
  return json::parse(R"({
    "held_out": {"accuracy": 0.25, "accuracy_interval": [0.15, 0.35], "loss": 1.7, "loss_interval": [1.5, 1.9], "episodes": 40},
    "found_anything": false, "chance": {"accuracy": 0.2, "loss": 1.609},
    "terms": [
      {"parameter": "eta", "coefficient": 1, "interval": [0.5, 1.5], "bootstrap_interval": [0, 2], "intervals_agree": false,
       "at_bound": true},
      {"parameter": "oja", "coefficient": [1, 2], "interval": [[0, 1], [2, 3]], "bootstrap_interval": [[0, 1], [2, 9]],
       "intervals_agree": [true, false]}],
    "indistinguishable": {"pairs": [
      {"parameter": "eta", "other": "c7", "other_term": "w", "other_found": false, "correlation": -0.98}]},
    "setting": {}})");
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("doubts name the coefficients at a bound or with intervals that differ, and the pairs of terms") {
  const Evidence e = evidence_of(example());
  REQUIRE(e.doubts.size() == 4);
  CHECK(e.doubts[0] == "eta ended at one of its bounds: the best may lie beyond, where its interval says nothing.");
  CHECK(e.doubts[1] == "The intervals of eta differ: 0.5 to 1.5 by the sandwich formula, 0 to 2 by the bootstrap.");
  CHECK(e.doubts[2] == "The intervals of oja[2] differ: 1 to 3 by the sandwich formula, 1 to 9 by the bootstrap.");
  CHECK(e.doubts[3] == "eta can't be told from c7 (w) on these episodes: the correlation of their effects is -0.980.");
}

TEST_CASE("chance is told in words, and what permuted labels make of it") {
  json r = example();
  CHECK(holds(evidence_of(r).chance, "No rule was found that is better than chance"));
  CHECK(holds(evidence_of(r).chance, "25.0 % (15.0 to 35.0) where chance has 20.0 %"));
  CHECK_FALSE(holds(evidence_of(r).chance, "ermuted"));
  r["setting"]["permute_labels"] = true;
  CHECK(holds(evidence_of(r).chance, "as it should be"));
  r["found_anything"] = true;
  CHECK(holds(evidence_of(r).chance, "false discovery"));
  // A result of an earlier version says nothing of chance.
  r.erase("found_anything");
  CHECK(evidence_of(r).chance.empty());
}
