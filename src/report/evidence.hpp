// What bears on whether a found rule is to be believed, in result.json and in words.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "search/search.hpp"

namespace rule_search {

/// Writes the keys found_anything, chance and indistinguishable.
void add_evidence(const SearchResult& result, nlohmann::json& document);

struct Evidence {
  std::string chance;  ///< the found rule beside chance; empty in results of earlier versions
  std::vector<std::string>
      doubts;  ///< coefficients at a bound, intervals that differ, terms that can't be told apart; a line each
};
/// In plain text, from a document of read_result() or to_json().
Evidence evidence_of(const nlohmann::json& result);

bool labels_permuted(const nlohmann::json& result);

}  // namespace rule_search
