#include "objectives/few_shot/episode_file.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "../../files.hpp"

using namespace rule_search;
using namespace rule_search::test;
using nlohmann::json;

namespace {

const std::string golden = RULE_SEARCH_SOURCE_DIR "/tests/golden/";

// Two inputs, three hidden cells, two outputs; one sample to learn from and one to be asked.
json tiny() {
  return json::parse(R"({
    "name": "tiny", "network": {"layers": [2, 3, 2], "activation": "softplus", "beta": 10.0}, "feedback": "fixed",
    "weights": [[[1, 2], [3, 4], [5, 6]], [[1, 2, 3], [4, 5, 6]]],
    "feedback_weights": [[[6, 5], [4, 3], [2, 1]], [[6, 5, 4], [3, 2, 1]]],
    "train": {"x": [[0.5, 1]], "label": [1]}, "query": {"x": [[0, 0.25]], "label": [0]},
    "parameters": {"eta": 0.01, "decay": [1, 2]}})");
}

Recording read(const json& document) {
  const TemporaryFolder folder;
  return read_recording(folder.write("episode.json", document.dump()));
}

// The message of the tiny episode with one value, named by its JSON pointer, changed.
std::string error_with(const char* place, const json& value) {
  json document = tiny();
  document[json::json_pointer(place)] = value;
  return error_of([&] { read(document); });
}

std::string error_without(const char* object, const char* key) {
  json document = tiny();
  document[json::json_pointer(object)].erase(key);
  return error_of([&] { read(document); });
}

}  // namespace

TEST_CASE("a recorded episode is read") {
  const Recording r = read(tiny());
  CHECK(r.name == "tiny");
  CHECK(r.episode.network.layers == std::vector<int>{2, 3, 2});
  CHECK(r.episode.network.beta == 10);
  CHECK(r.episode.feedback == Feedback::fixed);
  CHECK(r.episode.weights == std::vector<std::vector<double>>{{1, 2, 3, 4, 5, 6}, {1, 2, 3, 4, 5, 6}});
  CHECK(r.episode.feedback_weights == std::vector<std::vector<double>>{{6, 5, 4, 3, 2, 1}, {6, 5, 4, 3, 2, 1}});
  CHECK(r.episode.train.size == 1);
  CHECK(r.episode.train.x == std::vector<double>{0.5, 1});
  CHECK(r.episode.train.label == std::vector<int>{1});
  CHECK(r.episode.query.x == std::vector<double>{0, 0.25});
  std::vector<std::pair<std::string, std::vector<double>>> parameters = r.parameters;
  std::sort(parameters.begin(), parameters.end());
  CHECK(parameters == std::vector<std::pair<std::string, std::vector<double>>>{{"decay", {1, 2}}, {"eta", {0.01}}});
}

TEST_CASE("every golden episode is read, its numbers as they are") {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(golden)) {
    if (entry.path().extension() != ".json") continue;
    ++count;
    const Recording r = read_recording(entry.path().string());
    std::ifstream file(entry.path());
    const json document = json::parse(file);
    CHECK(r.name == entry.path().stem().string());
    const Network& network = r.episode.network;
    CHECK(json(network.layers) == document["network"]["layers"]);
    REQUIRE(static_cast<int>(r.episode.weights.size()) == network.connections());
    for (std::size_t l = 0; l < r.episode.weights.size(); ++l) {
      std::vector<double> flat;
      for (const json& row : document["weights"][l]) {
        for (const json& x : row) flat.push_back(x.get<double>());
      }
      CHECK(r.episode.weights[l] == flat);
    }
    CHECK(r.episode.train.label == document["train"]["label"].get<std::vector<int>>());
    CHECK(r.episode.query.size == static_cast<int>(document["expect"]["query_losses"].size()));
    CHECK(r.parameters.size() == 10);
  }
  CHECK(count == 13);
}

TEST_CASE("a recording of a folder whose name is no UTF-8 is written") {
  Recording r = read(tiny());
  r.name = "M\xFCller";
  CHECK(json::parse(to_json(r))["name"] == "M\xEF\xBF\xBDller");
}

TEST_CASE("feedback weights take the shape of their kind") {
  json document = tiny();
  SUBCASE("symmetric needs none") {
    document.erase("feedback_weights");
    document["feedback"] = "symmetric";
    CHECK(read(document).episode.feedback_weights.empty());
  }
  SUBCASE("direct leads from the output to every layer") {
    document["feedback"] = "direct";
    CHECK_HAS(error_of([&] { read(document); }),
              "feedback_weights[0]: expected 2 rows of 2 numbers, found a list of 3");
    document["feedback_weights"][0] = {{1, 2}, {3, 4}};
    CHECK(read(document).episode.feedback_weights[0] == std::vector<double>{1, 2, 3, 4});
  }
  SUBCASE("sign has that of the weights") {
    document["feedback"] = "sign";
    CHECK(read(document).episode.feedback == Feedback::sign);
  }
}

TEST_CASE("files that are no recorded episode are told") {
  const TemporaryFolder folder;
  const auto error = [](const std::string& path) { return error_of([&] { read_recording(path); }); };
  CHECK_HAS(error(folder.path("none.json")), folder.path("none.json") + ": no such file");
  CHECK_HAS(error(folder.path()), "not a file");
  CHECK_HAS(error(folder.write("empty.json", "")), "not JSON");
  CHECK_HAS(error(folder.write("cut.json", "{\"name\": \"x\",\n  \"network\": {")), "parse error at line 2, column");
  CHECK_HAS(error(folder.write("nan.json", "{\"name\": NaN}")), "parse error at line 1, column");
  CHECK_HAS(error(folder.write("two.json", "{} {}")), "not JSON");
  CHECK_HAS(error(folder.write("list.json", "[1, 2]")), "expected an object with network");
  CHECK_HAS(error(folder.write("huge.json", "{\"name\": 1e999}")), "expected finite numbers");
  CHECK_HAS(error(folder.write("deep.json", std::string(100000, '['))), "nested more than 16 levels deep");
  // A file of holes takes no room on the disk.
  const std::string large = folder.write("large.json", "");
  std::filesystem::resize_file(large, (std::uintmax_t{1} << 30U) + 1);
  CHECK_HAS(error(large), "larger than 1024 MiB");
}

TEST_CASE("missing keys are named") {
  for (const char* key : {"network", "feedback", "weights", "feedback_weights", "train", "query"}) {
    CHECK_HAS(error_without("", key), std::string("episode.json: ") + key + ": expected this key, found nothing");
  }
  CHECK_HAS(error_without("/network", "layers"), "network.layers: expected this key");
  CHECK_HAS(error_without("/network", "activation"), "network.activation: expected this key");
  CHECK_HAS(error_without("/network", "beta"), "network.beta: expected this key");
  CHECK_HAS(error_without("/train", "x"), "train.x: expected this key");
  CHECK_HAS(error_without("/query", "label"), "query.label: expected this key");
}

TEST_CASE("wrong values are named by their place") {
  struct Mistake {
    const char* place;
    json value;
    const char* message;
  };
  const std::vector<Mistake> mistakes = {
      {"/name", 3, "name: expected a text, found 3"},
      {"/network", 3, "network: expected an object, found 3"},
      {"/network/layers", json::array({2}), "network.layers: expected 2 to 64 layer sizes, found a list of 1"},
      {"/network/layers/1", 0, "network.layers[1]: expected a number of neurons from 1 to 20000, found 0"},
      {"/network/layers/1", 2.5, "network.layers[1]: expected a number of neurons"},
      {"/network/layers/1", std::numeric_limits<std::uint64_t>::max(), "network.layers[1]: expected"},
      {"/network/activation", "relu", "network.activation: expected \"softplus\", found \"relu\""},
      {"/network/beta", -1, "network.beta: expected a number above 0, found -1"},
      {"/network/beta", "ten", "network.beta: expected a number, found \"ten\""},
      {"/feedback", "random",
       "feedback: expected \"fixed\", \"symmetric\", \"direct\", \"sign\" or \"dtp\", found \"random\""},
      {"/feedback", 1, "feedback: expected"},
      {"/weights", json::array(), "weights: expected a list of 2 matrices, one a connection, found a list of 0"},
      {"/weights/0", {{1, 2}}, "weights[0]: expected 3 rows of 2 numbers, found a list of 1"},
      {"/weights/1/0", {1, 2}, "weights[1][0]: expected a list of 3 numbers, found a list of 2"},
      {"/weights/1/0/2", "x", "weights[1][0][2]: expected a number, found \"x\""},
      {"/weights/1/0/2", nullptr, "weights[1][0][2]: expected a number, found null"},
      {"/feedback_weights/0/2", 1, "feedback_weights[0][2]: expected a list of 2 numbers, found 1"},
      {"/train/x", "none", "train.x: expected a list of samples, found \"none\""},
      {"/train/x/0", {1}, "train.x[0]: expected a list of 2 numbers, found a list of 1"},
      {"/train/label", {1, 0}, "train.label: expected 1 labels, one a sample, found a list of 2"},
      {"/train/label/0", 2, "train.label[0]: expected a class from 0 to 1, found 2"},
      {"/train/label/0", -1, "train.label[0]: expected a class from 0 to 1, found -1"},
      {"/train/label/0", 0.5, "train.label[0]: expected a class from 0 to 1, found 0.5"},
      {"/query", {{"x", json::array()}, {"label", json::array()}}, "query.x: expected at least one query, found none"},
      {"/parameters", {1, 2}, "parameters: expected an object of numbers by name, found a list of 2"},
      {"/parameters/eta", "x", "parameters.eta: expected a number, found \"x\""},
      {"/parameters/decay/1", true, "parameters.decay[1]: expected a number, found true"},
      {"/parameters/decay", json::array(), "parameters.decay: expected a number, found an empty list"},
  };
  for (const Mistake& m : mistakes) {
    const std::string error = error_with(m.place, m.value);
    CHECK_HAS(error, std::string("episode.json: ") + m.message);
  }
}
