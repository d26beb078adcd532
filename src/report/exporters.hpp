// The forms in which a rule leaves the program.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "expression/rule.hpp"
#include "report/result.hpp"

namespace rule_search {

/// What is exported: a rule, and where it is the reported one of a search its result.
struct Exported {
  Rule rule;
  const Result* result = nullptr;  ///< null of a rule file
  bool reported = false;           ///< whether it is the rule that the search reports
  std::size_t terms = 0;           ///< of the front's rule that was asked for; 0 for the reported one
  /// Hears what the reader should know of the export, as of pictures that are missing.
  std::function<void(const std::string&)> note = [](const std::string&) {};
};

/// A form that rules are written in: a row of exporters().
struct Exporter {
  const char* name;
  const char* meaning;
  bool of_results_alone;  ///< Exported::result must not be null
  std::string (*write)(const Exported& exported);
};

const std::vector<Exporter>& exporters();

}  // namespace rule_search
