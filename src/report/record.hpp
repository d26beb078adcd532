// What a search leaves behind, in the forms people and scripts read.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "search/search.hpp"

namespace rule_search {

/// The document of result.json, schema 1. Everything that differs from run to run of one seed is under "run".
nlohmann::json to_json(const SearchResult& result);
/// Table, formula, baselines: what a person reads on the terminal.
std::string to_table(const SearchResult& result);
/// A document of its own for pdflatex: formula in matrix form and for one synapse, booktabs table, citation.
std::string to_latex(const nlohmann::json& result);

/// DIR itself where it does not exist or is empty, else DIR/run-1, run-2, ... Throws InputError where it
/// can't be made or written.
std::filesystem::path make_run_folder(const std::filesystem::path& wanted);
/// Writes a file whole or not at all.
void write_file(const std::filesystem::path& path, const std::string& text);
/// result.json, rule.rule, rule.tex.
void write_run(const SearchResult& result, const std::filesystem::path& folder);

}  // namespace rule_search
