// A search from its job to a finished folder: begun, resumed after it was stopped, or run once more.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "fit/progress.hpp"
#include "report/result.hpp"
#include "run/job.hpp"
#include "run/journal.hpp"
#include "run/shared_search.hpp"
#include "search/found.hpp"

namespace rule_search {

/// What does not decide the result.
struct RunLimits {
  int threads = 0;           ///< 0 for all processors
  double seconds = 0;        ///< of this process; 0 for no limit
  std::size_t max_runs = 0;  ///< units of the whole run; 0 for no limit
  /// Processes that share the search, of which this is the first; null where it is alone. The others follow() it.
  Ranks* ranks = nullptr;
  DataOfRanks data_of_ranks = DataOfRanks::sent;
  /// Where to write how long every unit took, and what waited for what (see base/schedule.hpp), as of `schedule_workers`; ""
  /// for nowhere.
  std::string schedule = {};
  std::size_t schedule_workers = 1024;
  /// Asked between and within steps: why to stop, "" to go on. By default signals are, see StopSignals.
  std::function<std::string()> stop = {};
  /// Hears what a user should know. By default standard error.
  std::function<void(const std::string&)> note = {};
  /// Hears how far the search is. By default standard error.
  std::function<void(const Progress&)> progress = {};
};

/// How a search ended.
struct SearchEnd {
  std::filesystem::path folder;
  std::optional<Result> result;    ///< null where the search was stopped
  std::string document;            ///< of result.json; "" where the search was stopped
  std::string unwritten, undrawn;  ///< what went wrong with the files, for the user
  std::string stopped;             ///< why; "" where it came to its end
  std::size_t runs = 0;
  std::string what_runs = "episodes";  ///< in the words of the objective
  std::vector<FrontRule> front;        ///< of a search that was stopped
};

/// In a new folder. `hash`, where not empty, is what the data must have. Throws InputError where the job or its data can't
/// be used, JournalError where a step can't be kept.
SearchEnd begin_search(Job job, const Source& rule, const std::filesystem::path& out, const RunLimits& limits = {},
                       const std::string& hash = "");

/// A folder whose search was begun before.
class BegunSearch {
 public:
  /// Throws InputError where there is none in it, it is damaged or at work, or this program is another.
  explicit BegunSearch(const std::filesystem::path& folder);
  ~BegunSearch();

  /// What it was begun with, the place of its data among it.
  Job job() const;
  /// Throws InputError where `given`, options by name as they were typed, are not those it was begun with.
  void compare(const std::map<std::string, std::vector<std::string>>& given, const std::string& objective,
               const std::string& rule_file) const;
  SearchEnd resume(Job job, const RunLimits& limits = {});

 private:
  std::filesystem::path folder_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<nlohmann::json> heading_;
};

/// Where two documents differ, as paths of them; all but what differs from run to run.
std::vector<std::string> differences(nlohmann::json before, nlohmann::json after);

}  // namespace rule_search
