// Where a search carries out its trials: candidates, units and what they cost, in one place.
#pragma once

#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "fit/fit.hpp"
#include "fit/progress.hpp"
#include "fit/quadratic.hpp"
#include "fit/residuals.hpp"
#include "fit/steps.hpp"
#include "search/found.hpp"

namespace rule_search {

/// Some of the candidates with their coefficients, and how well they did.
struct Trial {
  std::vector<bool> in;       ///< by parameter of the candidates; never of a shape parameter
  std::vector<double> theta;  ///< all entries of the candidates; 0 where a term is out
  double loss = 0;            ///< mean over the fit units; infinite where one diverged
  bool given_up = false;      ///< the fit was not carried to its end

  std::size_t size() const;
};

class Workbench {
 public:
  /// The objective and the steps must outlive it.
  Workbench(const Rule& candidates, const Objective& objective, const SearchOptions& options,
            const std::function<void(const Progress&)>& progress, Steps& steps);

  /// A copy that carries out trials by other steps, and tells nobody.
  Workbench(const Workbench& other, Steps& steps);
  Workbench(const Workbench&) = delete;
  Workbench& operator=(const Workbench&) = delete;

  const Rule& candidates() const { return candidates_; }
  const SearchOptions& options() const { return options_; }
  const ParameterLayout& layout() const { return layout_; }
  const Objective& objective() const { return objective_; }
  std::size_t parameters() const { return candidates_.parameters.size(); }
  std::size_t runs() const { return runs_; }
  Steps& steps() { return steps_; }

  /// Carries out `count` procedures at the same time, each on a workbench of its own, so that their steps take no time
  /// afterwards; see Steps::ahead(). With `bounded`, fits of the procedures are given up by what earlier ones reach, which is
  /// not known ahead: then more is fitted to its end than needs be, which two threads do not make good.
  void ahead(std::size_t count, const std::function<void(std::size_t, Workbench&)>& procedure, bool bounded = false);

  /// Entries of theta that belong to a parameter; to all that are in.
  std::vector<int> entries_of(std::size_t parameter) const;
  std::vector<int> entries_in(const std::vector<bool>& in) const;
  std::vector<double> nothing_in() const;  ///< theta where every term is out
  /// False for a parameter whose bounds exclude 0: its term is always in.
  bool may_be_zero(std::size_t parameter) const;
  /// Whether these terms are no more than were asked for at most, hold all that may not be zero and, where there are any,
  /// change weights, as a coefficient in a denominator does not do alone. A rule that is not so is run only to learn what a term is worth.
  bool complete(const std::vector<bool>& in) const;
  /// False for a shape parameter, which comes and goes with the terms that need it and is in no Trial::in.
  bool is_term(std::size_t parameter) const { return rule_search::is_term(candidates_.parameters[parameter]); }
  /// theta + step within the bounds; time constants by a factor, so that they stay above 0.
  double moved(std::size_t entry, double from, double step) const;

  /// Fits what is in, from trial.theta, on the first `count` training units; gives up where it stays above
  /// `goal`.
  Trial fit(const Trial& start, std::size_t count, int iterations,
            double goal = std::numeric_limits<double>::infinity(), double initial_radius = 1);
  /// Fits what is in from several values of its shape parameters, to its end; see rule_search::fit_from_several().
  Trial fit_from_several(const Trial& start, std::size_t count);
  /// The same to its end, where it was carried to where no more counts.
  Trial polished(const Trial& trial, std::size_t count);
  /// Coefficients of what is in, fitted from trial.theta to the objective's surrogate; the loss of the trial is not
  /// that. The trial itself where there is none, or where that can't be fitted.
  Trial fitted_to_surrogate(const Trial& start, std::size_t count, int iterations);
  /// The best trial of these terms that was ever fitted to the end on the first `count` training units, or
  /// null.
  const Trial* fitted(const std::vector<bool>& in, std::size_t count) const;
  /// The same, also where no fit of them was carried to its end.
  const Trial* known(const std::vector<bool>& in, std::size_t count) const;
  /// The best of all trials on the first `count` training units whose terms are all among these, or null. It has all of
  /// these that may not be zero, so that its coefficients are within the bounds of these terms.
  const Trial* best_within(const std::vector<bool>& in, std::size_t count) const;
  /// The best trial of every size on the first `count` training units, of those that are complete. A term whose coefficient
  /// is 0 is none, unless it must be in: where the best of a size has such terms, it stands at the size of the others.
  std::map<std::size_t, Trial> best_by_size(std::size_t count) const;
  /// Where an entry of a threshold stands in what is tried from now on; see begin_at_thresholds().
  void begin_at(std::size_t entry, double value) { layout_.initial[entry] = value; }
  /// The trial as this fit of it has it, remembered.
  Trial remembered(const Trial& trial, const FittedRule& fitted, std::size_t count) {
    const Trial out = trial_of(trial, fitted);
    remember(out, count);
    return out;
  }
  /// Makes a trial with its loss on the first `count` training units known to both of them.
  void remember(const Trial& trial, std::size_t count);
  /// Mean loss on the fit units, or the first `count` of them, without derivatives.
  double loss(const Trial& trial, std::size_t count = 0);
  /// The trial with its loss on the first `count` training units; with smaller coefficients where some of
  /// them diverge, since coefficients fitted on fewer units can be a little too large for others.
  Trial steadied(Trial trial, std::size_t count);
  /// Towards what is in and these candidates beside it, which stand at 0, on the first `count` training units.
  struct Towards {
    QuadraticModel model;
    std::vector<int> entries;    ///< of theta, for each entry of the slopes
    std::vector<int> parameter;  ///< that the entry belongs to
    /// Entries of the slopes that belong to this parameter.
    std::vector<int> places(std::size_t of) const;
  };
  Towards model_towards(const Trial& trial, const std::vector<std::size_t>& beside, std::size_t count,
                        bool tempered = true);
  /// Towards what is in, on the first `count` training units: a QuadraticModel of the entries in, in their order.
  QuadraticModel model_in(const Trial& trial, std::size_t count, bool tempered = true);
  /// The same of the objective's surrogate, which there must be; not usable where that has no slopes there.
  QuadraticModel surrogate_model_in(const Trial& trial, std::size_t count);
  /// Towards what is in, on the fit units, at the entries' places among all; 0 for those that are out.
  QuadraticModel model_among_all(const Trial& trial);

  Score score(Part part, const FittedRule& rule, std::size_t count, bool alignment = false);
  /// Of Part::validation, where the objective cross-validates, every unit to search on by coefficients that don't know it.
  const Score& score(Part part, const Trial& trial, std::size_t count);
  /// Units on which rules with coefficients that are given, no longer fitted, are compared.
  Part judging_part() const { return cross_validates_ ? Part::search : Part::validation; }

  /// Scores that will be asked for one after the other; see Steps::scores_ahead().
  void scores_ahead(Part part, const std::vector<Trial>& trials, std::size_t units);
  /// Along the history of a fit of the search's own rule.
  Curve curve(const FittedRule& fitted);
  /// The best rule of every size as it is known now: after its fit on the refit units where it had one.
  std::vector<FrontRule> front_so_far() const;
  /// A fit of this rule on the fit units, begun at `start`.
  FittedRule fit_from(const Rule& rule, const std::vector<double>& start, int iterations, double radius);

  /// The rule of a trial alone, the other terms gone.
  FittedRule rule_of(const Trial& trial) const;

  /// Counts candidates whose gain was predicted; keeps the first of a round for the report.
  void screened(std::size_t candidates) { screenings_ += candidates; }
  template <class Iterator>
  void remember_screening(std::size_t size, Iterator first, Iterator last) {
    for (int k = 0; k < 10 && first != last; ++k, ++first)
      screened_.push_back({size, candidates_.parameters[first->parameter].name, first->gain});
  }
  std::size_t screenings() const { return screenings_; }
  const std::vector<Screened>& screened() const { return screened_; }

  void tell(const std::string& stage, const std::string& detail, double loss, double share);
  /// Whom to tell the front, at every tell().
  void on_front(std::function<void(const std::vector<FrontRule>&)> told) { front_told_ = std::move(told); }
  void detail(const std::string& text) { progress_.detail = text; }
  /// Shares of tell() are of this part of the whole from now on.
  void tells_part(double part) { part_of_all_ = part; }
  /// Adds units that were run to the count, and tells.
  void count(std::size_t units, double loss);

 private:
  bool changes_weights(const std::vector<bool>& in) const;
  Rule rule_with(const std::vector<bool>& in) const;
  const std::vector<std::size_t>& shapes_with(const std::vector<bool>& in) const;
  std::vector<bool> terms_that_act(const Trial& trial) const;
  Trial trial_of(const Trial& start, const FittedRule& fitted) const;
  FitRequest request(std::size_t units, int iterations, double radius);

  const Rule& candidates_;
  const Objective& objective_;
  SearchOptions options_;
  std::function<void(const Progress&)> report_;
  std::function<void(const std::vector<FrontRule>&)> front_told_;
  Steps& steps_;
  ParameterLayout layout_;
  bool cross_validates_;
  bool has_shapes_ = false;
  mutable std::map<std::vector<bool>, std::vector<std::size_t>> shapes_;  // shape parameters, by the terms that are in
  mutable std::vector<std::optional<bool>> acts_alone_;                   // by parameter, as they are asked for
  Progress progress_;
  double part_of_all_ = 1;
  std::size_t runs_ = 0;
  std::size_t screenings_ = 0;
  std::vector<Screened> screened_;
  std::map<std::size_t, std::map<std::vector<bool>, Trial>> fitted_;                          // by units
  std::map<std::tuple<std::size_t, std::vector<bool>, std::vector<double>>, double> losses_;  // of loss()
  std::map<std::pair<std::vector<bool>, std::vector<double>>, Towards> models_;               // of model_among_all()
  // Scores of trials on validation and test units, by terms and coefficients: the same rule is judged more
  // than once.
  std::map<std::tuple<Part, std::size_t, std::vector<bool>, std::vector<double>>, Score> scored_;
};

}  // namespace rule_search
