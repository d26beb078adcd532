// Text of a recorded episode: what is read is written and read the same again, and a tiny one can be run.
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "fuzz.hpp"
#include "objectives/few_shot/decoy.hpp"
#include "objectives/few_shot/episode_file.hpp"
#include "objectives/few_shot/learner.hpp"

using namespace rule_search;

namespace {

// Of all weights: a graph of few neurons may have many connections, each with a plan of its own.
std::size_t numbers(const Network& network) {
  std::size_t n = 0;
  for (const MatrixShape& m : feedback_shapes(Feedback::fixed, network))
    n += static_cast<std::size_t>(m.rows) * static_cast<std::size_t>(m.cols);
  return n;
}

std::vector<std::vector<std::vector<double>>> noise_of_all(const Episode& e) {
  const FeedbackNoise noise = noise_of(e);
  std::vector<std::vector<std::vector<double>>> all(static_cast<std::size_t>(e.train.size));
  for (int t = 0; t < e.train.size; ++t) {
    for (int c = 0; c < e.network.connections(); ++c) all[static_cast<std::size_t>(t)].push_back(noise(t, c));
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Recording recording;
  try {
    recording = read_recording(fuzz::file_of(data, size, ".json"));
  } catch (const InputError& e) {
    fuzz::check_message(e.what());
    return 0;
  }
  const Episode& e = recording.episode;
  const std::string text = to_json(recording);
  try {
    const Recording again =
        read_recording(fuzz::file_of(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), ".json"));
    fuzz::require(to_json(again) == text, "an episode that was read and written is the same again");
    const bool kept = again.episode.weights == e.weights && again.episode.feedback_weights == e.feedback_weights &&
                      again.episode.train.x == e.train.x && again.parameters == recording.parameters;
    fuzz::require(kept, "every number is kept to its last bit");
    fuzz::require(again.episode.network.skips == e.network.skips, "skips are kept, in their order");
    fuzz::require(e.feedback != Feedback::dtp || again.episode.noise == noise_of_all(e),
                  "disturbances are kept, and those that follow from the episode written");
  } catch (const InputError& error) {
    fuzz::broken(std::string("an episode that was written can be read: ") + error.what());
  }
  if (numbers(e.network) > 400 || e.network.connections() > 40 || e.train.size > 40 || e.query.size > 40) return 0;
  static const Rule rule = check_rule({"fuzz", "param eta = 0.01\ndw = -eta * err_post * pre'"});
  Learner<double> learner(plan::lower(rule), e.network, e.feedback, {0});
  const Outcome out = learner.run(e, {0.01}, {true, true, true});
  fuzz::require(out.diverged || out.query_losses.size() == static_cast<std::size_t>(e.query.size),
                "an episode that ends well has a loss for every query");
  return 0;
}
