// The costly steps of a search, each kept in a journal, with a safe point before each at which the search can be stopped.
#pragma once

#include <functional>
#include <string>

#include "fit/steps.hpp"
#include "run/journal.hpp"

namespace rule_search {

class JournaledSteps : public Steps {
 public:
  /// `stop` is asked before every step that the journal does not hold: why to stop, "" to go on. `give_up` is asked
  /// before every unit, from several threads at once: why to leave a step undone, which costs what was computed of it. Both
  /// end the search with SearchStopped; the journal then holds every step that was carried out. The first step is carried
  /// out even where the journal holds it, to see that this program computes what the one did that began.
  JournaledSteps(Journal& journal, std::function<std::string()> stop, std::function<std::string()> give_up = {})
      : journal_(journal), stop_(std::move(stop)), give_up_(std::move(give_up)) {}

  FittedRule fit(const Rule& rule, const std::vector<double>& start, const FitRequest& request) override;
  QuadraticModel quadratic_model(const Rule& rule, const std::vector<double>& theta,
                                 const FitRequest& request) override;
  Score score(const Rule& rule, const std::vector<double>& theta, const Objective& objective, Part part,
              std::size_t count, bool alignment) override;
  Score cross_validated(const Rule& rule, const std::vector<double>& theta, const Objective& objective,
                        const std::vector<int>& entries = {}) override;
  Score score_other(const std::string& name, std::size_t count, const std::function<Score()>& compute) override;
  /// Not where the journal holds what comes next.
  void ahead(std::size_t count, const std::function<void(std::size_t, Steps&)>& procedure,
             std::size_t threads = 2) override;

 protected:
  BeforeUnit before() const override;

 private:
  std::string carried_out(const std::string& call, const std::function<std::string()>& compute);
  Journal& journal_;
  std::function<std::string()> stop_;
  std::function<std::string()> give_up_;
  bool first_ = true;
};

}  // namespace rule_search
