// Spike counts of recorded units and what they are to be decoded to, in bins of equal length, read from files of several
// formats.
#pragma once

#include <string>
#include <vector>

namespace rule_search {

struct NeuralRecording {
  std::string name;          ///< the file
  int units = 0;             ///< n
  int outputs = 0;           ///< k
  std::vector<double> time;  ///< T, seconds, where a bin begins; ascending, with gaps where something was not recorded
  std::vector<double> counts;  ///< T x n, spikes in a bin
  std::vector<double> target;  ///< T x k
  std::vector<char> learn;     ///< T: whether a rule is to learn in this bin; empty where the file does not say

  std::size_t bins() const { return time.size(); }
};

/// What becomes of a file.
struct NeuralReading {
  double bin = 0.02;      ///< seconds; spike times are counted in bins of this length, and counts must have it
  double lag = 0;         ///< seconds by which the target of a bin is later than its spikes
  std::string behaviour;  ///< name of the series to decode, of files with several; empty: the first that is usual
};

/// Reads one recording. The content says of which format it is:
///   .npz  arrays counts (T x n), target (T x k), and where there are any time (T) or bin (a number), learn (T; 0 or 1)
///   .csv  a line a bin, columns counts[1] ... counts[n], target[1] ... target[k], and where there are any time, learn
///   .mat  as MATLAB 7.3 writes it (HDF5): spikes, a cell array of spike times, t (T), and cursor_pos, finger_pos or the like
///         (O'Doherty et al., Zenodo 583331 (2017))
///   .nwb  Neurodata without Borders 2 (HDF5): units/spike_times, and a series in processing/behavior
/// Of a position the velocity is decoded. Bins without behaviour are left out. Units are as in the file, silent ones as well.
/// Throws InputError with the file, the place in it, what was expected and what was found.
NeuralRecording read_neural_recording(const std::string& path, const NeuralReading& reading);

/// Counts become s <- a s + (1 - a) counts with a = exp(-bin/tau), as an online decoder can smooth them: from what was before.
/// Begins anew after a gap. Nothing happens where tau, in seconds, is 0.
void smooth_counts(NeuralRecording& recording, double tau, double bin);

/// Keeps, of all recordings, the units that fire at least at this rate (Hz) in the mean of all, and one spike; returns how many
/// were left out. Throws InputError where recordings differ in units or outputs, or no unit is left.
int keep_units(std::vector<NeuralRecording>& recordings, double least_rate, double bin);

}  // namespace rule_search
