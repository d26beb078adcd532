// Results of steps that were carried out ahead of the time when they are asked for.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "fit/fit.hpp"
#include "fit/quadratic.hpp"
#include "fit/score.hpp"

namespace rule_search {

/// A step by what decides its result, as far as that is a rule on units of an objective; `what` names the kind of step.
std::string key_of_step(const std::string& what, const Rule& rule, const std::vector<double>& theta,
                        const Objective& objective, Part part, std::size_t units);
/// The same of a fit or a model; not what makes a fit give up, see KeptSteps::fit().
std::string key_of_step(const std::string& what, const Rule& rule, const std::vector<double>& theta,
                        const FitRequest& request);

std::string key_of_cross_validation(const Rule& rule, const std::vector<double>& theta, const Objective& objective,
                                    const std::vector<int>& entries);
/// Of a score of something that is no rule, which `name` decides.
std::string key_of_other(const std::string& name, std::size_t count);

/// Results by the keys of their steps. Any thread may ask and keep.
class KeptSteps {
 public:
  struct Fit {
    FittedRule fitted;          ///< without its rule, which whoever asks has
    std::size_t units = 0;      ///< that it ran
    double hopeless_above = 0;  ///< by which it was carried out
  };

  /// Whether a result that is given is kept for others. Few are asked for twice.
  enum class Use { look, take };

  void keep(const std::string& key, Fit fit);
  void keep(const std::string& key, Score score);
  void keep(const std::string& key, QuadraticModel model);

  /// What a fit that gives up above `hopeless_above` comes to: known where it was carried out with that, or with a limit that
  /// let it go on for as long or longer. Fits on fresh units look at other units where they may give up, so of these only
  /// the first counts.
  std::optional<Fit> fit(const std::string& key, double hopeless_above, bool fresh, Use use);
  std::optional<Score> score(const std::string& key, Use use);
  std::optional<QuadraticModel> model(const std::string& key, Use use);

  std::size_t size();
  void clear();

  /// All results as bytes; to keep those of others beside one's own.
  std::string packed();
  void keep_packed(const std::string& bytes);

 private:
  std::mutex mutex_;
  std::map<std::string, Fit> fits_;
  std::map<std::string, Score> scores_;
  std::map<std::string, QuadraticModel> models_;
};

}  // namespace rule_search
