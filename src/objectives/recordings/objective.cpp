#include "objectives/recordings/objective.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/parallel.hpp"
#include "base/random.hpp"

namespace rule_search {

namespace {

constexpr std::uint64_t split_stream = 140;

bool any(const std::vector<char>& seen) {
  return std::find_if(seen.begin(), seen.end(), [](char s) { return s != 0; }) != seen.end();
}

// Of a held-out recording first weights must not know more. Throws InputError where one of both halves has nothing.
LayerRecording first_half(LayerRecording r) {
  const auto until = static_cast<std::size_t>(fitted_until(r.steps));
  const auto cells = static_cast<std::size_t>(r.n);
  const auto hide = [until](std::vector<char>& seen, std::size_t width) {
    std::size_t late = 0;
    for (std::size_t k = until * width; k < seen.size(); ++k) {
      late += seen[k] != 0;
      seen[k] = 0;
    }
    return late;
  };
  const std::size_t late =
      hide(r.post_seen, cells) + hide(r.choice_seen, cells) + hide(r.w_seen, cells * static_cast<std::size_t>(r.m));
  const bool early = any(r.post_seen) || any(r.choice_seen) || any(r.w_seen);
  if (late == 0 || !early)
    throw InputError(fmt::format(
        "{}: its first weights were not all recorded; they are fitted to its first half and a rule is judged by its "
        "second, but in the {} half nothing was recorded\n  hint: leave it out, or give it first weights",
        r.name, early ? "second" : "first"));
  return r;
}

// Every one is a direction that all weights are differentiated by.
void refuse_too_many_first_weights(const LayerRecording& r, const TrajectoryOptions& options) {
  constexpr double most = 5e7;  // 400 MB
  const auto fitted = static_cast<double>(fitted_first_weights(r, options).size());
  const double slopes = fitted * r.n * std::max(r.m, r.steps);
  if (slopes > most)
    throw InputError(fmt::format(
        "{}: {} first weights were not recorded; to fit them takes {:.2g} numbers, more than {:.0e}\n  hint: record "
        "first weights, or take fewer cells or shorter recordings",
        r.name, fitted, slopes, most));
}

// What can't be taken together, or is too little.
void refuse_unequal(const std::vector<LayerRecording>& recordings) {
  constexpr std::size_t least = 6;
  if (recordings.size() < least)
    throw InputError(fmt::format(
        "expected at least {} recordings, two to search on, two to choose by and two to report on, found {}\n  hint: "
        "‹recording› may be given often; a long recording can be cut into several where its weights are known",
        least, recordings.size()));
  const LayerRecording& first = recordings[0];
  for (const LayerRecording& r : recordings) {
    if (r.n != first.n || r.m != first.m)
      throw InputError(fmt::format("{}: has {} cells before and {} after, {} has {} and {}", r.name, r.m, r.n,
                                   first.name, first.m, first.n));
    if (r.target.empty() != first.target.empty())
      throw InputError(fmt::format("{}: has {} target, {} has {}", r.name, r.target.empty() ? "no" : "a", first.name,
                                   r.target.empty() ? "one" : "none"));
  }
}

// Sums over the recordings to search on, and the sizes that follow.
struct Sizes {
  double changes = 0, weights = 0, explained = 0, squares_of_weights = 0;
  double sum = 0, squares = 0, activities = 0;
  double choices = 0, chosen = 0;

  void add(const LayerRecording& r, const TrajectoryOptions& options) {
    const std::size_t synapses = static_cast<std::size_t>(r.n) * static_cast<std::size_t>(r.m);
    for (std::size_t i = 0; i < r.w.size(); ++i) {
      if (!is_explained(r, i, options)) continue;
      std::size_t first = i % synapses;
      while (r.w_seen[first] == 0) first += synapses;
      ++explained;
      squares_of_weights += r.w[i] * r.w[i];
      if (i == first) continue;  // a first sight is no change
      const double change = r.w[i] - r.w[first];
      changes += change * change;
      ++weights;
    }
    for (std::size_t i = 0; i < r.post.size(); ++i) {
      if (r.post_seen[i] == 0) continue;
      sum += r.post[i];
      squares += r.post[i] * r.post[i];
      ++activities;
    }
    for (std::size_t i = 0; i < r.choice.size(); ++i) {
      if (r.choice_seen[i] == 0) continue;
      chosen += r.choice[i];
      ++choices;
    }
  }

  // Throws InputError where there is nothing to explain.
  ResidualScales scales() const {
    if (explained + activities + choices == 0)
      throw InputError(
          "no weight after the first time, no activity and no choice was recorded, so there is nothing to "
          "explain\n  hint: w columns beyond the first line, post columns, or choice columns");
    ResidualScales out;
    if (weights > 0) out.weights = std::sqrt(changes / weights);
    // Where every weight was seen once, none is known to have changed.
    if (weights == 0 && explained > 0)
      out.weights = squares_of_weights > 0 ? std::sqrt(squares_of_weights / explained) : 1;
    if (activities > 0) {
      out.post_mean = sum / activities;
      out.post = std::sqrt(std::max(0.0, squares / activities - out.post_mean * out.post_mean));
    }
    const char* const still = explained > 0 && !(out.weights > 0)                 ? "the weights"
                              : activities > 0 && !(out.post > 0)                 ? "activities"
                              : choices > 0 && (chosen == 0 || chosen == choices) ? "choices"
                                                                                  : nullptr;
    if (still != nullptr)
      throw InputError(
          fmt::format("in the recordings to search on {} never change, so there is nothing to explain", still));
    if (choices > 0) {
      const double p = chosen / choices;
      out.choice = std::sqrt(p * cross_entropy(p, true) + (1 - p) * cross_entropy(p, false));
    }
    return out;
  }
};

// Throws InputError where a recording has something that those to search on have not, so that no size is known for it.
void refuse_what_has_no_size(const LayerRecording& r, const TrajectoryOptions& options, const ResidualScales& scales) {
  const char* alone = any(r.post_seen) && !(scales.post > 0)       ? "activities"
                      : any(r.choice_seen) && !(scales.choice > 0) ? "choices"
                                                                   : nullptr;
  for (std::size_t k = 0; k < r.w.size() && !(scales.weights > 0); ++k)
    alone = is_explained(r, k, options) ? "weights" : alone;
  if (alone != nullptr)
    throw InputError(fmt::format(
        "{}: has {}, which no recording to search on has\n  hint: record the same of all, or give more recordings",
        r.name, alone));
}

// Of times that a next one follows.
bool a_step_can_start(const LayerRecording& r) {
  const std::size_t synapses = static_cast<std::size_t>(r.n) * static_cast<std::size_t>(r.m);
  for (std::size_t t = 1; t + 1 < static_cast<std::size_t>(r.steps); ++t) {
    const auto from = r.w_seen.begin() + static_cast<std::ptrdiff_t>(t * synapses);
    if (std::find(from, from + static_cast<std::ptrdiff_t>(synapses), 0) ==
        from + static_cast<std::ptrdiff_t>(synapses))
      return true;
  }
  return false;
}

class RecordingHash {
 public:
  void add(const LayerRecording& r) {
    add(r.time);
    add_but_times(r);
  }
  // Rules have steps, and know nothing of times.
  void add_but_times(const LayerRecording& r) {
    for (int size : {r.steps, r.n, r.m}) hash_.add(&size, sizeof size);
    for (const auto* values : {&r.pre, &r.post, &r.w, &r.target, &r.choice}) add(*values);
    for (const auto* seen : {&r.post_seen, &r.w_seen, &r.choice_seen}) hash_.add(seen->data(), seen->size());
    for (const auto& [series, values] : r.others) {
      hash_.add(series);
      hash_.add(values.values.data(), values.values.size() * sizeof(double));
    }
  }
  const Hash& hash() const { return hash_; }

 private:
  void add(const std::vector<double>& values) {
    const std::uint64_t count = values.size();
    hash_.add(&count, sizeof count);
    hash_.add(values.data(), count * sizeof(double));
  }
  Hash hash_;
};

// What is held out must not be what was searched on.
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
}

}  // namespace

TrajectoryObjective::TrajectoryObjective(std::vector<LayerRecording> recordings, const TrajectoryOptions& options,
                                         std::uint64_t seed)
    : recordings_(std::make_shared<const std::vector<LayerRecording>>(std::move(recordings))), options_(options) {
  const std::vector<LayerRecording>& all = *recordings_;
  refuse_unequal(all);
  std::vector<std::size_t> order(all.size());
  std::iota(order.begin(), order.end(), 0);
  Random random(seed, split_stream, 0);
  for (std::size_t k = order.size(); k > 1; --k) std::swap(order[k - 1], order[random.below(k)]);
  const auto share = [&](double part) {
    return std::max<std::size_t>(2, static_cast<std::size_t>(part * static_cast<double>(order.size())));
  };
  const std::size_t search = share(0.4);
  const std::size_t validation = share(0.3);
  for (std::size_t k = 0; k < order.size(); ++k)
    parts_[k < search ? 0 : k < search + validation ? 1 : 2].push_back(order[k]);

  Sizes sizes;
  for (std::size_t k : parts_[0]) sizes.add(all[k], options_);
  scales_ = sizes.scales();
  refuse_the_same_twice(all);
  if (scales_.choice > 0 && options_.activation != Activation::sigmoid)
    throw InputError(
        fmt::format("choices are explained by their probability, which post is, but the activation is {}"
                    "\n  hint: ‹activation› sigmoid",
                    name(options_.activation)));
  bool known = true;
  for (std::size_t k = 0; k < all.size(); ++k) {
    const LayerRecording& r = all[k];
    refuse_what_has_no_size(r, options_, scales_);
    refuse_too_many_first_weights(r, options_);
    const bool held_out = std::find(parts_[0].begin(), parts_[0].end(), k) == parts_[0].end();
    first_.push_back(first_weights_known(held_out && !fitted_first_weights(r, options_).empty() ? first_half(r) : r,
                                         options_, scales_));
    known = known && std::find(r.w_seen.begin(), r.w_seen.begin() + static_cast<std::ptrdiff_t>(first_.back().size()),
                               0) == r.w_seen.begin() + static_cast<std::ptrdiff_t>(first_.back().size());
  }
  number_units();
  if (options_.one_step &&
      std::none_of(parts_[0].begin(), parts_[0].end(), [&](std::size_t k) { return a_step_can_start(all[k]); }))
    throw InputError(
        "‹one-step›: no step can start from recorded weights: in the recordings to search on there is no time "
        "after the first at which all of them were recorded\n  hint: leave out ‹one-step›");
  const bool integral = sizes.weights > 0 && known;
  easier_.reset(new TrajectoryObjective(*this, options_.one_step ? TrajectoryLoss::one_step
                                               : integral        ? TrajectoryLoss::integral
                                                                 : TrajectoryLoss::half));
  if (easier_->loss_ == TrajectoryLoss::half)
    easier_->easier_.reset(new TrajectoryObjective(*this, TrajectoryLoss::quarter));
}

TrajectoryObjective::TrajectoryObjective(const TrajectoryObjective& of, TrajectoryLoss loss)
    : recordings_(of.recordings_),
      options_(of.options_),
      parts_(of.parts_),
      units_(of.units_),
      scales_(of.scales_),
      first_(of.first_),
      loss_(loss) {}

void TrajectoryObjective::number_units() {
  for (const Part part : {Part::search, Part::validation, Part::test}) {
    std::vector<Unit>& units = units_[static_cast<std::size_t>(part)];
    for (std::size_t k = 0; k < recordings(part); ++k) {
      const std::size_t before = units.size();
      for (std::size_t cell = 0; cell < cells(); ++cell) {
        const Unit unit{k, cell};
        if (answers(part, unit) > 0) units.push_back(unit);
      }
      if (units.size() == before)
        throw InputError(
            fmt::format("{}: nothing was recorded that a rule could explain: no weight after the first time, "
                        "no activity and no choice\n  hint: leave it out",
                        recording(part, k).name));
    }
  }
}

std::string TrajectoryObjective::identity() const {
  return fmt::format("trajectory {} {:a} {} {}{}", name(options_.activation), options_.beta, options_.one_step,
                     static_cast<int>(loss_), options_.fit_first_weights ? " first" : "");
}

const LayerRecording& TrajectoryObjective::recording(Part part, std::size_t number) const {
  return (*recordings_)[this->number(part, number)];
}

std::string TrajectoryObjective::content_hash() const {
  RecordingHash hash;
  for (const LayerRecording& r : *recordings_) hash.add(r);
  return hash.hash().text();
}

std::size_t TrajectoryObjective::answers(Part part, std::size_t unit) const {
  return answers(part, units_[static_cast<std::size_t>(part)].at(unit));
}

std::size_t TrajectoryObjective::answers(Part part, const Unit& unit) const {
  const LayerRecording& r = recording(part, unit.recording);
  const auto inputs = static_cast<std::size_t>(r.m);
  const int times = compared_steps(r, loss_);
  const bool foretold = part != Part::search && !fitted_first_weights(r, options_).empty();
  const auto to = static_cast<std::size_t>(times);
  std::size_t count = 0;
  for (auto t = static_cast<std::size_t>(foretold ? fitted_until(times) : 0); t < to; ++t) {
    const std::size_t k = t * cells() + unit.cell;
    if (loss_ != TrajectoryLoss::integral) {
      count += k < r.post_seen.size() && r.post_seen[k] != 0;
      count += k < r.choice_seen.size() && r.choice_seen[k] != 0;
    }
    for (std::size_t j = 0; j < inputs; ++j) count += is_explained(r, k * inputs + j, options_);
  }
  return count;
}

std::unique_ptr<Evaluator> TrajectoryObjective::compile(const plan::Plan& plan, std::vector<int> directions, Precision,
                                                        BeforeUnit before) const {
  struct Trajectories : Evaluator {
    const TrajectoryObjective* objective = nullptr;
    plan::Plan plan;
    std::vector<int> directions;
    BeforeUnit before;

    // By recording: its best first weights of the last run, near which those of the next one lie. An evaluator is of one
    // fit, so what comes out does not depend on what else was done.
    mutable std::vector<std::vector<double>> nearby;

    std::vector<Outcome> run(Part part, std::size_t count, const std::vector<double>& theta, Wanted) const override {
      if (count == 0) return {};
      const std::vector<Unit>& units = objective->units_[static_cast<std::size_t>(part)];
      struct Ran {
        std::vector<Outcome> outcomes;
        std::vector<double> first_weights;
      };
      nearby.resize(objective->recordings_->size());
      std::vector<Ran> by_recording = run_units(units.at(count - 1).recording + 1, [&](std::size_t k) {
        if (before) before();
        const std::size_t number = objective->number(part, k);
        Simulation simulation(plan, (*objective->recordings_)[number], objective->first_[number], directions,
                              objective->options_, objective->scales_, objective->loss_);
        std::vector<Outcome> out = simulation.run(theta, nearby[number], part != Part::search);
        return Ran{std::move(out), simulation.first_weights()};
      });
      for (std::size_t k = 0; k < by_recording.size(); ++k) {
        if (!by_recording[k].outcomes[0].diverged)
          nearby[objective->number(part, k)] = std::move(by_recording[k].first_weights);
      }
      std::vector<Outcome> outcomes;
      for (std::size_t u = 0; u < count; ++u)
        outcomes.push_back(std::move(by_recording[units[u].recording].outcomes[units[u].cell]));
      return outcomes;
    }
  };
  const LayerRecording& first = (*recordings_)[0];
  const PlasticLayer refuses_what_it_cannot_do(plan, first.n, first.m, {}, options_.activation, options_.beta);
  for (const LayerRecording& r : *recordings_) refuse_what_was_not_recorded(plan, r);
  auto out = std::make_unique<Trajectories>();
  out->objective = this;
  out->plan = plan;
  out->directions = std::move(directions);
  out->before = std::move(before);
  return out;
}

LossTraits TrajectoryObjective::traits() const {
  LossTraits t;
  t.tolerance = 1e-9;  // a layer that does not change has a loss of 0.5
  t.fits_all_at_once = true;
  t.compares_by_ranks = true;
  t.uses_all_units = true;
  return t;
}

Score TrajectoryObjective::summarise(const std::vector<Outcome>& outcomes) const { return summarise_squares(outcomes); }

TrajectoryObjective::Noise TrajectoryObjective::noise(const plan::Plan& plan, const std::vector<double>& theta) const {
  double weights = 0, posts = 0, of_weights = 0, of_posts = 0;
  for (std::size_t k : parts_[0]) {
    const LayerRecording& r = (*recordings_)[k];
    Simulation simulation(plan, r, first_[k], {}, options_, scales_);
    if (simulation.run(theta)[0].diverged) return {};
    const Missed& m = simulation.missed();
    // First weights that are fitted take some of the noise with them.
    const std::size_t seen = m.weights_seen + m.posts_seen + m.choices_seen;
    const double left =
        seen == 0 ? 0 : 1 - static_cast<double>(fitted_first_weights(r, options_).size()) / static_cast<double>(seen);
    if (!(left > 0)) continue;
    weights += m.weights;
    posts += m.post;
    of_weights += left * static_cast<double>(m.weights_seen);
    of_posts += left * static_cast<double>(m.posts_seen);
  }
  return {of_weights > 0 ? std::sqrt(weights / of_weights) : 0, of_posts > 0 ? std::sqrt(posts / of_posts) : 0};
}

std::size_t TrajectoryObjective::fitted_first_weights_of_all() const {
  std::size_t count = 0;
  for (const LayerRecording& r : *recordings_) count += fitted_first_weights(r, options_).size();
  return count;
}

}  // namespace rule_search
