// Writing so that a file is still whole after the power failed.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace rule_search {

/// Writes all of it to an open file, whatever signals come. False, with errno, where it can't.
bool write_all(int file, std::string_view bytes);

/// A new file beside `target`, open for reading and writing, with its path; -1, with errno, where there can be
/// none. Only within a file system a file can take another's place at once.
std::pair<int, std::filesystem::path> open_beside(const std::filesystem::path& target);

/// Whether what stands in this folder is on the disk, new names included.
bool sync_folder(const std::filesystem::path& folder);

/// Throws InputError where write_file could not write: something stands there that is no file, or there is no
/// folder for it.
void check_writable(const std::filesystem::path& path);
/// Writes a file whole or not at all, even where the power fails. Throws as check_writable does, and std::runtime_error
/// where writing fails.
void write_file(const std::filesystem::path& path, const std::string& text);

}  // namespace rule_search
