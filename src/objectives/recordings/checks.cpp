#include "objectives/recordings/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <tuple>

#include "base/error.hpp"
#include "objectives/recordings/compared.hpp"
#include "objectives/recordings/hash.hpp"
#include "objectives/recordings/missing_codes.hpp"
#include "objectives/recordings/split.hpp"
#include "objectives/recordings/step_inputs.hpp"
#include "objectives/recordings/step_length.hpp"

namespace rule_search {

namespace {

// Of `width` numbers a time, after the warm-up.
bool any(const std::vector<char>& seen, int width, const RecordingsOptions& options) {
  const auto first = std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(options.warm_up) * width, std::ssize(seen));
  return std::any_of(seen.begin() + first, seen.end(), [](char s) { return s != 0; });
}

double largest(const std::vector<double>& values) {
  double out = 0;
  for (const double x : values) out = std::max(out, std::abs(x));
  return out;
}

// Up to what is lost where numbers are written with six digits. `most`: the largest of them.
bool nearly_same(const std::vector<double>& a, const std::vector<double>& b, double most) {
  constexpr double of_each = 5e-6;
  constexpr double of_largest = 1e-6;
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [most](double x, double y) {
    return std::abs(x - y) <= std::max(of_each * std::abs(x), of_largest * most);
  });
}

// The largest of pre, of post and of w.
std::array<double, 3> sizes_of(const LayerRecording& r) { return {largest(r.pre), largest(r.post), largest(r.w)}; }

bool nearly_same(const LayerRecording& a, const LayerRecording& b, const std::array<double, 3>& sizes) {
  return a.steps == b.steps && nearly_same(a.pre, b.pre, sizes[0]) && nearly_same(a.post, b.post, sizes[1]) &&
         nearly_same(a.w, b.w, sizes[2]) && a.w_seen == b.w_seen && a.post_seen == b.post_seen &&
         a.choice == b.choice && a.choice_seen == b.choice_seen && nearly_same(a.target, b.target, largest(a.target)) &&
         std::equal(
             a.others.begin(), a.others.end(), b.others.begin(), b.others.end(), [](const auto& x, const auto& y) {
               return x.first == y.first && nearly_same(x.second.values, y.second.values, largest(x.second.values));
             });
}

// At a time that a next one follows.
bool a_step_can_start(const LayerRecording& r) {
  for (int t = 1; t + 1 < r.steps; ++t) {
    if (all_weights_seen(r, t)) return true;
  }
  return false;
}

}  // namespace

void refuse_too_few(const std::vector<LayerRecording>& recordings) {
  if (recordings.size() < least_recordings)
    throw InputError(fmt::format(
        "expected at least {} recordings to search on, since each is foretold from the others, found {}\n  hint: "
        "‹recording› may be given often; a long recording can be cut into several where its weights are known; a rule "
        "with states then needs ‹fit-initial-states› or ‹warm-up›",
        least_recordings, recordings.size()));
}

void refuse_unequal(const std::vector<LayerRecording>& recordings) {
  const LayerRecording& first = recordings[0];
  for (const LayerRecording& r : recordings) {
    if (r.n != first.n || r.m != first.m)
      throw InputError(fmt::format("{}: has {} presynaptic and {} postsynaptic neurons, {} has {} and {}", r.name, r.m,
                                   r.n, first.name, first.m, first.n));
    for (const auto& [name, here, there] : {std::tuple{"w_se", r.w_error.empty(), first.w_error.empty()},
                                            std::tuple{"post_se", r.post_error.empty(), first.post_error.empty()}}) {
      if (here != there)
        throw InputError(fmt::format(
            "{}: has {}{}, {} has {}\n  hint: give the standard errors of all recordings, or of none and ‹noise›",
            r.name, here ? "no " : "", name, first.name, here ? "them" : "none"));
    }
    if (r.target.empty() != first.target.empty())
      throw InputError(fmt::format("{}: has {} target, {} has {}", r.name, r.target.empty() ? "no" : "a", first.name,
                                   r.target.empty() ? "one" : "none"));
  }
}

namespace {

// Of a recording whose rows are `step` long where those of the first one are `of_first`.
std::string hint_for_steps(const LayerRecording& r, double step, const LayerRecording& first, double of_first) {
  const auto units = units_apart(step, of_first);
  if (!units) return "‹resample› brings all to the step of the rule; or search on recordings of one step at a time";
  const bool of_this = (step > of_first) == units->is_of_larger;
  return fmt::format(
      "`time` is in seconds, and that of {} looks like {}: {} it by {:.0f}; where steps do differ, ‹resample› brings "
      "all to the step of the rule",
      of_this ? r.name : first.name, units->unit, units->is_of_larger ? "divide" : "multiply", units->factor);
}

}  // namespace

void refuse_other_steps(const std::vector<LayerRecording>& recordings) {
  if (recordings[0].time.size() < 2) return;
  const double first = step_of(recordings[0]);
  for (const LayerRecording& r : recordings) {
    if (r.time.size() < 2) continue;
    const double step = step_of(r);
    if (!same_step(step, first))
      throw InputError(
          fmt::format("{}: its rows are {:.4g} apart in `time`, those of {} {:.4g}; every row is one step of the same "
                      "rule\n  hint: {}",
                      r.name, step, recordings[0].name, first, hint_for_steps(r, step, recordings[0], first)));
  }
}

void refuse_the_same_twice(const std::vector<LayerRecording>& recordings) {
  std::map<std::uint64_t, const LayerRecording*> known;
  for (const LayerRecording& r : recordings) {
    RecordingHash hash;
    hash.add_but_times(r);
    const auto [at, fresh] = known.try_emplace(hash.hash().value(), &r);
    if (!fresh)
      throw InputError(fmt::format(
          "{}: holds the same as {}, so one of them could judge what was found from the other\n  hint: leave it out",
          r.name, at->second->name));
  }
  for (std::size_t a = 0; a < recordings.size(); ++a) {
    const std::array<double, 3> sizes = sizes_of(recordings[a]);
    for (std::size_t b = 0; b < a; ++b) {
      if (!nearly_same(recordings[a], recordings[b], sizes)) continue;
      throw InputError(fmt::format(
          "{}: holds the same as {} but for the last digits, so one of them could judge what was found from "
          "the other\n  hint: leave it out",
          recordings[a].name, recordings[b].name));
    }
  }
}

void refuse_choices_without_probability(const RecordingsOptions& options, const ResidualScales& scales) {
  if (scales.choice > 0 && options.activation != Activation::sigmoid)
    throw InputError(
        fmt::format("choices are explained by their probability, which post is, but the activation is {}"
                    "\n  hint: ‹activation› sigmoid",
                    name(options.activation)));
}

void refuse_what_has_no_scale(const LayerRecording& r, const RecordingsOptions& options, const ResidualScales& scales) {
  const char* alone = any(r.post_seen, r.n, options) && !(scales.post > 0)       ? "activities"
                      : any(r.choice_seen, r.n, options) && !(scales.choice > 0) ? "choices"
                                                                                 : nullptr;
  for (std::size_t k = 0; k < r.w.size() && !(scales.weights > 0); ++k)
    alone = is_explained(r, k, options) ? "weights" : alone;
  if (alone != nullptr)
    throw InputError(fmt::format(
        "{}: has {}, which no recording to search on has\n  hint: record the same of all, or give more recordings",
        r.name, alone));
}

void refuse_long_warm_up(const LayerRecording& r, const RecordingsOptions& options) {
  if (options.warm_up + 2 > r.steps)
    throw InputError(fmt::format(
        "{}: a warm-up of {} rows leaves {} of {} rows, expected at least two\n  hint: give ‹warm-up› fewer "
        "rows, or leave out short recordings",
        r.name, options.warm_up, std::max(0, r.steps - options.warm_up), r.steps));
}

void refuse_too_many_initial_weights(const LayerRecording& r, const RecordingsOptions& options, std::size_t states) {
  constexpr double most = 5e7;  // 400 MB
  const auto fitted = static_cast<double>(fitted_initial_weights(r, options).size());
  const double derivatives = (fitted + static_cast<double>(states)) * r.n * std::max(r.m, r.steps);
  if (!(derivatives > most)) return;
  if (states > 0)
    throw InputError(fmt::format(
        "{}: {} initial weights and {} initial states are to be fitted; this takes {:.2g} numbers, more than {:.0e}\n  "
        "hint: ‹warm-up› in place of ‹fit-initial-states›, or fewer neurons or shorter recordings",
        r.name, fitted, states, derivatives, most));
  throw InputError(fmt::format(
      "{}: {} initial weights were not recorded; to fit them takes {:.2g} numbers, more than {:.0e}\n  hint: record "
      "initial weights, or take fewer neurons or shorter recordings",
      r.name, fitted, derivatives, most));
}

void refuse_single_steps(const std::vector<const LayerRecording*>& training) {
  if (std::none_of(training.begin(), training.end(), [](const LayerRecording* r) { return a_step_can_start(*r); }))
    throw InputError(
        "‹one-step›: no step can start from recorded weights: in the recordings to search on there is no time "
        "after the first at which all of them were recorded\n  hint: leave out ‹one-step›");
}

void refuse_what_was_not_recorded(const plan::Plan& plan, const LayerRecording& recording) {
  const StepInputs throws_where_it_is_not_there(plan, recording);
  for (const Signal& s : plan.signals) refuse_missing_codes(recording, s.name);
  for (const plan::Memory& s : plan.states) {
    if (s.delay < recording.steps) continue;
    throw InputError(
        fmt::format("{}: has {} rows, and {} is what was {} rows before: nothing of it is ever seen\n  hint: leave the "
                    "delay or the "
                    "recording out",
                    recording.name, recording.steps, s.name, s.delay));
  }
  if (plan.uses(Quantity::err_pre)) refuse_missing_codes(recording, "err_pre");
}

}  // namespace rule_search
