// From what a search found to the document of it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "grammar/source.hpp"
#include "report/result.hpp"
#include "search/found.hpp"

namespace rule_search {

/// How a search was asked for and carried out.
struct SearchRun {
  result::Program program;
  nlohmann::json options = nlohmann::json::object();  ///< that decide the result beside rule and data
  std::string command;                                ///< the command line that repeats it
  Source rule;                                        ///< as it was read; the name is its path
  std::string data_folder;
  std::string started;  ///< UTC, as ISO 8601 has it
  std::string host;
  int threads = 0;
  std::size_t recalled = 0;  ///< steps that were taken from the journal
};

Result make_result(const SearchResult& found, const SearchRun& run);
result::Words words_of(const Description& description);
/// The front of a finished search, from the smallest rule to the largest.
std::vector<FrontRule> front_of(const SearchResult& found);

}  // namespace rule_search
