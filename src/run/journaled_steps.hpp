// The costly steps of a search, each kept in a journal, with a safe point before each at which the search can be stopped;
// and the same steps on the other ranks, where several processes share them.
#pragma once

#include <functional>
#include <string>

#include "fit/steps.hpp"
#include "run/journal.hpp"

namespace rule_search {

/// Steps whose results are bytes, so that they can be kept and sent. What is asked for is the same as of Steps.
class RecordedSteps : public Steps {
 public:
  FittedRule fit(const Rule& rule, const std::vector<double>& start, const FitRequest& request) override;
  QuadraticModel quadratic_model(const Rule& rule, const std::vector<double>& theta,
                                 const FitRequest& request) override;
  Score score(const Rule& rule, const std::vector<double>& theta, const Objective& objective, Part part,
              std::size_t count, bool alignment) override;
  Score cross_validated(const Rule& rule, const std::vector<double>& theta, const Objective& objective,
                        const std::vector<int>& entries = {}) override;
  Score score_other(const std::string& name, std::size_t count, const std::function<Score()>& compute) override;
  /// Not where what comes next is known.
  void ahead(std::size_t count, const std::function<void(std::size_t, Steps&)>& procedure,
             std::size_t threads = 2) override;
  void scores_ahead(const std::vector<FittedRule>& rules, const Objective& objective, Part part,
                    std::size_t count) override;

 protected:
  RecordedSteps(std::function<std::string()> give_up, Ranks* ranks) : give_up_(std::move(give_up)), ranks_(ranks) {}

  /// The result of a step, `call` by name, that is known or is computed.
  virtual std::string carried_out(const std::string& call, const std::function<std::string()>& compute) = 0;
  virtual bool recalling() const = 0;
  Execution execution() const override;
  Ranks* ranks() const { return ranks_; }

 private:
  std::function<std::string()> give_up_;
  Ranks* ranks_;
};

class JournaledSteps : public RecordedSteps {
 public:
  /// `stop` is asked before every step that the journal does not hold: why to stop, "" to go on. `give_up` is asked
  /// before every unit, from several threads at once: why to leave a step undone, which costs what was computed of it. Both
  /// end the search with SearchStopped; the journal then holds every step that was carried out. The first step is carried
  /// out even where the journal holds it, to see that this program computes what the one did that began. `ranks`, where
  /// there are several, share the steps; the others have FollowingSteps.
  JournaledSteps(Journal& journal, std::function<std::string()> stop, std::function<std::string()> give_up = {},
                 Ranks* ranks = nullptr)
      : RecordedSteps(std::move(give_up), ranks), journal_(journal), stop_(std::move(stop)) {}

 private:
  std::string carried_out(const std::string& call, const std::function<std::string()>& compute) override;
  bool recalling() const override { return journal_.recalling(); }

  Journal& journal_;
  std::function<std::string()> stop_;
  bool first_ = true;
};

/// Of a rank that has no journal. Rank 0 tells what is to be computed, and what is known.
class FollowingSteps : public RecordedSteps {
 public:
  /// `recalling`: whether rank 0 has results of an earlier process.
  FollowingSteps(Ranks& ranks, bool recalling, std::function<std::string()> give_up)
      : RecordedSteps(std::move(give_up), &ranks), recalling_(recalling) {}

 private:
  std::string carried_out(const std::string& call, const std::function<std::string()>& compute) override;
  bool recalling() const override { return recalling_; }

  bool recalling_;
};

}  // namespace rule_search
