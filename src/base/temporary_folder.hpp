// A place for files that are of no use later.
#pragma once

#include <filesystem>

namespace rule_search {

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

}  // namespace rule_search
