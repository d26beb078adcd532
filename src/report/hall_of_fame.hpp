// The best rule of every size, with what each further term is worth.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "search/search.hpp"

namespace rule_search {

/// How much a rule gains over the next smaller one, per term it has more: minus the change of log(loss) a
/// term, as PySR scores its equations (Cranmer, arXiv:2305.01582). 0 for the smallest rule. `loss` and
/// `complexity` from the smallest rule to the largest.
std::vector<double> front_scores(const std::vector<std::size_t>& complexity, const std::vector<double>& loss);

/// hall_of_fame.csv. `chosen` is the complexity of the reported rule, 0 while that is not known.
std::string to_csv(const std::vector<FrontRule>& front, std::size_t chosen);

/// The front of a finished search, from the smallest rule to the largest.
std::vector<FrontRule> front_of(const SearchResult& result);
/// `front` of result.json.
nlohmann::json front_json(const SearchResult& result);

}  // namespace rule_search
