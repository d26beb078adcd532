#include "objectives/recordings/notes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "base/statistics.hpp"
#include "objectives/recordings/bounds.hpp"
#include "objectives/recordings/checks.hpp"
#include "objectives/recordings/compared.hpp"
#include "objectives/recordings/missing_codes.hpp"
#include "objectives/recordings/step_length.hpp"

namespace rule_search {

namespace {

using Recordings = std::vector<const LayerRecording*>;
using Note = std::optional<std::string>;

// A name that is spelt otherwise than in the rule looks like a signal that nobody asks for.
std::optional<std::string> unused_columns(const plan::Plan& plan, const LayerRecording& recording) {
  std::vector<std::string> unused;
  for (const auto& [name, series] : recording.others) {
    const bool asked = (name == "err_pre" && plan.uses(Quantity::err_pre)) ||
                       std::any_of(plan.signals.begin(), plan.signals.end(),
                                   [&name = name](const Signal& s) { return s.name == name; });
    if (!asked) unused.push_back(name);
  }
  if (unused.empty()) return std::nullopt;
  return fmt::format("recorded, but in no candidate: {}", fmt::join(unused, ", "));
}

// Rules have steps, not times.
std::optional<std::string> uneven_times(const LayerRecording& r) {
  double least = r.time[1] - r.time[0];
  double most = least;
  for (std::size_t t = 1; t < r.time.size(); ++t) {
    least = std::min(least, r.time[t] - r.time[t - 1]);
    most = std::max(most, r.time[t] - r.time[t - 1]);
  }
  constexpr double jitter = 1.5;
  if (!(most > jitter * least)) return std::nullopt;
  return fmt::format(
      "{}: its times are {:.4g} to {:.4g} apart, but every one is a step of the rule like all others\n"
      "  hint: resample it, or record at even times",
      r.name, least, most);
}

std::string and_others(std::size_t all) { return all > 1 ? fmt::format(" (and {} more)", all - 1) : ""; }

// Of the first recording for which `tell` has something to tell.
template <class Tell>
Note first_of(const Recordings& recordings, const Tell& tell) {
  for (const LayerRecording* r : recordings) {
    if (Note note = tell(*r)) return note;
  }
  return std::nullopt;
}

Note rows_twice(const Recordings& recordings) {
  const auto all =
      std::count_if(recordings.begin(), recordings.end(), [](const auto* r) { return has_rows_twice(*r); });
  if (all == 0) return std::nullopt;
  const auto first =
      std::find_if(recordings.begin(), recordings.end(), [](const auto* r) { return has_rows_twice(*r); });
  return fmt::format(
      "{}{}: every row is there twice, but every row is a step of the rule\n  hint: keep one row in two, or record at "
      "the "
      "rate at which the rule takes steps",
      (*first)->name, and_others(static_cast<std::size_t>(all)));
}

Note bounded_weights(const Recordings& recordings, const RecordingsOptions& options, const plan::Plan& candidates) {
  const bool written = std::any_of(candidates.code.begin(), candidates.code.end(), [](const plan::Instruction& i) {
    return i.code == plan::Code::function && i.function == Op::relu;
  });
  const auto found = written ? std::nullopt : weights_at_bounds(recordings, options);
  if (!found) return std::nullopt;
  return fmt::format(
      "{}: are they bounded?\n  hint: a rule can keep v = w + ... below a bound b by relu(v) - relu(v - b) - w; "
      "docs/language.md shows how (hard bounds)",
      found->text());
}

Note pieces_of_one(const Recordings& recordings, const RecordingsOptions& options, const plan::Plan& candidates) {
  if (candidates.states.empty() || options.fit_initial_states || options.warm_up > 0) return std::nullopt;
  const std::vector<Follower> found = followers(recordings);
  if (found.empty()) return std::nullopt;
  return fmt::format(
      "{} begins where {} ends{}, but states of the rule begin anew in each recording\n  hint: ‹fit-initial-states› or "
      "‹warm-up›",
      found[0].second->name, found[0].first->name, and_others(found.size()));
}

Note states_of_none(const RecordingsOptions& options, const plan::Plan& candidates) {
  if (!candidates.states.empty() || (!options.fit_initial_states && options.warm_up == 0)) return std::nullopt;
  return fmt::format("no candidate has a state, so {} only leaves rows out",
                     options.fit_initial_states ? "‹fit-initial-states›" : "‹warm-up›");
}

// Root mean square of the difference of the weights at two times, or nothing where none was seen at both.
std::optional<double> apart(const LayerRecording& a, int at_a, const LayerRecording& b, int at_b) {
  double squares = 0;
  std::size_t count = 0;
  for (std::size_t s = 0; s < synapses_of(a); ++s) {
    const std::size_t i = static_cast<std::size_t>(at_a) * synapses_of(a) + s;
    const std::size_t j = static_cast<std::size_t>(at_b) * synapses_of(b) + s;
    if (a.w_seen[i] == 0 || b.w_seen[j] == 0) continue;
    squares += (a.w[i] - b.w[j]) * (a.w[i] - b.w[j]);
    ++count;
  }
  return count == 0 ? std::nullopt : std::optional(std::sqrt(squares / static_cast<double>(count)));
}

// The largest change in one step.
double largest_step(const LayerRecording& r) {
  double out = 0;
  for (int t = 0; t + 1 < r.steps; ++t) out = std::max(out, apart(r, t, r, t + 1).value_or(0));
  return out;
}

// `gap(first, second)`: how far the beginning of one is from the end of the other, where it follows.
template <class Gap>
std::vector<Follower> followers_by(const Recordings& recordings, const Gap& gap_between) {
  std::vector<Follower> out;
  for (std::size_t second = 0; second < recordings.size(); ++second) {
    Follower nearest{nullptr, recordings[second]};
    double least = 0;
    for (std::size_t first = 0; first < recordings.size(); ++first) {
      const std::optional<double> gap = first == second ? std::nullopt : gap_between(first, second);
      if (!gap || (nearest.first != nullptr && *gap >= least)) continue;
      nearest.first = recordings[first];
      least = *gap;
    }
    if (nearest.first != nullptr) out.push_back(nearest);
  }
  return out;
}

std::vector<Follower> followers_in_time(const Recordings& recordings) {
  constexpr double late = 1.5;  // steps
  std::vector<double> steps;
  for (const LayerRecording* r : recordings) steps.push_back(step_of(*r));
  return followers_by(recordings, [&](std::size_t first, std::size_t second) {
    const double gap = recordings[second]->time[0] - recordings[first]->time.back();
    return gap >= 0 && gap <= late * steps[first] ? std::optional(gap) : std::nullopt;
  });
}

std::vector<Follower> followers_in_weights(const Recordings& recordings) {
  constexpr double far = 3;  // steps
  std::vector<double> steps;
  for (const LayerRecording* r : recordings) steps.push_back(largest_step(*r));
  std::vector<Follower> out = followers_by(recordings, [&](std::size_t first, std::size_t second) {
    const std::optional<double> gap = apart(*recordings[first], recordings[first]->steps - 1, *recordings[second], 0);
    return gap && *gap <= steps[first] ? gap : std::nullopt;
  });
  // Where recordings begin tells something only if they begin further apart than steps take weights.
  double ways = 0;
  for (const Follower& f : out) ways += apart(*f.first, 0, *f.second, 0).value_or(0);
  const double of_steps = std::accumulate(steps.begin(), steps.end(), 0.0);
  if (out.size() + 1 < recordings.size() || !(ways > far * of_steps)) out.clear();
  return out;
}

}  // namespace

std::optional<std::string> too_few_to_tell(std::size_t recordings) {
  constexpr std::size_t enough = 8;
  constexpr std::size_t better = 12;
  constexpr double two_terms = 2;
  if (recordings >= enough) return std::nullopt;
  return fmt::format(
      "{} recordings can hardly tell rules of two terms apart: with noise a term shows only where leaving it out costs "
      "{:.1f} times as much as this cost varies from recording to recording; with {} recordings {:.1f} times is enough",
      recordings, detectable(recordings, two_terms), better, detectable(better, two_terms));
}

bool has_rows_twice(const LayerRecording& r) {
  const auto same = [](const auto& values, std::size_t width, std::size_t a, std::size_t b) {
    const auto row = [&](std::size_t t) { return values.begin() + static_cast<std::ptrdiff_t>(t * width); };
    return values.empty() || std::equal(row(a), row(a + 1), row(b));
  };
  const auto n = static_cast<std::size_t>(r.n);
  const auto m = static_cast<std::size_t>(r.m);
  const auto alike = [&](std::size_t a, std::size_t b) {
    return same(r.pre, m, a, b) && same(r.post, n, a, b) && same(r.post_seen, n, a, b) && same(r.w, n * m, a, b) &&
           same(r.w_seen, n * m, a, b) && same(r.target, n, a, b) && same(r.choice, n, a, b) &&
           same(r.choice_seen, n, a, b) && std::all_of(r.others.begin(), r.others.end(), [&](const auto& series) {
             return same(series.second.values, static_cast<std::size_t>(series.second.width), a, b);
           });
  };
  const auto rows = static_cast<std::size_t>(r.steps);
  bool pairs_differ = false;
  for (std::size_t t = 0; t + 1 < rows; t += 2) {
    if (!alike(t, t + 1)) return false;
    pairs_differ = pairs_differ || !alike(0, t);
  }
  return pairs_differ;
}

std::vector<Follower> followers(const std::vector<const LayerRecording*>& recordings) {
  const std::vector<Follower> out = followers_in_time(recordings);
  return out.empty() ? followers_in_weights(recordings) : out;
}

std::vector<std::string> notes_on_recordings(const std::vector<const LayerRecording*>& recordings,
                                             const RecordingsOptions& options, const plan::Plan& candidates) {
  std::vector<std::string> out;
  for (const Note& note :
       {unused_columns(candidates, *recordings[0]), first_of(recordings, uneven_times), rows_twice(recordings),
        lone_values(recordings), bounded_weights(recordings, options, candidates),
        pieces_of_one(recordings, options, candidates), states_of_none(options, candidates)}) {
    if (note) out.push_back(*note);
  }
  return out;
}

}  // namespace rule_search
