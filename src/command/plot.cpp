#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <stdexcept>

#include "command/command.hpp"
#include "objectives/spike_curves.hpp"
#include "report/figure.hpp"
#include "run/folder.hpp"
#include "run/result_file.hpp"

namespace rule_search::command {

namespace {

struct Options {
  std::string file;
  std::string out;
  bool window = false;
  double delay = 10, reach = 100;  // ms
  double frequency = 1, highest = 50;
  int pairings = 60;
  double weight = 1;
  std::vector<std::string> set;
};

// The window and the frequency curve of a rule on spikes.
int draw_window(const Options& o) {
  const Rule rule = rule_or_result(o.file);
  const ParameterLayout layout(rule.parameters, 1);
  if (o.weight == 0)
    throw InputError("--weight 0: expected an initial weight other than 0\n  hint: changes are fractions of it");
  SpikeRule of{plan::lower(rule), layout.initial, o.weight};
  for (const std::string& text : o.set) assign("--set", text, layout, rule, of.theta);
  const std::filesystem::path folder = o.out.empty() ? "plots" : o.out;
  std::error_code error;
  if (std::filesystem::exists(folder, error) && !std::filesystem::is_directory(folder, error))
    throw InputError(
        fmt::format("{}: is a file, expected a folder for the plots\n  hint: give another --out", folder.string()));
  const Pairings pairings{1e-3 * o.delay, o.frequency, o.pairings};
  const Drawn drawn = draw({figure_of(window_picture(of, pairings, 1e-3 * o.reach)),
                            figure_of(frequency_picture(of, pairings, {pairings.delay, -pairings.delay}, o.highest))},
                           folder);
  std::cout << fmt::format("Plots     {}\n", folder.string());
  if (!drawn.gnuplot_found) throw std::runtime_error(how_to_get_plots);
  if (!drawn.failed.empty())
    throw std::runtime_error(fmt::format("gnuplot could not draw {}", fmt::join(drawn.failed, ", ")));
  return 0;
}

int run(const Options& o) {
  if (o.window) return draw_window(o);
  if (o.file.ends_with(".rule"))
    throw InputError(
        fmt::format("{}: expected the result.json of a search, found a rule\n  hint: --window draws what a "
                    "rule on spikes makes of pairs of spikes",
                    o.file));
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
  sub.add_option("RESULT", o->file, "the result.json of a search; with --window also a rule file")->required();
  sub.add_option("--out", o->out,
                 "folder for plots/ and report.html; without it that of RESULT, with --window plots/ here");
  sub.add_flag(
      "--window", o->window,
      "draw in place of the figures of a search what a rule on spikes makes of pairs of spikes: its window over "
      "their delay, and its change over their frequency");
  const auto of_window = [&](CLI::Option* option) { option->needs("--window")->capture_default_str(); };
  of_window(sub.add_option("--pairings", o->pairings, "number of pairs")->check(CLI::Range(1, 100000)));
  of_window(
      sub.add_option("--frequency", o->frequency, "of the pairs of the window, Hz")->check(number_between(1e-3, 1e3)));
  of_window(sub.add_option("--reach", o->reach, "longest delay of the window, ms")->check(number_between(1e-3, 1e4)));
  of_window(sub.add_option("--delay", o->delay, "delay of the pairs of the frequency curve, to both sides, ms")
                ->check(number_between(1e-3, 1e4)));
  of_window(
      sub.add_option("--highest", o->highest, "highest frequency of the curve, Hz")->check(number_between(1, 1e3)));
  of_window(sub.add_option("--weight", o->weight, "initial weight")->check(number_between(-1e6, 1e6)));
  sub.add_option("--set", o->set, "parameter value, NAME=NUMBER; may be given often")->take_all()->needs("--window");
  return [o] { return run(*o); };
}

}  // namespace rule_search::command
