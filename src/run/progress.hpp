// Where a long run stands, for a person who waits and for its log.
#pragma once

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <utility>

#include "fit/progress.hpp"

namespace rule_search {

/// One line that is written over on a terminal; elsewhere a line whenever the stage changes, and one every ten seconds. What
/// is new in a stage goes to the end of the run's log.jsonl as well.
class ProgressLine {
 public:
  explicit ProgressLine(const std::filesystem::path& log);
  ~ProgressLine();
  void operator()(const Progress& p);
  /// What is run: "episodes".
  void count_in(const std::string& runs) { runs_ = runs; }
  /// Who hears of progress in place of a terminal.
  void tell(std::function<void(const Progress&)> who) { who_ = std::move(who); }
  /// A line for the log alone.
  void note(const std::string& text);

 private:
  std::ofstream log_;
  std::function<void(const Progress&)> who_;
  bool terminal_;
  std::string runs_ = "episodes";
  std::string last_, stage_;  ///< with its detail; of the line that was printed last
  double printed_ = 0;        ///< seconds at that line
  bool begun_ = false;
  std::size_t runs_before_ = 0;  ///< run, and share of the work done, before this process began
  double share_before_ = 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace rule_search
