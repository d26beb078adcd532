#include "tests/objectives/golden.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "objectives/decoding/generator.hpp"
#include "objectives/decoding/kind.hpp"
#include "objectives/decoding/two_trace.hpp"
#include "plan/plan.hpp"

using namespace rule_search;
using nlohmann::json;

namespace {

const std::string folder = RULE_SEARCH_SOURCE_DIR "/tests/golden/decoding";

}  // namespace

TEST_CASE("golden sessions of spiking decoders: losses, spikes, membranes, weights, states and both derivatives") {
  int files = 0;
  for (const char* file : {"two_trace_fixed.json", "two_trace_symmetric.json"}) {
    CAPTURE(file);
    ++files;
    const std::string path = folder + "/" + file;
    const json document = read_document(path, "a session", recorded_limits);
    const DecodingKind kind;
    REQUIRE(kind.has_recorded(document));
    const json out = json::parse(kind.replay(document, path, {}).document);
    const json& expect = document.at("expect");
    for (const char* key : {"losses", "loss", "spikes", "membrane", "output", "final_weights"}) {
      CAPTURE(key);
      CHECK(test::off(out.at(key), expect.at(key), 1e-12) == 0);
    }
    for (const char* key : {"jacobian", "jacobian_frozen_spikes", "gradient"}) {
      CAPTURE(key);
      CHECK(test::off(out.at(key), expect.at(key), 1e-9) == 0);
    }
    const json& states = out.at("final_states");
    const json& expected = expect.at("final_states");
    for (const char* key : {"fast", "slow", "momentum"}) CHECK(test::off(states.at(key), expected.at(key), 1e-12) == 0);
    CHECK(test::off(states.at("square_pre"), expected.at("mean_square_pre"), 1e-12) == 0);
    // The file has errors by layer; both connections to the first one know the same.
    const json& by_layer = expected.at("mean_square_error");
    const json by_connection = {by_layer[0], by_layer[0], by_layer[1], by_layer[2]};
    CHECK(test::off(states.at("square_err"), by_connection, 1e-12) == 0);
  }
  CHECK(files == 2);
}

TEST_CASE("w * pre is what a connection brings its neurons, also where two lead to a layer") {
  const std::string path = folder + "/two_trace_symmetric.json";
  json document = read_document(path, "a session", recorded_limits);
  // All activities are 0 or 1, so that their squares are the same.
  for (json& row : document["x"]) {
    for (json& count : row) count = std::min(count.get<int>(), 1);
  }
  document["parameters"] = {{"a", 0.01}};
  const auto weights = [&](const char* rule) {
    document["rule"] = rule;
    return json::parse(DecodingKind().replay(document, path, {}).document).at("final_weights");
  };
  const json one = weights("param a = 0.01\ndw = a * (w * pre) * pre'\n");
  CHECK(one[1] != document["weights"][1]);
  CHECK(test::off(one, weights("param a = 0.01\ndw = a * (w * pre.^2) * pre'\n"), 1e-12) == 0);
}

TEST_CASE("sessions without a rule are of the one in rules/spiking") {
  Rule of_file = read_rule(RULE_SEARCH_SOURCE_DIR "/rules/spiking/two_trace.rule");
  Rule of_text = check_rule({"text", two_trace_text({})});
  const auto plan = [](const Rule& rule) { return plan::describe(plan::lower(rule)); };
  CHECK(plan(of_file) == plan(of_text));
}

TEST_CASE("the generator draws what other software draws from the same streams") {
  const json document = read_document(folder + "/session.json", "sessions", recorded_limits);
  const json& c = document.at("config");
  const Tuning tuning = {"of the file", c["rate"],  c["depth"],   c["speed"],      c["bend"],
                         c["posture"],  c["noise"], c["latents"], c["tau_latent"], c["lag"]};
  for (const json& one : document.at("cases")) {
    Generator g;
    g.tuning = &tuning;
    g.dt = document["dt"];
    g.units = one["units"];
    g.change = change_named(one["change"]);
    g.share = one["share"];
    g.at = one["at"];
    const DecodingStream s = generated(g, one["seed"], one["steps"]);
    std::size_t at = 0;
    for (const json& row : one["x"]) {
      for (const json& count : row) REQUIRE(s.counts[at++] == count.get<double>());
    }
    at = 0;
    for (const json& row : one["velocity"]) {
      for (const json& v : row) CHECK(s.target[at++] == doctest::Approx(v.get<double>()).epsilon(1e-12));
    }
  }
}
