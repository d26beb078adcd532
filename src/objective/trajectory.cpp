#include "objective/trajectory.hpp"

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "episode/random.hpp"
#include "grammar/diagnostic.hpp"

namespace rule_search {

namespace {

constexpr std::uint64_t split_stream = 140;

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
  const auto any = [](const std::vector<char>& seen) {
    return std::find_if(seen.begin(), seen.end(), [](char s) { return s != 0; }) != seen.end();
  };
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

}  // namespace

TrajectoryObjective::TrajectoryObjective(std::vector<LayerRecording> recordings, const TrajectoryOptions& options,
                                         std::uint64_t seed)
    : recordings_(std::move(recordings)), options_(options) {
  constexpr std::size_t least = 6;
  if (recordings_.size() < least)
    throw InputError(fmt::format(
        "expected at least {} recordings, two to search on, two to choose by and two to report on, found {}\n  hint: "
        "--recording may be given often; a long recording can be cut into several where its weights are known",
        least, recordings_.size()));
  for (const LayerRecording& r : recordings_) {
    if (r.n != recordings_[0].n || r.m != recordings_[0].m)
      throw InputError(fmt::format("{}: has {} cells before and {} after, {} has {} and {}", r.name, r.m, r.n,
                                   recordings_[0].name, recordings_[0].m, recordings_[0].n));
    if (r.target.empty() != recordings_[0].target.empty())
      throw InputError(fmt::format("{}: has {} target, {} has {}", r.name, r.target.empty() ? "no" : "a",
                                   recordings_[0].name, r.target.empty() ? "one" : "none"));
  }
  std::vector<std::size_t> order(recordings_.size());
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

  double changes = 0, weights = 0, explained = 0, sizes = 0, sum = 0, squares = 0, activities = 0, choices = 0, chosen = 0;
  for (std::size_t k = 0; k < this->recordings(Part::search); ++k) {
    const LayerRecording& r = recording(Part::search, k);
    const std::size_t synapses = static_cast<std::size_t>(r.n) * static_cast<std::size_t>(r.m);
    for (std::size_t i = 0; i < r.w.size(); ++i) {
      if (!is_explained(r, i, options_)) continue;
      std::size_t first = i % synapses;
      while (r.w_seen[first] == 0) first += synapses;
      ++explained;
      sizes += r.w[i] * r.w[i];
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
  if (explained + activities + choices == 0)
    throw InputError("no weight after the first time, no activity and no choice was recorded, so there is nothing to "
                     "explain\n  hint: w columns beyond the first line, post columns, or choice columns");
  if (weights > 0) scales_.weights = std::sqrt(changes / weights);
  // Where every weight was seen once, none is known to have changed.
  if (weights == 0 && explained > 0) scales_.weights = sizes > 0 ? std::sqrt(sizes / explained) : 1;
  if (activities > 0) {
    scales_.post_mean = sum / activities;
    scales_.post = std::sqrt(std::max(0.0, squares / activities - scales_.post_mean * scales_.post_mean));
  }
  const char* const still = explained > 0 && !(scales_.weights > 0)                      ? "the weights"
                            : activities > 0 && !(scales_.post > 0)                    ? "activities"
                            : choices > 0 && (chosen == 0 || chosen == choices) ? "choices"
                                                                                       : nullptr;
  if (still != nullptr)
    throw InputError(
        fmt::format("in the recordings to search on {} never change, so there is nothing to explain", still));
  if (choices > 0) {
    const double p = chosen / choices;
    scales_.choice = std::sqrt(p * cross_entropy(p, true) + (1 - p) * cross_entropy(p, false));
    if (options_.activation != Activation::sigmoid)
      throw InputError(fmt::format("choices are explained by their probability, which post is, but the activation is {}"
                                   "\n  hint: --activation sigmoid",
                                   name(options_.activation)));
  }
  for (const LayerRecording& r : recordings_) {
    const auto seen = [](const std::vector<char>& of) {
      return std::find_if(of.begin(), of.end(), [](char one) { return one != 0; }) != of.end();
    };
    const char* const alone = seen(r.post_seen) && !(scales_.post > 0)       ? "activities"
                              : seen(r.choice_seen) && !(scales_.choice > 0) ? "choices"
                                                                             : nullptr;
    bool weights_alone = false;
    for (std::size_t k = 0; k < r.w.size() && !(scales_.weights > 0); ++k)
      weights_alone = weights_alone || is_explained(r, k, options_);
    if (alone != nullptr || weights_alone)
      throw InputError(fmt::format(
          "{}: has {}, which no recording to search on has\n  hint: record the same of all, or give more recordings",
          r.name, weights_alone ? "weights" : alone));
  }
  bool known = true;
  for (std::size_t k = 0; k < recordings_.size(); ++k) {
    const LayerRecording& r = recordings_[k];
    refuse_too_many_first_weights(r, options_);
    const bool held_out = std::find(parts_[0].begin(), parts_[0].end(), k) == parts_[0].end();
    first_.push_back(first_weights_known(
        held_out && !fitted_first_weights(r, options_).empty() ? first_half(r) : r, options_, scales_));
    known = known && std::find(r.w_seen.begin(), r.w_seen.begin() + static_cast<std::ptrdiff_t>(first_.back().size()),
                               0) == r.w_seen.begin() + static_cast<std::ptrdiff_t>(first_.back().size());
  }
  const bool integral = weights > 0 && known;
  easier_.reset(new TrajectoryObjective(*this, integral ? TrajectoryLoss::integral : TrajectoryLoss::half));
  if (!integral) easier_->easier_.reset(new TrajectoryObjective(*this, TrajectoryLoss::quarter));
}

TrajectoryObjective::TrajectoryObjective(const TrajectoryObjective& of, TrajectoryLoss loss)
    : recordings_(of.recordings_),
      options_(of.options_),
      parts_(of.parts_),
      scales_(of.scales_),
      first_(of.first_),
      loss_(loss) {}

std::string TrajectoryObjective::identity() const {
  return fmt::format("trajectory {} {:a} {}{}", name(options_.activation), options_.beta, options_.one_step,
                     options_.fit_first_weights ? " first" : "");
}

const LayerRecording& TrajectoryObjective::recording(Part part, std::size_t number) const {
  return recordings_[this->number(part, number)];
}

std::string TrajectoryObjective::content_hash() const {
  std::uint64_t hash = 14695981039346656037U;
  const auto add = [&](const void* data, std::size_t size) {
    const auto* const bytes = static_cast<const unsigned char*>(data);
    for (std::size_t k = 0; k < size; ++k) hash = (hash ^ bytes[k]) * 1099511628211U;
  };
  for (const LayerRecording& r : recordings_) {
    for (int size : {r.steps, r.n, r.m}) add(&size, sizeof size);
    for (const auto* values : {&r.time, &r.pre, &r.post, &r.w, &r.target, &r.choice}) {
      const std::uint64_t count = values->size();
      add(&count, sizeof count);
      add(values->data(), count * sizeof(double));
    }
    for (const auto* seen : {&r.post_seen, &r.w_seen, &r.choice_seen}) add(seen->data(), seen->size());
    for (const auto& [series, values] : r.others) {
      add(series.data(), series.size());
      add(values.values.data(), values.values.size() * sizeof(double));
    }
  }
  return fmt::format("{:016x}", hash);
}

std::size_t TrajectoryObjective::answers(Part part, std::size_t unit) const {
  const LayerRecording& r = recording(part, unit / cells());
  const std::size_t cell = unit % cells();
  const auto inputs = static_cast<std::size_t>(r.m);
  const int times = compared_steps(r, loss_);
  const bool foretold = part != Part::search && !fitted_first_weights(r, options_).empty();
  const auto from = static_cast<std::size_t>(foretold ? fitted_until(times) : 0);
  const auto to = static_cast<std::size_t>(times);
  std::size_t count = 0;
  for (std::size_t k = from * cells() + cell; k < to * cells() && loss_ != TrajectoryLoss::integral; k += cells()) {
    count += k < r.post_seen.size() && r.post_seen[k] != 0;
    count += k < r.choice_seen.size() && r.choice_seen[k] != 0;
  }
  for (std::size_t k = from * cells() * inputs; k < to * cells() * inputs; ++k)
    count += k / inputs % cells() == cell && is_explained(r, k, options_);
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
      const std::size_t cells = objective->cells();
      std::vector<Outcome> outcomes((count + cells - 1) / cells * cells);
      nearby.resize(objective->recordings_.size());
      tbb::parallel_for(std::size_t{0}, outcomes.size() / cells, [&](std::size_t k) {
        if (before) before();
        const std::size_t number = objective->number(part, k);
        Simulation simulation(plan, objective->recordings_[number], objective->first_[number], directions,
                              objective->options_, objective->scales_, objective->loss_);
        std::vector<Outcome> of = simulation.run(theta, nearby[number], part != Part::search);
        if (!of[0].diverged) nearby[number] = simulation.first_weights();
        std::move(of.begin(), of.end(), outcomes.begin() + static_cast<std::ptrdiff_t>(k * cells));
      });
      outcomes.resize(count);
      return outcomes;
    }
  };
  const LayerRecording& first = recordings_[0];
  const PlasticLayer refuses_what_it_cannot_do(plan, first.n, first.m, {}, options_.activation, options_.beta);
  for (const LayerRecording& r : recordings_) refuse_what_was_not_recorded(plan, r);
  auto out = std::make_unique<Trajectories>();
  out->objective = this;
  out->plan = plan;
  out->directions = std::move(directions);
  out->before = std::move(before);
  return out;
}

Score TrajectoryObjective::summarise(const std::vector<Outcome>& outcomes) const {
  constexpr double still = 0.5;  // residuals are told in the size of what there is to explain
  Score s;
  for (const Outcome& o : outcomes) {
    s.diverged += o.diverged;
    s.losses.push_back(o.diverged ? 2 * still : std::min(o.loss, 2 * still));
    s.accuracies.push_back(o.diverged ? 0 : std::max(o.accuracy, 0.0));
  }
  s.loss = estimate(s.losses);
  s.accuracy = limited(estimate(s.accuracies), 0, 1);
  return s;
}

TrajectoryObjective::Noise TrajectoryObjective::noise(const plan::Plan& plan, const std::vector<double>& theta) const {
  TrajectoryOptions from_the_start = options_;
  from_the_start.one_step = false;
  double weights = 0, posts = 0, of_weights = 0, of_posts = 0;
  for (std::size_t k : parts_[0]) {
    Simulation simulation(plan, recordings_[k], first_[k], {}, from_the_start, scales_);
    if (simulation.run(theta)[0].diverged) return {};
    const Missed& m = simulation.missed();
    // First weights that are fitted take some of the noise with them.
    const std::size_t seen = m.weights_seen + m.posts_seen + m.choices_seen;
    const double left = seen == 0 ? 0
                                  : 1 - static_cast<double>(fitted_first_weights(recordings_[k], options_).size()) /
                                            static_cast<double>(seen);
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
  for (const LayerRecording& r : recordings_) count += fitted_first_weights(r, options_).size();
  return count;
}

}  // namespace rule_search
