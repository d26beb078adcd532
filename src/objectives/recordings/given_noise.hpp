// Standard errors of what was recorded, one for all values of a kind.
#pragma once

#include <string>
#include <vector>

#include "base/options.hpp"
#include "data/recording.hpp"

namespace rule_search {

/// As a user gives it: "w=0.01", "post=0.2", or both with a comma between them. Nothing where nobody gave it.
class GivenNoise {
 public:
  /// Throws InputError where a text is no such thing.
  void set(const std::string& text);
  /// As it was given.
  const std::string& text() const { return text_; }
  bool given() const { return w_ > 0 || post_ > 0; }
  /// Gives all values of a kind this error. Throws InputError where a recording has none of the kind, or has errors of its
  /// own.
  void apply(std::vector<LayerRecording>& recordings) const;

 private:
  std::string text_;
  double w_ = 0, post_ = 0;  // 0 where it was not given
};

/// An error for every value that was seen; 0 for the others.
std::vector<double> constant_errors(const std::vector<char>& seen, double error);

/// The option that sets it; it must outlive the option.
Option noise_option(GivenNoise& value);

}  // namespace rule_search
