#include "objectives/goals/goal.hpp"

#include <algorithm>
#include <array>
#include <numbers>

#include "base/named.hpp"
#include "objectives/goals/conditions.hpp"
#include "objectives/goals/world.hpp"

namespace rule_search {

namespace {

// Elements of a symmetric matrix, each once.
std::size_t pairs(std::size_t n) { return n * (n + 1) / 2; }

// An element off the diagonal stands twice in a symmetric matrix.
double twice(std::size_t a, std::size_t b) { return a == b ? 1.0 : std::numbers::sqrt2; }

// Sum of w_i'w_i - e_i e_i' over the rows from `first` on, `count` of them.
void add_projections(const UnitRows& rows, const World& world, std::size_t first, std::size_t count, Conditions& out) {
  for (std::size_t a = 0; a < rows.m; ++a) {
    for (std::size_t b = 0; b <= a; ++b) {
      const double by = twice(a, b);
      double deviation = 0;
      for (std::size_t i = first; i < first + count; ++i)
        deviation += rows.w(i, a) * rows.w(i, b) - world.direction(i, a) * world.direction(i, b);
      out.add(by * deviation);
      for (std::size_t i = first; i < first + count; ++i) {
        out.derivative(i * rows.m + a, by * rows.w(i, b));
        out.derivative(i * rows.m + b, by * rows.w(i, a));
      }
    }
  }
}

// No correlation between neurons: W C W' = I off the diagonal.
void add_correlations(const UnitRows& rows, Conditions& out) {
  for (std::size_t i = 0; i < rows.n; ++i) {
    for (std::size_t l = 0; l < i; ++l) {
      const double by = std::numbers::sqrt2;
      double correlation = 0;
      for (std::size_t j = 0; j < rows.m; ++j) correlation += rows.along[i * rows.m + j] * rows.w(l, j);
      out.add(by * correlation);
      for (std::size_t j = 0; j < rows.m; ++j) {
        out.derivative(i * rows.m + j, by * rows.along[l * rows.m + j]);
        out.derivative(l * rows.m + j, by * rows.along[i * rows.m + j]);
      }
    }
  }
}

void one_subspace(const UnitRows& rows, const World& world, Conditions& out) {
  add_projections(rows, world, 0, rows.n, out);
}

void every_component(const UnitRows& rows, const World& world, Conditions& out) {
  for (std::size_t i = 0; i < rows.n; ++i) add_projections(rows, world, i, 1, out);
}

void no_correlation(const UnitRows& rows, const World&, Conditions& out) { add_correlations(rows, out); }

// Inputs are A s with A orthogonal and independent sources s of variance 1. Neurons make G s of them, G = W A. G is a
// choice of sources, each with either sign, if and only if G G' = I (neurons are uncorrelated and of variance 1) and
// no row has two elements that are not 0, so that all products g_ij g_ik, j < k, vanish. Given the first, the
// squares of these products are (1 - sum_j g_ij^4) / 2, the contrast of Comon, Signal Processing 36:287 (1994).
void one_source_each(const UnitRows& rows, const World& world, Conditions& out) {
  add_correlations(rows, out);  // C = A A' = I
  for (std::size_t i = 0; i < rows.n; ++i) {
    std::vector<double> g(rows.m, 0.0);
    for (std::size_t k = 0; k < rows.m; ++k) {
      for (std::size_t j = 0; j < rows.m; ++j) g[k] += rows.w(i, j) * world.direction(k, j);
    }
    for (std::size_t k = 1; k < rows.m; ++k) {
      for (std::size_t l = 0; l < k; ++l) {
        const double by = std::numbers::sqrt2;
        out.add(by * g[k] * g[l]);
        for (std::size_t j = 0; j < rows.m; ++j)
          out.derivative(i * rows.m + j, by * (world.direction(k, j) * g[l] + g[k] * world.direction(l, j)));
      }
    }
  }
}

constexpr std::array<GoalRow, 5> rows = {{
    {.name = "first_component",
     .meaning = "w'w = e_1 e_1', of one neuron: its principal component, either sign",
     .paper = "Oja, J. Math. Biol. 15:267 (1982)",
     .neurons = 1,
     .inputs = 5,
     .steps = 400,
     .single_neuron = true,
     .sparse_sources = false,
     .length_is_deviation = false,
     .number_of_conditions = [](std::size_t, std::size_t m) { return pairs(m); },
     .add_conditions = one_subspace},
    {.name = "subspace",
     .meaning = "W'W = E E': any orthonormal basis of the leading subspace",
     .paper = "Oja, Int. J. Neural Syst. 1:61 (1989)",
     .neurons = 3,
     .inputs = 6,
     .steps = 400,
     .single_neuron = false,
     .sparse_sources = false,
     .length_is_deviation = false,
     .number_of_conditions = [](std::size_t, std::size_t m) { return pairs(m); },
     .add_conditions = one_subspace},
    {.name = "components",
     .meaning = "w_i'w_i = e_i e_i' for every row i, in order",
     .paper = "Sanger, Neural Networks 2:459 (1989)",
     .neurons = 3,
     .inputs = 6,
     .steps = 1000,
     .single_neuron = false,
     .sparse_sources = false,
     .length_is_deviation = false,
     .number_of_conditions = [](std::size_t n, std::size_t m) { return n * pairs(m); },
     .add_conditions = every_component},
    {.name = "decorrelation",
     .meaning = "W C W' = I: activities without correlation, of variance 1",
     .paper = "",
     .neurons = 3,
     .inputs = 5,
     .steps = 400,
     .single_neuron = false,
     .sparse_sources = false,
     .length_is_deviation = true,
     .number_of_conditions = [](std::size_t n, std::size_t) { return pairs(n - 1); },
     .add_conditions = no_correlation},
    {.name = "sparse_coding",
     .meaning = "every neuron answers to one of the hidden sparse sources, no two to the same",
     .paper = "Comon, Signal Processing 36:287 (1994)",
     .neurons = 4,
     .inputs = 4,
     .steps = 1000,
     .single_neuron = false,
     .sparse_sources = true,
     .length_is_deviation = false,
     .number_of_conditions = [](std::size_t n, std::size_t m) { return pairs(n - 1) + n * pairs(m - 1); },
     .add_conditions = one_source_each},
}};

}  // namespace

std::span<const GoalRow> goal_rows() { return rows; }

const char* name(Goal goal) { return goal->name; }

std::optional<Goal> goal_named(const std::string& name) {
  const GoalRow* const found = row_named(rows, name);
  return found == nullptr ? std::nullopt : std::optional<Goal>(found);
}

std::vector<std::string> goal_names() { return names_of(rows); }

}  // namespace rule_search
