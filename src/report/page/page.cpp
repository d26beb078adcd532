#include "report/page/page.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "report/figure.hpp"
#include "report/numbers.hpp"
#include "report/page/frame.hpp"
#include "report/page/parts.hpp"

namespace rule_search {

namespace {

std::string pictures(const Result& r, const std::map<std::string, std::string>& plots) {
  bool missing = false;
  int number = 0;
  std::string out = "<h2>Figures</h2>\n<div class=\"figures\">\n";
  for (const Figure& f : figures(r)) {
    const auto at = plots.find(f.name);
    missing = missing || at == plots.end();
    if (at == plots.end()) continue;
    out += fmt::format("<figure>{}<figcaption><b>Figure {}. {}.</b> {}</figcaption></figure>\n",
                       html::inline_svg(at->second, f.name, f.title, f.caption), ++number, html::escaped(f.title),
                       html::escaped(f.caption));
  }
  out += "</div>\n";
  if (missing) out += fmt::format("<p class=\"note\">Plots are missing: {}.</p>\n", html::escaped(how_to_get_plots));
  return out;
}

std::string about_another(const Result& r, const result::FrontRule& row) {
  return fmt::format(
      "<p class=\"answer\">The rule of {} on the front of a search among the terms of <code>{}</code>, in place of the "
      "reported one: {} and a loss of {} on {}. What follows below the hall of fame is of the search and its reported "
      "rule.</p>\n",
      counted(row.complexity, "term"), html::escaped(r.rule),
      html::with_interval(row.score.measure, row.score.measure_interval, 100, 1, html::escaped(r.words.measure_unit)),
      html::with_interval(row.score.loss, row.score.loss_interval), html::escaped(r.words.validation_units));
}

}  // namespace

const result::FrontRule& front_rule(const Result& r, std::size_t terms, const std::string& path) {
  std::string there_are;
  for (const result::FrontRule& row : r.front) {
    if (row.complexity == terms) return row;
    there_are += fmt::format("{}{}", there_are.empty() ? "" : ", ", row.complexity);
  }
  throw InputError(fmt::format("{}: ‹select› {}: no rule of {} terms on its front\n  hint: there {}", path, terms,
                               terms,
                               there_are.empty() ? "is none; a result of this program's version has them"
                                                 : "are rules of " + there_are + " terms"));
}

std::string to_html(const Result& r, const std::map<std::string, std::string>& plots, std::size_t terms) {
  std::size_t shown = 0;
  for (const result::FrontRule& row : r.front) shown = row.chosen ? row.complexity : shown;
  const bool other = terms > 0 && terms != shown;
  std::string body;
  std::string rule_text = r.rule_text;
  std::string printed = r.formula;
  if (other) {
    const result::FrontRule& row = front_rule(r, terms, r.rule);
    shown = row.complexity;
    rule_text = row.rule_text;
    printed = row.formula;
    body = about_another(r, row);
  } else {
    const bool nothing = r.found_anything == false;
    body = nothing ? html::chance(r) + html::answer(r) : html::answer(r) + html::chance(r);
  }
  body += html::rule_section(rule_text, printed);
  if (!other) body += html::term_section(r);
  if (!other) body += html::own_values_section(r);
  body += html::hall_of_fame(r, shown);
  if (other) body += html::term_section(r) + html::own_values_section(r);
  body += pictures(r, plots) + html::baseline_section(r) + html::tables_section(r) + html::setting_section(r);
  return html::page("A plasticity rule found from " + r.rule, body);
}

}  // namespace rule_search
