// Tables of plasticity protocols: when two neurons spiked, and by how much the synapse between them had changed.
#pragma once

#include <string>
#include <vector>

namespace rule_search {

/// Seconds from the last spike until a change is measured, where nobody says it.
constexpr double after_by_default = 1;

/// One row of a table: the mean over some cells.
struct Protocol {
  std::string name;
  std::vector<double> pre, post;  ///< spike times of all repetitions, s, increasing
  double change = 0;              ///< of the weight, as a fraction of the initial weight
  double error = 1;               ///< standard error of the change
  int cells = 0;                  ///< 0 where it is not known
  double weight = 1;              ///< initial
  double after = 0;               ///< s from the last spike until the change is measured
  // As the row says them.
  int pairings = 1;      ///< repetitions
  double frequency = 0;  ///< of the repetitions, Hz; 0 where there is one
  bool paired = false;   ///< one spike of each neuron in a repetition
  double delay = 0;      ///< of a pairing: time of the postsynaptic spike minus that of the presynaptic one, s
};

/// Reads comma-separated values, one protocol in a row, with a unit behind the name of a column, as in `delay [ms]`; see
/// docs/protocols.md. A folder stands for its file protocols.csv. Throws InputError with file, line and column where a table
/// can't be used.
std::vector<Protocol> read_protocols(const std::string& path);

}  // namespace rule_search
