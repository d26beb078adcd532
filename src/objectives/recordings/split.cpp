#include "objectives/recordings/split.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/error.hpp"
#include "base/random.hpp"
#include "objectives/recordings/compared.hpp"

namespace rule_search {

namespace {

constexpr std::uint64_t split_stream = 140;

bool any(const std::vector<char>& seen) {
  return std::any_of(seen.begin(), seen.end(), [](char s) { return s != 0; });
}

}  // namespace

RecordingSplit split_recordings(std::size_t count, std::uint64_t seed) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), 0);
  Random(seed, split_stream, 0).shuffle(order);
  const auto share = [&](double part) {
    return std::max<std::size_t>(2, static_cast<std::size_t>(part * static_cast<double>(count)));
  };
  const std::size_t training = share(0.4);
  const std::size_t validation = share(0.3);
  RecordingSplit out;
  for (std::size_t k = 0; k < count; ++k) out[k < training ? 0 : k < training + validation ? 1 : 2].push_back(order[k]);
  return out;
}

std::array<std::vector<RecordingUnit>, 3> units_of(const std::vector<LayerRecording>& recordings,
                                                   const RecordingSplit& split, const RecordingsOptions& options) {
  std::array<std::vector<RecordingUnit>, 3> out;
  for (const Part part : {Part::search, Part::validation, Part::test}) {
    const std::vector<std::size_t>& numbers = split[static_cast<std::size_t>(part)];
    std::vector<RecordingUnit>& units = out[static_cast<std::size_t>(part)];
    for (std::size_t k = 0; k < numbers.size(); ++k) {
      const LayerRecording& r = recordings[numbers[k]];
      const std::size_t before = units.size();
      for (std::size_t neuron = 0; neuron < static_cast<std::size_t>(r.n); ++neuron) {
        if (residuals_of(r, neuron, RecordingsLoss::simulation, options, part != Part::search) > 0)
          units.push_back({k, neuron});
      }
      if (units.size() == before)
        throw InputError(
            fmt::format("{}: nothing was recorded that a rule could explain: no weight after the first time, "
                        "no activity and no choice\n  hint: leave it out",
                        r.name));
    }
  }
  return out;
}

LayerRecording first_half(LayerRecording r) {
  const auto until = static_cast<std::size_t>(fitted_until(r.steps));
  const auto neurons = static_cast<std::size_t>(r.n);
  const auto hide = [until](std::vector<char>& seen, std::size_t width) {
    std::size_t late = 0;
    for (std::size_t k = until * width; k < seen.size(); ++k) {
      late += seen[k] != 0;
      seen[k] = 0;
    }
    return late;
  };
  const std::size_t late = hide(r.post_seen, neurons) + hide(r.choice_seen, neurons) + hide(r.w_seen, synapses_of(r));
  const bool early = any(r.post_seen) || any(r.choice_seen) || any(r.w_seen);
  if (late == 0 || !early)
    throw InputError(fmt::format(
        "{}: its initial weights were not all recorded; they are fitted to its first half and a rule is judged by its "
        "second, but in the {} half nothing was recorded\n  hint: leave it out, or give it initial weights",
        r.name, early ? "second" : "first"));
  return r;
}

}  // namespace rule_search
