// Recordings as spike times and a sampled behaviour, and how they become bins.
#pragma once

#include <string>
#include <vector>

#include "data/neural/hdf5.hpp"
#include "data/neural/recording.hpp"

namespace rule_search {

struct SpikeTrains {
  std::vector<std::vector<double>> units;  ///< by unit, seconds, ascending
  std::string behaviour;                   ///< its name in the file
  std::vector<double> time;                ///< S, seconds, ascending
  int width = 0;                           ///< numbers of a sample
  std::vector<double> samples;             ///< S x width; not a number where nothing was seen
  bool position = false;                   ///< whether its velocity is what is decoded
};

/// Of a .mat file as of Makin, O'Doherty et al. (Zenodo 583331), or of an .nwb file; see read_neural_recording().
SpikeTrains read_spike_trains(const Hdf5File& file, const std::string& behaviour);

/// Spikes counted in bins from the first sample to the last, and what they are to be decoded to, `lag` later: of a position its
/// change over the bin divided by the length of the bin; of anything else the mean of the samples in the bin. Bins without a
/// sample within twice the usual distance of samples, or of a bin, are left out. Throws InputError where none is left.
NeuralRecording binned(const SpikeTrains& trains, const std::string& path, double bin, double lag);

}  // namespace rule_search
