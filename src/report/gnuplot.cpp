// The only place that knows gnuplot: a figure in its words, and the process that draws it.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include "base/file.hpp"
#include "base/temporary_folder.hpp"
#include "report/figure.hpp"

namespace rule_search {

namespace fs = std::filesystem;

const char* const how_to_get_plots =
    "gnuplot is not installed: `apt-get install gnuplot-nox` gets it, then `rule-search plot RESULT` draws "
    "them";

namespace {

// Single quotes: gnuplot replaces nothing within them.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

// Marks that differ in form and in filling as well as in colour.
int mark_of(std::size_t index) {
  static const int marks[] = {7, 9, 5, 13, 6, 8, 4};
  return marks[index % 7];
}

std::string columns(const std::string& x, const std::string& y, bool with_interval) {
  const std::string more = with_interval ? fmt::format(":(column('{}_low')):(column('{}_high'))", y, y) : "";
  return fmt::format("using {}:(column('{}')){}", x, y, more);
}

void add(std::string& plot, const std::string& part) { plot += (plot.empty() ? "plot " : ", \\\n     ") + part; }

std::string plot_of(const Figure& f, const Panel& p) {
  std::string plot;
  const std::string file = quoted(f.name + ".dat");
  // Bands first, so that lines lie on them.
  for (const Series& s : p.series) {
    if (s.style != Series::Style::band) continue;
    add(plot, fmt::format("{} using (column('{}')):(column('{}_low')):(column('{}_high')) with filledcurves fc rgb "
                          "'#{}' fs transparent solid 0.2 noborder notitle",
                          file, f.columns[0], s.column, s.column, colour_of(s.colour)));
  }
  for (const Series& s : p.series) {
    const std::string x = fmt::format("(column('{}')+({}))", f.columns[0], s.shift);
    const std::string title = s.label.empty() ? "notitle" : "title " + quoted(s.label);
    const std::string colour = colour_of(s.colour);
    const int mark = mark_of(s.colour);
    switch (s.style) {
      case Series::Style::joined:
        add(plot, fmt::format("{} {} with lines lw 1 lc rgb '#{}' notitle", file, columns(x, s.column, false), colour));
        [[fallthrough]];
      case Series::Style::points:
        add(plot, fmt::format("{} {} with yerrorbars pt {} ps 0.6 lw 1.4 lc rgb '#{}' {}", file,
                              columns(x, s.column, true), mark, colour, title));
        break;
      case Series::Style::highlighted:
        add(plot, fmt::format("{} {} with points pt 6 ps 1.5 lw 1.6 lc rgb '#000000' {}", file,
                              columns(x, s.column, false), title));
        break;
      case Series::Style::band:
        add(plot, fmt::format("{} {} with linespoints pt {} ps 0.45 lw 1.6 lc rgb '#{}' {}", file,
                              columns(x, s.column, false), mark, colour, title));
        break;
      case Series::Style::line:
        add(plot,
            fmt::format("{} {} with lines lw 1.8 lc rgb '#{}' {}", file, columns(x, s.column, false), colour, title));
        break;
      case Series::Style::level:
        add(plot, fmt::format("{} with lines dt {} lw 1.6 lc rgb '#{}' {}", s.level, s.colour % 4 + 2, colour, title));
        break;
      case Series::Style::matrix:
        add(plot,
            // What is not there is white, and has no number.
            fmt::format(
                "{0} using (column('{1}')):(column('{2}')):(column('{3}') == column('{3}') ? column('{3}') : 0) with "
                "image pixels notitle, \\\n     "
                "{0} using (column('{1}')):(column('{2}')):(column('{3}') == column('{3}') && column('{3}') != 0 ? "
                "sprintf('%.2g', column('{3}')) : '') with labels notitle",
                file, f.columns[0], f.columns[1], s.column));
        break;
    }
  }
  return plot + "\n";
}

bool has_matrix(const Panel& p) {
  return std::any_of(p.series.begin(), p.series.end(),
                     [](const Series& s) { return s.style == Series::Style::matrix; });
}

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// gnuplot names one font; what a reader's machine lacks has to fall back on one without serifs.
std::string with_fallback_font(std::string svg) {
  const std::string from = "font-family=\"Arial\"";
  const std::string to = "font-family=\"Arial, Helvetica, sans-serif\"";
  for (std::size_t at = svg.find(from); at != std::string::npos; at = svg.find(from, at + to.size()))
    svg.replace(at, from.size(), to);
  return svg;
}

constexpr int not_found = 127;

// The exit code of `gnuplot SCRIPT` run in this folder, silently and without the user's own settings.
int run_gnuplot(const fs::path& folder, const std::string& script) {
  const pid_t child = ::fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "can't start gnuplot");
  if (child == 0) {
    const int nothing = ::open("/dev/null", O_RDWR);
    for (int stream = 0; stream < 3; ++stream) ::dup2(nothing, stream);
    if (::chdir(folder.c_str()) != 0) ::_exit(1);
    ::execlp("gnuplot", "gnuplot", "-d", script.c_str(), static_cast<char*>(nullptr));
    ::_exit(errno == ENOENT || errno == EACCES ? not_found : 1);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

}  // namespace

std::string to_gnuplot(const Figure& f) {
  const double panels = static_cast<double>(f.panels.size());
  std::size_t labels = 0;
  for (const Series& s : f.panels[0].series) labels += !s.label.empty();
  const auto key_rows = static_cast<double>(labels);
  const double height = 230 * panels + (panels > 1 ? -40 : 30) + 16 * key_rows;
  std::string out = fmt::format(
      "# {}\n# Draws {}.svg and {}.pdf from {}.dat: gnuplot {}.gp\n"
      "set encoding utf8\nset datafile missing 'nan'\nset border 3 lw 0.8\nset tics nomirror out scale 0.6\n"
      "set style increment user\n",
      f.title, f.name, f.name, f.name, f.name);
  out += "set datafile columnheaders\nset key off\n";
  out += "do for [kind in 'svg pdf'] {\n";
  out += fmt::format(
      "  if (kind eq 'svg') {{ set terminal svg size 400,{:.0f} dynamic font 'Arial,12' name '{}' background "
      "'#ffffff' }} else {{ set terminal pdfcairo size 8.5cm,{:.2f}cm font 'Helvetica,6.5' fontscale 1 }}\n",
      height, f.name, 8.5 * height / 400);
  out += fmt::format("  set output sprintf('{}.%s', kind)\n", f.name);
  // Margins by hand, so that panels share their left edge.
  const double top = 1 - (16 * key_rows + 14) / height;
  const double bottom = 48 / height;
  const double gap = 24 / height;
  const double each = (top - bottom - gap * (panels - 1)) / panels;
  // By hand as well: gnuplot's own place for a key lies on panels whose margins are given.
  if (labels > 0)
    out += fmt::format(
        "  set key at screen 0.155, screen {:.4f} left top vertical Left reverse maxrows {:.0f} samplen 1.6 "
        "noenhanced\n",
        1 - 5 / height, key_rows);
  out += "  set multiplot\n  set lmargin at screen 0.155\n  set rmargin at screen 0.975\n";
  for (std::size_t k = 0; k < f.panels.size(); ++k) {
    const Panel& p = f.panels[k];
    const bool last = k + 1 == f.panels.size();
    const double high = top - static_cast<double>(k) * (each + gap);
    out += fmt::format("  set tmargin at screen {:.4f}\n  set bmargin at screen {:.4f}\n", high, high - each);
    // A cost is seen against zero.
    const auto end = [&](double value, const char* with_zero) {
      return std::isfinite(value) ? fmt::format("{}", value) : std::string(p.zero_line ? with_zero : "*");
    };
    out += p.y_log ? "  set logscale y\n  set format y '10^{%T}'\n" : "  unset logscale y\n  set format y\n";
    if (p.y_log)
      out += fmt::format("  set xrange [{}:{}]\n  set yrange [*:*]\n", p.x_low, p.x_high);
    else
      out += fmt::format("  set xrange [{}:{}]\n  set yrange [{}:{}]\n", p.x_low, p.x_high, end(p.y_low, "*<0"),
                         end(p.y_high, "0<*"));
    out += "  set ylabel " + quoted(p.y_label) + " offset 1,0 noenhanced\n  set xlabel " + quoted(p.x_label) +
           " offset 0,0.8 noenhanced\n";
    if (p.x_ticks.empty()) {
      out += std::string("  set xtics auto noenhanced offset 0,0.4") + (last ? " format '%g'\n" : " format ''\n");
    } else {
      std::string ticks;
      for (const auto& [at, label] : p.x_ticks)
        ticks += fmt::format("{}{} {}", ticks.empty() ? "" : ", ", quoted(last ? label : ""), at);
      out += fmt::format("  set xtics ({}) noenhanced offset 0,0.4{}\n", ticks,
                         p.x_ticks.size() > 6 && last ? " rotate by -35" : "");
    }
    if (!p.y_ticks.empty()) {
      std::string ticks;
      for (const auto& [at, label] : p.y_ticks)
        ticks += fmt::format("{}{} {}", ticks.empty() ? "" : ", ", quoted(label), at);
      out += fmt::format("  set ytics ({}) noenhanced\n", ticks);
    }
    if (has_matrix(p)) {
      const double most = largest(f);
      out += fmt::format(
          "  unset colorbox\n  set palette defined (0 '#{}', 1 '#ffffff', 2 '#{}')\n  set cbrange [{}:{}]\n",
          colour_of(0), colour_of(1), -most, most);
    }
    out += p.zero_line ? "  set xzeroaxis lt 1 lw 0.8 lc rgb '#888888'\n" : "  unset xzeroaxis\n";
    if (k > 0) out += "  set key off\n";
    out += plot_of(f, p);
  }
  return out + "  unset multiplot\n  set output\n}\n";
}

Drawn draw(const std::vector<Figure>& figures, const fs::path& folder) {
  Drawn drawn;
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw std::runtime_error(fmt::format("{}: can't make the folder: {}", folder.string(), error.message()));
  for (const Figure& f : figures) {
    write_file(folder / (f.name + ".dat"), to_dat(f));
    write_file(folder / (f.name + ".gp"), to_gnuplot(f));
    write_file(folder / (f.name + ".tex"), to_pgfplots(f));
    if (!drawn.gnuplot_found) continue;
    const int code = run_gnuplot(folder, f.name + ".gp");
    if (code == not_found) {
      drawn.gnuplot_found = false;
      continue;
    }
    const fs::path svg = folder / (f.name + ".svg");
    const std::string text = with_fallback_font(text_of(svg));
    if (code != 0 || text.find("</svg>") == std::string::npos) {
      drawn.failed.push_back(f.name);
      continue;
    }
    write_file(svg, text);
    drawn.svg[f.name] = text;
  }
  return drawn;
}

Drawn draw(const std::vector<Figure>& figures) {
  const TemporaryFolder folder;
  return draw(figures, folder.path());
}

}  // namespace rule_search
