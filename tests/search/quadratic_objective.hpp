// An objective whose every answer is known: residuals that are linear in the coefficients. What a search must find, subset by
// subset, then follows from plain least squares, which shares no code with it.
#pragma once

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "expression/rule.hpp"
#include "search/workbench.hpp"

namespace rule_search::test {

/// residuals = effects * theta - target, of one unit: residuals x entries, residuals.
struct LinearUnit {
  Eigen::MatrixXd effects;
  Eigen::VectorXd target;
};

/// Loss of a unit: the mean of its halved squared residuals. An entry that the rule lacks is 0, so its column has no effect.
class QuadraticObjective : public Objective {
 public:
  std::vector<std::string> names;  ///< of the entries, one for each column of effects; see ParameterLayout::names
  std::array<std::vector<LinearUnit>, 3> parts;  ///< by Part
  LossTraits how;
  const Objective* easier = nullptr;  ///< the surrogate
  std::string logarithmic;            ///< the entry that acts by its logarithm, as a time constant does; "all" of them
  int connected = 1;
  /// Where a unit blows up.
  std::function<bool(std::size_t unit, const Eigen::VectorXd& theta)> blows_up =
      [](std::size_t, const Eigen::VectorXd&) { return false; };

  std::vector<LinearUnit>& of(Part part) { return parts[static_cast<std::size_t>(part)]; }
  const std::vector<LinearUnit>& of(Part part) const { return parts[static_cast<std::size_t>(part)]; }

  std::string identity() const override { return "quadratic"; }
  int connections() const override { return connected; }
  std::size_t units(Part part) const override { return of(part).size(); }
  std::size_t answers(Part part, std::size_t unit) const override {
    return static_cast<std::size_t>(of(part)[unit].target.size());
  }
  LossTraits traits() const override { return how; }
  const Objective* surrogate() const override { return easier; }

  std::vector<Fold> folds(std::size_t most) const override {
    const std::size_t count = std::min(most, units(Part::search));
    std::vector<Fold> out(count);
    for (std::size_t f = 0; f < count; ++f) {
      auto fold = std::make_unique<QuadraticObjective>(*this);
      fold->parts = {};
      for (std::size_t k = 0; k < units(Part::search); ++k) {
        fold->of(k % count == f ? Part::validation : Part::search).push_back(of(Part::search)[k]);
        if (k % count == f) out[f].units.push_back(k);
      }
      out[f].objective = std::move(fold);
    }
    return out;
  }

  std::unique_ptr<Evaluator> compile(EvaluatorRequest request) const override {
    struct Linear : Evaluator {
      const QuadraticObjective& all;
      std::vector<Eigen::Index> columns;  // of effects, for each entry of theta
      EvaluatorRequest asked;
      explicit Linear(const QuadraticObjective& objective) : all(objective) {}

      std::vector<Outcome> run_these(Part part, const std::vector<std::size_t>& units, const std::vector<double>& theta,
                                     Wanted) const override {
        std::vector<Outcome> out;
        for (const std::size_t k : units) {
          if (asked.before) asked.before();
          out.push_back(one(all.of(part).at(k), k, theta));
        }
        return out;
      }

      Outcome one(const LinearUnit& unit, std::size_t k, const std::vector<double>& theta) const {
        Eigen::VectorXd full = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(all.names.size()));
        for (std::size_t e = 0; e < theta.size(); ++e)
          full(columns[e]) = logarithmic(e) ? std::log(theta[e]) : theta[e];
        if (all.blows_up(k, full)) return diverged_outcome();
        const Eigen::VectorXd residuals = unit.effects * full - unit.target;
        Outcome o;
        o.residuals.assign(residuals.begin(), residuals.end());
        for (Eigen::Index i = 0; i < residuals.size(); ++i) {
          for (int d : asked.directions) {
            const auto e = static_cast<std::size_t>(d);
            o.jacobian.push_back(unit.effects(i, columns[e]) / (logarithmic(e) ? theta[e] : 1));
          }
        }
        take_losses(o);
        o.accuracy = 1 / (1 + o.loss);
        return o;
      }

      bool logarithmic(std::size_t entry) const {
        return all.logarithmic == "all" || all.names[static_cast<std::size_t>(columns[entry])] == all.logarithmic;
      }
    };
    auto out = std::make_unique<Linear>(*this);
    for (const std::string& name : ParameterLayout(request.plan.parameters, connected).names) {
      const auto at = std::find(names.begin(), names.end(), name);
      if (at == names.end()) throw std::logic_error("no column for " + name);
      out->columns.push_back(at - names.begin());
    }
    out->asked = std::move(request);
    return out;
  }

  Score summarise(const std::vector<Outcome>& outcomes) const override {
    Score s;
    for (const Outcome& o : outcomes) {
      s.diverged += o.diverged;
      s.losses.push_back(o.diverged ? 1e3 : o.loss);
      s.accuracies.push_back(o.diverged ? 0 : o.accuracy);
    }
    s.loss = estimate(s.losses);
    s.accuracy = estimate(s.accuracies);
    return s;
  }

  /// The first `count` units of a part as one least-squares problem: the loss is half the squared length of its residuals.
  LinearUnit stacked(Part part, std::size_t count) const {
    Eigen::Index rows = 0;
    for (std::size_t k = 0; k < count; ++k) rows += of(part)[k].target.size();
    LinearUnit out{Eigen::MatrixXd(rows, static_cast<Eigen::Index>(names.size())), Eigen::VectorXd(rows)};
    Eigen::Index row = 0;
    for (std::size_t k = 0; k < count; ++k) {
      const LinearUnit& unit = of(part)[k];
      const auto own = unit.target.size();
      const double weight = 1 / std::sqrt(static_cast<double>(own) * static_cast<double>(count));
      out.effects.middleRows(row, own) = weight * unit.effects;
      out.target.segment(row, own) = weight * unit.target;
      row += own;
    }
    return out;
  }

  double loss(Part part, std::size_t count, const std::vector<double>& theta) const {
    const LinearUnit all = stacked(part, count);
    const Eigen::Map<const Eigen::VectorXd> at(theta.data(), static_cast<Eigen::Index>(theta.size()));
    return 0.5 * (all.effects * at - all.target).squaredNorm();
  }

  /// Where the loss is least with these columns free and the others at 0.
  std::vector<double> optimum(const std::vector<bool>& free, std::size_t count, Part part = Part::search) const {
    const LinearUnit all = stacked(part, count);
    std::vector<Eigen::Index> columns;
    for (std::size_t k = 0; k < free.size(); ++k) {
      if (free[k]) columns.push_back(static_cast<Eigen::Index>(k));
    }
    std::vector<double> theta(names.size(), 0.0);
    if (columns.empty()) return theta;
    const Eigen::MatrixXd chosen = all.effects(Eigen::all, columns);
    const Eigen::VectorXd best = chosen.colPivHouseholderQr().solve(all.target);
    for (std::size_t k = 0; k < columns.size(); ++k)
      theta[static_cast<std::size_t>(columns[k])] = best(static_cast<Eigen::Index>(k));
    return theta;
  }
  double least(const std::vector<bool>& free, std::size_t count) const {
    return loss(Part::search, count, optimum(free, count));
  }

  /// The columns of the best subset of a size, by trying all; `always` are in each.
  std::vector<bool> best_subset(std::size_t size, std::size_t count, const std::vector<bool>& always = {}) const {
    std::vector<bool> best;
    double lowest = std::numeric_limits<double>::infinity();
    for (std::size_t bits = 0; bits < (std::size_t{1} << names.size()); ++bits) {
      std::vector<bool> in;
      for (std::size_t k = 0; k < names.size(); ++k) in.push_back((bits >> k) & 1U);
      if (static_cast<std::size_t>(std::count(in.begin(), in.end(), true)) != size) continue;
      bool held = true;
      for (std::size_t k = 0; k < always.size(); ++k) held = held && (in[k] || !always[k]);
      if (!held) continue;
      const double here = least(in, count);
      if (here < lowest) {
        lowest = here;
        best = in;
      }
    }
    return best;
  }
};

inline std::string term_name(std::size_t k) { return fmt::format("t{}", k); }

/// The parameters t0, t1, ... each with a term of its own. `declared` replaces "param tK = 0" of some.
inline Rule terms_rule(std::size_t terms, const std::map<std::size_t, std::string>& declared = {}) {
  std::string text = "rule terms\n";
  std::string sum;
  for (std::size_t k = 0; k < terms; ++k) {
    const auto at = declared.find(k);
    text += (at != declared.end() ? at->second : fmt::format("param {} = 0", term_name(k))) + "\n";
    sum += fmt::format("{} {} * tanh({} * post) * pre'", k == 0 ? "dw =" : " +", term_name(k), k + 1);
  }
  return check_rule({"terms", text + sum + "\n"});
}

/// Effects drawn from a normal distribution, targets that `truth` explains but for noise; the same numbers every time.
inline QuadraticObjective drawn(const std::vector<double>& truth, double noise, std::size_t units, std::uint32_t seed,
                                Eigen::Index rows = 12) {
  QuadraticObjective out;
  for (std::size_t k = 0; k < truth.size(); ++k) out.names.push_back(term_name(k));
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  const auto n = static_cast<Eigen::Index>(truth.size());
  const Eigen::Map<const Eigen::VectorXd> theta(truth.data(), n);
  for (std::vector<LinearUnit>& part : out.parts) {
    for (std::size_t u = 0; u < units; ++u) {
      LinearUnit unit{Eigen::MatrixXd(rows, n), Eigen::VectorXd(rows)};
      for (double& x : unit.effects.reshaped()) x = normal(random);
      for (double& x : unit.target) x = noise * normal(random);
      unit.target += unit.effects * theta;
      part.push_back(std::move(unit));
    }
  }
  return out;
}

/// The same effects seen through `mixing`, entries x entries: columns that share parts with one another.
inline void mix(QuadraticObjective& objective, const Eigen::MatrixXd& mixing) {
  for (std::vector<LinearUnit>& part : objective.parts) {
    for (LinearUnit& unit : part) unit.effects = (unit.effects * mixing).eval();
  }
}

/// Columns that all share parts with one another, so that what a term is worth depends on the others.
inline QuadraticObjective correlated(const std::vector<double>& truth, std::size_t units, std::uint32_t seed) {
  QuadraticObjective out = drawn(truth, 0.3, units, seed);
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  const auto n = static_cast<Eigen::Index>(truth.size());
  Eigen::MatrixXd mixing = Eigen::MatrixXd::Identity(n, n);
  for (double& x : mixing.reshaped()) x += 0.6 * normal(random);
  mix(out, mixing);
  return out;
}

/// Columns made orthogonal over the first `count` units that are searched on, each of length 1 in the loss; as targets what
/// `truth` explains of them, and what no column explains.
inline QuadraticObjective orthogonal(const std::vector<double>& truth, double noise, std::size_t units,
                                     std::uint32_t seed) {
  QuadraticObjective out = drawn(std::vector<double>(truth.size(), 0.0), noise, units, seed);
  const Eigen::MatrixXd effects = out.stacked(Part::search, units).effects;
  const Eigen::MatrixXd upper = effects.householderQr().matrixQR().triangularView<Eigen::Upper>();
  const auto n = static_cast<Eigen::Index>(truth.size());
  mix(out, upper.topRows(n).triangularView<Eigen::Upper>().solve(Eigen::MatrixXd::Identity(n, n)));
  const Eigen::Map<const Eigen::VectorXd> theta(truth.data(), n);
  for (std::vector<LinearUnit>& part : out.parts) {
    for (LinearUnit& unit : part) unit.target += unit.effects * theta;
  }
  return out;
}

/// Options for `units` units of every part.
inline SearchOptions options_for(std::size_t units) {
  SearchOptions o;
  o.fit_units = o.refit_units = o.validation_units = o.test_units = o.curve_units = units;
  return o;
}

/// A bench and what it stands on.
struct Bench {
  Rule rule;
  Steps steps;
  Workbench bench;

  Bench(Rule candidates, const Objective& objective, const SearchOptions& options)
      : rule(std::move(candidates)), bench(rule, objective, options, {}, steps) {}

  /// Which terms are in, by number.
  std::vector<bool> in(const std::vector<std::size_t>& terms) const {
    std::vector<bool> out(rule.parameters.size(), false);
    for (std::size_t k : terms) out[k] = true;
    return out;
  }
  /// These terms fitted to their end on the fit units.
  Trial fitted(const std::vector<bool>& which) {
    return bench.fit({which, bench.nothing_in()}, bench.options().fit_units, 30);
  }
};

/// How far theta is from another, at the most.
inline double apart(const std::vector<double>& a, const std::vector<double>& b) {
  double most = a.size() == b.size() ? 0 : std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < std::min(a.size(), b.size()); ++k) most = std::max(most, std::abs(a[k] - b[k]));
  return most;
}

}  // namespace rule_search::test
