#include "base/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

namespace rule_search {

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(file, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

std::pair<int, std::filesystem::path> open_beside(const std::filesystem::path& target) {
  for (int n = 1;; ++n) {
    std::filesystem::path part = target.string() + (n == 1 ? ".part" : fmt::format(".part-{}", n));
    const int file = ::open(part.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file >= 0 || errno != EEXIST || n == 1000) return {file, std::move(part)};
  }
}

bool sync_folder(const std::filesystem::path& folder) {
  const int file = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return false;
  // Some file systems know no such thing of a folder; there is nothing more to be done there.
  const bool good = ::fsync(file) == 0 || errno == EINVAL;
  ::close(file);
  return good;
}

}  // namespace rule_search
