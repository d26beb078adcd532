// Files that one rank reads and others get, on machines that do not have them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace rule_search {

/// A file or a folder with all that is in it, as bytes. Throws InputError where it can't be read.
std::string packed_files(const std::filesystem::path& path);

/// A folder that goes away with this object.
class TemporaryFolder {
 public:
  /// Where the machine has temporary files. Throws std::runtime_error where there can be none.
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Writes what packed_files() packed into a folder; the place of what was packed. Throws std::runtime_error where it can't be
/// written.
std::filesystem::path unpack_files(const std::string& bytes, const std::filesystem::path& folder);

}  // namespace rule_search
