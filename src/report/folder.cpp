#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "expression/print.hpp"
#include "grammar/diagnostic.hpp"
#include "report/record.hpp"

namespace rule_search {

namespace fs = std::filesystem;

fs::path make_run_folder(const fs::path& wanted) {
  std::error_code error;
  fs::path folder = wanted;
  if (fs::exists(wanted, error)) {
    if (!fs::is_directory(wanted, error))
      throw InputError(fmt::format("{}: is a file, expected a folder for the run\n  hint: give another --out",
                                   wanted.string()));
    const bool empty = fs::is_empty(wanted, error);
    if (error) throw InputError(fmt::format("{}: can't be read: {}", wanted.string(), error.message()));
    for (int n = 1; !empty; ++n) {
      folder = wanted / fmt::format("run-{}", n);
      // create_directory tells whether it was made here, so that two runs never share a folder.
      if (fs::create_directory(folder, error)) break;
      if (error)
        throw InputError(fmt::format("{}: can't make the folder: {}\n  hint: give another --out",
                                     folder.string(), error.message()));
    }
  } else {
    fs::create_directories(folder, error);
    if (error)
      throw InputError(fmt::format("{}: can't make the folder: {}\n  hint: give another --out",
                                   folder.string(), error.message()));
  }
  const fs::path probe = folder / ".writable";
  if (!std::ofstream(probe))
    throw InputError(
        fmt::format("{}: can't write into the folder\n  hint: give another --out", folder.string()));
  fs::remove(probe, error);
  return folder;
}

void write_file(const fs::path& path, const std::string& text) {
  const fs::path part = path.string() + ".part";
  {
    std::ofstream file(part, std::ios::binary);
    file << text;
    file.flush();
    if (!file) {
      std::error_code ignored;
      fs::remove(part, ignored);
      throw std::runtime_error(fmt::format("{}: can't be written: {}", path.string(), std::strerror(errno)));
    }
  }
  fs::rename(part, path);
}

void write_run(const SearchResult& result, const fs::path& folder) {
  const nlohmann::json document = to_json(result);
  write_file(folder / "rule.rule", print(result.found.rule));
  write_file(folder / "rule.tex", to_latex(document));
  // Last: where result.json stands, the folder is complete.
  write_file(folder / "result.json", document.dump(2) + "\n");
}

}  // namespace rule_search
