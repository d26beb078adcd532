#include "objectives/goals/objective.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/parallel.hpp"
#include "base/random.hpp"

namespace rule_search {

namespace {

constexpr std::uint64_t world_stream = 160;  // and one after it for each part

// Of the second half of a stream, so that the noise of single inputs is averaged and a rule that gets there early has
// something from it.
constexpr std::array<double, 4> compared_at = {0.625, 0.75, 0.875, 1.0};

struct GoalRow {
  Goal goal;
  const char* name;
  int cells, inputs, steps;
};
constexpr std::array<GoalRow, 5> goals = {{{Goal::first_component, "first_component", 1, 5, 400},
                                           {Goal::subspace, "subspace", 3, 6, 400},
                                           {Goal::components, "components", 3, 6, 1000},
                                           {Goal::decorrelation, "decorrelation", 3, 5, 400},
                                           {Goal::sparse_coding, "sparse_coding", 4, 4, 1000}}};

const GoalRow& row(Goal goal) {
  return *std::find_if(goals.begin(), goals.end(), [&](const GoalRow& r) { return r.goal == goal; });
}

std::size_t size(int rows, int cols) { return static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols); }

// Of mean 0 and variance 1 (Box & Muller 1958).
double normal(Random& random) {
  const double radius = std::sqrt(-2 * std::log(1 - random.uniform()));
  return radius * std::cos(2 * std::numbers::pi * random.uniform());
}

// Laplace's distribution, of variance 1: most often near 0, now and then large.
double sparse(Random& random) {
  const double u = random.uniform() - 0.5;
  return std::copysign(std::log(1 - 2 * std::abs(u)), u) / -std::numbers::sqrt2;
}

// Orthonormal rows, every rotation equally likely: normal numbers by Gram and Schmidt, each row twice against rounding.
std::vector<double> rotation(Random& random, int m) {
  std::vector<double> q(size(m, m));
  for (double& x : q) x = normal(random);
  const auto wide = static_cast<std::size_t>(m);
  for (std::size_t i = 0; i < wide; ++i) {
    double* const row = q.data() + i * wide;
    for (std::size_t step = 0; step < 2 * i; ++step) {
      const double* const other = q.data() + step % i * wide;
      double along = 0;
      for (std::size_t j = 0; j < wide; ++j) along += row[j] * other[j];
      for (std::size_t j = 0; j < wide; ++j) row[j] -= along * other[j];
    }
    double length = 0;
    for (std::size_t j = 0; j < wide; ++j) length += row[j] * row[j];
    for (std::size_t j = 0; j < wide; ++j) row[j] /= std::sqrt(length);
  }
  return q;
}

class Life {
 public:
  Life(const GoalObjective& objective, const plan::Plan& plan, std::vector<int> directions)
      : objective_(objective),
        o_(objective.options()),
        tangents_(directions.size()),
        layer_(plan, o_.cells, o_.inputs, std::move(directions), o_.activation, o_.beta) {}

  Outcome run(const World& world, const std::vector<double>& theta) {
    Outcome out;
    // In the size of what it misses before it has learnt, so that worlds count alike.
    double at_first = 0;
    const std::vector<double> first = objective_.misses(world, world.weights);
    for (double x : first) at_first += x * x;
    const double scale = std::sqrt(at_first / static_cast<double>(first.size()));
    layer_.start(theta, world.weights.data());
    std::size_t next = 0;
    for (int t = 0; t <= o_.steps; ++t) {
      // After the last input the layer is shown the first once more, to have its weights brought up to date.
      const bool over = t == o_.steps;
      const double* const x = world.inputs.data() + (over ? 0 : size(t, o_.inputs));
      if (!layer_.forward(x)) return diverged_outcome();
      if (t == static_cast<int>(std::lround(compared_at[next] * o_.steps))) {
        compare(world, scale, out);
        ++next;
      }
      if (!over) layer_.learn();
    }
    take_losses(out);
    if (out.diverged) return diverged_outcome();
    out.accuracy = 1 - out.loss / GoalObjective::still;
    return out;
  }

 private:
  void compare(const World& world, double scale, Outcome& out) {
    std::vector<double> weights;
    for (int i = 0; i < o_.cells; ++i) {
      for (int j = 0; j < o_.inputs; ++j) weights.push_back(layer_.weight(i, j));
    }
    std::vector<double> slopes;
    const std::vector<double> misses = objective_.misses(world, weights, tangents_ > 0 ? &slopes : nullptr);
    for (std::size_t k = 0; k < misses.size(); ++k) {
      out.residuals.push_back(misses[k] / scale);
      for (std::size_t d = 0; d < tangents_; ++d) {
        double slope = 0;
        for (int i = 0; i < o_.cells; ++i) {
          for (int j = 0; j < o_.inputs; ++j)
            slope += slopes[k * weights.size() + size(i, o_.inputs) + static_cast<std::size_t>(j)] *
                     layer_.weight_derivative(i, j, static_cast<int>(d));
        }
        out.jacobian.push_back(slope / scale);
      }
    }
  }

  const GoalObjective& objective_;
  const GoalOptions& o_;
  std::size_t tangents_;
  PlasticLayer layer_;
};

// Collects conditions with their slopes by every weight.
class Conditions {
 public:
  Conditions(std::size_t weights, std::vector<double>* slopes) : weights_(weights), slopes_(slopes) {
    if (slopes_ != nullptr) slopes_->clear();
  }
  void add(double value) {
    values_.push_back(value);
    if (slopes_ != nullptr) slopes_->resize(slopes_->size() + weights_, 0.0);
  }
  /// Of the condition added last.
  void slope(std::size_t weight, double by) {
    if (slopes_ != nullptr) (*slopes_)[slopes_->size() - weights_ + weight] += by;
  }
  /// The slopes so far are by unit rows u_i = w_i / |w_i|; makes them slopes by w_i. `along` holds u_i C (n x m), `length`
  /// |w_i| = sqrt(w_i C w_i').
  void by_weights(const std::vector<double>& unit, const std::vector<double>& along,
                  const std::vector<double>& length) {
    if (slopes_ == nullptr) return;
    const std::size_t m = unit.size() / length.size();
    for (std::size_t first = 0; first < slopes_->size(); first += m) {
      const std::size_t i = first / m % length.size();
      double* const slope = slopes_->data() + first;
      double inner = 0;
      for (std::size_t j = 0; j < m; ++j) inner += slope[j] * unit[i * m + j];
      for (std::size_t j = 0; j < m; ++j)
        slope[j] = length[i] > 0 ? (slope[j] - inner * along[i * m + j]) / length[i] : 0;
    }
  }
  std::vector<double> take() { return std::move(values_); }

 private:
  std::size_t weights_;
  std::vector<double>* slopes_;
  std::vector<double> values_;
};

std::size_t pairs(int n) { return size(n, n + 1) / 2; }

std::size_t conditions_of(const GoalOptions& o) {
  switch (o.goal) {
    case Goal::first_component:
    case Goal::subspace:
      return static_cast<std::size_t>(o.cells) + pairs(o.inputs);
    case Goal::components:
      return static_cast<std::size_t>(o.cells) * (1 + pairs(o.inputs));
    case Goal::decorrelation:
      return pairs(o.cells);
    case Goal::sparse_coding:
      return pairs(o.cells) + static_cast<std::size_t>(o.cells) * pairs(o.inputs - 1);
  }
  return 0;
}

}  // namespace

const char* name(Goal goal) { return row(goal).name; }

std::optional<Goal> goal_named(const std::string& name) {
  for (const GoalRow& r : goals) {
    if (name == r.name) return r.goal;
  }
  return std::nullopt;
}

std::vector<std::string> goal_names() {
  std::vector<std::string> out;
  for (const GoalRow& r : goals) out.emplace_back(r.name);
  return out;
}

GoalOptions GoalOptions::completed() const {
  GoalOptions out = *this;
  const GoalRow& own = row(goal);
  if (cells == 0) out.cells = inputs > 0 ? std::min(own.cells, inputs) : own.cells;
  if (inputs == 0) out.inputs = std::max(own.inputs, out.cells);
  if (steps == 0) out.steps = own.steps;
  if (goal == Goal::first_component && out.cells != 1)
    throw InputError(
        fmt::format("‹neurons› {}: {} is a goal of 1 neuron\n  hint: subspace and components are those of several",
                    out.cells, own.name));
  if (out.cells > out.inputs)
    throw InputError(fmt::format(
        "‹neurons› {} with ‹inputs› {}: expected no more neurons than inputs, since there are only so many {}\n  hint: "
        "‹inputs› {}",
        out.cells, out.inputs, goal == Goal::sparse_coding ? "sources" : "directions", out.cells));
  if (out.inputs < 2)
    throw InputError("‹inputs› 1: expected at least 2, since one input has one direction alone\n  hint: leave it out");
  constexpr int least = 8;  // so that times of comparison are different ones
  if (out.steps < least)
    throw InputError(fmt::format("‹world-steps› {}: expected at least {}, found {}\n  hint: without it {} has {}",
                                 steps, least, steps, own.name, own.steps));
  return out;
}

GoalObjective::GoalObjective(const GoalOptions& options, std::uint64_t seed)
    : options_(options.completed()), seed_(seed), conditions_(conditions_of(options_)) {}

std::string GoalObjective::identity() const {
  return fmt::format("function {} {} {} {} {} {:a}", rule_search::name(options_.goal), options_.cells, options_.inputs,
                     options_.steps, rule_search::name(options_.activation), options_.beta);
}

std::size_t GoalObjective::units(Part) const { return std::numeric_limits<std::size_t>::max(); }
std::size_t GoalObjective::answers(Part, std::size_t) const { return compared_at.size() * conditions_; }

World GoalObjective::world(Part part, std::size_t number) const {
  Random random(seed_, world_stream + static_cast<std::uint64_t>(part), number);
  const int n = options_.cells;
  const int m = options_.inputs;
  World out;
  out.directions = rotation(random, m);
  const bool sources = options_.goal == Goal::sparse_coding;
  if (sources) {
    out.spectrum.assign(static_cast<std::size_t>(m), 1.0);
  } else {
    // Every variance is 1.4 to 2.2 times the next one: a gap that a layer can find in so many steps. The mean variance of
    // an input, from 1/2 to 2, is another one in every world, so that a rule must not be right for one size alone.
    double variance = 1;
    double sum = 0;
    for (int j = 0; j < m; ++j) {
      out.spectrum.push_back(variance);
      sum += variance;
      variance /= random.uniform(1.4, 2.2);
    }
    const double mean = std::exp2(random.uniform(-1, 1));
    for (double& v : out.spectrum) v *= mean * m / sum;
  }
  // Lengths around 1, some too short and some too long: at weights of the right length nothing would tell a fit, which
  // begins with a layer that does not learn, what terms of growth and of decay are good for.
  for (int i = 0; i < n; ++i) {
    const std::size_t first = out.weights.size();
    double squares = 0;
    for (int j = 0; j < m; ++j) {
      out.weights.push_back(normal(random));
      squares += out.weights.back() * out.weights.back();
    }
    const double length = random.uniform(0.5, 1.5);
    for (std::size_t k = first; k < out.weights.size(); ++k) out.weights[k] *= length / std::sqrt(squares);
  }
  out.inputs.assign(size(options_.steps, m), 0.0);
  for (int t = 0; t < options_.steps; ++t) {
    double* const x = out.inputs.data() + size(t, m);
    for (int k = 0; k < m; ++k) {
      const double along =
          std::sqrt(out.spectrum[static_cast<std::size_t>(k)]) * (sources ? sparse(random) : normal(random));
      for (int j = 0; j < m; ++j) x[j] += along * out.directions[size(k, m) + static_cast<std::size_t>(j)];
    }
  }
  return out;
}

std::vector<double> GoalObjective::misses(const World& world, const std::vector<double>& weights,
                                          std::vector<double>* slopes) const {
  const auto n = static_cast<std::size_t>(options_.cells);
  const auto m = static_cast<std::size_t>(options_.inputs);
  const auto e = [&](std::size_t k, std::size_t j) { return world.directions[k * m + j]; };
  // An element off the diagonal stands twice in a symmetric matrix.
  const auto twice = [](std::size_t a, std::size_t b) { return a == b ? 1.0 : std::numbers::sqrt2; };
  // Direction and length of a cell's weights are asked for apart. In the matrices as they are, weights of 0 would miss half
  // as much as those of length 1 in a direction of chance: terms of decay would gain most of all terms by themselves, and a
  // search would stay with a layer that falls silent; and growth by Hebb's term would drown the direction it finds.
  // Lengths are standard deviations of what a cell makes of its inputs where the goal asks for those: sqrt(w C w').
  std::vector<double> unit = weights;
  std::vector<double> along(n * m, 0.0);
  std::vector<double> length(n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < m; ++k) {
      double inner = 0;
      for (std::size_t j = 0; j < m; ++j) inner += weights[i * m + j] * e(k, j);
      const double variance = options_.goal == Goal::decorrelation ? world.spectrum[k] : 1.0;
      for (std::size_t j = 0; j < m; ++j) along[i * m + j] += variance * inner * e(k, j);
    }
    double squares = 0;
    for (std::size_t j = 0; j < m; ++j) squares += along[i * m + j] * weights[i * m + j];
    length[i] = std::sqrt(std::max(squares, 0.0));
    for (std::size_t j = 0; j < m && length[i] > 0; ++j) {
      unit[i * m + j] /= length[i];
      along[i * m + j] /= length[i];
    }
  }
  const auto w = [&](std::size_t i, std::size_t j) { return unit[i * m + j]; };
  Conditions out(n * m, slopes);
  // sum of w_i'w_i - e_i e_i' over the rows from `first` on, `count` of them.
  const auto projections = [&](std::size_t first, std::size_t count) {
    for (std::size_t a = 0; a < m; ++a) {
      for (std::size_t b = 0; b <= a; ++b) {
        const double by = twice(a, b);
        double miss = 0;
        for (std::size_t i = first; i < first + count; ++i) miss += w(i, a) * w(i, b) - e(i, a) * e(i, b);
        out.add(by * miss);
        for (std::size_t i = first; i < first + count; ++i) {
          out.slope(i * m + a, by * w(i, b));
          out.slope(i * m + b, by * w(i, a));
        }
      }
    }
  };
  // No correlation between cells: W C W' = I off the diagonal.
  const auto uncorrelated = [&] {
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t l = 0; l < i; ++l) {
        const double by = std::numbers::sqrt2;
        double correlation = 0;
        for (std::size_t j = 0; j < m; ++j) correlation += along[i * m + j] * w(l, j);
        out.add(by * correlation);
        for (std::size_t j = 0; j < m; ++j) {
          out.slope(i * m + j, by * along[l * m + j]);
          out.slope(l * m + j, by * along[i * m + j]);
        }
      }
    }
  };
  switch (options_.goal) {
    case Goal::first_component:
    case Goal::subspace:
      projections(0, n);
      break;
    case Goal::components:
      for (std::size_t i = 0; i < n; ++i) projections(i, 1);
      break;
    case Goal::decorrelation:
      uncorrelated();
      break;
    case Goal::sparse_coding:
      // Inputs are A s with A orthogonal and independent sources s of variance 1. Cells make G s of them, G = W A. G is a
      // choice of sources, each with either sign, if and only if G G' = I (cells are uncorrelated and of variance 1) and
      // no row has two elements that are not 0, so that all products g_ij g_ik, j < k, vanish. Given the first, the
      // squares of these products are (1 - sum_j g_ij^4) / 2, the contrast of Comon, Signal Processing 36:287 (1994).
      uncorrelated();  // C = A A' = I
      for (std::size_t i = 0; i < n; ++i) {
        std::vector<double> g(m, 0.0);
        for (std::size_t k = 0; k < m; ++k) {
          for (std::size_t j = 0; j < m; ++j) g[k] += w(i, j) * e(k, j);
        }
        for (std::size_t k = 1; k < m; ++k) {
          for (std::size_t l = 0; l < k; ++l) {
            const double by = std::numbers::sqrt2;
            out.add(by * g[k] * g[l]);
            for (std::size_t j = 0; j < m; ++j) out.slope(i * m + j, by * (e(k, j) * g[l] + g[k] * e(l, j)));
          }
        }
      }
      break;
  }
  out.by_weights(unit, along, length);
  // The squared length q as (q - 1) / (q + 1): -1 for weights of 0, 0 at length 1, 1 for those without bounds.
  for (std::size_t i = 0; i < n; ++i) {
    const double q = length[i] * length[i];
    out.add((q - 1) / (q + 1));
    for (std::size_t j = 0; j < m; ++j) out.slope(i * m + j, 4 * length[i] * along[i * m + j] / ((q + 1) * (q + 1)));
  }
  return out.take();
}

std::unique_ptr<Evaluator> GoalObjective::compile(const plan::Plan& plan, std::vector<int> directions, Precision,
                                                  BeforeUnit before) const {
  struct Lives : Evaluator {
    const GoalObjective* objective = nullptr;
    plan::Plan plan;
    std::vector<int> directions;
    BeforeUnit before;

    std::vector<Outcome> run(Part part, std::size_t count, const std::vector<double>& theta, Wanted) const override {
      return run_units(count, [&](std::size_t k) {
        if (before) before();
        return Life(*objective, plan, directions).run(objective->world(part, k), theta);
      });
    }
  };
  const PlasticLayer refuses_what_it_cannot_do(plan, options_.cells, options_.inputs, {}, options_.activation,
                                               options_.beta);
  const std::string asked = !plan.signals.empty()           ? plan.signals.front().name
                            : plan.uses(Quantity::err_post) ? "err_post"
                            : plan.uses(Quantity::err_pre)  ? "err_pre"
                                                            : "";
  if (!asked.empty())
    throw InputError(fmt::format(
        "the rule asks for {}, but a goal tells cells of no {}\n  hint: write the rule with pre, post, w and states",
        asked, plan.signals.empty() ? "error" : "signal"));
  auto out = std::make_unique<Lives>();
  out->objective = this;
  out->plan = plan;
  out->directions = std::move(directions);
  out->before = std::move(before);
  return out;
}

LossTraits GoalObjective::traits() const {
  LossTraits t;
  // One hundredth of the way from no learning to the goal is not worth a term: worlds can be drawn until any gain, however
  // small, is beyond the noise.
  t.tolerance = 0.01 * still;
  t.fits_all_at_once = true;
  t.tempers = true;
  return t;
}

Score GoalObjective::summarise(const std::vector<Outcome>& outcomes) const { return summarise_squares(outcomes); }

Score GoalObjective::silent(Part part, std::size_t count) const {
  std::vector<Outcome> outcomes(count);
  for (std::size_t k = 0; k < count; ++k) {
    const World of = world(part, k);
    double before = 0;
    double without = 0;
    for (double x : misses(of, of.weights)) before += x * x;
    for (double x : misses(of, std::vector<double>(of.weights.size(), 0.0))) without += x * x;
    outcomes[k].loss = still * without / before;
    outcomes[k].accuracy = 1 - without / before;
  }
  return summarise(outcomes);
}

std::string GoalObjective::content_hash() const {
  Hash hash;
  for (Part part : {Part::search, Part::validation, Part::test}) {
    const World first = world(part, 0);
    for (const auto* values : {&first.spectrum, &first.directions, &first.weights, &first.inputs})
      hash.add(values->data(), values->size() * sizeof(double));
  }
  return hash.text();
}

}  // namespace rule_search
