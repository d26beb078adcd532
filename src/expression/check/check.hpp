// From the text of a rule to the rule.
#pragma once

#include <string>

#include "grammar/source.hpp"

namespace rule_search {

struct Rule;

/// Parses and checks. Throws RuleError with all mistakes of the text. A `degree` above 0 takes the place of any
/// larger one in its `candidates`; throws InputError where it has none, or none of that degree.
Rule check_rule(const Source& source, int degree = 0);
/// The text with the numbers of the files that it names in place of their names, so that it stands by itself. Throws as
/// check_rule() does.
Source with_files_read(const Source& source);
/// Reads, parses and checks a file.
Rule read_rule(const std::string& path, int degree = 0);

}  // namespace rule_search
