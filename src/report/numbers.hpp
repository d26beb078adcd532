// Numbers with their intervals, as tables and pages write them.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/fields.hpp"
#include "base/statistics.hpp"
#include "fit/description.hpp"
#include "fit/score.hpp"

namespace rule_search {

inline Interval interval_of(const Estimate& e) { return {e.low, e.high}; }

double in_percent(double share);                ///< never -0.0
std::string percent(double share, Interval i);  ///< of a share: "70.1 % (68.8 to 71.5)"
std::string points(double share, Interval i);   ///< of a difference of shares: "+2.1 (+0.8 to +3.5)"
/// Of a loss: "0.785 (0.742 to 0.827)", three digits that count where it is small; "-" where it is undefined.
std::string loss_text(double loss, Interval i);
/// Of a difference of losses: the same, with its sign.
std::string loss_change(double change, Interval i);
inline std::string percent(const Estimate& e) { return percent(e.mean, interval_of(e)); }
inline std::string points(const Estimate& e) { return points(e.mean, interval_of(e)); }
/// With so many digits that count: "0.0399", "1350", "2000"; with a power of ten from a million on.
std::string significant(double value, int digits = 3);
/// "0.0399 to 0.0402": two ends with three digits, or as many as it takes to tell them apart.
std::string ends(double low, double high);
/// The same, "0.04 or more" where it ends on one side alone, or "not determined".
std::string ends_or_unknown(double low, double high);
/// "200"; "some" where it is unknown.
std::string count_text(std::size_t count);
/// "1 term", "3 terms".
std::string counted(std::size_t count, const std::string& one);

/// What intervals of a loss and of a fraction explained are made with, in words.
std::string intervals_of_scores(const Score& score);
/// What those of coefficients are made with, after "coefficients".
std::string intervals_of_coefficients(const Description& d);

/// A line of a table: without spaces at its end, with a line break.
std::string line_of(std::string text);

nlohmann::json interval_json(const Estimate& e);  ///< [low, high]
nlohmann::json estimate_json(const Estimate& e);
nlohmann::json score_json(const Score& s);  ///< null for a loss that is undefined

}  // namespace rule_search
