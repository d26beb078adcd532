// Estimates and scores as the tables and documents write them.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "search/search.hpp"

namespace rule_search {

nlohmann::json interval_json(const Estimate& e);  ///< [low, high]
nlohmann::json estimate_json(const Estimate& e);
nlohmann::json score_json(const Score& s);  ///< null for a loss that is undefined

std::string percent(const Estimate& e);  ///< of a share: "70.1 % (68.8 to 71.5)"
std::string points(const Estimate& e);   ///< of a difference of shares: "+2.1 (+0.8 to +3.5)"
std::string number(const Estimate& e);   ///< "0.785 (0.742 to 0.827)"; "-" where it is undefined
/// "0.0399 to 0.0402": two ends with three digits, or as many as it takes to tell them apart.
std::string ends(double low, double high);

/// A line of a table: without spaces at its end, with a line break.
std::string line_of(std::string text);

}  // namespace rule_search
