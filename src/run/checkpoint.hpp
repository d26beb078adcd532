// The costly steps of a search, each kept in a journal, with a safe point before each at which the search can be
// stopped.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "fit/fitting.hpp"
#include "run/journal.hpp"

namespace rule_search {

/// Thrown at a safe point or out of a step; what() is why. The journal then holds every step that was carried out.
class SearchStopped : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Checkpoint {
 public:
  /// Keeps nothing and never stops.
  Checkpoint() = default;
  /// `stop` is asked before every step that the journal does not hold: why to stop, "" to go on. `give_up` is asked
  /// before every episode, from several threads at once: why to leave a step undone, which costs what was computed of
  /// it. The first step is carried out even where the journal holds it, to see that this program computes what the one
  /// did that began.
  Checkpoint(Journal& journal, std::function<std::string()> stop, std::function<std::string()> give_up = {})
      : journal_(&journal), stop_(std::move(stop)), give_up_(std::move(give_up)) {}

  // As the functions of the same names.
  FittedRule fit(const Rule& rule, const std::vector<double>& start, const FitRequest& request);
  Slopes slopes(const Rule& rule, const std::vector<double>& theta, const FitRequest& request);
  Score score(const Rule& rule, const std::vector<double>& theta, const Objective& objective, Part part,
              std::size_t count, bool alignment = false);
  Score score_nearest_class_mean(const EpisodeSource& test, std::size_t count);
  /// What a fit did on its way, on the first `count` validation episodes; empty where it kept no history. `done` hears
  /// of every point: how many episodes, and their mean loss.
  Curve curve(const FittedRule& fitted, const Objective& objective, std::size_t count,
              const std::function<void(std::size_t, double)>& done);

 private:
  std::string carried_out(const std::string& call, const std::function<std::string()>& compute);
  BeforeUnit before() const;

  Journal* journal_ = nullptr;
  std::function<std::string()> stop_;
  std::function<std::string()> give_up_;
  bool first_ = true;
};

}  // namespace rule_search
