// Parameters of a rule that have a value of their own in every recording, as numbers that are fitted to one of them.
#pragma once

#include <cstddef>
#include <vector>

#include "data/recording.hpp"
#include "fit/outcome.hpp"
#include "objectives/recordings/options.hpp"
#include "objectives/recordings/scales.hpp"
#include "plan/plan.hpp"

namespace rule_search {

/// A number is what a value differs from the common one of theta by, in a unit that makes the numbers of all parameters
/// alike; of a time constant it is the logarithm of their ratio. Values stay within the bounds of the parameter.
class OwnParameters {
 public:
  /// None where RecordingsOptions::own_values is off. `known`: initial weights of the recording, n x m.
  OwnParameters(const plan::Plan& plan, const LayerRecording& recording, const std::vector<double>& known,
                const RecordingsOptions& options, const ResidualScales& scales);

  std::size_t size() const { return entries_.size(); }
  const std::vector<int>& entries() const { return entries_; }  ///< of theta
  /// Entries of theta without those that are here, -1 in their place: nothing depends on these.
  std::vector<int> others(std::vector<int> directions) const;

  /// Theta with the values of these numbers.
  std::vector<double> inserted(const std::vector<double>& theta, const double* numbers) const;
  double value(std::size_t k, const std::vector<double>& theta, double number) const;
  /// Derivative of the value by its number; 0 beyond a bound.
  double slope(std::size_t k, const std::vector<double>& theta, double number) const;

 private:
  double beyond_bounds(std::size_t k, const std::vector<double>& theta, double number) const;

  std::vector<int> entries_;
  std::vector<Parameter> parameters_;
  std::vector<double> units_;
};

/// Standard errors of the first `wanted` of the numbers that a recording was fitted to, from what is left of it, by
/// postsynaptic neuron; the Jacobians have `directions` columns before theirs. `ridge`: see least_squares_of_beginning().
/// `spread`: residuals over the independent numbers that they are worth. With `nats`, half the squares times that are
/// minus the log-likelihood of choices, and its curvature is that of the scores' squares (Berndt, Hall, Hall & Hausman,
/// Ann. Econ. Soc. Meas. 3:653 (1974)); else it is 0. Theta is taken as known.
std::vector<double> errors_of_numbers(const std::vector<Outcome>& neurons, int directions,
                                      const std::vector<double>& ridge, std::size_t wanted, double spread, double nats);

}  // namespace rule_search
