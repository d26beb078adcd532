#include "objectives/recordings/split.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/error.hpp"
#include "base/random.hpp"
#include "objectives/recordings/compared.hpp"

namespace rule_search {

namespace {

constexpr std::uint64_t split_stream = 140;

bool any(const std::vector<char>& seen) {
  return std::any_of(seen.begin(), seen.end(), [](char s) { return s != 0; });
}

void refuse_nothing_for_own_values(const LayerRecording& early, std::size_t late, const RecordingsOptions& options) {
  std::size_t to_fit = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(early.n); ++i)
    to_fit += residuals_of(early, i, RecordingsLoss::simulation, options, false);
  if (late > 0 && to_fit > 0) return;
  throw InputError(
      fmt::format("{}: the rule has a parameter [recording]; its value in a recording is fitted to the first half and "
                  "judged by the second, but in the {} half nothing was recorded that a rule could explain\n  hint: "
                  "leave the recording out, or leave [recording] out of the rule",
                  early.name, to_fit == 0 ? "first" : "second"));
}

}  // namespace

RecordingSplit split_recordings(std::size_t count, std::size_t named, bool enough, std::uint64_t seed) {
  std::vector<std::size_t> order(count - named);
  std::iota(order.begin(), order.end(), named);
  Random(seed, split_stream, 0).shuffle(order);
  RecordingSplit out;
  std::vector<std::size_t>& test = out[static_cast<std::size_t>(Part::test)];
  test.resize(named);
  std::iota(test.begin(), test.end(), 0);
  const std::size_t apart = named == 0 && enough ? (3 * count + 5) / 10 : 0;
  test.insert(test.end(), order.end() - static_cast<std::ptrdiff_t>(apart), order.end());
  order.resize(order.size() - apart);
  out[static_cast<std::size_t>(Part::search)] = std::move(order);
  return out;
}

LayerRecording first_half(LayerRecording r, const RecordingsOptions& options) {
  const auto until = static_cast<std::size_t>(fitted_until(r.steps, options));
  const auto neurons = static_cast<std::size_t>(r.n);
  const bool states_alone = fitted_initial_weights(r, options).empty();
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
  if (options.own_values) refuse_nothing_for_own_values(r, late, options);
  if (late == 0 || !early)
    throw InputError(fmt::format(
        "{}: its initial {}; they are fitted to its first half and a rule is judged by its "
        "second, but in the {} half nothing was recorded\n  hint: leave it out{}",
        r.name, states_alone ? "states are not known" : "weights were not all recorded", early ? "second" : "first",
        states_alone ? ", or ‹warm-up› in place of ‹fit-initial-states›" : ", or give it initial weights"));
  return r;
}

}  // namespace rule_search
