#include <fmt/format.h>

#include <iostream>

#include "command/command.hpp"
#include "run/folder.hpp"
#include "run/result_file.hpp"

namespace rule_search::command {

namespace {

struct Options {
  std::string file;
  std::string out;
};

int run(const Options& o) {
  const Result result = read_result(o.file);
  std::filesystem::path folder = o.out;
  if (o.out.empty()) {
    folder = std::filesystem::path(o.file).parent_path();
    if (folder.empty()) folder = ".";
  }
  std::error_code error;
  if (std::filesystem::exists(folder, error) && !std::filesystem::is_directory(folder, error))
    throw InputError(fmt::format("{}: is a file, expected a folder for the plots\n  hint: give another --out", o.out));
  const std::string missing = write_pictures(result, folder);
  std::cout << fmt::format("Report    {}\nPlots     {}\n", (folder / "report.html").string(),
                           (folder / "plots").string());
  if (!missing.empty()) throw std::runtime_error(missing);
  return 0;
}

}  // namespace

Action prepare_plot(CLI::App& sub) {
  auto o = std::make_shared<Options>();
  sub.add_option("RESULT", o->file, "the result.json of a search")->required();
  sub.add_option("--out", o->out, "folder for plots/ and report.html; without it that of RESULT");
  return [o] { return run(*o); };
}

}  // namespace rule_search::command
