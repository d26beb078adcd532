// One connection by itself that is given all that its rule reads, step by step: for callers with a network of their own.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "plan/plan.hpp"

namespace rule_search {

/// n postsynaptic and m presynaptic neurons, double precision, no derivatives. Not thread-safe.
class GivenConnection {
 public:
  /// `values`: one for every parameter of the plan. `weights`: n x m, row by row.
  GivenConnection(const plan::Plan& plan, int n, int m, const std::vector<double>& values, const double* weights);
  ~GivenConnection();
  GivenConnection(GivenConnection&&) noexcept;

  /// Weights and states change by the rule. `given`: by the name of a quantity or signal its numbers, one for each neuron; what the
  /// rule does not read may be left out. Throws InputError where the rule reads something that is not given, or of another
  /// length, and where a name is none that a connection knows.
  void learn(const std::map<std::string, std::vector<double>>& given);
  /// A trial begins: states that begin anew at every trial do.
  void begin_trial();

  std::vector<double> weights() const;  ///< n x m
  std::vector<double> states() const;   ///< the elements of all states one after the other, each row by row
  int post() const;
  int pre() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rule_search
