// Text of a recorded session of a spiking network: what is read is written and read the same again, and a tiny one can be run.
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "base/error.hpp"
#include "base/json.hpp"
#include "fuzz.hpp"
#include "objectives/decoding/kind.hpp"
#include "objectives/decoding/session_file.hpp"

using namespace rule_search;

namespace {

RecordedDecoding read(const std::string& path) {
  return decoding_session_in(read_document(path, "a recorded session (JSON)", recorded_limits), path);
}

bool is_tiny(const DecodingSession& s) {
  int neurons = 0;
  for (const int n : s.network.layers) neurons += n;
  return neurons <= 40 && s.stream.steps() <= 100;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  RecordedDecoding recorded;
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
    const RecordedDecoding again = read(path);
    fuzz::require(to_json(again) == text, "a session that was read and written is the same again");
    fuzz::require(again.session.weights == recorded.session.weights, "every number is kept to its last bit");
  } catch (const InputError& error) {
    fuzz::broken(std::string("a session that was written can be read: ") + error.what());
  }
  if (!is_tiny(recorded.session)) return 0;
  nlohmann::json document = nlohmann::json::parse(text);
  document["rule"] = {"rule fuzz", "param c = 0.01", "dw = -c * (err_post .* gate) * pre'"};
  document["parameters"] = nlohmann::json::object();
  try {
    const Replayed out = DecodingKind().replay(document, path, {"", Precision::float64});
    fuzz::require(!out.text.empty(), "a session that was carried out tells what came out");
  } catch (const std::runtime_error& e) {
    // It says where the numbers end, or what the file lacks.
    fuzz::require(std::string(e.what()).find(path) != std::string::npos, "a message names the file");
  }
  return 0;
}
