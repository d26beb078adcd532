#include "objectives/recordings/contradictions.hpp"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "network/cells.hpp"

namespace rule_search {

namespace {

/// Which weights an activity is made of.
enum class Weights { as_recorded, transposed, of_the_row_before };

// Two readings of the same files, on the values that can be compared with both.
struct Misfits {
  double said = 0, other = 0;  // squares
  std::size_t count = 0;
  std::set<double> inputs;  // different ones, as many as are asked for
};

constexpr std::size_t few = 10;  // by chance anything may follow from anything

// The input current of neuron i at time t, where all weights that it takes were seen.
std::optional<double> current(const LayerRecording& r, Weights weights, std::size_t t, std::size_t i) {
  const auto n = static_cast<std::size_t>(r.n);
  const auto m = static_cast<std::size_t>(r.m);
  if (weights == Weights::of_the_row_before && t == 0) return std::nullopt;
  const std::size_t row = weights == Weights::of_the_row_before ? t - 1 : t;
  double z = 0;
  for (std::size_t j = 0; j < m; ++j) {
    const std::size_t k = weights == Weights::transposed ? (row * n + j) * m + i : (row * n + i) * m + j;
    if (r.w_seen[k] == 0) return std::nullopt;
    z += r.w[k] * r.pre[t * m + j];
  }
  return z;
}

double squared_error(const Cell& cell, double beta, double z, double post) {
  double y = 0;
  double slope = 0;
  cell.respond(beta, 1, &z, &y, &slope);
  return (y - post) * (y - post);
}

// Gaps leave each reading values of its own, so only those count that both can be compared with.
Misfits misfits(const std::vector<LayerRecording>& recordings, const RecordingsOptions& options, Weights weights,
                const Cell& other) {
  const Cell& said = cell(options.activation);
  Misfits out;
  for (const LayerRecording& r : recordings) {
    if (r.post.empty() || r.w.empty()) continue;
    const auto n = static_cast<std::size_t>(r.n);
    for (std::size_t k = 0; k < r.post.size(); ++k) {
      if (r.post_seen[k] == 0) continue;
      const std::optional<double> as_said = current(r, Weights::as_recorded, k / n, k % n);
      const std::optional<double> otherwise = as_said ? current(r, weights, k / n, k % n) : std::nullopt;
      if (!otherwise) continue;
      out.said += squared_error(said, options.beta, *as_said, r.post[k]);
      out.other += squared_error(other, options.beta, *otherwise, r.post[k]);
      ++out.count;
      // Where all recordings begin alike many values are one.
      if (out.inputs.size() < few) out.inputs.insert(*as_said);
    }
  }
  return out;
}

double mean_square_of_post(const std::vector<LayerRecording>& recordings) {
  double squares = 0;
  std::size_t count = 0;
  for (const LayerRecording& r : recordings) {
    for (std::size_t k = 0; k < r.post.size(); ++k) {
      squares += r.post_seen[k] != 0 ? r.post[k] * r.post[k] : 0;
      count += r.post_seen[k] != 0 ? 1 : 0;
    }
  }
  return count == 0 ? 0 : squares / static_cast<double>(count);
}

const char* what_it_means(Weights weights) {
  switch (weights) {
    case Weights::transposed:
      return "rows and columns of w are exchanged: w[i][j] is the weight from presynaptic neuron j to postsynaptic "
             "neuron i; of arrays numpy.swapaxes(w, 1, 2)";
    case Weights::of_the_row_before:
      return "a row holds w as it is before its step: give every row the weights of the row before it";
    case Weights::as_recorded:
      return "";
  }
  return "";
}

}  // namespace

void refuse_contradictions(const std::vector<LayerRecording>& recordings, const RecordingsOptions& options) {
  constexpr double rounding = 1e-12;  // a share of the mean square of post
  const double negligible = rounding * mean_square_of_post(recordings);
  const bool square = recordings[0].n == recordings[0].m && recordings[0].n > 1;
  double least = 0.01;  // of the squares: a tenth of the error
  std::optional<std::pair<Weights, Activation>> found;
  for (const Weights weights : {Weights::as_recorded, Weights::of_the_row_before, Weights::transposed}) {
    if (weights == Weights::transposed && !square) continue;
    for (const Cell& c : cells()) {
      const Misfits both = misfits(recordings, options, weights, c);
      const bool says_something = both.inputs.size() >= few && both.said > negligible * static_cast<double>(both.count);
      if (!says_something || !(both.other < least * both.said)) continue;
      least = both.other / both.said;
      found = {weights, c.activation};
    }
  }
  if (!found) return;
  const auto [weights, activation] = *found;
  const auto made_of = [](Activation f, const std::string& input) {
    return f == Activation::linear ? input : fmt::format("{}({})", name(f), input);
  };
  const std::string post = made_of(activation, weights == Weights::transposed ? "w' * pre" : "w * pre") +
                           (weights == Weights::of_the_row_before ? " with w of the row before" : "");
  std::string hint = what_it_means(weights);
  if (activation != options.activation)
    hint += fmt::format("{}‹activation› {}", hint.empty() ? "" : "; and ", name(activation));
  throw InputError(fmt::format("{}{}: the recorded post is {}, expected {}\n  hint: {}", recordings[0].name,
                               recordings.size() == 1 ? "" : fmt::format(" and {} others", recordings.size() - 1), post,
                               made_of(options.activation, "w * pre"), hint));
}

}  // namespace rule_search
