// How a name of the language is taken apart to be typeset.
#pragma once

#include <string>
#include <vector>

namespace rule_search {

/// `tau_plus`, `theta10` or `a2_minus`: a letter with what stands below and above it. A name that begins with neither a single
/// letter nor a Greek one stays a word, with digits at its end below it.
struct TypesetName {
  std::string stem;                ///< "tau", "a", or the whole word
  bool is_greek = false;           ///< the stem
  bool is_word = false;            ///< the stem, of several letters
  std::vector<std::string> below;  ///< digits, letters and words
  char sign = 0;                   ///< '+' or '-' of a last `plus` or `minus`; above where something stands below
};
TypesetName typeset_name(const std::string& name);

}  // namespace rule_search
