// The costly steps of a search: carried out at once here; in run/ kept in a journal, with a safe point
// before each at which a search can be stopped.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "fit/description.hpp"
#include "fit/execution.hpp"
#include "fit/fit.hpp"
#include "fit/kept_steps.hpp"
#include "fit/quadratic.hpp"
#include "fit/scoring.hpp"

namespace rule_search {

/// Carries every step out at once.
class Steps {
 public:
  Steps() : kept_(std::make_shared<KeptSteps>()) {}
  Steps(const Steps&) = delete;
  Steps& operator=(const Steps&) = delete;
  virtual ~Steps() = default;

  // As the functions of the same names.
  virtual FittedRule fit(const Rule& rule, const std::vector<double>& start, const FitRequest& request);
  virtual QuadraticModel quadratic_model(const Rule& rule, const std::vector<double>& theta, const FitRequest& request);
  virtual Score score(const Rule& rule, const std::vector<double>& theta, const Objective& objective, Part part,
                      std::size_t count, bool alignment = false);
  virtual Score cross_validated(const Rule& rule, const std::vector<double>& theta, const Objective& objective,
                                const std::vector<int>& entries = {});
  /// A score of something that is no rule; `name` says what, and all that decides it.
  virtual Score score_other(const std::string& name, std::size_t count, const std::function<Score()>& compute);

  /// Carries out `count` procedures at the same time, each with steps of its own, and keeps what these give: where the same
  /// steps are asked for afterwards, they take no time. So a procedure is what will be done anyway, as far as that is known
  /// yet; it must change nothing but what is its own. Results never depend on it. Does nothing on fewer threads than
  /// `threads`.
  virtual void ahead(std::size_t count, const std::function<void(std::size_t, Steps&)>& procedure,
                     std::size_t threads = 2);

  /// The same for scores of several rules, each with its values, on the first `count` units of a part. Where units are drawn
  /// (LossTraits::draws_units) each is drawn once for all of them.
  virtual void scores_ahead(const std::vector<FittedRule>& rules, const Objective& objective, Part part,
                            std::size_t count);

  /// How many units are carried out at the same time at most.
  std::size_t workers() const;

  /// What a fit did on its way, on the first `count` validation units, or units of the fit where none are kept apart; empty where it kept no history. `done` hears of every
  /// point: how many units, and their mean loss.
  Curve curve(const FittedRule& fitted, const Objective& objective, std::size_t count,
              const std::function<void(std::size_t, double)>& done);

 protected:
  explicit Steps(std::shared_ptr<KeptSteps> kept) : kept_(std::move(kept)) {}

  /// How units of steps are carried out.
  virtual Execution execution() const { return {}; }

 private:
  class Ahead;

  /// Scores that are carried out ahead in this process come into `fresh`.
  void keep_scores(const std::vector<FittedRule>& rules, const Objective& objective, Part part, std::size_t count,
                   KeptSteps& fresh, const Execution& how);
  /// These procedures by threads of this process; what comes out goes into `fresh`.
  void at_once(const std::vector<std::size_t>& which, const std::function<void(std::size_t, Steps&)>& procedure,
               KeptSteps& fresh, const BeforeUnit& before);
  void ahead_on_ranks(std::size_t count, const std::function<void(std::size_t, Steps&)>& procedure, Ranks& ranks);

  std::shared_ptr<KeptSteps> kept_;
};

}  // namespace rule_search
