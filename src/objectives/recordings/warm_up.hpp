// How long the states of a rule are brought to where they are before anything is compared.
#pragma once

#include <string>
#include <vector>

#include "base/options.hpp"
#include "data/recording.hpp"

namespace rule_search {

/// The first rows of every recording. Empty is none.
class WarmUp {
 public:
  /// "20" is a number of rows; "200 ms" is a time by the column `time`, which is in seconds then. Throws InputError where it
  /// is neither.
  void set(const std::string& text);
  /// As it was given.
  const std::string& text() const { return text_; }
  /// Throws InputError where it is a time of less than a row of these recordings.
  int rows(const std::vector<LayerRecording>& recordings) const;

 private:
  std::string text_;
  int rows_ = 0;
  double seconds_ = 0;  // 0 where it is a number of rows
};

/// The option that sets it; it must outlive the option.
Option warm_up_option(WarmUp& value);

}  // namespace rule_search
