#include "report/page/frame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

namespace rule_search::html {

namespace {

constexpr const char* style = R"css(
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #5a6470; --paper: #ffffff; --line: #d8dde3; --tint: #f3f6f9; --mark: #e3eefa; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ed; --soft: #a3adb8; --paper: #15181c; --line: #343b43; --tint: #1e2329; --mark: #1f3348; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.2rem 4rem; max-width: 60rem; color: var(--ink); background: var(--paper);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid var(--line); padding-bottom: .2rem; }
.answer { font-size: 1.1rem; }
.note, figcaption { color: var(--soft); font-size: .86rem; }
.i { color: var(--soft); white-space: nowrap; }
.formula { font-size: 1.25rem; line-height: 2; margin: .6rem 0; }
math { font-family: "Latin Modern Math", "STIX Two Math", "Cambria Math", "DejaVu Math TeX Gyre", math, serif; }
code, pre { font: .86em/1.45 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
pre { background: var(--tint); padding: .7rem .9rem; border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; border-bottom: 2px solid var(--line); }
th, td { padding: .35rem .7rem .35rem 0; vertical-align: top; }
td { border-bottom: 1px solid var(--line); }
td code { overflow-wrap: anywhere; }
td:first-child code { white-space: nowrap; }
tr.chosen td { background: var(--mark); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(22rem, 1fr)); gap: 1.4rem; align-items: start; }
figure { margin: 0; }
figure svg { display: block; width: 100%; height: auto; background: #ffffff; border-radius: 6px; }
figcaption { margin-top: .4rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; font-size: .9rem; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
@media print { body { max-width: none; padding: 0; font-size: 11pt; } figure, tr, .formula { break-inside: avoid; } h2 { break-after: avoid; } }
)css";

}  // namespace

std::string escaped(const std::string& text) {
  std::string out;
  for (char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string spaced(std::string key) {
  std::replace(key.begin(), key.end(), '_', ' ');
  return key;
}

std::string table_head(const std::vector<std::string>& cells) {
  std::string out = "<div class=\"wide\"><table><thead><tr>";
  for (const std::string& c : cells) out += "<th>" + c + "</th>";
  return out + "</tr></thead><tbody>\n";
}

std::string table_row(const std::vector<std::string>& cells, const std::string& row_class) {
  std::string out = row_class.empty() ? "<tr>" : "<tr class=\"" + row_class + "\">";
  for (const std::string& c : cells) out += "<td>" + c + "</td>";
  return out + "</tr>\n";
}

std::string inline_svg(const std::string& document, const std::string& prefix, const std::string& title) {
  const std::size_t from = document.find("<svg");
  const std::size_t to = document.rfind("</svg>");
  if (from == std::string::npos || to == std::string::npos) return "";
  std::string svg = document.substr(from, to + 6 - from);
  // The same names stand in every picture that gnuplot draws, and a page has them all.
  static const std::regex id("\\bid=(['\"])");
  static const std::regex reference("(xlink:)?href=(['\"])#");
  static const std::regex url("url\\(#");
  static const std::regex its_title("<title>[^<]*</title>\\s*<desc>[^<]*</desc>");
  svg = std::regex_replace(svg, id, "id=$1" + prefix + "-");
  svg = std::regex_replace(svg, reference, "href=$2#" + prefix + "-");
  svg = std::regex_replace(svg, url, "url(#" + prefix + "-");
  svg = std::regex_replace(svg, its_title, "<title>" + escaped(title) + "</title>",
                           std::regex_constants::format_first_only);
  return svg.replace(0, 4, "<svg role=\"img\"");
}

std::string page(const std::string& title, const std::string& body) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, "
      "initial-scale=1\">\n<title>{0}</title>\n<style>{1}"
      "</style>\n</head>\n<body>\n<h1>{0}</h1>\n{2}</body>\n</html>\n",
      escaped(title), style, body);
}

}  // namespace rule_search::html
