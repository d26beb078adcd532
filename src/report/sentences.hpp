// What bears on whether a found rule is to be believed, in words: for tables, pages and LaTeX alike.
#pragma once

#include <string>
#include <vector>

#include "expression/rule.hpp"
#include "report/result.hpp"

namespace rule_search {

/// Its name, and for a generated coefficient, as c17, what it multiplies: "c17: post*pre'".
std::string label(const result::Term& term);
/// "time constant" or "shape parameter".
std::string kind_of(const result::ShapeParameter& shape);
/// With value and interval in the unit that the rule file has, in place of seconds.
result::ShapeParameter in_its_unit(result::ShapeParameter shape);
/// Value number `entry`, in the unit of the rule file where it has one.
std::string shape_value(const result::ShapeParameter& shape, std::size_t entry);
/// Coefficients at a bound, shape parameters that the data do not tell, intervals that differ, terms that can't be told apart: a sentence each, in plain text.
std::vector<std::string> doubts(const Result& result);

/// The rule with no more digits than `digits` in each of its numbers, as it is shown where a table lists many rules. Documents
/// have all digits.
std::string short_formula(const std::string& rule_text, int digits = 3);

/// How the activities and the errors are written in a formula.
struct Letters {
  std::string pre, post, err_pre, err_post;
};
/// What the letters of a rule stand for, of those that it has: ", with activities x_j and y_i and error e_i", or nothing.
std::string explained(const Rule& rule, const Letters& letters);

/// Between which numbers weights stay, in a sentence; empty where the rule says none.
std::string meaning_of_bound(const Rule& rule);
/// What the brackets of comparisons in LaTeX and on the page mean: "A bracket is 1 where ...", or nothing.
std::string meaning_of_brackets(const Rule& rule);
/// How long a step is, by its letter; empty where no decay asks for it.
std::string meaning_of_step(const Rule& rule, const std::string& letter);

/// States that begin anew at every trial: "At the start of every trial trace is 0 and xbar is 0.", or nothing.
std::string at_every_trial(const Rule& rule);

/// What a step does: "without c3".
std::string words_of(const result::Choice& step);
/// Result::why, one reason an entry.
std::vector<std::string> reasons(const Result& r);

}  // namespace rule_search
