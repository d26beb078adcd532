#include "objectives/decoding/options.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/random.hpp"

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

}  // namespace

void DecodingOptions::check() const {
  if (hidden.empty()) throw InputError("‹hidden› none: a spiking decoder needs a hidden layer\n  hint: ‹hidden› 64,32");
  if (change == "none" && steps_of(search_share * frozen_time, bin) < 1)
    throw InputError(fmt::format("‹frozen-time› {:g}: no step of a session would be scored, expected at least {:g} s",
                                 frozen_time, bin / search_share));
  if (change != "none" && search_share * learn_time < 2 * probe_every)
    throw InputError(
        fmt::format("‹learn-time› {:g}: the network is tested in the last {:g} of every {:g} s after the change in its "
                    "middle, expected at least {:g} s",
                    learn_time, probe_seconds, probe_every, 2 * probe_every / search_share));
}

int DecodingOptions::learn_steps(Part part) const {
  return steps_of((part == Part::search ? search_share : 1) * learn_time, bin);
}

int DecodingOptions::frozen_steps(Part part) const {
  return change == "none" ? steps_of((part == Part::search ? search_share : 1) * frozen_time, bin) : 0;
}

SpikingShape DecodingOptions::shape() const {
  SpikingShape s;
  s.layers.push_back(units);
  s.layers.insert(s.layers.end(), hidden.begin(), hidden.end());
  s.layers.push_back(2);
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
  return out;
}

std::vector<char> learn_mask(const DecodingOptions& o, Part part) {
  const int learning = o.learn_steps(part);
  const int steps = learning + o.frozen_steps(part);
  const int period = steps_of(probe_every, o.bin);
  const int probe = steps_of(probe_seconds, o.bin);
  std::vector<char> out;
  for (int k = 0; k < steps; ++k) {
    const bool probed = k % period >= period - probe;
    const bool frozen = o.frozen_after_change && k >= steps / 2;
    out.push_back(o.change == "none" ? k < learning : !probed && !frozen);
  }
  return out;
}

std::vector<std::size_t> scored_steps(const DecodingOptions& o, const std::vector<char>& learn) {
  // Recovering takes time: the last quarter says what it came to.
  const std::size_t from = o.change == "none" ? 0 : learn.size() * 3 / 4;
  std::vector<std::size_t> out;
  const int period = steps_of(probe_every, o.bin);
  const int probe = steps_of(probe_seconds, o.bin);
  for (std::size_t k = from; k < learn.size(); ++k) {
    const bool probed = static_cast<int>(k) % period >= period - probe;
    if (!learn[k] && (o.change == "none" || probed)) out.push_back(k);
  }
  return out;
}

}  // namespace rule_search
