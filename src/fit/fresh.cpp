#include "fit/fresh.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "base/linear.hpp"
#include "fit/quadratic.hpp"
#include "fit/sharing.hpp"
#include "fit/start.hpp"

namespace rule_search {

namespace {

constexpr double never = std::numeric_limits<double>::infinity();

// Of the units that ended in both; `a` and `b` are of the same units.
double mean_difference(const std::vector<Outcome>& a, const std::vector<Outcome>& b) {
  double sum = 0;
  double count = 0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    if (a[k].diverged || b[k].diverged) continue;
    sum += a[k].loss - b[k].loss;
    ++count;
  }
  return count > 0 ? sum / count : never;
}

double mean_of_ended(const std::vector<Outcome>& outcomes) {
  double sum = 0;
  double count = 0;
  for (const Outcome& o : outcomes) {
    if (o.diverged) continue;
    sum += o.loss;
    ++count;
  }
  return count > 0 ? sum / count : never;
}

std::size_t number_diverged(const std::vector<Outcome>& outcomes) {
  return static_cast<std::size_t>(
      std::count_if(outcomes.begin(), outcomes.end(), [](const Outcome& o) { return o.diverged; }));
}

bool most_diverged(const std::vector<Outcome>& outcomes) { return 2 * number_diverged(outcomes) > outcomes.size(); }

double mean_loss(const std::vector<Outcome>& outcomes) {
  double sum = 0;
  for (const Outcome& o : outcomes) sum += o.diverged ? never : o.loss;
  return sum / static_cast<double>(outcomes.size());
}

// The step that a quadratic model has its least at, among those no longer than `radius` in residuals, entry by entry.
Eigen::VectorXd step_within(const Eigen::MatrixXd& curvature, const Eigen::VectorXd& gradient, double radius) {
  const Eigen::MatrixXd h = regularised(curvature);
  const Eigen::VectorXd size = h.diagonal().cwiseSqrt();
  const auto damped = [&](double by) -> Eigen::VectorXd {
    Eigen::MatrixXd more = h;
    more.diagonal() *= 1 + by;
    return -more.ldlt().solve(gradient);
  };
  const auto length = [&](const Eigen::VectorXd& step) { return step.cwiseProduct(size).norm(); };
  Eigen::VectorXd step = damped(0);
  if (length(step) <= radius) return step;
  double low = 1e-9;
  double high = 1e9;
  for (int k = 0; k < 60; ++k) {
    const double middle = std::sqrt(low * high);
    (length(damped(middle)) > radius ? low : high) = middle;
  }
  return damped(high);
}

class FreshFit {
 public:
  FreshFit(const Rule& rule, const ParameterLayout& layout, std::vector<int> moved, const FitRequest& request)
      : rule_(rule), layout_(layout), moved_(std::move(moved)), request_(request) {
    const plan::Plan plan = plan::lower(rule);
    with_slopes_ = compile(*request.objective, {plan, moved_, Precision::float32}, request.execution);
    if (request.objective->traits().second_slopes)
      second_slopes_ =
          compile(*request.objective, {plan, moved_, Precision::float32, {}, Slopes::second}, request.execution);
    values_ = compile(*request.objective, {plan, {}, Precision::float32}, request.execution);
  }

  FittedRule from(const std::vector<double>& start) {
    FittedRule out{rule_, start, never};
    theta_ = start;
    int in_vain = 0;
    int restarts = 0;
    bool one_by_one_in_vain = false;  // it is costly, and not tried again then
    for (int step = 0; step < request_.iterations && in_vain < patience && !out.given_up; ++step) {
      const std::size_t first = first_of_steps + request_.units * static_cast<std::size_t>(step);
      std::vector<Outcome> here = run(prefers_second_ ? *second_slopes_ : *with_slopes_, first, theta_);
      if (most_diverged(here) && second_slopes_ != nullptr && !prefers_second_)
        here = run(*second_slopes_, first, theta_);  // it may be the derivatives alone that are not finite
      if (most_diverged(here)) {
        // Coefficients fitted on other units can be too large for these.
        if (++restarts > most_restarts) break;
        theta_ = with_factor(rule_, layout_, theta_, moved_, 0.8);
        continue;
      }
      if (step == 3 && std::isfinite(request_.hopeless_above) &&
          mean_of_ended(run(*values_, 0, theta_)) > 1.25 * request_.hopeless_above) {
        out.given_up = true;
        break;
      }
      const double radius = radius_;
      double gain = step_from(here, first);
      if (gain < least_gain && second_slopes_ != nullptr) {
        std::vector<Outcome> other = run(prefers_second_ ? *with_slopes_ : *second_slopes_, first, theta_);
        if (!most_diverged(other)) {
          here = std::move(other);
          radius_ = radius;
          gain = step_from(here, first);
          if (gain >= least_gain) prefers_second_ = !prefers_second_;
        }
      }
      if (gain < least_gain && !one_by_one_in_vain) {
        const double more = one_by_one(here, first);
        one_by_one_in_vain = more < least_gain;
        gain += more;
      }
      in_vain = gain < least_gain ? in_vain + 1 : 0;
      if (visited_.empty() ? theta_ != start : theta_ != visited_.back()) visited_.push_back(theta_);
    }
    out.history.push_back(start);
    out.history.insert(out.history.end(), visited_.begin(), visited_.end());
    choose(start, out);
    return out;
  }

 private:
  // Far from the units that judge, and from those that fits on more units judge by.
  static constexpr std::size_t first_of_steps = 100000;
  static constexpr int patience = 3;
  static constexpr int most_restarts = 12;
  static constexpr double least_gain = 0.005;  // of the loss

  std::vector<Outcome> run(const Evaluator& evaluator, std::size_t first, const std::vector<double>& theta) {
    std::vector<Outcome> out = evaluator.run_from(request_.part, first, request_.units, theta);
    if (request_.progress) request_.progress(request_.units, mean_loss(out));
    return out;
  }

  bool logarithmic(std::size_t k) const {
    return is_time_constant(
        rule_.parameters[static_cast<std::size_t>(layout_.parameter[static_cast<std::size_t>(moved_[k])])]);
  }

  std::vector<double> moved_by(const Eigen::VectorXd& step) const {
    std::vector<double> theta = theta_;
    for (std::size_t k = 0; k < moved_.size(); ++k) {
      const auto at = static_cast<std::size_t>(moved_[k]);
      const double by = step(static_cast<Eigen::Index>(k));
      theta[at] =
          std::clamp(logarithmic(k) ? theta[at] * std::exp(by) : theta[at] + by, layout_.lower[at], layout_.upper[at]);
    }
    return theta;
  }

  // Moves theta_ where that is better on these units, and `here` with it; returns the gain as a share of the loss.
  double step_from(std::vector<Outcome>& here, std::size_t first) {
    std::vector<Outcome> ended;
    std::copy_if(here.begin(), here.end(), std::back_inserter(ended), [](const Outcome& o) { return !o.diverged; });
    FitRequest of_ended = request_;
    of_ended.units = ended.size();
    const QuadraticModel model = quadratic_model_of(ended, moved_.size(), of_ended);
    const auto n = static_cast<Eigen::Index>(moved_.size());
    Eigen::MatrixXd curvature = Eigen::Map<const Eigen::MatrixXd>(model.curvature.data(), n, n);
    Eigen::VectorXd gradient = Eigen::Map<const Eigen::VectorXd>(model.gradient.data(), n);
    for (Eigen::Index k = 0; k < n; ++k) {
      const auto entry = static_cast<std::size_t>(k);
      if (!logarithmic(entry)) continue;
      const double value = theta_[static_cast<std::size_t>(moved_[entry])];
      curvature.row(k) *= value;
      curvature.col(k) *= value;
      gradient(k) *= value;
    }
    if (!curvature.allFinite() || !gradient.allFinite()) return 0;
    // All residuals together are as long as this.
    const double whole = std::sqrt(2 * std::max(model.loss, std::numeric_limits<double>::min()));
    if (radius_ == 0) radius_ = 0.5 * whole * std::min(1.0, request_.initial_radius);
    double best = 0;
    double best_length = 0.1;
    std::vector<double> to;
    std::vector<double> tried;
    std::vector<Outcome> best_there;
    // False where it is no better than what was tried before.
    const auto better = [&](double length) {
      std::vector<double> theta = moved_by(step_within(curvature, gradient, length * radius_));
      if (theta == tried) return false;  // the least of the model is nearer than this
      tried = theta;
      std::vector<Outcome> there = run(*values_, first, theta);
      if (number_diverged(there) > number_diverged(here)) return false;
      const double difference = mean_difference(there, here);
      if (!(difference < best)) return false;
      best = difference;
      best_length = length;
      to = std::move(theta);
      best_there = std::move(there);
      return true;
    };
    if (better(1.0)) {
      better(2.0);
    } else if (!better(0.5)) {
      better(0.2);
    }
    radius_ = std::min(radius_ * best_length, whole);
    if (!to.empty()) {
      theta_ = std::move(to);
      here = std::move(best_there);
    }
    return model.loss > 0 ? -best / model.loss : 0;
  }

  // At the edge of stability slopes are those of single steps and no guide; the loss itself is. Every entry that is not 0 is
  // halved and doubled, and stays so where that is better on these units. Returns the gain as a share of the loss.
  double one_by_one(std::vector<Outcome>& here, std::size_t first) {
    const double before = mean_of_ended(here);
    for (int entry : moved_) {
      const auto at = static_cast<std::size_t>(entry);
      if (theta_[at] == 0) continue;
      for (double factor : {0.5, 2.0}) {
        std::vector<double> theta = theta_;
        theta[at] = std::clamp(factor * theta[at], layout_.lower[at], layout_.upper[at]);
        if (theta == theta_) continue;
        std::vector<Outcome> there = run(*values_, first, theta);
        if (number_diverged(there) > number_diverged(here)) continue;
        if (!(mean_difference(there, here) < -least_gain * mean_of_ended(here))) continue;
        theta_ = std::move(theta);
        here = std::move(there);
        break;
      }
    }
    return before > 0 && std::isfinite(before) ? (before - mean_of_ended(here)) / before : 0;
  }

  void choose(const std::vector<double>& start, FittedRule& out) {
    std::vector<std::vector<double>> places = {start};
    if (theta_ != start) places.push_back(theta_);
    constexpr std::size_t last = 4;
    if (visited_.size() > last) {
      std::vector<double> mean(start.size(), 0.0);
      for (std::size_t k = visited_.size() - last; k < visited_.size(); ++k) {
        for (std::size_t e = 0; e < mean.size(); ++e) mean[e] += visited_[k][e] / static_cast<double>(last);
      }
      places.push_back(std::move(mean));
    }
    const auto judge = [&](const std::vector<double>& place) {
      const double loss = mean_loss(run(*values_, 0, place));
      if (!(loss < out.fit_loss)) return;
      out.fit_loss = loss;
      out.theta = place;
    };
    for (const std::vector<double>& place : places) judge(place);
    // Where a unit diverges at all of these: the places before, and smaller coefficients.
    for (std::size_t k = visited_.size(); k-- > 0 && !std::isfinite(out.fit_loss);) judge(visited_[k]);
    std::vector<double> smaller = theta_;
    for (int k = 0; k < most_restarts && !std::isfinite(out.fit_loss); ++k) {
      smaller = with_factor(rule_, layout_, smaller, moved_, 0.8);
      judge(smaller);
    }
    if (out.history.back() != out.theta) out.history.push_back(out.theta);
  }

  const Rule& rule_;
  const ParameterLayout& layout_;
  std::vector<int> moved_;
  FitRequest request_;
  std::unique_ptr<Evaluator> with_slopes_, values_;
  std::unique_ptr<Evaluator> second_slopes_;  // null where the objective has none
  bool prefers_second_ = false;               // since they were the better guide last
  std::vector<double> theta_;
  std::vector<std::vector<double>> visited_;  // after every step that was taken
  double radius_ = 0;                         // in residuals
};

}  // namespace

FittedRule fit_on_fresh_units(const Rule& rule, const ParameterLayout& layout, const std::vector<double>& start,
                              const std::vector<int>& moved, const FitRequest& request) {
  return FreshFit(rule, layout, moved, request).from(start);
}

}  // namespace rule_search
