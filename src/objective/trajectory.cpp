#include "objective/trajectory.hpp"

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "episode/random.hpp"
#include "grammar/diagnostic.hpp"

namespace rule_search {

namespace {

constexpr std::uint64_t split_stream = 140;

// Weights that count: those after the first time, where the simulation has them from the recording.
bool weight_counts(const LayerRecording& r, std::size_t k) {
  return k >= static_cast<std::size_t>(r.n) * static_cast<std::size_t>(r.m) && r.w_seen[k] != 0;
}

// Of a choice that has the probability p; at most that of one to a million million.
double cross_entropy(double p, bool chosen) { return -std::log(std::max(chosen ? p : 1 - p, 1e-12)); }

// What a rule is told of a recording, by step.
class Told {
 public:
  // Throws InputError where the recording lacks what the plan asks for.
  Told(const plan::Plan& plan, const LayerRecording& recording) : r_(recording) {
    for (const Signal& s : plan.signals) {
      const int width = s.shape.is_number() ? 1 : s.shape.rows == Side::pre ? r_.m : r_.n;
      signals_.push_back({series(s.name, width), width});
    }
    if (plan.uses(Quantity::err_pre)) err_pre_ = series("err_pre", r_.m);
    if (plan.uses(Quantity::err_post) && r_.target.empty())
      throw InputError(
          "the rule asks for err_post, but the recordings have no target that an error could be made with\n  hint: "
          "columns target[1] ... target[n]; err_post is post - target");
  }

  PlasticLayer::Told at(int t) const {
    PlasticLayer::Told out;
    if (!r_.target.empty()) out.target = r_.target.data() + static_cast<std::ptrdiff_t>(t) * r_.n;
    if (err_pre_ != nullptr) out.err_pre = err_pre_ + static_cast<std::ptrdiff_t>(t) * r_.m;
    for (const auto& [values, width] : signals_) out.signals.push_back(values + static_cast<std::ptrdiff_t>(t) * width);
    return out;
  }

 private:
  const double* series(const std::string& name, int width) const {
    const auto at = r_.others.find(name);
    // What was chosen can be a signal as well, where all of it is known.
    if (at == r_.others.end() && name == "choice" && !r_.choice.empty() && width == r_.n &&
        std::find(r_.choice_seen.begin(), r_.choice_seen.end(), 0) == r_.choice_seen.end())
      return r_.choice.data();
    if (at == r_.others.end()) {
      std::vector<std::string> names;
      for (const auto& [known, values] : r_.others) names.push_back(known);
      throw InputError(fmt::format("{}: the rule asks for {}, which was not recorded\n  hint: {}{}", r_.name, name,
                                   width == 1 ? fmt::format("a column {}", name)
                                              : fmt::format("columns {0}[1] ... {0}[{1}]", name, width),
                                   names.empty() ? "" : fmt::format("; signals are {}", fmt::join(names, ", "))));
    }
    if (at->second.width != width)
      throw InputError(fmt::format("{}: the rule asks for {} numbers of {} at a time, found {}", r_.name, width, name,
                                   at->second.width));
    return at->second.values.data();
  }

  struct Series {
    const double* values;
    int width;
  };
  const LayerRecording& r_;
  std::vector<Series> signals_;
  const double* err_pre_ = nullptr;
};

}  // namespace

class Simulation {
 public:
  Simulation(const plan::Plan& plan, const LayerRecording& recording, std::vector<int> directions,
             const TrajectoryObjective& objective)
      : r_(recording),
        options_(objective.options_),
        scales_(objective.scales_),
        told_(plan, recording),
        directions_(static_cast<int>(directions.size())),
        forced_(objective.forced_),
        layer_(plan, recording.n, recording.m, std::move(directions), options_.activation, options_.beta) {}

  // By cell.
  std::vector<Outcome> run(const std::vector<double>& theta) {
    out_.assign(static_cast<std::size_t>(r_.n), {});
    still_.assign(static_cast<std::size_t>(r_.n), 0);
    layer_.start(theta, r_.w.data());
    const bool good = forced_ ? add_up() : walk();
    if (!good) return diverged();
    for (std::size_t i = 0; i < out_.size(); ++i) finish(out_[i], still_[i]);
    if (std::any_of(out_.begin(), out_.end(), [](const Outcome& o) { return o.diverged; })) return diverged();
    return std::move(out_);
  }

 private:
  std::vector<Outcome> diverged() const {
    Outcome failed;
    failed.diverged = true;
    return std::vector<Outcome>(static_cast<std::size_t>(r_.n), failed);
  }

  bool walk() {
    for (int t = 0; t < r_.steps; ++t) {
      if (!layer_.forward(input(t))) return false;
      compare(t);
      if (t + 1 == r_.steps) break;
      if (options_.one_step && t > 0 && all_seen(t)) {
        // The step starts from what was recorded.
        layer_.replace_weights(r_.w.data() + at(t));
        if (!layer_.forward(input(t))) return false;
      }
      layer_.learn(told_.at(t));
    }
    return true;
  }

  // Every step from what was recorded; what they change is added up.
  bool add_up() {
    const auto synapses = at(1);
    const auto slopes = static_cast<std::size_t>(directions_);
    std::vector<double> now(r_.w.begin(), r_.w.begin() + static_cast<std::ptrdiff_t>(synapses));
    std::vector<double> slope(synapses * slopes, 0.0);
    for (int t = 0; t < r_.steps; ++t) {
      for (std::size_t k = 0; k < synapses; ++k) {
        if (!weight_counts(r_, at(t) + k)) continue;
        const std::size_t cell = k / static_cast<std::size_t>(r_.m);
        Outcome& out = out_[cell];
        const double recorded = r_.w[at(t) + k];
        out.residuals.push_back((now[k] - recorded) / scales_.weights);
        for (std::size_t d = 0; d < slopes; ++d) out.jacobian.push_back(slope[k * slopes + d] / scales_.weights);
        still_[cell] += std::pow((recorded - r_.w[k]) / scales_.weights, 2);
      }
      const std::vector<double> from =
          all_seen(t) ? std::vector<double>(r_.w.data() + at(t), r_.w.data() + at(t + 1)) : now;
      layer_.replace_weights(from.data());
      if (!layer_.forward(input(t))) return false;
      layer_.learn(told_.at(t));
      if (!layer_.forward(input(t))) return false;  // brings the weights up to date
      for (std::size_t k = 0; k < synapses; ++k) {
        const int i = static_cast<int>(k) / r_.m;
        const int j = static_cast<int>(k) % r_.m;
        now[k] += layer_.weight(i, j) - from[k];
        for (std::size_t d = 0; d < slopes; ++d) slope[k * slopes + d] += layer_.weight_slope(i, j, static_cast<int>(d));
      }
    }
    return true;
  }

  static void finish(Outcome& o, double still) {
    const double count = static_cast<double>(std::max<std::size_t>(1, o.residuals.size()));
    for (double x : o.residuals) {
      o.query_losses.push_back(x * x / 2);
      o.loss += x * x / 2 / count;
    }
    o.diverged = !std::isfinite(o.loss) ||
                 !std::all_of(o.jacobian.begin(), o.jacobian.end(), [](double j) { return std::isfinite(j); });
    o.accuracy = still > 0 ? 1 - 2 * count * o.loss / still : 0;
  }

  std::size_t at(int t) const {
    return static_cast<std::size_t>(t) * static_cast<std::size_t>(r_.n) * static_cast<std::size_t>(r_.m);
  }
  const double* input(int t) const { return r_.pre.data() + static_cast<std::ptrdiff_t>(t) * r_.m; }
  bool all_seen(int t) const {
    const auto first = r_.w_seen.begin() + static_cast<std::ptrdiff_t>(at(t));
    return std::all_of(first, first + static_cast<std::ptrdiff_t>(r_.n) * r_.m, [](char seen) { return seen != 0; });
  }

  void compare(int t) {
    for (int i = 0; i < r_.n; ++i) {
      Outcome& out = out_[static_cast<std::size_t>(i)];
      for (int j = 0; j < r_.m; ++j) {
        const auto synapse =
            static_cast<std::size_t>(i) * static_cast<std::size_t>(r_.m) + static_cast<std::size_t>(j);
        const std::size_t k = at(t) + synapse;
        if (!weight_counts(r_, k)) continue;
        out.residuals.push_back((layer_.weight(i, j) - r_.w[k]) / scales_.weights);
        for (int d = 0; d < directions_; ++d) out.jacobian.push_back(layer_.weight_slope(i, j, d) / scales_.weights);
        const double change = (r_.w[k] - r_.w[synapse]) / scales_.weights;
        still_[static_cast<std::size_t>(i)] += change * change;
      }
      const auto k = static_cast<std::size_t>(t) * static_cast<std::size_t>(r_.n) + static_cast<std::size_t>(i);
      if (!r_.post.empty() && r_.post_seen[k] != 0) {
        out.residuals.push_back((layer_.output(i) - r_.post[k]) / scales_.post);
        for (int d = 0; d < directions_; ++d) out.jacobian.push_back(layer_.output_slope(i, d) / scales_.post);
        const double from_mean = (r_.post[k] - scales_.post_mean) / scales_.post;
        still_[static_cast<std::size_t>(i)] += from_mean * from_mean;
      }
      if (!r_.choice.empty() && r_.choice_seen[k] != 0) choice(out, i, r_.choice[k] == 1);
    }
  }

  // Half the square of a residual is the cross-entropy, told in that of one probability for all choices.
  void choice(Outcome& out, int i, bool chosen) {
    const double p = layer_.output(i);
    const double residual = std::sqrt(cross_entropy(p, chosen)) / scales_.choice;
    const double by_p = chosen ? -1 / std::max(p, 1e-12) : 1 / std::max(1 - p, 1e-12);
    const double slope = by_p / (2 * std::max(residual, 1e-6) * scales_.choice * scales_.choice);
    out.residuals.push_back(residual);
    for (int d = 0; d < directions_; ++d) out.jacobian.push_back(slope * layer_.output_slope(i, d));
    still_[static_cast<std::size_t>(i)] += 1;
  }

  const LayerRecording& r_;
  const TrajectoryOptions& options_;
  const TrajectoryObjective::Scales& scales_;
  Told told_;
  int directions_;
  bool forced_;
  PlasticLayer layer_;
  std::vector<Outcome> out_;
  std::vector<double> still_;  // squares that a layer leaves which does not change, and whose cells have their mean activity
};

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

  double changes = 0, weights = 0, sum = 0, squares = 0, activities = 0, choices = 0, chosen = 0;
  for (std::size_t k = 0; k < this->recordings(Part::search); ++k) {
    const LayerRecording& r = recording(Part::search, k);
    const std::size_t synapses = static_cast<std::size_t>(r.n) * static_cast<std::size_t>(r.m);
    for (std::size_t i = 0; i < r.w.size(); ++i) {
      if (!weight_counts(r, i)) continue;
      const double change = r.w[i] - r.w[i % synapses];
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
  if (weights + activities + choices == 0)
    throw InputError("no weight after the first time, no activity and no choice was recorded, so there is nothing to "
                     "explain\n  hint: w columns beyond the first line, post columns, or choice columns");
  if (weights > 0) scales_.weights = std::sqrt(changes / weights);
  if (activities > 0) {
    scales_.post_mean = sum / activities;
    scales_.post = std::sqrt(std::max(0.0, squares / activities - scales_.post_mean * scales_.post_mean));
  }
  const char* const still = weights > 0 && !(scales_.weights > 0)                      ? "the weights"
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
  if (weights > 0) easier_.reset(new TrajectoryObjective(*this, true));
}

TrajectoryObjective::TrajectoryObjective(const TrajectoryObjective& of, bool forced)
    : recordings_(of.recordings_), options_(of.options_), parts_(of.parts_), scales_(of.scales_), forced_(forced) {}

std::string TrajectoryObjective::identity() const {
  return fmt::format("trajectory {} {:a} {}", name(options_.activation), options_.beta, options_.one_step);
}

const LayerRecording& TrajectoryObjective::recording(Part part, std::size_t number) const {
  return recordings_[parts_[static_cast<std::size_t>(part)].at(number)];
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
  std::size_t count = 0;
  for (std::size_t k = cell; k < r.post_seen.size() && !forced_; k += cells()) count += r.post_seen[k] != 0;
  for (std::size_t k = cell; k < r.choice_seen.size() && !forced_; k += cells()) count += r.choice_seen[k] != 0;
  for (std::size_t k = 0; k < r.w.size(); ++k) count += k / inputs % cells() == cell && weight_counts(r, k);
  return count;
}

std::unique_ptr<Evaluator> TrajectoryObjective::compile(const plan::Plan& plan, std::vector<int> directions, Precision,
                                                        BeforeUnit before) const {
  struct Trajectories : Evaluator {
    const TrajectoryObjective* objective = nullptr;
    plan::Plan plan;
    std::vector<int> directions;
    BeforeUnit before;

    std::vector<Outcome> run(Part part, std::size_t count, const std::vector<double>& theta, Wanted) const override {
      const std::size_t cells = objective->cells();
      std::vector<Outcome> outcomes((count + cells - 1) / cells * cells);
      tbb::parallel_for(std::size_t{0}, outcomes.size() / cells, [&](std::size_t k) {
        if (before) before();
        std::vector<Outcome> of = Simulation(plan, objective->recording(part, k), directions, *objective).run(theta);
        std::move(of.begin(), of.end(), outcomes.begin() + static_cast<std::ptrdiff_t>(k * cells));
      });
      outcomes.resize(count);
      return outcomes;
    }
  };
  const LayerRecording& first = recordings_[0];
  const PlasticLayer refuses_what_it_cannot_do(plan, first.n, first.m, {}, options_.activation, options_.beta);
  for (const LayerRecording& r : recordings_) const Told refuses_what_was_not_recorded(plan, r);
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
  Noise noise;
  double weights = 0, activities = 0;
  for (std::size_t number = 0; number < recordings(Part::search); ++number) {
    const LayerRecording& r = recording(Part::search, number);
    const Told told(plan, r);
    PlasticLayer layer(plan, r.n, r.m, {}, options_.activation, options_.beta);
    layer.start(theta, r.w.data());
    for (int t = 0; t < r.steps; ++t) {
      if (!layer.forward(r.pre.data() + static_cast<std::ptrdiff_t>(t) * r.m)) return {};
      for (int i = 0; i < r.n; ++i) {
        for (int j = 0; j < r.m; ++j) {
          const std::size_t k = (static_cast<std::size_t>(t) * static_cast<std::size_t>(r.n) + static_cast<std::size_t>(i)) *
                                    static_cast<std::size_t>(r.m) +
                                static_cast<std::size_t>(j);
          if (!weight_counts(r, k)) continue;
          noise.weights += std::pow(layer.weight(i, j) - r.w[k], 2);
          ++weights;
        }
        if (r.post.empty()) continue;
        const std::size_t k = static_cast<std::size_t>(t) * static_cast<std::size_t>(r.n) + static_cast<std::size_t>(i);
        if (r.post_seen[k] == 0) continue;
        noise.post += std::pow(layer.output(i) - r.post[k], 2);
        ++activities;
      }
      layer.learn(told.at(t));
    }
  }
  noise.weights = weights > 0 ? std::sqrt(noise.weights / weights) : 0;
  noise.post = activities > 0 ? std::sqrt(noise.post / activities) : 0;
  return noise;
}

}  // namespace rule_search
