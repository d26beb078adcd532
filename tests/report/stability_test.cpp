#include "report/stability.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <tuple>

#include "../files.hpp"

using namespace rule_search;
using nlohmann::json;

namespace {

using Terms = std::vector<std::pair<std::string, json>>;
using Results = std::vector<std::pair<std::string, Result>>;

// What stability() reads of a result; `path` has the parameters of each of its rules.
Result of_search(int seed, const Terms& terms, const std::vector<std::string>& dropped,
                 const std::vector<std::vector<std::string>>& path) {
  Result r;
  r.rule = "r";
  r.candidate_rule = "rule r\n...";
  r.seed = static_cast<unsigned>(seed);
  r.data = {"d", "00ff", ""};
  r.setting = {{"feedback", "fixed"}, {"layers", {784, 30, 10}}, {"ways", 5}, {"shots", 50}};
  r.dropped = dropped;
  for (const auto& [parameter, coefficient] : terms) {
    result::Term t;
    t.parameter = parameter;
    t.coefficient.values = coefficient.is_array() ? coefficient.get<std::vector<double>>()
                                                  : std::vector<double>{coefficient.get<double>()};
    r.terms.push_back(std::move(t));
  }
  for (const std::vector<std::string>& p : path) {
    result::Step step;
    step.parameters = p;
    r.path.push_back(std::move(step));
  }
  return r;
}

Results four() {
  return {{"one.json", of_search(1, {{"a", 1.0}, {"b", 5}}, {"c"}, {{"a", "b", "c"}, {"a", "b"}, {"a"}})},
          {"two.json", of_search(2, {{"a", 2.0}, {"c", -1}}, {"b"}, {{"a", "b", "c"}, {"a", "c"}, {"a"}})},
          {"three.json", of_search(3, {{"a", 4.0}, {"b", 6}}, {"c"}, {{"a", "b"}, {"b"}})},
          {"four.json", of_search(4, {{"a", 9.0}}, {"b", "c"}, {{"a", "c"}, {"a"}})}};
}

void check_share(const Estimate& share, int count, int of) {
  const Estimate expected = wilson(count, of);
  CHECK(share.mean == expected.mean);
  CHECK(share.low == expected.low);
  CHECK(share.high == expected.high);
}

}  // namespace

TEST_CASE("each term has its share of the searches, and where its coefficient lies in those that found it") {
  const Stability s = stability(four());
  CHECK(s.rule == "r");
  CHECK(s.data_hash == "00ff");
  CHECK(s.seeds == std::vector<std::uint64_t>{1, 2, 3, 4});
  REQUIRE(s.terms.size() == 3);  // the most frequent first
  CHECK(s.terms[0].parameter == "a");
  check_share(s.terms[0].share, 4, 4);
  REQUIRE(s.terms[0].coefficient.size() == 1);
  CHECK(s.terms[0].coefficient[0].median == 3);  // of 1, 2, 4, 9
  CHECK(s.terms[0].coefficient[0].low == 1);
  CHECK(s.terms[0].coefficient[0].high == 9);
  CHECK(s.terms[1].parameter == "b");
  CHECK(s.terms[1].seeds == std::vector<std::uint64_t>{1, 3});
  check_share(s.terms[1].share, 2, 4);
  CHECK(s.terms[2].parameter == "c");
  check_share(s.terms[2].share, 1, 4);
}

TEST_CASE("rules are counted as sets of terms, those found and the best of every size on the path") {
  const Stability s = stability(four());
  REQUIRE(s.found.size() == 3);
  CHECK(s.found[0].parameters == std::vector<std::string>{"a", "b"});
  CHECK(s.found[0].seeds == std::vector<std::uint64_t>{1, 3});
  check_share(s.found[0].share, 2, 4);
  check_share(s.found[1].share, 1, 4);

  REQUIRE(s.best_of_size.size() == 3);
  for (std::size_t k = 0; k < 3; ++k) CHECK(s.best_of_size[k].first == k + 1);
  const auto& [one, two, three] =
      std::tie(s.best_of_size[0].second, s.best_of_size[1].second, s.best_of_size[2].second);
  REQUIRE(one.size() == 2);
  CHECK(one[0].parameters == std::vector<std::string>{"a"});
  check_share(one[0].share, 3, 4);
  REQUIRE(two.size() == 2);
  check_share(two[0].share, 2, 4);
  check_share(two[1].share, 2, 4);
  // Two paths have no rule of this size; the share is of all searches.
  REQUIRE(three.size() == 1);
  check_share(three[0].share, 2, 4);
}

TEST_CASE("a rule of the path stands at its number of terms, of which a threshold or a time constant is none") {
  Results results = four();
  for (auto& [path, r] : results) {
    for (result::Step& step : r.path) step.parameters.insert(step.parameters.begin(), "tau");
    for (auto step = r.path.rbegin(); step != r.path.rend(); ++step) {
      result::FrontRule row;
      row.complexity = step->parameters.size() - 1;
      r.front.push_back(std::move(row));
    }
  }
  const Stability s = stability(results);
  REQUIRE(s.best_of_size.size() == 3);
  CHECK(s.best_of_size[0].first == 1);
  CHECK(s.best_of_size[0].second[0].parameters == std::vector<std::string>{"tau", "a"});
  CHECK(s.best_of_size[2].first == 3);
}

TEST_CASE("the order in which a file lists terms does not make another set of them") {
  Results results = four();
  results.resize(2);
  results[1].second = of_search(2, {{"b", 5}, {"a", 1.0}}, {"c"}, {{"c", "b", "a"}, {"b", "a"}, {"a"}});
  const Stability s = stability(results);
  REQUIRE(s.found.size() == 1);
  check_share(s.found[0].share, 2, 2);
  for (const auto& [size, sets] : s.best_of_size) {
    CAPTURE(size);
    CHECK(sets.size() == 1);
  }
}

TEST_CASE("a coefficient of every connection has its place for each") {
  const auto with = [](int seed, const json& eta) { return of_search(seed, {{"eta", eta}}, {}, {{"eta"}}); };
  const Stability s = stability({{"1", with(1, {1, 10})}, {"2", with(2, {3, -10})}, {"3", with(3, {2, 40})}});
  REQUIRE(s.terms.size() == 1);
  REQUIRE(s.terms[0].coefficient.size() == 2);
  CHECK(s.terms[0].coefficient[0].name == "eta[1]");
  CHECK(s.terms[0].coefficient[0].median == 2);
  CHECK(s.terms[0].coefficient[1].name == "eta[2]");
  CHECK(s.terms[0].coefficient[1].median == 10);
  CHECK(s.terms[0].coefficient[1].low == -10);
  CHECK(s.terms[0].coefficient[1].high == 40);
}

TEST_CASE("a term that no search found has share 0 and no coefficient") {
  Results results = four();
  for (auto& [path, r] : results) r.dropped.push_back("never");
  const Stability s = stability(results);
  CHECK(s.terms.back().parameter == "never");
  CHECK(s.terms.back().coefficient.empty());
  check_share(s.terms.back().share, 0, 4);
}

TEST_CASE("scripts get what people read") {
  const Stability s = stability(four());
  const json document = to_json(s);
  CHECK(document.at("terms")[1].at("parameter") == "b");
  CHECK(document.at("terms")[1].at("count") == 2);
  CHECK(document.at("terms")[1].at("share") == 0.5);
  CHECK(document.at("terms")[1].at("coefficient")[0] == json({{"name", "b"}, {"median", 5.5}, {"range", {5.0, 6.0}}}));
  CHECK(document.at("best_of_size")[2].at("size") == 3);
  CHECK(document.at("found")[0].at("seeds") == json({1, 3}));
  const std::string text = to_table(s);
  CHECK_HAS(text, "4 searches of r on d, seeds 1, 2, 3, 4");
  CHECK_HAS(text, " 2 of 4   50.0 % (15.0 to 85.0)");
  CHECK_HAS(text, "a b  (seed 1, 3)");
  CHECK_HAS(text, "Best rule of 1 term on the path");
}

TEST_CASE("searches that differ in more than their seed are no repetitions of each other") {
  const auto changed = [](const std::function<void(Result&)>& change) {
    Results results = four();
    change(results[2].second);
    return test::error_of([&] { stability(results); });
  };
  CHECK_HAS(changed([](Result& r) { r.rule = "q"; }),
            "three.json: rule differs from that of one.json: expected \"r\", found \"q\"");
  CHECK_HAS(changed([](Result& r) {
              r.dropped = {"c", "d"};
            }),
            "candidate_rule differs from that of one.json: expected a, b, c, found a, b, c, d");
  CHECK_HAS(changed([](Result& r) { r.candidate_rule += "\n"; }), "candidate_rule differs");
  CHECK_HAS(changed([](Result& r) { r.objective.name = "own"; }), "objective differs");
  CHECK_HAS(changed([](Result& r) { r.data.hash = "11"; }),
            "data.hash differs from that of one.json: expected \"00ff\", found \"11\"");
  CHECK_HAS(changed([](Result& r) {
              r.setting["layers"] = {784, 10};
            }),
            "setting.layers differs from that of one.json: expected [784,30,10], found [784,10]");
  CHECK_HAS(changed([](Result& r) { r.setting["select"] = 2; }),
            "setting.select differs from that of one.json: expected null, found 2");
  CHECK_HAS(changed([](Result& r) { r.seed = 2; }), "three.json: seed 2, which two.json has as well");
  // Another seed draws other data.
  Results drawn = four();
  for (auto& [path, r] : drawn) {
    r.data.drawn = true;
    r.data.hash = path;
  }
  CHECK(test::error_of([&] { stability(drawn); }).empty());
  // The same images under another name.
  CHECK(changed([](Result& r) { r.data.name = "elsewhere"; }).empty());
}

TEST_CASE("one result shows nothing of stability, and a broken one is told by its key") {
  CHECK_HAS(test::error_of([] { stability({four()[0]}); }), "one.json alone is given: expected at least two results");
  CHECK_HAS(
      test::error_of([] {
        Results results = four();
        results[1].second.terms[1].parameter = "a";
        stability(results);
      }),
      "two.json: not the result of a search: terms[1].parameter: expected each parameter once, found \"a\" again");
  CHECK_HAS(test::error_of([] {
              Results results = four();
              results[0].second.terms[0].parameter.clear();
              stability(results);
            }),
            "one.json: not the result of a search: terms[0].parameter: expected this key, found nothing");
}
