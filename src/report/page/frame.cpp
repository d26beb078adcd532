#include "report/page/frame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

namespace rule_search::html {

namespace {

constexpr const char* style = R"css(
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #55606b; --paper: #ffffff; --line: #d8dde3; --tint: #f3f6f9; --mark: #e3eefa; --focus: #0b5cad; }
@media screen and (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ed; --soft: #a8b2bd; --paper: #15181c; --line: #343b43; --tint: #1e2329; --mark: #1f3348; --focus: #8ec1f5; }
  figure svg { filter: invert(.91) hue-rotate(180deg); }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.2rem 4rem; max-width: 60rem; color: var(--ink); background: var(--paper);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid var(--line); padding-bottom: .2rem; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
.answer { font-size: 1.1rem; }
.note, figcaption { color: var(--soft); font-size: .86rem; }
.i { color: var(--soft); white-space: nowrap; }
.formula { font-size: 1.25rem; line-height: 2; margin: .6rem 0; overflow: auto hidden; }
math { font-family: "Latin Modern Math", "STIX Two Math", "Cambria Math", "DejaVu Math TeX Gyre", math, serif; }
code, pre { font: .86em/1.45 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
pre { background: var(--tint); padding: .7rem .9rem; border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
thead th { font-weight: 600; border-bottom: 2px solid var(--line); }
tbody th { font-weight: 400; }
th, td { text-align: left; padding: .35rem .7rem .35rem 0; vertical-align: top; }
tbody th, td { border-bottom: 1px solid var(--line); }
td code { overflow-wrap: anywhere; }
tbody th code { white-space: nowrap; }
td:has(> code) { min-width: 14rem; }
tr.chosen th, tr.chosen td { background: var(--mark); }
thead button { font: inherit; color: inherit; background: none; border: 0; padding: 0; text-align: left; cursor: pointer; }
thead button::after { color: var(--soft); content: "\a0\2195"; content: "\a0\2195" / ""; }
[aria-sort="ascending"] button::after { color: inherit; content: "\a0\2191"; content: "\a0\2191" / ""; }
[aria-sort="descending"] button::after { color: inherit; content: "\a0\2193"; content: "\a0\2193" / ""; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); gap: 1.4rem; align-items: start; }
figure { margin: 0; }
figure svg { display: block; width: 100%; height: auto; background: #ffffff; border-radius: 6px; }
figcaption { margin-top: .4rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; font-size: .9rem; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 40rem) {
  body { padding: 1.2rem .9rem 3rem; }
  h1 { font-size: 1.35rem; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .6rem; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 11pt; }
  .wide, .formula { overflow: visible; }
  thead button::after { content: none; }
  figure, tr, .formula { break-inside: avoid; }
  h2 { break-after: avoid; }
  .wide { break-inside: avoid; }
}
)css";

// Without it a page says the same; it is kept small enough to be read here.
constexpr const char* script = R"js(
for (const table of document.querySelectorAll("table")) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const value = (row, column) => {
    const text = row.cells[column].textContent.trim();
    const number = Number.parseFloat(text);
    return Number.isNaN(number) ? text : number;
  };
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
      const order = (a, b) => {
        const [x, y] = [value(a, column), value(b, column)];
        if (typeof x !== typeof y) return typeof x === "number" ? -1 : 1;
        return sign * (typeof x === "number" ? x - y : x.localeCompare(y));
      };
      body.append(...[...body.rows].sort(order));
    });
  });
}
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((d) => (d.open = true)));
)js";

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

std::string table_head(const std::string& label, const std::vector<std::string>& cells) {
  // What scrolls sideways must be reached by keyboard as well.
  std::string out = fmt::format(
      "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"{0}\"><table><caption>{0}</caption>"
      "<thead><tr>",
      escaped(label));
  for (const std::string& c : cells) out += "<th scope=\"col\">" + c + "</th>";
  return out + "</tr></thead><tbody>\n";
}

std::string table_row(const std::vector<std::string>& cells, const std::string& row_class) {
  std::string out = row_class.empty() ? "<tr>" : "<tr class=\"" + row_class + "\">";
  for (std::size_t k = 0; k < cells.size(); ++k)
    out += k == 0 ? "<th scope=\"row\">" + cells[k] + "</th>" : "<td>" + cells[k] + "</td>";
  return out + "</tr>\n";
}

std::string table_end() { return "</tbody></table></div>\n"; }

std::string inline_svg(const std::string& document, const std::string& prefix, const std::string& title,
                       const std::string& description) {
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
  svg = std::regex_replace(svg, its_title,
                           fmt::format("<title id=\"{0}-title\">{1}</title><desc id=\"{0}-desc\">{2}</desc>", prefix,
                                       escaped(title), escaped(description)),
                           std::regex_constants::format_first_only);
  return svg.replace(
      0, 4, fmt::format("<svg role=\"img\" aria-labelledby=\"{0}-title\" aria-describedby=\"{0}-desc\"", prefix));
}

std::string page(const std::string& title, const std::string& body) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, "
      "initial-scale=1\">\n<title>{0}</title>\n<style>{1}"
      "</style>\n</head>\n<body>\n<main>\n<h1>{0}</h1>\n{2}</main>\n<script>{3}</script>\n</body>\n</html>\n",
      escaped(title), style, body, script);
}

}  // namespace rule_search::html
