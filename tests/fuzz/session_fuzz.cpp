// Text of a recorded session: what is read is written and read the same again, and a tiny one can be run.
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "base/error.hpp"
#include "base/json.hpp"
#include "fuzz.hpp"
#include "objectives/reward/kind.hpp"
#include "objectives/reward/session_file.hpp"

using namespace rule_search;

namespace {

RecordedSession read(const std::string& path) {
  return session_in(read_document(path, "a recorded session (JSON)", recorded_limits), path);
}

bool is_tiny(const RecordedSession& recorded) {
  std::size_t steps = 0;
  for (const SessionTrial& t : recorded.trials) steps += t.target.size();
  return recorded.session.network.neurons <= 12 && steps <= 200;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  RecordedSession recorded;
  try {
    recorded = read(fuzz::file_of(data, size, ".json"));
  } catch (const InputError& e) {
    fuzz::check_message(e.what());
    return 0;
  }
  const std::string text = to_json(recorded);
  std::string path;
  try {
    path = fuzz::file_of(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), ".json");
    const RecordedSession again = read(path);
    fuzz::require(to_json(again) == text, "a session that was read and written is the same again");
    fuzz::require(again.session.weights == recorded.session.weights && again.parameters == recorded.parameters,
                  "every number is kept to its last bit");
  } catch (const InputError& error) {
    fuzz::broken(std::string("a session that was written can be read: ") + error.what());
  }
  if (!is_tiny(recorded)) return 0;
  nlohmann::json document = nlohmann::json::parse(text);
  document["rule"] = {"rule fuzz", "param c = -1", "state trace: post x pre = 0 each trial",
                      "next trace = trace + c * net.^3 * pre'", "dw = (reward - expected_reward) * trace"};
  document["parameters"] = nlohmann::json::object();
  document["lasting_states"] = nlohmann::json::array();
  try {
    const Replayed out = RewardKind().replay(document, path, {"", Precision::float64});
    fuzz::require(!out.text.empty(), "a session that was carried out tells what came out");
  } catch (const std::runtime_error& e) {
    // It says where the numbers end, or what the file lacks.
    fuzz::require(std::string(e.what()).find(path) != std::string::npos, "a message names the file");
  }
  return 0;
}
