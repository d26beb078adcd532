#include "command/end_report.hpp"

#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/json.hpp"
#include "expression/print.hpp"
#include "report/sentences.hpp"
#include "report/table.hpp"
#include "run/work.hpp"

namespace rule_search::command {

namespace {

using nlohmann::json;

void print_stopped(const SearchEnd& end, bool as_json) {
  const auto file = [&](const char* name) { return (end.folder / name).string(); };
  if (as_json) {
    json front = json::array();
    for (const FrontRule& r : end.front)
      front.push_back({{"complexity", r.complexity},
                       {"loss", r.loss.mean},
                       {"validated", r.validated},
                       {"formula", formula(r.fitted)}});
    std::cout
        << dump({{"stopped", end.stopped}, {"episodes", end.runs}, {"folder", end.folder.string()}, {"front", front}},
                2)
        << "\n";
    return;
  }
  std::cout << fmt::format("Stopped after {} {}: {}\n", end.runs, end.what_runs, end.stopped);
  if (end.front.empty()) std::cout << "No rule was fitted yet.\n";
  for (const FrontRule& r : end.front)
    std::cout << fmt::format("  {:>3} {:<5}  loss {:.4g} ({})  {}\n", r.complexity,
                             r.complexity == 1 ? "term" : "terms", r.loss.mean, r.validated ? "validation" : "training",
                             short_formula(print(r.fitted.rule)));
  if (!end.front.empty())
    std::cout << fmt::format("Front     {}\nBest      {}\n", file("hall_of_fame.csv"), file("best_so_far.rule"));
  std::cout << fmt::format("Resume    {}\n", resume_command(end.folder));
}

}  // namespace

int print_end(const SearchEnd& end, bool as_json) {
  constexpr int stopped = 3;
  if (!end.stopped.empty()) {
    print_stopped(end, as_json);
    if (!end.unwritten.empty()) std::cerr << end.unwritten << "\n";
    return stopped;
  }
  std::cout << (as_json ? end.document : to_table(*end.result));
  if (!end.unwritten.empty())
    throw std::runtime_error(fmt::format("{}\n  hint: the result is printed above; make room, then {} writes it",
                                         end.unwritten, resume_command(end.folder)));
  if (!as_json) {
    for (const auto& [what, name] :
         {std::pair{"Report", "report.html"}, {"LaTeX", "rule.tex"}, {"Rule", "rule.rule"}, {"Result", "result.json"}})
      std::cout << fmt::format("{:<9} {}\n", what, (end.folder / name).string());
  }
  if (!end.undrawn.empty()) std::cerr << end.undrawn << "\n";
  return 0;
}

}  // namespace rule_search::command
