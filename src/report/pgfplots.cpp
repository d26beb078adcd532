// A figure as LaTeX: for papers that set their plots in their own fonts.
#include <fmt/format.h>

#include <cmath>

#include "report/figure.hpp"

namespace rule_search {

namespace {

std::string tex_text(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (c == '_' || c == '%' || c == '#' || c == '&' || c == '$' || c == '{' || c == '}') out += '\\';
    out += c;
  }
  return out;
}

const char* mark_of(std::size_t index) {
  static const char* const marks[] = {"*", "triangle*", "square*", "diamond*", "o", "triangle", "square"};
  return marks[index % 7];
}

const char* dash_of(std::size_t index) {
  static const char* const dashes[] = {"solid", "dashed", "dotted", "dashdotted"};
  return dashes[index % 4];
}

std::string series_of(const Figure& f, const Panel& p, const Series& s) {
  const std::string colour = fmt::format("c{}", s.colour % 7);
  const std::string file = f.name + ".dat";
  const std::string x = s.shift == 0 ? fmt::format("x={}", f.columns[0])
                                     : fmt::format("x expr=\\thisrow{{{}}}+({:.3f})", f.columns[0], s.shift);
  const std::string legend =
      s.label.empty() ? std::string() : fmt::format("\\addlegendentry{{{}}}\n", tex_text(s.label));
  switch (s.style) {
    case Series::Style::level:
      return fmt::format("\\addplot[{}, {}, thick, no marks] coordinates {{({},{}) ({},{})}};\n{}", colour,
                         dash_of(s.colour), p.x_low, s.level, p.x_high, s.level, legend);
    case Series::Style::highlighted:
      return fmt::format("\\addplot[only marks, black, mark=o, mark size=3.4pt, thick] table[{}, y={}] {{{}}};\n{}", x,
                         s.column, file, legend);
    case Series::Style::band:
      return fmt::format(
          "\\addplot[draw=none, forget plot, name path=l{0}] table[{1}, y={2}_low] {{{3}}};\n"
          "\\addplot[draw=none, forget plot, name path=h{0}] table[{1}, y={2}_high] {{{3}}};\n"
          "\\addplot[{4}, opacity=0.2, forget plot] fill between[of=l{0} and h{0}];\n"
          "\\addplot[{4}, thick, mark={5}, mark size=1pt] table[{1}, y={2}] {{{3}}};\n{6}",
          s.colour, x, s.column, file, colour, mark_of(s.colour), legend);
    case Series::Style::line:
      return fmt::format("\\addplot[{}, thick, no marks] table[{}, y={}] {{{}}};\n{}", colour, x, s.column, file,
                         legend);
    case Series::Style::matrix:
      return fmt::format(
          "\\addplot[matrix plot*, mesh/cols={3}, point meta=explicit, nodes near coords, nodes near coords "
          "style={{anchor=center, font=\\tiny, /pgf/number format/precision=2}}] table[x={0}, y={1}, meta={2}] "
          "{{{4}}};\n",
          f.columns[0], f.columns[1], s.column, p.x_ticks.size(), file);
    case Series::Style::points:
    case Series::Style::joined:
      break;
  }
  return fmt::format(
      "\\addplot[{0}, {1}, mark={2}, mark size=1.6pt, error bars/.cd, y dir=both, y explicit] table[{3}, "
      "y={4}, "
      "y error plus expr=\\thisrow{{{4}_high}}-\\thisrow{{{4}}}, y error minus "
      "expr=\\thisrow{{{4}}}-\\thisrow{{{4}_low}}] {{{5}}};\n{6}",
      s.style == Series::Style::joined ? "thin" : "only marks", colour, mark_of(s.colour), x, s.column, file, legend);
}

}  // namespace

std::string to_pgfplots(const Figure& f) {
  std::string out = fmt::format(
      "% {}\n% pdflatex {}.tex; in a paper of your own take the tikzpicture and {}.dat.\n"
      "\\documentclass[8pt]{{extarticle}}\n\\usepackage[utf8]{{inputenc}}\n"
      "\\usepackage[paperwidth=9cm,paperheight={:.1f}cm,margin=1mm]{{geometry}}\n"
      "\\usepackage{{pgfplots}}\n\\pgfplotsset{{compat=1.18}}\n\\usepgfplotslibrary{{fillbetween,groupplots}}"
      "\n",
      f.title, f.name, f.name, 4.7 * static_cast<double>(f.panels.size()) + 1.8);
  for (std::size_t k = 0; k < 7; ++k) out += fmt::format("\\definecolor{{c{}}}{{HTML}}{{{}}}\n", k, colour_of(k));
  out +=
      "\\pagestyle{empty}\n\\setlength{\\parindent}{0pt}\n\\begin{document}\n\\centering\n\\begin{"
      "tikzpicture}\n";
  out += fmt::format(
      "\\begin{{groupplot}}[group style={{group size=1 by {}, vertical sep=5mm}}, width=8cm, height=5cm,\n"
      "  axis lines=left, axis line style={{-}}, enlarge y limits=0.08, unbounded coords=jump,\n"
      "  legend columns=2, legend cell align=left,\n"
      "  legend style={{draw=none, fill=none, at={{(0,1.03)}}, anchor=south west}}]\n",
      f.panels.size());
  for (std::size_t k = 0; k < f.panels.size(); ++k) {
    const Panel& p = f.panels[k];
    const bool last = k + 1 == f.panels.size();
    out += fmt::format("\\nextgroupplot[xmin={}, xmax={}, xlabel={{{}}}, ylabel={{{}}}", p.x_low, p.x_high,
                       tex_text(p.x_label), tex_text(p.y_label));
    if (p.y_log) out += ", ymode=log";
    if (std::isfinite(p.y_low)) out += fmt::format(", ymin={}, enlarge y limits=false", p.y_low);
    if (std::isfinite(p.y_high)) out += fmt::format(", ymax={}", p.y_high);
    if (!p.y_ticks.empty()) {
      std::string at;
      std::string labels;
      for (const auto& [y, label] : p.y_ticks) {
        at += fmt::format("{}{}", at.empty() ? "" : ",", y);
        labels += fmt::format("{}{{{}}}", labels.empty() ? "" : ",", tex_text(label));
      }
      const double most = largest(f);
      out += fmt::format(
          ", ytick={{{}}}, yticklabels={{{}}}, colormap={{signed}}{{color=(c0) color=(white) color=(c1)}}, point meta "
          "min={}, point meta max={}",
          at, labels, -most, most);
    }
    if (!p.x_ticks.empty()) {
      std::string at;
      std::string labels;
      for (const auto& [x, label] : p.x_ticks) {
        at += fmt::format("{}{}", at.empty() ? "" : ",", x);
        labels += fmt::format("{}{{{}}}", labels.empty() ? "" : ",", last ? tex_text(label) : "");
      }
      out += fmt::format(", xtick={{{}}}, xticklabels={{{}}}", at, labels);
      if (p.x_ticks.size() > 6) out += ", x tick label style={rotate=-35, anchor=west}";
    } else if (!last) {
      out += ", xticklabels={}";
    }
    out += "]\n";
    if (p.zero_line)
      out += fmt::format("\\addplot[gray, thin, no marks, forget plot] coordinates {{({},0) ({},0)}};\n", p.x_low,
                         p.x_high);
    for (const Series& s : p.series) out += series_of(f, p, s);
  }
  return out + "\\end{groupplot}\n\\end{tikzpicture}\n\\end{document}\n% Caption: " + f.caption + "\n";
}

}  // namespace rule_search
