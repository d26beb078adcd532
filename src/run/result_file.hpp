// result.json as it is read again, also that of an earlier version.
#pragma once

#include <string>

#include "report/result.hpp"

namespace rule_search {

/// Reads a result.json of schema 1 or 2. Throws InputError, naming the key, where it is none.
Result read_result(const std::string& path);

/// A document of schema 1 as one of schema 2. Throws InputError as read_result() does.
nlohmann::json upgraded(nlohmann::json document, const std::string& path);

/// What a search computed, of a result of either schema: all numbers, and the formulas that carry them. Without the program,
/// the options' spelling, and words.
nlohmann::json numbers_of(const Result& result);

}  // namespace rule_search
