#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "expression/print.hpp"
#include "report/figure.hpp"
#include "report/hall_of_fame.hpp"
#include "report/record.hpp"

namespace rule_search {

namespace fs = std::filesystem;

namespace {

// The file that is meant: where a link leads.
fs::path meant(const fs::path& path) {
  std::error_code error;
  const fs::path target = fs::canonical(path, error);
  return error ? path : target;
}

[[noreturn]] void refuse(const fs::path& path, const std::string& why, const std::string& hint) {
  throw InputError(fmt::format("{}: {}\n  hint: {}", path.string(), why, hint));
}

// Taken only by one who makes it.
bool claimed(const fs::path& folder) {
  const int file = ::open((folder / RunFolder::claim).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0) return false;
  ::close(file);
  return true;
}

}  // namespace

RunFolder::RunFolder(const fs::path& wanted) : path_(wanted) {
  if (wanted.empty()) throw InputError("the name of the folder for the run is empty\n  hint: give another --out");
  std::error_code error;
  const auto cant_be_made = [&](const fs::path& folder) {
    remove();
    refuse(folder, fmt::format("can't make the folder: {}", error.message()), "give another --out");
  };
  if (fs::exists(wanted, error)) {
    if (!fs::is_directory(wanted, error))
      refuse(wanted, "is a file, expected a folder for the run", "give another --out");
    claimed_ = fs::is_empty(wanted, error) && claimed(wanted);
    if (error) throw InputError(fmt::format("{}: can't be read: {}", wanted.string(), error.message()));
  } else {
    fs::path folder;
    for (const fs::path& name : wanted) {
      folder /= name;
      if (fs::create_directory(folder, error)) made_.push_back(folder);
      if (error && !fs::is_directory(folder)) cant_be_made(wanted);
    }
    claimed_ = claimed(wanted);
  }
  // Not empty, or another run was faster.
  for (int n = 1; !claimed_ && ::access(wanted.c_str(), W_OK) == 0; ++n) {
    path_ = wanted / fmt::format("run-{}", n);
    // create_directory tells whether it was made here, so that two runs never share a folder.
    if (fs::create_directory(path_, error)) {
      made_.push_back(path_);
      claimed_ = claimed(path_);
      break;
    }
    if (error) cant_be_made(path_);
  }
  if (!claimed_) {
    const int reason = errno;
    remove();
    refuse(path_, fmt::format("can't write into the folder: {}", std::strerror(reason)), "give another --out");
  }
}

RunFolder::~RunFolder() {
  std::error_code error;
  fs::remove(path_ / claim, error);
  if (!kept_) remove();
}

void RunFolder::remove() const {
  std::error_code error;
  fs::directory_iterator files(path_, error);
  for (; !error && files != fs::directory_iterator(); files.increment(error)) {
    if (files->path() != log() && files->path() != journal()) return;
  }
  fs::remove(log(), error);
  fs::remove(journal(), error);
  // Each only where it is empty by now.
  for (auto folder = made_.rbegin(); folder != made_.rend(); ++folder) {
    if (::rmdir(folder->c_str()) != 0) return;
  }
}

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

void write_run(const SearchResult& result, const std::string& document, const fs::path& folder) {
  const std::vector<FrontRule> front = front_of(result);
  write_file(folder / "hall_of_fame.csv", to_csv(front, terms_of(result.found.rule)));
  write_file(folder / "rule.rule", print(result.found.rule));
  // From the document as it will be read, so that `export` gives the same.
  write_file(folder / "rule.tex", to_latex(nlohmann::json::parse(document)));
  // Last: where result.json stands, the folder is complete.
  write_file(folder / "result.json", document);
}

std::string write_pictures(const nlohmann::json& result, const fs::path& folder) {
  const Drawn drawn = draw(figures(result), folder / "plots");
  write_file(folder / "report.html", to_html(result, drawn.svg));
  if (!drawn.gnuplot_found) return fmt::format("the plots are missing, {}", how_to_get_plots);
  if (!drawn.failed.empty())
    return fmt::format("gnuplot could not draw {}; see {}", fmt::join(drawn.failed, ", "), (folder / "plots").string());
  return "";
}

}  // namespace rule_search
