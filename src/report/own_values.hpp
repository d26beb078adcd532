// Values of recordings in a report: as a document, as a table and in words.
#pragma once

#include <string>

#include "fit/own_values.hpp"
#include "report/result.hpp"

namespace rule_search {

/// Recordings by name.
result::OwnValues document_of(const OwnValues& found);
/// A table, and sentences below it.
std::string own_values_table(const result::OwnValues& own);
/// What foretells better, in a sentence.
std::string verdict(const result::OwnValues& own);
/// A value in the unit of the rule file, with three digits.
std::string own_value_text(const result::OwnParameter& parameter, double value);

}  // namespace rule_search
