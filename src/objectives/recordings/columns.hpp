// The columns of a recording, one by one, whatever they hold.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "data/recording.hpp"

namespace rule_search {

/// Numbers of one column: those of entry `place` of every time.
struct RecordedColumn {
  std::string quantity;  ///< "w"
  std::string name;      ///< "w[1][2]", as in a .csv file
  const std::vector<double>& values;
  const std::vector<char>* seen;  ///< null where all were
  std::size_t width, place;

  std::size_t rows() const { return values.size() / width; }
  double at(std::size_t row) const { return values[row * width + place]; }
  bool is_seen(std::size_t row) const { return seen == nullptr || (*seen)[row * width + place] != 0; }
};

/// Goes through pre, post, w and target, and with `others` through signals and err_pre.
void for_each_column(const LayerRecording& recording, bool others,
                     const std::function<void(const RecordedColumn&)>& look);

}  // namespace rule_search
