// A rule whose coefficients are known.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "expression/rule.hpp"

namespace rule_search {

/// A step of a fit at which it might have been given up, and was not; see is_hopeless(). What it would have come to.
struct LateStep {
  double loss = 0;            ///< by which that is decided
  std::vector<double> theta;  ///< the best by then
  double fit_loss = 0;        ///< there
  std::size_t units = 0;      ///< that were run
  std::size_t accepted = 0;   ///< points of the history; more than it has where that is not known
};

/// A rule with values for all entries of its parameters.
struct FittedRule {
  Rule rule;
  std::vector<double> theta;
  double fit_loss = 0;
  bool given_up = false;  ///< the fit was not carried to its end
  std::vector<LateStep> late = {};
  std::vector<std::vector<double>> history = {};  ///< theta where the fit began and after every accepted step
};

/// The rule with its values as the parameters' initial ones.
Rule with_values(Rule rule, const std::vector<double>& theta, int connections);

/// "dw = ..." with the numbers in place of the parameters, simplified. Per-layer parameters stay names.
std::string formula(const FittedRule& fitted);

}  // namespace rule_search
