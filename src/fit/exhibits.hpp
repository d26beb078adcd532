// What an objective shows beside what all objectives do: pictures and tables of its own. Reports draw them without knowing
// what they are of.
#pragma once

#include <string>
#include <vector>

namespace rule_search {

/// A line with its 95 % interval, at every x of its picture.
struct PictureLine {
  std::string name;   ///< of its column in the data: letters, digits and _
  std::string title;  ///< in the key
  std::vector<double> mean, low, high;
};

/// Points with 95 % intervals, or what their title says, at places of their own.
struct PicturePoints {
  std::string name;   ///< as of a line
  std::string title;  ///< in the key
  std::vector<double> x, y, low, high;
};

/// Lines along x and points; or, where there are none, numbers in rows and columns as colours.
struct Picture {
  std::string name;  ///< of its files: letters, digits and _
  std::string title, caption, x_label, y_label;
  std::vector<double> x;
  std::vector<PictureLine> lines;
  std::vector<PicturePoints> points;
  std::vector<std::string> row_names, column_names;
  std::vector<std::vector<double>> values;  ///< row by row; not a number where there is none
};

struct Table {
  std::string title, note;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
};

}  // namespace rule_search
