// What a search asks of a rule: how well it does, by losses with exact slopes. The search itself knows nothing else
// of it, so that another aim is another objective and no other search.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "fit/outcome.hpp"
#include "fit/part.hpp"
#include "fit/score.hpp"
#include "plan/layout.hpp"
#include "plan/plan.hpp"

namespace rule_search {

/// A rule made ready for one objective. One run at a time; it spreads its units over threads itself.
class Evaluator {
 public:
  virtual ~Evaluator() = default;
  /// The first `count` units of a part (episodes, recordings), in their order whatever the threads do.
  virtual std::vector<Outcome> run(Part part, std::size_t count, const std::vector<double>& theta,
                                   Wanted wanted = {}) const = 0;
};

/// Asked before every unit, from several threads at once; what it throws ends the run.
using BeforeUnit = std::function<void()>;

class Objective {
 public:
  virtual ~Objective() = default;

  /// All that decides what it makes of a rule; the data themselves need not be in it.
  virtual std::string identity() const = 0;
  /// Connections that a rule is to change, each with its own entry of a parameter `param a[layer]`.
  virtual int connections() const = 0;
  /// What units are called in words.
  virtual std::string unit_name() const { return "episodes"; }
  /// Units of a part. Where they are drawn there are as many as anybody asks for.
  virtual std::size_t units(Part part) const = 0;
  /// Losses that one unit of a part gives.
  virtual std::size_t answers(Part part, std::size_t unit) const = 0;
  /// `directions`: entries of theta to differentiate by (see ParameterLayout); none for values only. The objective must
  /// outlive what it returns.
  virtual std::unique_ptr<Evaluator> compile(const plan::Plan& plan, std::vector<int> directions,
                                             Precision precision = Precision::single, BeforeUnit before = {}) const = 0;
  /// Whether all candidates can be fitted at once: where the loss is near a quadratic one and units are cheap.
  virtual bool fits_all_at_once() const { return false; }
  /// Of the same units a loss that is easier to fit and has its least near by, or null: where a fit of all begins. It can
  /// have an easier one itself.
  virtual const Objective* easier() const { return nullptr; }
  /// Losses that differ by less than this are as good as each other: by rounding, or because less is not worth a term.
  virtual double negligible() const { return 0; }
  /// Whether losses of units can differ by orders of magnitude between rules and between units, so that means alone can
  /// hide what every unit shows: rules are compared by signed ranks as well then.
  virtual bool compares_by_ranks() const { return false; }
  /// Whether a fit scales down the slopes of units that are far above those of the others; see tempering().
  virtual bool tempered() const { return false; }
  virtual Score summarise(const std::vector<Outcome>& outcomes) const = 0;
};

}  // namespace rule_search
