// The words of the language that stand for themselves: each list is here and nowhere else.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace rule_search {

/// The words that statements begin with, in the order in which messages name them.
inline constexpr std::array<std::string_view, 11> statement_words = {
    "rule", "cite", "step", "param", "state", "bound", "signal", "let", "next", "candidates", "dw"};
/// Those of them that are names elsewhere: rules had parameters by these names before there were the statements. No statement
/// begins with a name, so the two are never taken for each other.
inline constexpr std::array<std::string_view, 2> words_and_names = {"step", "bound"};
bool is_word_and_name(std::string_view word);
/// What expressions call the length of a step.
inline constexpr std::string_view step_name = "dt";
/// Signals, numbers both, that need no statement.
inline constexpr std::array<std::string_view, 2> known_signals = {"reward", "expected_reward"};
/// Words within statements that are no names either.
inline constexpr std::array<std::string_view, 3> inner_words = {"in", "layer", "inf"};

struct TimeUnit {
  std::string_view name;
  int power;  ///< of ten, in seconds
};
inline constexpr std::array<TimeUnit, 3> time_units = {{{"s", 0}, {"ms", -3}, {"us", -6}}};

/// Letters, digits and _.
bool is_word(char c);
bool begins_statement(std::string_view word);
/// Whether it can't be the name of a parameter, part, state or signal.
bool is_reserved(std::string_view word);
/// Null where it is no unit of time.
const TimeUnit* time_unit(std::string_view name);
/// A number of units of time in seconds, and the other way round: the number nearest to what one writes, as 0.0168 for
/// 16.8 ms, and not a product with 0.001. The number itself where there is no such unit.
double in_seconds(double number, std::string_view unit);
double in_unit(double seconds, std::string_view unit);

/// "rule, cite, ..., candidates `last` dw".
std::string statement_words_in_text(std::string_view last);
/// "s, ms `last` us".
std::string time_units_in_text(std::string_view last);

}  // namespace rule_search
