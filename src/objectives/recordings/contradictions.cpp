#include "objectives/recordings/contradictions.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <optional>

#include "base/error.hpp"
#include "network/cells.hpp"

namespace rule_search {

namespace {

/// Which weights an activity is made of.
enum class Weights { as_recorded, transposed, of_the_row_before };

struct Misfit {
  double squares = 0;
  std::size_t count = 0;
};

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

Misfit misfit(const std::vector<LayerRecording>& recordings, const Cell& cell, double beta, Weights weights) {
  Misfit out;
  for (const LayerRecording& r : recordings) {
    if (r.post.empty() || r.w.empty()) continue;
    // From the second time on, so that all readings are compared on the same values.
    const auto n = static_cast<std::size_t>(r.n);
    for (std::size_t t = 1; t < static_cast<std::size_t>(r.steps); ++t) {
      for (std::size_t i = 0; i < n; ++i) {
        const std::size_t k = t * n + i;
        const bool seen = r.post_seen[k] != 0 && current(r, Weights::as_recorded, t, i).has_value();
        const std::optional<double> z = current(r, weights, t, i);
        if (!seen || !z) continue;
        double y = 0;
        double slope = 0;
        cell.respond(beta, 1, &*z, &y, &slope);
        out.squares += (y - r.post[k]) * (y - r.post[k]);
        ++out.count;
      }
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
  constexpr std::size_t few = 10;       // by chance anything may follow from anything
  constexpr double rounding = 1e-12;    // a share of the mean square of post
  constexpr double much_better = 0.01;  // of squares: a tenth of the error
  const Misfit said = misfit(recordings, cell(options.activation), options.beta, Weights::as_recorded);
  if (said.count < few ||
      !(said.squares > rounding * mean_square_of_post(recordings) * static_cast<double>(said.count)))
    return;
  const bool square = recordings[0].n == recordings[0].m && recordings[0].n > 1;
  double least = much_better * said.squares;
  std::optional<std::pair<Weights, Activation>> found;
  for (const Weights weights : {Weights::as_recorded, Weights::of_the_row_before, Weights::transposed}) {
    if (weights == Weights::transposed && !square) continue;
    for (const Cell& c : cells()) {
      const Misfit other = misfit(recordings, c, options.beta, weights);
      // Values that only some readings can be compared on are too few to judge by.
      if (2 * other.count < said.count || !(other.squares < least)) continue;
      least = other.squares;
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
