// What beginning and resuming a search have in common.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "report/make_result.hpp"
#include "run/carry_out.hpp"

namespace rule_search {

/// The program as it heads journals.
nlohmann::json program_json();
/// The command line that resumes the run in this folder.
std::string resume_command(const std::filesystem::path& folder);
/// Carries the job out in a folder that has a journal.
SearchEnd carry_out(Job job, SearchRun run, Journal& journal, const std::filesystem::path& folder,
                    const RunLimits& limits, const std::string& hash);

}  // namespace rule_search
