#include "objectives/recordings/notes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/statistics.hpp"
#include "data/recording_checks.hpp"
#include "objectives/recordings/bounds.hpp"
#include "objectives/recordings/checks.hpp"
#include "objectives/recordings/followers.hpp"
#include "objectives/recordings/missing_codes.hpp"

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
  const std::string meant = asked_for_meant_quantity(recording);
  return fmt::format("recorded, but in no candidate: {}{}", fmt::join(unused, ", "),
                     meant.empty() ? "" : "\n  hint: " + meant);
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
    return (i.code == plan::Code::function && i.function == Op::relu) ||
           (i.code == plan::Code::function_of_two && (i.function == Op::min || i.function == Op::max));
  });
  const auto found = written ? std::nullopt : weights_at_bounds(recordings, options);
  if (!found) return std::nullopt;
  return fmt::format(
      "{}: are they bounded?\n  hint: the statement `{}` in the rule holds them there; docs/language.md tells more "
      "(bounds of "
      "weights)",
      found->text(), found->statement());
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
