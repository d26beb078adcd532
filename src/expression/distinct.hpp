// Terms that are the same by algebra, told by the numbers that they give.
#pragma once

#include <vector>

#include "expression/expression.hpp"

namespace rule_search {

/// Without those that are a multiple of one before them or of one of `known`, and without what is always 0 because its
/// conditions exclude each other; judged by values for random numbers.
std::vector<Expr> distinct(const std::vector<Expr>& terms, const std::vector<Expr>& known);

}  // namespace rule_search
