// The figures of a search as descriptions, which gnuplot and pgfplots are given in their own words.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "report/result.hpp"

namespace rule_search {

struct Series {
  enum class Style {
    points,       ///< with intervals
    joined,       ///< points with intervals, and a line through them
    highlighted,  ///< a large open mark around points
    band,         ///< a line within its interval
    line,         ///< without an interval
    level,        ///< one value all along x
    matrix,       ///< numbers at x and y as colours; the columns are x, y and its own
  };
  Style style = Style::points;
  std::string label;   ///< empty: not in the key
  std::string column;  ///< its interval is in column_low and column_high
  std::size_t colour = 0;
  double shift = 0;  ///< along x, so that intervals don't hide each other
  double level = 0;
};

struct Panel {
  std::string x_label, y_label;
  std::vector<Series> series;
  double x_low = 0, x_high = 1;
  double y_low, y_high;                                          ///< NaN: as the data ask for
  std::vector<std::pair<double, std::string>> x_ticks, y_ticks;  ///< empty: numbers
  bool zero_line = false;
  bool y_log = false;  ///< a logarithmic axis
};

struct Figure {
  std::string name;  ///< of its files
  std::string title;
  std::string caption;
  std::vector<std::string> columns;  ///< of the data; the first is x
  std::vector<std::vector<double>> rows;
  std::vector<Panel> panels;  ///< one above the other
};

/// The figures that this result has the data for.
std::vector<Figure> figures(const Result& result);

/// Of a picture of an objective.
Figure figure_of(const Picture& picture);

/// The text with nothing left in it that gnuplot or LaTeX would take for more than a letter.
std::string plain(const std::string& text);

/// Okabe and Ito's colours, which colour-blind readers tell apart, as rrggbb.
std::string colour_of(std::size_t index);
/// The largest size of a value of a matrix, of a figure that has one; 1 where all are 0.
double largest(const Figure& figure);
/// Columns by name, blanks between them.
std::string to_dat(const Figure& figure);
/// Draws NAME.svg and NAME.pdf from NAME.dat, in the folder it is run in.
std::string to_gnuplot(const Figure& figure);
/// A document of its own for pdflatex that reads NAME.dat.
std::string to_pgfplots(const Figure& figure);

struct Drawn {
  bool gnuplot_found = true;
  std::vector<std::string> failed;         ///< figures that gnuplot could not draw
  std::map<std::string, std::string> svg;  ///< by name of the figure
};

/// Writes data, scripts and LaTeX sources into the folder, made where it is missing, and has gnuplot draw.
Drawn draw(const std::vector<Figure>& figures, const std::filesystem::path& folder);
/// The same in a folder for the moment.
Drawn draw(const std::vector<Figure>& figures);

extern const char* const how_to_get_plots;

}  // namespace rule_search
