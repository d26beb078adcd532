#include "base/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "base/error.hpp"

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

namespace {

namespace fs = std::filesystem;

// The file that is meant: where a link leads.
fs::path meant(const fs::path& path) {
  std::error_code error;
  const fs::path target = fs::canonical(path, error);
  return error ? path : target;
}

[[noreturn]] void refuse(const fs::path& path, const std::string& why, const std::string& hint) {
  throw InputError(fmt::format("{}: {}\n  hint: {}", path.string(), why, hint));
}

}  // namespace

void check_writable(const fs::path& path) {
  std::error_code error;
  const char* another = "give the name of a file";
  if (path.empty()) throw InputError("the name of the file to write is empty\n  hint: give the name of a file");
  const fs::file_status status = fs::status(path, error);
  if (fs::is_directory(status)) refuse(path, "is a folder, expected a file to write", another);
  if (fs::exists(status) && !fs::is_regular_file(status))
    refuse(path, "is a device or a pipe, expected a file to write", another);
  if (!fs::exists(status) && fs::is_symlink(fs::symlink_status(path, error)))
    refuse(path, "is a link that leads nowhere, expected a file to write", another);
  if (!path.has_filename()) refuse(path, "is no name of a file", another);
  const fs::path target = meant(path);
  if (fs::exists(status) && ::access(target.c_str(), W_OK) != 0)
    refuse(path, "must not be written to", "check its permissions, or give another name");
  const fs::path folder = target.has_parent_path() ? target.parent_path() : ".";
  if (!fs::is_directory(folder, error))
    refuse(path, fmt::format("can't be written: there is no folder {}", folder.string()),
           "make the folder first, or give another name");
  const auto [file, part] = open_beside(target);
  if (file < 0)
    refuse(path, fmt::format("can't be written: {}", std::strerror(errno)), "give the name of another file");
  ::close(file);
  fs::remove(part, error);
}

void write_file(const fs::path& path, const std::string& text) {
  check_writable(path);
  const fs::path target = meant(path);
  const auto [file, part] = open_beside(target);
  // On the disk before it has the name: after a power failure the file is the old or the new one, never an empty one.
  const bool good = file >= 0 && write_all(file, text) && ::fsync(file) == 0;
  int reason = good ? 0 : errno;
  // Some file systems find only now that there is no room.
  if (file >= 0 && ::close(file) != 0 && reason == 0) reason = errno;
  if (reason == 0 && ::rename(part.c_str(), target.c_str()) != 0) reason = errno;
  if (reason == 0) {
    sync_folder(target.parent_path());
    return;
  }
  if (file >= 0) ::unlink(part.c_str());
  throw std::runtime_error(fmt::format("{}: can't be written: {}", path.string(), std::strerror(reason)));
}

}  // namespace rule_search
