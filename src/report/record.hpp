// What a search leaves behind, in the forms people and scripts read.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "grammar/source.hpp"
#include "objectives/few_shot/coefficients.hpp"
#include "search/search.hpp"

namespace rule_search {

/// How a search was asked for and carried out.
struct SearchRun {
  /// What decides the result beside rule and data: options of `search` by name, as they would be typed. A list for
  /// those that may be given often, none for flags.
  std::map<std::string, std::vector<std::string>> options;
  Source rule;  ///< as it was read; the name is its path
  std::string data_folder;
  std::string started;  ///< UTC, as ISO 8601 has it
  std::string host;
  int threads = 0;
  std::size_t recalled = 0;  ///< steps that were taken from the journal
};

/// The document of result.json, schema 1. Everything that differs from run to run of one seed is under "run".
nlohmann::json to_json(const SearchResult& result, const SearchRun& run);
/// The program as it stands in result.json and heads journals: name, version, compiler, path of the kernels.
nlohmann::json program_json();
/// The document of fit.json, schema 1, with the same promise.
nlohmann::json to_json(const CoefficientFit& fit);
/// Reads result.json. Throws InputError, naming the key, where it is not what to_latex() and a rule need.
nlohmann::json read_result(const std::string& path);
/// Table, formula, baselines: what a person reads on the terminal.
std::string to_table(const SearchResult& result);
/// A document of its own for pdflatex: formula in matrix form and for one synapse, booktabs table, citation.
/// From a result as it stands in the file.
std::string to_latex(const nlohmann::json& result);

/// A page of its own that asks for nothing from elsewhere: formula, tables, figures, how to reproduce. From a
/// result as it stands in the file. `plots` are SVG documents by name of the figure; `terms` is the size of
/// the front's rule that the page is about, 0 for the reported one.
std::string to_html(const nlohmann::json& result, const std::map<std::string, std::string>& plots,
                    std::size_t terms = 0);

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

/// Throws InputError where write_file could not write: something stands there that is no file, or there is no
/// folder for it.
void check_writable(const std::filesystem::path& path);
/// Writes a file whole or not at all, even where the power fails. Throws as check_writable does, and std::runtime_error where writing
/// fails.
void write_file(const std::filesystem::path& path, const std::string& text);
/// The history as comma-separated values, a point a line, with its names on the first line.
std::string history_csv(const CoefficientFit& fit);
/// Adam's steps in the same form: what each step's own episode gave before theta moved.
std::string steps_csv(const CoefficientFit& fit);
/// fit.json, rule.rule, history.csv and, of Adam, steps.csv.
void write_run(const CoefficientFit& fit, const std::filesystem::path& folder);
/// result.json, which is `document`, hall_of_fame.csv, rule.rule, rule.tex.
void write_run(const SearchResult& result, const std::string& document, const std::filesystem::path& folder);
/// plots/ and report.html, from the document as it stands in the file. What could not be drawn is returned as
/// one line for the user, with what to do; empty where all was.
std::string write_pictures(const nlohmann::json& result, const std::filesystem::path& folder);

}  // namespace rule_search
