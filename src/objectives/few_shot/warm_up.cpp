#include "objectives/few_shot/warm_up.hpp"

#include "evaluate/subnormals.hpp"
#include "network/engine.hpp"
#include "objectives/few_shot/decoy.hpp"

namespace rule_search {

void warm_up(Episode& episode, const std::vector<double>& inputs) {
  const SubnormalsAreZero quick;
  Engine<double> engine(plan::Plan{}, episode.network, episode.feedback, {}, FirstLayer::weights);
  Start<double> start{episode.weights, episode.feedback_weights, {}, warm_up_noise(episode)};
  start.weights_asked = start.input_error_asked = true;
  engine.start(start, {});
  const auto size = static_cast<std::size_t>(episode.network.layers[0]);
  for (int t = 0; static_cast<std::size_t>(t) * size < inputs.size(); ++t) {
    engine.set_input(t, inputs.data() + static_cast<std::size_t>(t) * size);
    if (!engine.forward(false)) return;
    engine.learn_feedback(t);
  }
  episode.feedback_weights = engine.feedback_weights();
}

}  // namespace rule_search
