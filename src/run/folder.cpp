#include "run/folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.hpp"
#include "base/file.hpp"
#include "expression/print.hpp"
#include "report/figure.hpp"
#include "report/hall_of_fame.hpp"
#include "report/latex.hpp"
#include "report/page/page.hpp"

namespace rule_search {

namespace fs = std::filesystem;

namespace {

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
  if (wanted.empty()) throw InputError("the name of the folder for the run is empty\n  hint: give another ‹out›");
  std::error_code error;
  const auto cant_be_made = [&](const fs::path& folder) {
    remove();
    refuse(folder, fmt::format("can't make the folder: {}", error.message()), "give another ‹out›");
  };
  if (fs::exists(wanted, error)) {
    if (!fs::is_directory(wanted, error))
      refuse(wanted, "is a file, expected a folder for the run", "give another ‹out›");
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
    refuse(path_, fmt::format("can't write into the folder: {}", std::strerror(reason)), "give another ‹out›");
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

void write_run(const SearchResult& found, const Result& result, const std::string& document, const fs::path& folder) {
  write_file(folder / "hall_of_fame.csv", to_csv(front_of(found), terms_of(found.found.rule)));
  write_file(folder / "rule.rule", print(found.found.rule));
  write_file(folder / "rule.tex", to_latex(result));
  // Last: where result.json stands, the folder is complete.
  write_file(folder / "result.json", document);
}

std::string write_pictures(const Result& result, const fs::path& folder) {
  const Drawn drawn = draw(figures(result), folder / "plots");
  write_file(folder / "report.html", to_html(result, drawn.svg));
  if (!drawn.gnuplot_found) return fmt::format("the plots are missing, {}", how_to_get_plots);
  if (!drawn.failed.empty())
    return fmt::format("gnuplot could not draw {}; see {}", fmt::join(drawn.failed, ", "), (folder / "plots").string());
  return "";
}

}  // namespace rule_search
