// A result as one page.
#pragma once

#include <map>
#include <string>

#include "expression/rule.hpp"
#include "report/result.hpp"

namespace rule_search {

/// A page of its own that asks for nothing from elsewhere: formula, tables, figures, how to reproduce. `plots` are SVG
/// documents by name of the figure; `terms` is the size of the front's rule that the page is about, 0 for the reported one.
/// Throws InputError where the front has none of that size.
std::string to_html(const Result& result, const std::map<std::string, std::string>& plots, std::size_t terms = 0);

/// The front's rule of so many terms. Throws InputError, listing what there is, where there is none.
const result::FrontRule& front_rule(const Result& result, std::size_t terms, const std::string& path);

/// The equations of a rule as elements of a page that stand alone: what its weights change by, and what its states become.
std::string typeset_equations(const Rule& rule);

}  // namespace rule_search
