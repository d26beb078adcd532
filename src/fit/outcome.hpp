// What one unit that a rule is tried on (an episode, a recording) tells of it.
#pragma once

#include <vector>

namespace rule_search {

/// The numbers that a unit is carried out in.
enum class Precision { float32, float64 };

/// Of a parameter that has a value of its own in every unit. The error is not a number where the value is at a bound.
struct OwnValue {
  double value = 0, standard_error = 0;
};

/// What was answered on the way.
struct Probe {
  int samples = 0;  ///< learnt from before
  double loss = 0, accuracy = 0;
};

/// What came out of a unit. Where it diverged (a number was no longer finite) the lists are empty.
struct Outcome {
  bool diverged = false;
  std::vector<double> query_losses;  ///< cross-entropy of each query, nats; or residuals[i]^2 / 2
  /// Where losses are halves of squares, what was squared; else empty.
  std::vector<double> residuals;
  double loss = 0;      ///< mean of query_losses
  double accuracy = 0;  ///< share of queries whose largest output is their class
  /// Where losses are halves of squares: the loss if nothing changes, and how many independent numbers the residuals are
  /// worth, since those of one series follow each other in time.
  double no_change = 0, independent = 0;
  /// By parameter of the rule that has values of its own, where the objective fits them: what fits this unit best.
  std::vector<OwnValue> own;
  /// d query_losses[i] / d theta[directions[k]], queries x directions; of residuals[i] where there are any.
  std::vector<double> jacobian;
  /// Angle in degrees for every layer between the error delivered by the feedback path and by the transposed
  /// weights, each summed over the queries. From the synthetic input error (0) to the output (0 degrees).
  std::vector<double> alignment;
  /// |z - W W' y|^2 for every connection, mean over the queries; see orthonormality_error().
  std::vector<double> orthonormality;
  std::vector<Probe> probes;
  /// Trials until most of the last ones were right; 0 where that never was, or where there are no trials.
  int criterion = 0;
  std::vector<std::vector<double>> weights;           ///< after the stream
  std::vector<std::vector<double>> feedback_weights;  ///< the same, where they learn
};

struct Wanted {
  bool alignment = false;
  bool weights = false;
  bool orthonormality = false;
  int probes = 0;         ///< times that queries are asked on the way as well, at even distances; the last is the end
  bool shortcut = false;  ///< answers by the connection from the input to the output alone, where there is one
  /// Outcomes are of no use once one has diverged: units that have not begun then may be given as diverged too.
  bool all_or_nothing = false;
};

}  // namespace rule_search
