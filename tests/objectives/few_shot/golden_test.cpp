#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>

#include "objectives/few_shot/episode_file.hpp"
#include "objectives/few_shot/learner.hpp"

using namespace rule_search;

namespace {

bool near(double found, double expected) { return std::abs(found - expected) <= 1e-12 + 1e-9 * std::abs(expected); }

// How many numbers of matrices, row by row, are not as expected.
int off(const std::vector<std::vector<double>>& found, const nlohmann::json& expected) {
  int wrong = found.size() != expected.size();
  for (std::size_t l = 0; l < found.size(); ++l) {
    const std::size_t columns = expected[l][0].size();
    for (std::size_t k = 0; k < found[l].size(); ++k)
      wrong += !near(found[l][k], expected[l][k / columns][k % columns]);
  }
  return wrong;
}

}  // namespace

TEST_CASE("golden episodes: losses, Jacobian, gradient, final weights and angles") {
  const Rule rule = read_rule(RULE_SEARCH_SOURCE_DIR "/rules/pool_2023.rule");
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(RULE_SEARCH_SOURCE_DIR "/tests/golden")) {
    const std::string folder = entry.path().parent_path().filename();
    const bool of_few_shot = folder != "reward" && folder != "decoding";
    if (entry.path().extension() != ".json" || !of_few_shot) continue;
    CAPTURE(entry.path().filename().string());
    ++files;
    const Recording recording = read_recording(entry.path().string());
    std::ifstream file(entry.path());
    const nlohmann::json expect = nlohmann::json::parse(file).at("expect");
    std::vector<double> theta(10, 0.0);
    for (const auto& [name, values] : recording.parameters)
      theta[static_cast<std::size_t>(rule.parameter_index(name))] = values[0];
    std::vector<int> all(10);
    std::iota(all.begin(), all.end(), 0);
    Learner<double> learner(plan::lower(rule), recording.episode.network, recording.episode.feedback, all);
    const Outcome out = learner.run(recording.episode, theta, {true, true});
    REQUIRE_FALSE(out.diverged);
    CHECK(near(out.loss, expect["query_loss"]));
    CHECK(out.accuracy == doctest::Approx(expect["accuracy"].get<double>()));
    std::vector<double> gradient(10, 0.0);
    int wrong = 0;
    for (std::size_t q = 0; q < out.query_losses.size(); ++q) {
      wrong += !near(out.query_losses[q], expect["query_losses"][q]);
      for (std::size_t r = 0; r < 10; ++r) {
        wrong += !near(out.jacobian[10 * q + r], expect["jacobian"][q][r]);
        gradient[r] += out.jacobian[10 * q + r] / static_cast<double>(out.query_losses.size());
      }
    }
    for (std::size_t r = 0; r < 10; ++r) wrong += !near(gradient[r], expect["gradient"]["theta" + std::to_string(r)]);
    wrong += off(out.weights, expect["final_weights"]);
    REQUIRE(expect.contains("final_feedback_weights") == !out.feedback_weights.empty());
    if (!out.feedback_weights.empty()) wrong += off(out.feedback_weights, expect["final_feedback_weights"]);
    CHECK(wrong == 0);
    REQUIRE(out.alignment.size() == expect["alignment_degrees"].size());
    for (std::size_t l = 0; l < out.alignment.size(); ++l) {
      // Near 0 the inverse cosine of a double is only good to some 1e-6 degrees.
      CHECK(std::abs(out.alignment[l] - expect["alignment_degrees"][l].get<double>()) <
            (expect["alignment_degrees"][l].get<double>() < 1e-5 ? 2e-6 : 1e-9));
    }
  }
  CHECK(files >= 19);
}
