// Under what conditions a rule was found, and how to find it again.
#include <fmt/format.h>

#include "report/page/frame.hpp"
#include "report/page/parts.hpp"

namespace rule_search::html {

std::string setting_section(const Result& r) {
  std::string out = "<h2>Setting, and how to reproduce it</h2>\n<dl>\n";
  const auto entry = [&](const std::string& what, const std::string& text) {
    if (!text.empty()) out += fmt::format("<dt>{}</dt><dd>{}</dd>\n", escaped(what), escaped(text));
  };
  entry("Data", fmt::format("{}: {}", r.data.name, r.data.split));
  entry("Hash of the data", r.data.hash);
  entry(r.words.headline.name, r.words.headline.text);
  for (const result::Fact& f : r.words.facts) entry(f.name, f.text);
  entry("Program", fmt::format("{} {}, {} kernels", r.program.name, r.program.version, r.program.processor_path));
  entry("Candidate terms", r.citation.empty() ? r.rule : r.rule + ", " + r.citation);
  out += "</dl>\n";
  if (!r.command.empty()) out += "<pre>" + escaped(r.command) + "</pre>\n";
  if (!r.candidate_rule.empty())
    out += "<details><summary>FILE.rule</summary><pre>" + escaped(r.candidate_rule) + "</pre></details>\n";
  if (!r.intervals.empty())
    out += "<p class=\"note\">Intervals are " + escaped(r.intervals) +
           ". They are given the split, and do not include the choice of terms.</p>\n";
  return out;
}

}  // namespace rule_search::html
