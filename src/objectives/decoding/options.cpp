#include "objectives/decoding/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/random.hpp"
#include "objectives/file_option.hpp"

namespace rule_search {

namespace {

// Streams of random numbers.
constexpr std::uint64_t sessions_of_search = 350;  // one a part
enum : std::uint64_t { of_weights = 104, of_feedback = 105 };

// Standard deviation of initial weights times the root of the presynaptic neurons; of the bias its value.
struct InitialSize {
  double weights, bias;
};
InitialSize initial_size(const Projection& c, int layers) {
  if (c.from == c.to) return {0.3, 0};
  if (c.from == 0) return {1, 0.1};
  if (c.to + 1 == layers) return {1, 0};
  return {1.5, 0.1};
}

std::vector<double> drawn_matrix(Random& random, int rows, int cols, double deviation, bool with_bias, double bias) {
  std::vector<double> out;
  for (int i = 0; i < rows; ++i) {
    for (int j = 0; j < cols; ++j) out.push_back(deviation * normal(random));
    if (with_bias) out.push_back(bias);
  }
  return out;
}

int steps_of(double seconds, double bin) { return static_cast<int>(std::lround(seconds / bin)); }

bool is_probed(const DecodingOptions& o, int step) {
  const int period = steps_of(probe_every, o.bin);
  return step % std::max(1, period) >= period - steps_of(probe_seconds, o.bin);
}

}  // namespace

void DecodingOptions::check() const {
  if (!files.empty() && change != "none")
    throw InputError(fmt::format(
        "‹change› {}: cannot be used with ‹recording›: nothing is made to change in recordings\n  hint: leave "
        "out one of them",
        change));
  if (files.empty()) {
    for (const auto& [name, given] : {std::pair{"lag", lag != 0},
                                      {"smooth", smooth != 0},
                                      {"least-rate", least_rate != 0},
                                      {"behaviour", !behaviour.empty()}}) {
      if (given)
        throw InputError(fmt::format("‹{}›: is of recordings, and there is none\n  hint: ‹recording› FILE", name));
    }
  }
  for (const auto& [name, tau] : {std::pair{"tau-membrane", tau_membrane}, {"tau-output", tau_output}}) {
    if (tau < bin)
      throw InputError(
          fmt::format("‹{}› {:g}: shorter than a bin of {:g} s, expected at least as long\n  hint: a shorter "
                      "‹bin›, or ‹{}› {:g}",
                      name, tau, bin, name, 2 * bin));
  }
  if (hidden.empty()) throw InputError("‹hidden› none: a spiking decoder needs a hidden layer\n  hint: ‹hidden› 64,32");
  if (frozen_after_change && change == "none")
    throw InputError("‹frozen-after-change›: nothing changes\n  hint: ‹change› remap, or leave it out");
  // Sessions to fit on are the shortest.
  const std::vector<char> learn = learn_mask(*this, Part::search);
  const auto learning = static_cast<int>(std::count(learn.begin(), learn.end(), 1));
  constexpr int least = 20;
  if (learning < least)
    throw InputError(
        fmt::format("‹learn-time› {:g}: the sessions to fit on would have {} steps with learning, expected at "
                    "least {}\n  hint: ‹learn-time› 120",
                    learn_time, learning, least));
  if (!scored_steps(*this, learn).empty()) return;
  if (change == "none")
    throw InputError(
        fmt::format("‹frozen-time› {:g}: no step of the sessions to fit on would be scored\n  hint: "
                    "‹frozen-time› 60",
                    frozen_time));
  throw InputError(fmt::format(
      "‹learn-time› {:g}: no step of the sessions to fit on would be scored, since the network is tested in the "
      "last {:g} of every {:g} s of the last quarter\n  hint: ‹learn-time› 240",
      learn_time, probe_seconds, probe_every));
}

void DecodingOptions::read_recordings() {
  std::vector<NeuralRecording> recordings;
  for (const std::string& file : files)
    recordings.push_back(read_neural_recording(near_name(file), {bin, lag, behaviour}));
  if (recordings.empty()) return;
  const int silent = keep_units(recordings, least_rate, bin);
  for (NeuralRecording& r : recordings) smooth_counts(r, smooth, bin);
  const int learn = learn_steps(Part::test);
  const int frozen = frozen_steps(Part::test);
  // Rounded down, so that as many fit into a whole one as the share says.
  const auto part_of = [&](int steps) {
    return std::max(1, static_cast<int>(std::floor(search_share * steps + 1e-9)));
  };
  RecordedStreams streams = cut_recordings(recordings, {learn, frozen, part_of(learn), part_of(frozen)}, bin);
  streams.silent = silent;
  recorded = std::make_shared<const RecordedStreams>(std::move(streams));
}

int DecodingOptions::learn_steps(Part part) const {
  return steps_of((part == Part::search ? search_share : 1) * learn_time, bin);
}

int DecodingOptions::frozen_steps(Part part) const {
  return change == "none" ? steps_of((part == Part::search ? search_share : 1) * frozen_time, bin) : 0;
}

SpikingShape DecodingOptions::shape() const {
  SpikingShape s;
  s.layers.push_back(recorded_units());
  s.layers.insert(s.layers.end(), hidden.begin(), hidden.end());
  s.layers.push_back(outputs());
  s.dt = bin;
  s.tau_membrane = tau_membrane;
  s.tau_output = tau_output;
  s.threshold = threshold;
  s.gate_slope = gate_slope;
  s.tangent_slope = tangent_slope;
  s.row_bound = row_bound;
  s.clock = clock;
  s.feedback = *feedback_named(feedback);
  return s;
}

DecodingSession drawn_session(const DecodingOptions& o, std::uint64_t seed, Part part, std::size_t number) {
  const std::uint64_t own = Random(seed, sessions_of_search + static_cast<std::uint64_t>(part), number).next();
  DecodingSession out;
  out.network = o.shape();
  const std::vector<int>& layers = out.network.layers;
  const std::vector<Projection> connections = out.network.connections();
  for (std::size_t c = 0; c < connections.size(); ++c) {
    const Projection& p = connections[c];
    const InitialSize size = initial_size(p, static_cast<int>(layers.size()));
    const int to = layers[static_cast<std::size_t>(p.to)];
    const int from = layers[static_cast<std::size_t>(p.from)];
    const double deviation = size.weights / std::sqrt(from);
    Random random(own, of_weights, c);
    out.weights.push_back(drawn_matrix(random, to, from, deviation, p.from != p.to, size.bias));
    if (c < 2 || out.network.feedback != Feedback::fixed) continue;
    Random back(own, of_feedback, c);
    out.feedback_weights.push_back(drawn_matrix(back, to, from, deviation, false, 0));
  }
  if (o.recorded) {
    const std::vector<DecodingStream>& streams = o.recorded->of(part);
    out.stream = streams[number % streams.size()];
    return out;
  }
  std::vector<char> learn = learn_mask(o, part);
  const int steps = static_cast<int>(learn.size());
  Generator g;
  g.tuning = &tuning_named(o.tuning);
  g.dt = o.bin;
  g.units = o.units;
  g.change = change_named(o.change);
  g.share = o.change_share;
  g.at = g.change == Change::none ? steps : steps / 2;
  out.stream = generated(g, own, steps);
  out.stream.learn = std::move(learn);
  out.stream.fitted_before = g.at;
  return out;
}

std::vector<char> learn_mask(const DecodingOptions& o, Part part) {
  const int learning = o.learn_steps(part);
  const int steps = learning + o.frozen_steps(part);
  std::vector<char> out;
  for (int k = 0; k < steps; ++k) {
    const bool frozen = o.frozen_after_change && k >= steps / 2;
    out.push_back(o.change == "none" ? k < learning : !is_probed(o, k) && !frozen);
  }
  return out;
}

std::vector<std::size_t> scored_steps(const DecodingOptions& o, const std::vector<char>& learn) {
  // Recovering takes time: the last quarter says what it came to.
  const std::size_t from = o.change == "none" ? 0 : learn.size() * 3 / 4;
  std::vector<std::size_t> out;
  for (std::size_t k = from; k < learn.size(); ++k) {
    if (!learn[k] && (o.change == "none" || is_probed(o, static_cast<int>(k)))) out.push_back(k);
  }
  return out;
}

}  // namespace rule_search
