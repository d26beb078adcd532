// Bytes of counts and targets: comma-separated values, or an archive of NumPy arrays. What is read has the sizes that it says,
// and nothing in it is not finite. What HDF5 makes of damaged files is not asked here.
#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.hpp"
#include "data/neural/recording.hpp"
#include "fuzz.hpp"

using namespace rule_search;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (std::string(reinterpret_cast<const char*>(data), size).find("\x89HDF") != std::string::npos) return 0;
  const bool archive = size > 1 && data[0] == 'P' && data[1] == 'K';
  try {
    NeuralReading reading;
    reading.lag = size % 3 == 0 ? 0.04 : 0;
    NeuralRecording r = read_neural_recording(fuzz::file_of(data, size, archive ? ".npz" : ".csv"), reading);
    if (size % 2 == 0) smooth_counts(r, 0.1, reading.bin);
    const std::size_t bins = r.time.size();
    fuzz::require(bins > 0 && r.units > 0 && r.outputs > 0, "a recording has bins, units and outputs");
    fuzz::require(r.counts.size() == bins * static_cast<std::size_t>(r.units), "counts are there");
    fuzz::require(r.target.size() == bins * static_cast<std::size_t>(r.outputs), "targets are there");
    fuzz::require(r.learn.empty() || r.learn.size() == bins, "every bin says whether a rule learns, or none");
    fuzz::require(std::is_sorted(r.time.begin(), r.time.end()), "times ascend");
    for (const auto* values : {&r.time, &r.counts, &r.target})
      fuzz::require(std::all_of(values->begin(), values->end(), [](double x) { return std::isfinite(x); }),
                    "what is read is finite");
  } catch (const InputError& e) {
    fuzz::check_message(e.what());
  }
  return 0;
}
