// The found rule for a paper.
#pragma once

#include <string>

#include "report/result.hpp"

namespace rule_search {

/// A document of its own for pdflatex: formula in matrix form and for one synapse, booktabs tables, citation.
std::string to_latex(const Result& result);

}  // namespace rule_search
