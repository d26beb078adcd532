// What a fit of all coefficients leaves behind.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "fit/coefficients.hpp"
#include "report/result.hpp"

namespace rule_search {

/// The document of fit.json, schema 2. Everything that differs from run to run is under "run".
nlohmann::json to_json(const CoefficientFit& fit, const result::Program& program);
/// Coefficients with their intervals, and scores, for the terminal.
std::string to_table(const CoefficientFit& fit);
/// The history as comma-separated values, a point a row, with its names on the first line.
std::string history_csv(const CoefficientFit& fit);
/// Adam's steps in the same form: what each step's own unit gave before theta moved.
std::string steps_csv(const CoefficientFit& fit);
/// fit.json, rule.rule, history.csv and, of Adam, steps.csv.
void write_fit(const CoefficientFit& fit, const result::Program& program, const std::filesystem::path& folder);

}  // namespace rule_search
