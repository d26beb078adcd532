// The best rule of every size, with what each further term is worth.
#pragma once

#include <string>
#include <vector>

#include "search/found.hpp"

namespace rule_search {

/// How much a rule gains over the next smaller one, per term it has more: minus the change of log(loss) a
/// term, as PySR scores its equations (Cranmer, arXiv:2305.01582). 0 for the smallest rule. `loss` and
/// `complexity` from the smallest rule to the largest.
std::vector<double> front_scores(const std::vector<std::size_t>& complexity, const std::vector<double>& loss);
std::vector<double> front_scores(const std::vector<FrontRule>& front);

/// hall_of_fame.csv. `chosen` is the complexity of the reported rule, 0 while that is not known.
std::string to_csv(const std::vector<FrontRule>& front, std::size_t chosen);

}  // namespace rule_search
