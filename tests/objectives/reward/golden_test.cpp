#include "tests/objectives/golden.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "objectives/reward/kind.hpp"

using namespace rule_search;
using nlohmann::json;

TEST_CASE("golden sessions: errors, rewards, averages, outputs, weights and all derivatives") {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(RULE_SEARCH_SOURCE_DIR "/tests/golden/reward")) {
    if (entry.path().extension() != ".json") continue;
    CAPTURE(entry.path().filename().string());
    ++files;
    const std::string path = entry.path().string();
    const json document = read_document(path, "a session", recorded_limits);
    const RewardKind kind;
    REQUIRE(kind.has_recorded(document));
    const json out = json::parse(kind.replay(document, path, {}).document);
    const json& expect = document.at("expect");
    CHECK(out.at("parameter_order") == expect.at("parameter_order"));
    for (const char* key : {"errors", "rewards", "expected_rewards", "outputs", "final_weights", "jacobian",
                            "expected_rewards_jacobian", "final_weights_jacobian"}) {
      CAPTURE(key);
      CHECK(test::off(out.at(key), expect.at(key)) == 0);
    }
  }
  CHECK(files == 3);
}
