#include "objectives/recordings/simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "expression/rule.hpp"
#include "fit/score.hpp"
#include "objectives/recordings/initial_weights.hpp"

namespace rule_search {

namespace {

// Keeps first weights finite of which the recording tells nothing, and so weak that it does not show in those of which it
// does: a share of what a residual changes by.
constexpr double hold = 1e-4;
// Of the same without a rule, where less is known and less depends on it.
constexpr double hold_at_first = 0.1;
// Residuals of choices are far from linear, and steps shrink slowly. What is left of the weights' way at this share of the
// squares is a hundredth of their standard errors.
constexpr double near_enough = 1e-8;
constexpr double near_enough_of_choices = 1e-6;

// About how much a residual changes with a weight, whatever the units of both.
double response_to_weights(const LayerRecording& r, const ResidualScales& scales) {
  double squares = 0;
  for (double x : r.pre) squares += x * x / static_cast<double>(r.pre.size());
  const double input = std::sqrt(squares);
  const double response = std::max({scales.post > 0 ? input / scales.post : 0.0, scales.choice > 0 ? input : 0.0,
                                    scales.weights > 0 ? 1 / scales.weights : 0.0});
  return response > 0 ? response : 1;
}

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

  PlasticLayer::StepInput at(int t) const {
    PlasticLayer::StepInput out;
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
    if (at == r_.others.end() && name == "choice" && !r_.choice.empty())
      throw InputError(
          fmt::format("{}: the rule asks for choice as a signal, {}\n  hint: signal choice: post has a number for "
                      "every cell after, at "
                      "every time",
                      r_.name,
                      width == r_.n ? "but some choices were not recorded"
                                    : fmt::format("{} numbers at a time, found {}", width, r_.n)));
    if (at == r_.others.end()) {
      std::vector<std::string> names;
      for (const auto& [known, values] : r_.others) names.push_back(known);
      throw InputError(fmt::format(
          "{}: the rule asks for {}, which was not recorded\n  hint: {}{}", r_.name, name,
          width == 1 ? fmt::format("a column {}", name) : fmt::format("columns {0}[1] ... {0}[{1}]", name, width),
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

double cross_entropy(double p, bool chosen) { return -std::log(std::max(chosen ? p : 1 - p, 1e-12)); }

int compared_steps(const LayerRecording& r, TrajectoryLoss loss) {
  const int share = loss == TrajectoryLoss::half ? 2 : loss == TrajectoryLoss::quarter ? 4 : 1;
  return (r.steps + share - 1) / share;
}

bool is_explained(const LayerRecording& r, std::size_t k, const TrajectoryOptions& options) {
  const bool first = k < static_cast<std::size_t>(r.n) * static_cast<std::size_t>(r.m);
  return r.w_seen[k] != 0 && (!first || options.fit_first_weights);
}

std::vector<int> fitted_first_weights(const LayerRecording& r, const TrajectoryOptions& options) {
  std::vector<int> out;
  for (int k = 0; k < r.n * r.m; ++k) {
    if (options.fit_first_weights || r.w_seen[static_cast<std::size_t>(k)] == 0) out.push_back(k);
  }
  return out;
}

std::vector<double> first_weights_known(const LayerRecording& r, const TrajectoryOptions& options,
                                        const ResidualScales& scales) {
  const std::size_t synapses = static_cast<std::size_t>(r.n) * static_cast<std::size_t>(r.m);
  std::vector<double> seen(synapses, 0.0);
  bool all = true;
  for (std::size_t s = 0; s < synapses; ++s) {
    std::size_t k = s;
    while (k < r.w.size() && r.w_seen[k] == 0) k += synapses;
    all = all && k < r.w.size();
    if (k < r.w.size()) seen[s] = r.w[k];
  }
  if (all) return seen;
  // Activities change with the rule, so the first ones alone where they are enough; choices are few and tell little each.
  static const Rule still = check_rule({"still", "param a = 0\ndw = a * w"});
  static const plan::Plan plan = plan::lower(still);
  Simulation simulation(plan, r, seen, {}, options, scales);
  simulation.learns_ = false;
  simulation.steps_ = r.choice.empty() ? std::min(r.steps, 4 * r.m) : r.steps;
  simulation.fitted_.clear();
  for (std::size_t s = 0; s < synapses; ++s) {
    std::size_t k = s;
    while (k < r.w.size() && r.w_seen[k] == 0) k += synapses;
    if (k >= r.w.size()) simulation.fitted_.push_back(static_cast<int>(s));
  }
  return simulation.fit_first_weights({0.0}, seen, hold_at_first, simulation.steps_) ? simulation.first_ : seen;
}

void refuse_what_was_not_recorded(const plan::Plan& plan, const LayerRecording& recording) {
  const Told throws_where_it_is_not_there(plan, recording);
}

Simulation::Simulation(const plan::Plan& plan, const LayerRecording& recording, const std::vector<double>& first,
                       std::vector<int> directions, const TrajectoryOptions& options, const ResidualScales& scales,
                       TrajectoryLoss loss)
    : plan_(plan),
      r_(recording),
      options_(options),
      scales_(scales),
      known_(first),
      fitted_(loss == TrajectoryLoss::integral ? std::vector<int>() : fitted_first_weights(recording, options)),
      directions_(static_cast<int>(directions.size())),
      loss_(loss),
      steps_(compared_steps(recording, loss)),
      layer_(plan, recording.n, recording.m, std::move(directions), options.activation, options.beta, fitted_),
      first_(first) {}

std::vector<Outcome> Simulation::run(const std::vector<double>& theta, const std::vector<double>& nearby,
                                     bool held_out) {
  first_ = known_;
  const auto unknown = static_cast<int>(fitted_.size());
  const int until = unknown > 0 && held_out ? fitted_until(steps_) : 0;
  const int steps = until > 0 ? until : steps_;
  const bool begun = unknown == 0 || (!nearby.empty() && fit_first_weights(theta, nearby, hold, steps)) ||
                     fit_first_weights(theta, known_, hold, steps);
  const bool good =
      begun &&
      (loss_ == TrajectoryLoss::integral ? add_up(theta) : walk(layer_, theta, directions_ + unknown, steps_, until));
  if (!good) return diverged();
  if (unknown > 0)
    take_out_first_weights(out_, until > 0 ? &early_ : nullptr, directions_, unknown,
                           hold * response_to_weights(r_, scales_));
  for (std::size_t i = 0; i < out_.size(); ++i) {
    Outcome& o = out_[i];
    take_losses(o);
    if (o.diverged) return diverged();
    const double count = static_cast<double>(o.residuals.size());
    o.accuracy = still_[i] > 0 ? 1 - 2 * count * o.loss / still_[i] : 0;
  }
  return std::move(out_);
}

std::vector<Outcome> Simulation::diverged() const {
  return std::vector<Outcome>(static_cast<std::size_t>(r_.n), diverged_outcome());
}

void Simulation::begin() {
  out_.assign(static_cast<std::size_t>(r_.n), {});
  still_.assign(static_cast<std::size_t>(r_.n), 0);
  early_.assign(static_cast<std::size_t>(r_.n), 0);
  missed_ = {};
}

bool Simulation::walk(PlasticLayer& layer, const std::vector<double>& theta, int slopes, int steps, int counts_from) {
  begin();
  const Told told(plan_, r_);
  layer.start(theta, first_.data());
  for (int t = 0; t < steps; ++t) {
    if (!layer.forward(input(t))) return false;
    if (t == counts_from) {
      for (std::size_t i = 0; i < out_.size(); ++i) early_[i] = out_[i].residuals.size();
      std::fill(still_.begin(), still_.end(), 0.0);
      missed_ = {};
    }
    compare(layer, t, slopes);
    if (t + 1 == steps) break;
    if (loss_ == TrajectoryLoss::one_step && t > 0 && all_seen(t)) {
      // The step starts from what was recorded.
      layer.replace_weights(r_.w.data() + at(t));
      if (!layer.forward(input(t))) return false;
    }
    if (learns_) layer.learn(told.at(t));
  }
  return true;
}

// Every step from what was recorded; what they change is added up.
bool Simulation::add_up(const std::vector<double>& theta) {
  begin();
  const Told told(plan_, r_);
  layer_.start(theta, first_.data());
  const auto synapses = at(1);
  const auto slopes = static_cast<std::size_t>(directions_);
  std::vector<double> now = first_;
  std::vector<double> slope(synapses * slopes, 0.0);
  for (int t = 0; t < steps_; ++t) {
    for (std::size_t k = 0; k < synapses; ++k) {
      if (!is_explained(r_, at(t) + k, options_)) continue;
      const std::size_t cell = k / static_cast<std::size_t>(r_.m);
      Outcome& out = out_[cell];
      const double recorded = r_.w[at(t) + k];
      out.residuals.push_back((now[k] - recorded) / scales_.weights);
      for (std::size_t d = 0; d < slopes; ++d) out.jacobian.push_back(slope[k * slopes + d] / scales_.weights);
      still_[cell] += std::pow((recorded - first_[k]) / scales_.weights, 2);
    }
    const std::vector<double> from =
        all_seen(t) ? std::vector<double>(r_.w.data() + at(t), r_.w.data() + at(t + 1)) : now;
    layer_.replace_weights(from.data());
    if (!layer_.forward(input(t))) return false;
    layer_.learn(told.at(t));
    if (!layer_.forward(input(t))) return false;  // brings the weights up to date
    for (std::size_t k = 0; k < synapses; ++k) {
      const int i = static_cast<int>(k) / r_.m;
      const int j = static_cast<int>(k) % r_.m;
      now[k] += layer_.weight(i, j) - from[k];
      for (std::size_t d = 0; d < slopes; ++d)
        slope[k * slopes + d] += layer_.weight_derivative(i, j, static_cast<int>(d));
    }
  }
  return true;
}

// False where the simulation diverges from where it begins.
bool Simulation::fit_first_weights(const std::vector<double>& theta, const std::vector<double>& from, double ridge,
                                   int steps) {
  first_ = from;
  const int unknown = static_cast<int>(fitted_.size());
  ridge *= response_to_weights(r_, scales_);
  PlasticLayer layer(plan_, r_.n, r_.m, {}, options_.activation, options_.beta, fitted_);
  std::vector<double> at_first;
  for (int k : fitted_) at_first.push_back(first_[static_cast<std::size_t>(k)]);
  if (!walk(layer, theta, unknown, steps)) return false;
  const std::vector<double> found =
      least_squares_of_first_weights(at_first, ridge, r_.choice.empty() ? near_enough : near_enough_of_choices,
                                     [&](const double* weights) -> const std::vector<Outcome>* {
                                       for (std::size_t k = 0; k < fitted_.size(); ++k)
                                         first_[static_cast<std::size_t>(fitted_[k])] = weights[k];
                                       return walk(layer, theta, unknown, steps) ? &out_ : nullptr;
                                     });
  for (std::size_t k = 0; k < fitted_.size(); ++k) first_[static_cast<std::size_t>(fitted_[k])] = found[k];
  return true;
}

std::size_t Simulation::at(int t) const {
  return static_cast<std::size_t>(t) * static_cast<std::size_t>(r_.n) * static_cast<std::size_t>(r_.m);
}
const double* Simulation::input(int t) const { return r_.pre.data() + static_cast<std::ptrdiff_t>(t) * r_.m; }
bool Simulation::all_seen(int t) const {
  const auto first = r_.w_seen.begin() + static_cast<std::ptrdiff_t>(at(t));
  return std::all_of(first, first + static_cast<std::ptrdiff_t>(r_.n) * r_.m, [](char seen) { return seen != 0; });
}

void Simulation::compare(const PlasticLayer& layer, int t, int slopes) {
  for (int i = 0; i < r_.n; ++i) {
    Outcome& out = out_[static_cast<std::size_t>(i)];
    for (int j = 0; j < r_.m; ++j) {
      const auto synapse = static_cast<std::size_t>(i) * static_cast<std::size_t>(r_.m) + static_cast<std::size_t>(j);
      const std::size_t k = at(t) + synapse;
      if (!is_explained(r_, k, options_)) continue;
      const double error = layer.weight(i, j) - r_.w[k];
      out.residuals.push_back(error / scales_.weights);
      for (int d = 0; d < slopes; ++d) out.jacobian.push_back(layer.weight_derivative(i, j, d) / scales_.weights);
      const double change = (r_.w[k] - known_[synapse]) / scales_.weights;
      still_[static_cast<std::size_t>(i)] += change * change;
      missed_.weights += error * error;
      ++missed_.weights_seen;
    }
    const auto k = static_cast<std::size_t>(t) * static_cast<std::size_t>(r_.n) + static_cast<std::size_t>(i);
    if (!r_.post.empty() && r_.post_seen[k] != 0) {
      const double error = layer.output(i) - r_.post[k];
      out.residuals.push_back(error / scales_.post);
      for (int d = 0; d < slopes; ++d) out.jacobian.push_back(layer.output_derivative(i, d) / scales_.post);
      const double from_mean = (r_.post[k] - scales_.post_mean) / scales_.post;
      still_[static_cast<std::size_t>(i)] += from_mean * from_mean;
      missed_.post += error * error;
      ++missed_.posts_seen;
    }
    if (!r_.choice.empty() && r_.choice_seen[k] != 0) choice(layer, out, i, r_.choice[k] == 1, slopes);
  }
}

// Half the square of a residual is the cross-entropy, told in that of one probability for all choices.
void Simulation::choice(const PlasticLayer& layer, Outcome& out, int i, bool chosen, int slopes) {
  const double p = layer.output(i);
  const double residual = std::sqrt(cross_entropy(p, chosen)) / scales_.choice;
  const double by_p = chosen ? -1 / std::max(p, 1e-12) : 1 / std::max(1 - p, 1e-12);
  const double slope = by_p / (2 * std::max(residual, 1e-6) * scales_.choice * scales_.choice);
  out.residuals.push_back(residual);
  for (int d = 0; d < slopes; ++d) out.jacobian.push_back(slope * layer.output_derivative(i, d));
  still_[static_cast<std::size_t>(i)] += 1;
  ++missed_.choices_seen;
}

}  // namespace rule_search
