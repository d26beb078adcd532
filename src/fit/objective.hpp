// What can be fitted: an objective says how well a rule does, by losses with derivatives. Searches, fits and reports know
// nothing else of it, so that another aim is another objective and no other search.
#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "fit/description.hpp"
#include "fit/execution.hpp"
#include "fit/outcome.hpp"
#include "fit/part.hpp"
#include "fit/score.hpp"
#include "plan/layout.hpp"
#include "plan/plan.hpp"

namespace rule_search {

class Steps;

/// A rule made ready for one objective. One run at a time; it spreads its units over threads itself.
class Evaluator {
 public:
  virtual ~Evaluator() = default;
  /// Units of a part (episodes, recordings) by their numbers, in this order whatever the threads do.
  virtual std::vector<Outcome> run_these(Part part, const std::vector<std::size_t>& units,
                                         const std::vector<double>& theta, Wanted wanted = {}) const = 0;
  /// One unit alone.
  virtual Outcome run_unit(Part part, std::size_t unit, const std::vector<double>& theta, Wanted wanted = {}) const {
    return run_these(part, {unit}, theta, wanted).front();
  }

  /// `count` units from number `first` on.
  std::vector<Outcome> run_from(Part part, std::size_t first, std::size_t count, const std::vector<double>& theta,
                                Wanted wanted = {}) const {
    std::vector<std::size_t> units(count);
    std::iota(units.begin(), units.end(), first);
    return run_these(part, units, theta, wanted);
  }
  /// The first `count`.
  std::vector<Outcome> run(Part part, std::size_t count, const std::vector<double>& theta, Wanted wanted = {}) const {
    return run_from(part, 0, count, theta, wanted);
  }
};

/// Which derivatives of the loss.
enum class Slopes {
  of_fits,         ///< those that fits of the objective take
  exact,           ///< of the loss itself
  second,          ///< where those of fits lead nowhere; see LossTraits::second_slopes
  score_function,  ///< an estimate from noise on what is learnt; see LossTraits::estimates_slopes
};

/// What an evaluator is for.
struct EvaluatorRequest {
  plan::Plan plan;
  std::vector<int> directions =
      {};  ///< entries of theta to differentiate by (see ParameterLayout); none for values only
  Precision precision = Precision::float32;  ///< at least
  BeforeUnit before = {};
  Slopes slopes = Slopes::of_fits;
};

/// How the losses of an objective behave, so that a search need not know why.
struct LossTraits {
  /// Losses that differ by less are as good as each other: by rounding, or because less is not worth a term.
  double tolerance = 0;
  /// Whether all candidates can be fitted at once: where the loss is near a quadratic one and units are cheap.
  bool fits_all_at_once = false;
  /// Whether units cost so little that every set of a few terms can be fitted, from several values of its shape parameters.
  bool cheap_units = false;
  /// Whether losses of units can differ by orders of magnitude between rules and between units, so that means alone can
  /// hide what every unit shows: rules are compared by the ratio of their losses as well then.
  bool compares_by_ratios = false;
  /// Whether units are too few to keep some apart for choosing: rules are chosen by cross-validation, see folds().
  bool cross_validates = false;
  /// Whether a fit scales down the derivatives of units that are far above those of the others; see tempering().
  bool tempers = false;
  /// Whether every step of a fit takes units of its own: where the loss is full of little valleys, and units are drawn.
  bool fresh_units = false;
  /// Whether its derivatives are surrogates of two kinds, since the loss itself has none that are of use: a fit takes the
  /// second where the first lead nowhere.
  bool second_slopes = false;
  /// Whether derivatives are a guide to fits, but do not say how much the loss changes: intervals of coefficients rest on
  /// model_over_wide_steps() then.
  bool differs_widely = false;
  /// Whether residuals are in units of known standard errors, so that a loss says how well a rule does: intervals of
  /// coefficients rest on these errors then. Units have one residual each; see Objective::degrees_of_error().
  bool known_errors = false;
  /// Whether a bootstrap checks the intervals of coefficients: not where units are too few to draw from, or were drawn already.
  bool has_bootstrap() const { return !cross_validates && !differs_widely; }
  /// Whether its fits take other derivatives than exact ones, and it knows an estimate by the score function (REINFORCE;
  /// Williams, Mach. Learn. 8:229 (1992)): then outcomes have one residual, the root of twice the loss.
  bool estimates_slopes = false;
  /// Whether the loss is quadratic in coefficients, so that its model at any of them is the loss.
  bool quadratic = false;
  /// Whether weighed_by_noise() gives another objective, which is to be fitted in place of this one.
  bool weighs_by_noise = false;
  /// Whether coefficients are rounded to single precision before anything is computed: what is known of some is known of
  /// all that round to the same.
  bool single_precision = false;
  /// Whether the derivative by a coefficient has the same bits whatever others are taken beside it; see split().
  bool splits_derivatives = false;
  /// Whether units are drawn when they are run, which takes a share of the time: rules are scored on a unit one after the
  /// other then; see Steps::scores_ahead().
  bool draws_units = false;
  /// Whether a search uses all units that there are, however many its options ask for: where they are given, not drawn.
  bool uses_all_units = false;
};

/// Units that a comparison is made on, and who hears of it.
struct ComparisonRequest {
  std::size_t fit_units = 32, test_units = 200, curve_units = 30;
  bool fresh = false;                                        ///< see FitRequest
  std::function<void(const std::string& title)> starts;      ///< before each baseline
  std::function<void(std::size_t units, double loss)> done;  ///< after every batch
};

class Objective;

/// A share of the units to search on, kept apart: what is fitted without it is scored on it.
struct Fold {
  std::unique_ptr<const Objective> objective;  ///< Part::search is the others, Part::validation the share
  std::vector<std::size_t> units;              ///< of the share, by their numbers in Part::search of the whole
};

class Objective {
 public:
  virtual ~Objective() = default;

  /// All that decides what it makes of a rule; the data themselves need not be in it.
  virtual std::string identity() const = 0;
  /// Connections that a rule is to change, each with its own entry of a parameter `param a[layer]`.
  virtual int connections() const = 0;
  /// Units of a part. Where they are drawn there are as many as anybody asks for.
  virtual std::size_t units(Part part) const = 0;
  /// So many units of a part, or as many as there are.
  std::size_t at_most(std::size_t asked, Part part) const { return std::min(asked, units(part)); }
  /// Losses (or residuals) that one unit of a part gives.
  virtual std::size_t answers(Part part, std::size_t unit) const = 0;
  /// Steps of the longest unit; 0 where the objective does not tell.
  virtual int longest_unit() const { return 0; }
  /// The objective must outlive what it returns. Throws InputError where the rule asks for what the objective has not.
  virtual std::unique_ptr<Evaluator> compile(EvaluatorRequest request) const = 0;
  virtual Score summarise(const std::vector<Outcome>& outcomes) const = 0;

  virtual LossTraits traits() const { return {}; }
  /// Where LossTraits::cross_validates: every unit to search on in one of `most` folds at most, which hold the same number
  /// of units to one. A fold has folds itself, and must not outlive the whole.
  virtual std::vector<Fold> folds(std::size_t most) const;
  /// The probability that the larger of two nested rules, fitted to the same units, leaves so much less where what it has
  /// more is of no use (likelihood ratio); 1 where the objective knows none. `parameters`: of the smaller and of the larger.
  virtual double gain_by_chance(const Score& smaller, const Score& larger, std::array<std::size_t, 2> parameters) const;
  /// Where LossTraits::known_errors: degrees of freedom of the standard error of a unit to search on, infinite where it is
  /// exact.
  virtual double degrees_of_error(std::size_t unit) const;
  /// Where values of several kinds are compared whose errors nobody gave: the same units, every kind counting by what this
  /// rule leaves of it. Null where it leaves nothing.
  virtual std::unique_ptr<const Objective> weighed_by_noise(const FittedRule& rule) const;
  /// Of the same units a loss that is easier to fit and has its least near by, or null: where a fit of all begins. It can
  /// have a surrogate itself.
  virtual const Objective* surrogate() const { return nullptr; }
  /// The same units, each with values of its own of the parameters that are `per_recording`, or with the common ones
  /// (`own` false) and judged alike: a unit to be foretold by what comes after that to which its own values are fitted. Null
  /// where units have none. It must not outlive the whole.
  virtual std::unique_ptr<const Objective> with_own_values(bool own) const;
  /// Whether it finds the values of a parameter itself, unit by unit: fits leave the common one where it is.
  virtual bool finds_itself(const Parameter& parameter) const;
  virtual std::string unit_name(Part part, std::size_t unit) const;
  /// Terms from one of which a large pool is grown, where it holds it. By default the pseudo-gradient err_post * pre', by
  /// which alone a network with random feedback hardly learns, but of which other terms make something.
  virtual std::vector<Expr> seed_terms() const;
  /// A unit of a part with all its numbers as text, for other software. Throws InputError where there is no such form.
  virtual std::string recorded(Part part, std::size_t unit, const Rule& rule, const std::vector<double>& theta) const;
  /// What reports say of it.
  virtual Description describe() const;
  /// What the found rule, scored as `test`, is put beside.
  virtual Comparison compare(const FittedRule& found, const Score& test, const ComparisonRequest& request,
                             Steps& steps) const;
};

/// Throws InputError where a rule has a parameter with a value for every recording: for objectives without recordings.
void refuse_values_of_recordings(const plan::Plan& plan);
/// Throws InputError where a state begins anew at every trial: for objectives without trials. `units`: what they have instead.
void refuse_trials(const plan::Plan& plan, const std::string& units);

}  // namespace rule_search
