// Files that one rank reads and others get, on machines that do not have them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace rule_search {

/// A file or a folder with all that is in it, as bytes. Throws InputError where it can't be read.
std::string packed_files(const std::filesystem::path& path);

/// Writes what packed_files() packed into a folder; the place of what was packed. Throws std::runtime_error where it can't be
/// written.
std::filesystem::path unpack_files(const std::string& bytes, const std::filesystem::path& folder);

}  // namespace rule_search
