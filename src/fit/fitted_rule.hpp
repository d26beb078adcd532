// A rule whose coefficients are known.
#pragma once

#include <string>
#include <vector>

#include "expression/rule.hpp"

namespace rule_search {

/// A rule with values for all entries of its parameters.
struct FittedRule {
  Rule rule;
  std::vector<double> theta;
  double fit_loss = 0;
  bool given_up = false;  ///< the fit was not carried to its end
  /// The highest loss at which the fit might have been given up, and was not; see is_hopeless().
  double highest_late_loss = 0;
  std::vector<std::vector<double>> history = {};  ///< theta where the fit began and after every accepted step
};

/// The rule with its values as the parameters' initial ones.
Rule with_values(Rule rule, const std::vector<double>& theta, int connections);

/// "dw = ..." with the numbers in place of the parameters, simplified. Per-layer parameters stay names.
std::string formula(const FittedRule& fitted);

}  // namespace rule_search
