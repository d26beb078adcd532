#include "report/result.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/error.hpp"

using namespace rule_search;
using nlohmann::json;

namespace {

Result example() {
  Result r;
  r.rule = "pool";
  r.rule_text = "rule pool_found\nparam eta = 0.5\ndw = eta * w\n";
  r.held_out.loss = 0.25;
  r.held_out.loss_interval = {0.2, 0.3};
  r.held_out.measure = 0.5;
  r.held_out.units = 12;
  result::Term t;
  t.parameter = "eta";
  t.coefficient.values = {0.5};
  t.interval = {OneOrMany<double>{{0.4}}, OneOrMany<double>{{0.6}}};
  r.terms.push_back(t);
  t.parameter = "layers";
  t.coefficient.values = {0.5, 2};
  t.interval = {OneOrMany<double>{{0.4, std::nan("")}}, OneOrMany<double>{{0.6, 3}}};
  r.terms.push_back(t);
  r.objective.name = "own";
  r.objective.details["anything"] = {1, 2, 3};
  r.words.measure_key = "variance_explained";
  r.baselines["other"].details["eta"] = 0.125;
  r.seed = 18446744073709551615U;
  return r;
}

std::string refused(const json& document) {
  try {
    result_of(document, "r.json");
  } catch (const InputError& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a result that is written and read again is the same document") {
  const json document = to_json(example());
  CHECK(to_json(result_of(document, "r.json")) == document);
  CHECK_FALSE(document.contains("shape_parameters"));
  CHECK(document["terms"][0]["coefficient"] == 0.5);
  CHECK(document["terms"][1]["coefficient"] == json::parse("[0.5, 2.0]"));
  CHECK(document["terms"][1]["interval"][0][1].is_null());
  CHECK(document["baselines"]["other"]["eta"] == 0.125);
  CHECK(document["objective"]["anything"].size() == 3);
  // The measure goes by its own name as well.
  CHECK(document["held_out"]["variance_explained"] == 0.5);
  CHECK(document["held_out"]["units"] == 12);
}

TEST_CASE("what is wrong in a result is named with its place, what was expected and what was found") {
  json document = to_json(example());
  document["terms"][1]["interval"][0] = 3;
  CHECK(refused(document).find("terms[1].interval[0]: expected a list of 2 numbers, found") != std::string::npos);
  document = to_json(example());
  document.erase("held_out");
  CHECK(refused(document).find("held_out: expected this key, found nothing") != std::string::npos);
  document = to_json(example());
  document["terms"][0]["locality"] = "far";
  CHECK(refused(document).find("terms[0].locality: expected \"local\", \"cell\" or \"layer\", found") !=
        std::string::npos);
  document = to_json(example());
  document["seed"] = -1;
  CHECK(refused(document).find("seed: expected a whole number from 0, found -1") != std::string::npos);
}

TEST_CASE("a shape parameter stands in a list of its own, its interval null where it is not determined") {
  Result r = example();
  result::ShapeParameter s;
  s.parameter = "theta";
  s.value.values = {0.3};
  s.interval = {OneOrMany<double>{{std::nan("")}}, OneOrMany<double>{{std::nan("")}}};
  s.has_slope.values = s.determined.values = {false};
  r.shape_parameters = {s};
  json document = to_json(r);
  CHECK(document["shape_parameters"][0]["value"] == 0.3);
  CHECK(document["shape_parameters"][0]["interval"] == json::parse("[null, null]"));
  CHECK(document["shape_parameters"][0]["has_slope"] == false);
  CHECK(to_json(result_of(document, "r.json")) == document);
  document["shape_parameters"][0]["has_slope"] = {true, false};
  CHECK(
      refused(document).find("shape_parameters[0].has_slope: expected true or false, one a value, found a list of 2") !=
      std::string::npos);
}

TEST_CASE("docs/result.schema.json is the schema of the fields as they are") {
  std::ifstream file(std::string(RULE_SEARCH_SOURCE_DIR) + "/docs/result.schema.json");
  std::stringstream text;
  text << file.rdbuf();
  // Otherwise: rule-search export --schema > docs/result.schema.json
  CHECK(text.str() == result_schema().dump(2) + "\n");
}
