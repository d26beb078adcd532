// The parts of a page, each as HTML.
#pragma once

#include <string>

#include "report/result.hpp"

namespace rule_search::html {

// rule.cpp
/// The rule typeset, in matrix form and for one synapse, and as the program reads it.
std::string rule_section(const std::string& rule_text, const std::string& printed);

// evidence.cpp
/// What was found, in a paragraph; whether it is better than chance, in another.
std::string answer(const Result& result);
std::string chance(const Result& result);
/// Terms with intervals and ablations, and doubts.
std::string term_section(const Result& result);
/// Values by recording, where the rule has any.
std::string own_values_section(const Result& result);
std::string hall_of_fame(const Result& result, std::size_t shown);
std::string baseline_section(const Result& result);
/// Tables that only this kind of objective has.
std::string tables_section(const Result& result);

// setting.cpp
std::string setting_section(const Result& result);

// numbers.cpp
/// "71.0 % (69.0 to 72.9)"; a dash where it is not known.
std::string with_interval(double value, Interval i, double by = 1, int digits = 3, const std::string& unit = "");

}  // namespace rule_search::html
