#include "fit/score.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace rule_search {

Estimate accuracy_difference(const Score& a, const Score& b) {
  const Estimate e = paired(a.accuracies, b.accuracies);
  return a.no_change.empty() ? limited(e, -1, 1) : with_degrees(e, degrees_of_explained(a));
}

// A unit with much to explain decides a ratio of sums, and others then count for little: Kish's effective number of them.
double degrees_of_explained(const Score& s) {
  double sum = 0;
  double squares = 0;
  for (double c : s.no_change) {
    sum += c;
    squares += c * c;
  }
  return std::max(1.0, squares > 0 ? sum * sum / squares - 1 : 0);
}

Votes votes(const std::vector<double>& a, const std::vector<double>& b) {
  Votes out;
  for (std::size_t k = 0; k < a.size(); ++k) {
    if (a[k] == b[k]) continue;
    out.a.push_back(a[k]);
    out.b.push_back(b[k]);
  }
  return out;
}

void take_losses(Outcome& o) {
  const double count = static_cast<double>(std::max<std::size_t>(1, o.residuals.size()));
  for (double r : o.residuals) {
    o.query_losses.push_back(r * r / 2);
    o.loss += r * r / 2 / count;
  }
  const auto finite = [](double v) { return std::isfinite(v); };
  o.diverged = !finite(o.loss) || !std::all_of(o.jacobian.begin(), o.jacobian.end(), finite);
}

Outcome diverged_outcome() {
  Outcome out;
  out.diverged = true;
  return out;
}

Score summarise_squares(const std::vector<Outcome>& outcomes) {
  Score s;
  for (const Outcome& o : outcomes) {
    s.diverged += o.diverged;
    s.losses.push_back(o.diverged ? 2 * loss_of_no_change : std::min(o.loss, 2 * loss_of_no_change));
    s.accuracies.push_back(o.diverged ? 0 : std::max(o.accuracy, 0.0));
  }
  s.loss = estimate(s.losses);
  s.accuracy = limited(estimate(s.accuracies), 0, 1);
  return s;
}

namespace {

Score explained(Score s, bool known_errors) {
  const double no_change = estimate(s.no_change).mean;
  double worst = 0;
  for (double loss : s.losses) worst = std::isfinite(loss) ? std::max(worst, loss) : worst;
  for (std::size_t k = 0; k < s.losses.size(); ++k) {
    const double most = 2 * std::max(s.no_change[k], no_change);
    if (known_errors)
      s.losses[k] = std::isfinite(s.losses[k]) ? s.losses[k] : std::max(most, worst);
    else
      s.losses[k] = std::min(s.losses[k], most);
  }
  s.loss = estimate(s.losses);
  const double left = no_change > 0 ? s.loss.mean / no_change : 1;
  // What each unit adds to the error is by how much the ratio changes without it.
  const auto n = static_cast<double>(s.losses.size());
  std::vector<double> adds;
  for (std::size_t k = 0; k < s.losses.size(); ++k) {
    const double rest = 1 - (no_change > 0 ? s.no_change[k] / (n * no_change) : 0);
    const double more = no_change > 0 ? (s.losses[k] - left * s.no_change[k]) / no_change : 0;
    adds.push_back(more / std::max(rest, 1e-9) * (n - 1) / n);
  }
  const double mean = estimate(adds).mean;
  for (double& more : adds) more -= mean;
  for (double more : adds) s.accuracies.push_back(1 - left - more);
  s.accuracy = limited(with_degrees(estimate(s.accuracies), degrees_of_explained(s)),
                       -std::numeric_limits<double>::infinity(), 1);
  return s;
}

Score explained(const std::vector<Outcome>& outcomes, bool known_errors) {
  Score s;
  for (const Outcome& o : outcomes) {
    s.diverged += o.diverged;
    s.losses.push_back(o.diverged ? std::numeric_limits<double>::infinity() : o.loss);
    s.no_change.push_back(o.no_change);
    s.independent += o.independent;
  }
  return explained(std::move(s), known_errors);
}

}  // namespace

Score summarise_explained(const std::vector<Outcome>& outcomes) { return explained(outcomes, false); }

Score summarise_known_errors(const std::vector<Outcome>& outcomes) { return explained(outcomes, true); }

Score joined(const std::vector<Score>& shares, const std::vector<std::vector<std::size_t>>& units, bool known_errors) {
  Score s;
  for (const std::vector<std::size_t>& share : units) s.losses.resize(s.losses.size() + share.size());
  s.no_change.resize(s.losses.size());
  for (std::size_t f = 0; f < shares.size(); ++f) {
    for (std::size_t k = 0; k < units[f].size(); ++k) {
      s.losses[units[f][k]] = shares[f].losses[k];
      s.no_change[units[f][k]] = shares[f].no_change[k];
    }
    s.diverged += shares[f].diverged;
    s.independent += shares[f].independent;
  }
  return explained(std::move(s), known_errors);
}

Score summarise(const std::vector<Outcome>& outcomes, int classes) {
  Score s;
  std::vector<std::vector<double>> angles;
  std::vector<std::vector<double>> errors;
  const double chance = std::log(static_cast<double>(classes));
  for (const Outcome& o : outcomes) {
    // A network whose answers are this far off has left the range in which its numbers mean anything. A loss
    // of more than twice chance says no more than that, and one such episode must not be the mean of all.
    const bool finite = !o.diverged && o.loss <= 100 * chance;
    s.diverged += !finite;
    s.losses.push_back(finite ? std::min(o.loss, 2 * chance) : 2 * chance);
    s.accuracies.push_back(finite ? o.accuracy : std::exp(-chance));
    angles.resize(std::max(angles.size(), o.alignment.size()));
    for (std::size_t l = 0; l < o.alignment.size(); ++l) {
      // An error of exactly 0, as a network has that is sure and right of everything, has no direction.
      if (std::isfinite(o.alignment[l])) angles[l].push_back(o.alignment[l]);
    }
    errors.resize(std::max(errors.size(), o.orthonormality.size()));
    for (std::size_t l = 0; l < o.orthonormality.size() && finite; ++l) errors[l].push_back(o.orthonormality[l]);
  }
  s.loss = estimate(s.losses);
  s.accuracy = estimate(s.accuracies);
  s.accuracy.low = std::max(0.0, s.accuracy.low);
  s.accuracy.high = std::min(1.0, s.accuracy.high);
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  for (const std::vector<double>& a : angles)
    s.alignment.push_back(a.empty() ? Estimate{none, none, none} : estimate(a));
  for (const std::vector<double>& e : errors)
    s.orthonormality.push_back(e.empty() ? Estimate{none, none, none} : estimate(e));
  return s;
}

}  // namespace rule_search
