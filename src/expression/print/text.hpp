// Expressions and rules as text, which parses back to the same.
#pragma once

#include <string>
#include <vector>

#include "base/text.hpp"
#include "expression/print/symbols.hpp"
#include "expression/rule.hpp"

namespace rule_search {

std::string print(const Expr& e, const Symbols& symbols);
/// A whole rule file. parse(print(rule)) is the rule again.
std::string print(const Rule& rule);
/// What a state begins with: a number, or a list of all its elements.
std::string initial_text(const State& state);
/// A time above 0 in seconds with the unit that makes it shortest, `unit` where others are no shorter: "20 ms". It is read
/// again as the same number.
std::string time_text(double seconds, const std::string& unit = "s");
/// So many steps in seconds, as the shortest number that is as many steps: 0.0013 of 13 steps of 0.1 ms, whose product is
/// 0.0013000000000000002.
double exact_multiple(int steps, double step);
/// "bound w in [0, 1]"
std::string bound_text(const WeightBound& bound);
/// The statement of a rule that says how long a step is: "step 1 ms", or "let dt = 1 ms". The rule has one.
std::string step_text(const Step& step);
/// "dw = ...", and a line each for what its states are and become, for its signals, and for the step where a decay or a delay asks for it:
/// with a name before it the text of a rule file, where no parameter is left in it.
std::string formula(const Rule& rule);
/// The same for tables and logs.
std::string on_one_line(std::string formula);

}  // namespace rule_search
