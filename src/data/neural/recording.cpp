#include "data/neural/recording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "data/neural/binned.hpp"
#include "data/neural/spike_trains.hpp"

namespace rule_search {

namespace {

enum class Format { numpy, csv, hdf5 };

// By the first bytes.
Format format_of(const std::string& path) {
  if (std::filesystem::is_directory(path)) return Format::numpy;
  std::ifstream in(path, std::ios::binary);
  if (!in) throw InputError(fmt::format("{}: no such file, or it can't be opened", path));
  constexpr std::size_t header = 512;  // of MATLAB 7.3; what follows is HDF5
  std::array<char, header + 8> bytes{};
  in.read(bytes.data(), bytes.size());
  const std::string_view begin(bytes.data(), static_cast<std::size_t>(in.gcount()));
  constexpr std::string_view hdf5 = "\x89HDF\r\n\x1a\n";
  if (begin.starts_with(hdf5) || (begin.size() > header && begin.substr(header).starts_with(hdf5))) return Format::hdf5;
  if (begin.starts_with("PK")) return Format::numpy;
  if (begin.starts_with("MATLAB 5.0"))
    throw InputError(fmt::format(
        "{}: a .mat file of version 5, expected version 7.3\n  hint: in MATLAB save('FILE.mat', 'spikes', 't', "
        "'cursor_pos', '-v7.3'); or count the spikes with scipy.io.loadmat and save counts and target with numpy.savez",
        path));
  if (begin.starts_with("\x93NUMPY"))
    throw InputError(
        fmt::format("{}: a single array\n  hint: give its folder, or save counts and target with numpy.savez", path));
  return Format::csv;
}

template <class T>
void keep_rows(std::vector<T>& values, std::size_t width, const std::vector<std::size_t>& rows) {
  std::vector<T> out;
  for (const std::size_t r : rows)
    out.insert(out.end(), values.begin() + static_cast<std::ptrdiff_t>(r * width),
               values.begin() + static_cast<std::ptrdiff_t>((r + 1) * width));
  values = std::move(out);
}

// Gives every bin the target of the one `lag` later; bins without one are left out.
void shift_targets(NeuralRecording& r, double lag, double bin) {
  const long shift = std::lround(lag / bin);
  if (std::abs(lag / bin - static_cast<double>(shift)) > 1e-6)
    throw InputError(
        fmt::format("‹lag› {:g}: expected a multiple of a bin of {:g} s, since counts and targets of {} are in bins\n  "
                    "hint: ‹lag› {:g}",
                    lag, bin, r.name, static_cast<double>(shift) * bin));
  if (shift == 0) return;
  std::vector<std::size_t> from, to;
  const auto bins = static_cast<long>(r.bins());
  for (long k = 0; k < bins; ++k) {
    const auto later = std::lower_bound(r.time.begin(), r.time.end(),
                                        r.time[static_cast<std::size_t>(k)] + (static_cast<double>(shift) - 0.5) * bin);
    if (later == r.time.end() ||
        *later > r.time[static_cast<std::size_t>(k)] + (static_cast<double>(shift) + 0.5) * bin)
      continue;
    from.push_back(static_cast<std::size_t>(k));
    to.push_back(static_cast<std::size_t>(later - r.time.begin()));
  }
  if (from.empty())
    throw InputError(fmt::format("{}: no bin has a target {:g} s later\n  hint: a smaller ‹lag›", r.name, lag));
  keep_rows(r.time, 1, from);
  keep_rows(r.counts, static_cast<std::size_t>(r.units), from);
  keep_rows(r.target, static_cast<std::size_t>(r.outputs), to);
  if (!r.learn.empty()) keep_rows(r.learn, 1, from);
}

}  // namespace

NeuralRecording read_neural_recording(const std::string& path, const NeuralReading& reading) {
  const Format format = format_of(path);
  NeuralRecording out;
  if (format == Format::hdf5) {
    out = binned(read_spike_trains(Hdf5File(path), reading.behaviour), path, reading.bin, reading.lag);
  } else {
    out = format == Format::csv ? read_binned_csv(path, reading.bin) : read_binned_numpy(path, reading.bin);
    shift_targets(out, reading.lag, reading.bin);
  }
  return out;
}

void smooth_counts(NeuralRecording& r, double tau, double bin) {
  if (!(tau > 0)) return;
  const double keep = std::exp(-bin / tau);
  const auto n = static_cast<std::size_t>(r.units);
  for (std::size_t k = 0; k < r.counts.size(); ++k) {
    const std::size_t t = k / n;
    const bool follows = t > 0 && r.time[t] - r.time[t - 1] < 1.5 * bin;
    r.counts[k] = (follows ? keep * r.counts[k - n] : 0) + (1 - keep) * r.counts[k];
  }
}

int keep_units(std::vector<NeuralRecording>& recordings, double least_rate, double bin) {
  const NeuralRecording& first = recordings.front();
  for (const NeuralRecording& r : recordings) {
    const bool same = r.units == first.units && r.outputs == first.outputs;
    if (!same)
      throw InputError(fmt::format(
          "{}: expected units: {}, outputs: {} as in {}, found units: {}, outputs: {}\n  hint: units must be the "
          "same in all recordings: save those that are in all",
          r.name, first.units, first.outputs, first.name, r.units, r.outputs));
  }
  const auto n = static_cast<std::size_t>(first.units);
  std::vector<double> spikes(n);
  double bins = 0;
  for (const NeuralRecording& r : recordings) {
    bins += static_cast<double>(r.bins());
    for (std::size_t k = 0; k < r.counts.size(); ++k) spikes[k % n] += r.counts[k];
  }
  std::vector<std::size_t> kept;
  for (std::size_t u = 0; u < n; ++u) {
    if (spikes[u] > 0 && spikes[u] >= least_rate * bins * bin) kept.push_back(u);
  }
  if (kept.empty())
    throw InputError(
        fmt::format("{}: no unit fires at {:g} Hz or more\n  hint: a smaller ‹least-rate›", first.name, least_rate));
  for (NeuralRecording& r : recordings) {
    std::vector<double> counts;
    counts.reserve(r.bins() * kept.size());
    for (std::size_t t = 0; t < r.bins(); ++t) {
      for (const std::size_t u : kept) counts.push_back(r.counts[t * n + u]);
    }
    r.counts = std::move(counts);
    r.units = static_cast<int>(kept.size());
  }
  return static_cast<int>(n - kept.size());
}

}  // namespace rule_search
