// A checked rule: parameters and the weight change dw they scale.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "expression/expression.hpp"
#include "grammar/diagnostic.hpp"

namespace rule_search {

struct Parameter {
  std::string name;
  bool per_layer = false;       ///< one number for each connection instead of one for all
  std::vector<double> initial;  ///< one value; where per_layer possibly one for each connection
  bool generated = false;       ///< of a term that `candidates` made
  double lower = -std::numeric_limits<double>::infinity();
  double upper = std::numeric_limits<double>::infinity();
};

struct Rule {
  std::string name;
  std::string citation;
  std::string heading;  ///< the comment on top of the file
  std::vector<Parameter> parameters;
  Expr dw;  ///< post x pre

  int parameter_index(const std::string& name) const;  ///< -1 where there is none
};

/// Parses and checks. Throws RuleError with all mistakes of the text. A `degree` above 0 takes the place of any
/// larger one in its `candidates`; throws InputError where it has none, or none of that degree.
Rule check_rule(const Source& source, int degree = 0);
/// Reads, parses and checks a file.
Rule read_rule(const std::string& path, int degree = 0);

/// The rule with these parameters fixed at 0 and gone from it, simplified.
Rule without(const Rule& rule, const std::vector<bool>& dropped);

}  // namespace rule_search
