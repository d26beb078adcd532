// The folder that a run leaves behind.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "report/make_result.hpp"

namespace rule_search {

/// The folder of a run: DIR itself where it does not exist or is empty, else DIR/run-1, run-2, ... No two runs
/// ever get the same, even at the same time. It goes away with this object, with the folders above it that were
/// made for it, unless it was kept or holds more than a log and a journal.
class RunFolder {
 public:
  /// The name of the file that stands in the folder while this object lives.
  static constexpr const char* claim = ".claimed";

  /// Throws InputError where it can't be made or written.
  explicit RunFolder(const std::filesystem::path& wanted);
  ~RunFolder();
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path log() const { return path_ / "log.jsonl"; }
  std::filesystem::path journal() const { return path_ / "journal.bin"; }
  void keep() { kept_ = true; }

 private:
  void remove() const;

  std::filesystem::path path_;
  std::vector<std::filesystem::path> made_;  ///< from the outermost to path_
  bool claimed_ = false;
  bool kept_ = false;
};

/// result.json, which is `document`, hall_of_fame.csv, rule.rule, rule.tex.
void write_run(const SearchResult& found, const Result& result, const std::string& document,
               const std::filesystem::path& folder);
/// plots/ and report.html. What could not be drawn is returned as one line for the user, with what to do; empty where all
/// was.
std::string write_pictures(const Result& result, const std::filesystem::path& folder);

}  // namespace rule_search
