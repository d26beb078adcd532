#include "objectives/decoding/generator.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "base/named.hpp"
#include "base/random.hpp"

namespace rule_search {

namespace {

struct ChangeRow {
  Change change;
  const char* name;
  const char* meaning;
};
constexpr std::array change_rows = {
    ChangeRow{Change::none, "none", "none"},
    ChangeRow{Change::remap, "remap", "tuning of some units is drawn anew"},
    ChangeRow{Change::dropout, "dropout", "some units fall silent"},
    ChangeRow{Change::drift, "drift", "preferred directions turn by up to 180 degrees"},
};

// Streams of random numbers.
enum : std::uint64_t { of_reaches = 100, of_tuning = 101, of_counts = 102, of_latents = 103 };

// Lengths a second; velocities are divided by it.
constexpr double typical_velocity = 1.3;
// Of a unit in a bin; keeps sums of many terms from running away.
constexpr double most_counts = 25;

struct Point {
  double x = 0, y = 0;
};

// Knuth, The Art of Computer Programming, vol. 2, 3.4.1.
int poisson(Random& random, double mean) {
  if (mean <= 0) return 0;
  const double limit = std::exp(-mean);
  int k = 0;
  for (double p = random.uniform(); p > limit; p *= random.uniform()) ++k;
  return k;
}

// Minimum-jerk reaches (Flash & Hogan, J. Neurosci. 5:1688 (1985)) between random targets, bowed, with a rest at each.
std::vector<Point> positions(std::uint64_t seed, int count, double dt) {
  Random random(seed, of_reaches, 0);
  std::vector<Point> out;
  Point from, to;
  double begun = 0, duration = 0, rest = 0, bow = 0;
  bool first = true;
  for (int k = 0; k < count; ++k) {
    const double t = k * dt;
    while (first || t >= begun + duration + rest) {
      if (!first) {
        begun = begun + duration + rest;
        from = to;
      }
      first = false;
      double distance = 0;
      while (distance < 0.3) {
        to.x = 2 * random.uniform() - 1;
        to.y = 2 * random.uniform() - 1;
        distance = std::sqrt((to.x - from.x) * (to.x - from.x) + (to.y - from.y) * (to.y - from.y));
      }
      duration = 0.3 + 0.3 * distance + 0.2 * random.uniform();
      rest = 0.15 * random.uniform();
      bow = 0.3 * (2 * random.uniform() - 1);
    }
    const double z = std::min(1.0, (t - begun) / duration);
    const double along = z * z * z * (10 - 15 * z + 6 * z * z);
    const double aside = bow * 16 * z * z * (1 - z) * (1 - z);
    out.push_back({from.x + (to.x - from.x) * along - (to.y - from.y) * aside,
                   from.y + (to.y - from.y) * along + (to.x - from.x) * aside});
  }
  return out;
}

// By latent, a number a step.
std::vector<std::vector<double>> latents(const Tuning& tuning, std::uint64_t seed, int steps, double dt) {
  const double keep = std::exp(-dt / tuning.tau_latent);
  std::vector<std::vector<double>> out;
  for (int j = 0; j < tuning.latents; ++j) {
    Random random(seed, of_latents, static_cast<std::uint64_t>(j));
    double z = normal(random);
    out.emplace_back();
    for (int k = 0; k < steps; ++k) {
      out.back().push_back(z);
      z = keep * z + std::sqrt(1 - keep * keep) * normal(random);
    }
  }
  return out;
}

struct Unit {
  double direction, base, depth, speed, bend, by_x, by_y;
  int lag;
  std::vector<double> noise;
};

Unit drawn_unit(const Tuning& t, int lag, Random& random) {
  Unit u;
  u.direction = 2 * std::numbers::pi * random.uniform();
  u.base = t.rate * std::exp(0.5 * normal(random));
  u.depth = t.depth * (0.5 + random.uniform());
  u.speed = t.speed * normal(random);
  u.bend = t.bend * (2 * random.uniform() - 1);
  u.by_x = t.posture * normal(random);
  u.by_y = t.posture * normal(random);
  u.lag = static_cast<int>((2 * lag + 1) * random.uniform());
  for (int j = 0; j < t.latents; ++j) u.noise.push_back(t.noise * normal(random));
  return u;
}

}  // namespace

const char* name(Change change) { return change_rows[static_cast<std::size_t>(change)].name; }
const char* meaning(Change change) { return change_rows[static_cast<std::size_t>(change)].meaning; }
std::vector<std::string> changes() { return names_of(change_rows); }
Change change_named(const std::string& name) { return *value_named(change_rows, name, &ChangeRow::change); }

const std::vector<Tuning>& tunings() {
  static const std::vector<Tuning> all = {
      {"default", 5, 0.27, 0.12, 1, 0.35, 0.12, 10, 0.3, 0.15},
      {"even", 6, 0.2, 0.1, 1.2, 0.3, 0.1, 10, 0.3, 0.15},
      {"mixed", 6, 0.32, 0.15, 0.65, 0.6, 0.2, 10, 0.3, 0.15},
  };
  return all;
}

std::vector<std::string> tuning_names() { return names_of(tunings()); }

const Tuning& tuning_named(const std::string& name) {
  return *std::find_if(tunings().begin(), tunings().end(), [&](const Tuning& t) { return t.name == name; });
}

DecodingStream generated(const Generator& g, std::uint64_t seed, int steps) {
  const Tuning& tuning = *g.tuning;
  const int lag = static_cast<int>(std::round(tuning.lag / g.dt));
  const int moments = steps + 2 * lag + 1;
  const std::vector<Point> position = positions(seed, moments + 1, g.dt);
  std::vector<Point> velocity;
  for (int k = 0; k < moments; ++k) {
    const auto i = static_cast<std::size_t>(k);
    velocity.push_back({(position[i + 1].x - position[i].x) / g.dt / typical_velocity,
                        (position[i + 1].y - position[i].y) / g.dt / typical_velocity});
  }
  const std::vector<std::vector<double>> common = latents(tuning, seed, steps, g.dt);
  DecodingStream out;
  out.learn.assign(static_cast<std::size_t>(steps), 1);
  for (int k = 0; k < steps; ++k) {
    const Point& v = velocity[static_cast<std::size_t>(k) + static_cast<std::size_t>(lag)];
    out.target.insert(out.target.end(), {v.x, v.y});
  }
  out.counts.resize(static_cast<std::size_t>(steps) * static_cast<std::size_t>(g.units));
  for (int i = 0; i < g.units; ++i) {
    Random of_unit(seed, of_tuning, static_cast<std::uint64_t>(i));
    Random spikes(seed, of_counts, static_cast<std::uint64_t>(i));
    const Unit before = drawn_unit(tuning, lag, of_unit);
    const Unit after = drawn_unit(tuning, lag, of_unit);
    const bool hit = of_unit.uniform() < g.share;
    const double turning = 2 * of_unit.uniform() - 1;
    for (int k = 0; k < steps; ++k) {
      const Unit* unit = &before;
      double gain = 1, turn = 0;
      if (hit && k >= g.at) {
        if (g.change == Change::remap) unit = &after;
        if (g.change == Change::dropout) gain = 0;
        if (g.change == Change::drift) turn = std::numbers::pi * turning * (k - g.at) / (steps - g.at);
      }
      const auto moment = static_cast<std::size_t>(k) + static_cast<std::size_t>(before.lag);
      const auto [vx, vy] = velocity[moment];
      const double speed = std::sqrt(vx * vx + vy * vy);
      const double phi = unit->direction + turn + unit->by_x * position[moment].x + unit->by_y * position[moment].y;
      const double along = std::cos(phi) * vx + std::sin(phi) * vy;
      double drive = unit->depth * along + unit->speed * speed + unit->bend * (std::abs(along) - 0.5 * speed) * 2;
      for (std::size_t j = 0; j < common.size(); ++j) drive += unit->noise[j] * common[j][static_cast<std::size_t>(k)];
      const double mean = gain * unit->base * g.dt * std::exp(std::min(drive, 2.0));
      out.counts[static_cast<std::size_t>(k) * static_cast<std::size_t>(g.units) + static_cast<std::size_t>(i)] =
          poisson(spikes, std::min(mean, most_counts));
    }
  }
  return out;
}

}  // namespace rule_search
