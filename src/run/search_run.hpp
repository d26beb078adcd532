// A search from its options to its folder: begun, gone on with after it was stopped, or run once more.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "command/command.hpp"
#include "grammar/source.hpp"
#include "report/record.hpp"
#include "run/journal.hpp"

namespace rule_search::command {

struct SearchArguments {
  EpisodeOptions episode;
  SearchOptions search;
  std::string locality;
  int degree = 0;  ///< of generated candidates; 0: as the rule file says
  std::vector<std::string> ranges;
  std::string objective = "task";
  std::vector<std::string> recordings;  ///< files of the objective "trajectory"
  std::string activation = "linear";
  bool one_step = false, fit_first_weights = false;
  std::string goal;                      ///< of the objective "function"
  int cells = 0, inputs = 0, steps = 0;  ///< 0: the goal's own
  double time_limit = 0;                 ///< seconds of this process; 0 for none
  std::size_t max_episodes = 0;          ///< of the whole run; 0 for no limit
};

/// Those options of `search` which decide its result, and how many threads there are.
void add_search_options(CLI::App& app, SearchArguments& arguments);
/// Those which stop it before its end.
void add_limits(CLI::App& app, SearchArguments& arguments);

/// Of the objective "function". Throws InputError where there is no such goal.
GoalOptions goal_options(const SearchArguments& arguments);
/// Throws InputError where one of the options given with `app` has no meaning for the objective.
void check_objective(const CLI::App& app, const SearchArguments& arguments);

/// The options that decide the result, as SearchRun has them.
std::map<std::string, std::vector<std::string>> deciding(const SearchArguments& arguments);
/// The same back. `from` is where they come from, for messages. Throws InputError where they are none.
SearchArguments arguments_of(const nlohmann::json& options, const std::string& from);

/// How a search ended.
struct SearchEnd {
  std::filesystem::path folder;
  std::string document;  ///< of result.json; "" where the search was stopped
  std::string table;
  std::string unwritten, undrawn;  ///< what went wrong with the files, for the user
  std::string stopped;             ///< why; "" where it came to its end
  std::size_t episodes = 0;
  std::vector<FrontRule> front;  ///< of a search that was stopped
};

/// In a new folder. `hash`, where not empty, is what the data must have.
SearchEnd begin_search(SearchArguments arguments, const Source& rule, const std::string& out,
                       const std::string& hash = "");

/// A folder whose search was begun before.
class BegunSearch {
 public:
  /// Throws InputError where there is none in it, it is damaged or at work, or this program is another.
  explicit BegunSearch(const std::filesystem::path& folder);
  ~BegunSearch();

  /// The options it was begun with; --data among them.
  SearchArguments arguments() const;
  /// Throws InputError where what the user gave with `app` is not what it was begun with.
  void compare(const CLI::App& app, const SearchArguments& given, const std::string& rule_file) const;
  SearchEnd go_on(SearchArguments arguments);

 private:
  std::filesystem::path folder_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<nlohmann::json> heading_;
};

/// Says how it ended, on standard output; returns the exit code. Throws where the files could not be written.
int report(const SearchEnd& end, bool as_json);

}  // namespace rule_search::command
