#include "data/neural/spike_trains.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <limits>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/recording_checks.hpp"

namespace rule_search {

namespace {

constexpr double unseen = std::numeric_limits<double>::quiet_NaN();

// Series that are usual, the best first.
constexpr std::array<const char*, 8> usual = {"hand_vel",   "cursor_vel", "finger_vel", "hand_pos",
                                              "cursor_pos", "finger_pos", "Hand",       "Cursor"};

std::string last_part(const std::string& name) { return name.substr(name.rfind('/') + 1); }

// "hand_vel" is none, "cursor_pos" and "Position" are.
bool is_position(const std::string& name) {
  std::string small = name;
  std::transform(small.begin(), small.end(), small.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return small.find("pos") != std::string::npos && small.find("vel") == std::string::npos;
}

// One of the series in a file: the one asked for, or the first usual one, or the only one.
std::string chosen(const Hdf5File& file, const std::vector<std::string>& series, const std::string& asked) {
  const auto named = [&](const std::string& name) {
    return std::find_if(series.begin(), series.end(),
                        [&](const std::string& s) { return s == name || last_part(s) == name; });
  };
  const std::string there = series.empty() ? "none" : shown_as_text(fmt::format("{}", fmt::join(series, ", ")));
  if (!asked.empty()) {
    const auto found = named(asked);
    if (found != series.end()) return *found;
    throw InputError(fmt::format("{}: expected the behaviour {}, found {}\n  hint: ‹behaviour› names one of these",
                                 file.path(), in_quotes(asked), there));
  }
  for (const char* name : usual) {
    if (const auto found = named(name); found != series.end()) return *found;
  }
  if (series.size() == 1) return series.front();
  throw InputError(fmt::format("{}: expected a behaviour to decode, as hand_vel or cursor_pos, found {}{}", file.path(),
                               there, series.empty() ? "" : "\n  hint: ‹behaviour› names one of these"));
}

void check_finite(const Hdf5File& file, const std::string& name, const std::vector<double>& time) {
  constexpr double latest = 1e9;
  for (std::size_t k = 0; k < time.size(); ++k) {
    if (!(std::abs(time[k]) <= latest))
      throw InputError(
          fmt::format("{}: {}: expected times in seconds, found {} at number {}", file.path(), name, time[k], k + 1));
  }
}

void check_times(const Hdf5File& file, const std::string& name, const std::vector<double>& time) {
  check_finite(file, name, time);
  for (std::size_t k = 1; k < time.size(); ++k) {
    if (!(time[k] > time[k - 1]))
      throw InputError(fmt::format("{}: {}: expected ascending times, found {:g} after {:g} at number {}", file.path(),
                                   name, time[k], time[k - 1], k + 1));
  }
}

// Samples as rows. `across`: whether the file has a column a sample, as MATLAB's files have it here.
void take_samples(const Hdf5File& file, const Hdf5File::Numbers& data, bool across, double conversion,
                  SpikeTrains& out) {
  const std::uint64_t samples = out.time.size();
  const bool flat = data.shape.size() == 1;
  const bool fits =
      (flat && data.shape[0] == samples) || (data.shape.size() == 2 && data.shape[across ? 1 : 0] == samples);
  if (!fits)
    throw InputError(fmt::format("{}: {}: expected {} samples, one a time, found the shape ({})", file.path(),
                                 out.behaviour, samples, fmt::join(data.shape, ", ")));
  const std::uint64_t width = flat ? 1 : data.shape[across ? 0 : 1];
  constexpr std::uint64_t most = 100;
  if (width < 1 || width > most)
    throw InputError(
        fmt::format("{}: {}: expected 1 to {} numbers a sample, found {}", file.path(), out.behaviour, most, width));
  out.width = static_cast<int>(width);
  for (std::uint64_t t = 0; t < samples; ++t) {
    for (std::uint64_t i = 0; i < width; ++i) {
      out.samples.push_back(conversion * data.values[across ? i * samples + t : t * width + i]);
      check_magnitude(out.samples.back(),
                      [&] { return fmt::format("{}: {}: sample {}", file.path(), out.behaviour, t + 1); });
    }
  }
}

SpikeTrains read_matlab(const Hdf5File& file, const std::string& behaviour) {
  SpikeTrains out;
  out.units = file.referred_numbers("spikes");
  std::vector<std::string> series;
  for (const std::string& name : file.names_in("/")) {
    const bool telling = is_position(name) || name.find("vel") != std::string::npos || name == behaviour;
    if (telling && file.has_dataset(name)) series.push_back(name);
  }
  if (!file.has_dataset("t"))
    throw InputError(fmt::format("{}: expected t, the times of the behaviour in seconds, found none", file.path()));
  out.time = file.numbers("t").values;
  check_times(file, "t", out.time);
  // What they aim at is not what the animal does.
  std::erase(series, "target_pos");
  out.behaviour = chosen(file, series, behaviour);
  out.position = is_position(out.behaviour);
  take_samples(file, file.numbers(out.behaviour), true, 1, out);
  return out;
}

// Series in processing/behavior, and in what that holds.
std::vector<std::string> behaviours(const Hdf5File& file) {
  constexpr const char* top = "processing/behavior";
  std::vector<std::string> out;
  for (const std::string& name : file.names_in(top)) {
    const std::string path = fmt::format("{}/{}", top, name);
    if (file.has_dataset(path + "/data")) {
      out.push_back(path);
      continue;
    }
    for (const std::string& inner : file.names_in(path)) {
      const std::string series = fmt::format("{}/{}", path, inner);
      if (file.has_dataset(series + "/data")) out.push_back(series);
    }
  }
  return out;
}

SpikeTrains read_nwb(const Hdf5File& file, const std::string& behaviour) {
  SpikeTrains out;
  const std::vector<double> all = file.numbers("units/spike_times").values;
  const std::vector<double> ends = file.numbers("units/spike_times_index").values;
  std::size_t from = 0;
  for (std::size_t k = 0; k < ends.size(); ++k) {
    if (!(ends[k] >= static_cast<double>(from) && ends[k] <= static_cast<double>(all.size())))
      throw InputError(fmt::format("{}: units/spike_times_index: expected from {} to {} at number {}, found {:g}",
                                   file.path(), from, all.size(), k + 1, ends[k]));
    const auto to = static_cast<std::size_t>(ends[k]);
    out.units.emplace_back(all.begin() + static_cast<std::ptrdiff_t>(from),
                           all.begin() + static_cast<std::ptrdiff_t>(to));
    from = to;
  }
  const std::string series = chosen(file, behaviours(file), behaviour);
  out.behaviour = series;
  out.position = is_position(series);
  const Hdf5File::Numbers data = file.numbers(series + "/data");
  if (file.has_dataset(series + "/timestamps")) {
    out.time = file.numbers(series + "/timestamps").values;
    check_times(file, series + "/timestamps", out.time);
  } else {
    const std::optional<double> rate = file.attribute(series + "/starting_time", "rate");
    if (!file.has_dataset(series + "/starting_time") || !rate || !(*rate > 0))
      throw InputError(
          fmt::format("{}: {}: expected timestamps, or starting_time with a rate, found none", file.path(), series));
    const std::vector<double> start = file.numbers(series + "/starting_time").values;
    for (std::uint64_t k = 0; !data.shape.empty() && k < data.shape[0]; ++k)
      out.time.push_back((start.empty() ? 0 : start[0]) + static_cast<double>(k) / *rate);
    check_times(file, series + "/starting_time", out.time);
  }
  const std::optional<double> conversion = file.attribute(series + "/data", "conversion");
  take_samples(file, data, false, conversion.value_or(1), out);
  return out;
}

double usual_distance(const std::vector<double>& time) {
  std::vector<double> d;
  for (std::size_t k = 1; k < time.size(); ++k) d.push_back(time[k] - time[k - 1]);
  const auto middle = d.begin() + static_cast<std::ptrdiff_t>(d.size() / 2);
  std::nth_element(d.begin(), middle, d.end());
  return *middle;
}

// What was sampled, as a function of time.
class Behaviour {
 public:
  Behaviour(const SpikeTrains& trains, double bin)
      : s_(trains),
        width_(static_cast<std::size_t>(trains.width)),
        longest_(2 * std::max(bin, usual_distance(trains.time))) {}

  // Linear between samples; not a number where those are too far apart.
  double at(double time, std::size_t i) const {
    const auto after = std::lower_bound(s_.time.begin(), s_.time.end(), time);
    if (after == s_.time.end()) return unseen;
    const auto k = static_cast<std::size_t>(after - s_.time.begin());
    if (*after == time) return value(k, i);
    if (k == 0 || s_.time[k] - s_.time[k - 1] > longest_) return unseen;
    const double share = (time - s_.time[k - 1]) / (s_.time[k] - s_.time[k - 1]);
    return (1 - share) * value(k - 1, i) + share * value(k, i);
  }

  // Of the samples from one time to another, or where there is none between the samples around them.
  double mean(double from, double to, std::size_t i) const {
    const auto first = std::lower_bound(s_.time.begin(), s_.time.end(), from);
    double sum = 0;
    int count = 0;
    for (auto t = first; t != s_.time.end() && *t < to; ++t, ++count)
      sum += value(static_cast<std::size_t>(t - s_.time.begin()), i);
    return count > 0 ? sum / count : at((from + to) / 2, i);
  }

  /// The time of the first sample that is not before this time; infinity where there is none.
  double next_sample(double time) const {
    const auto at = std::lower_bound(s_.time.begin(), s_.time.end(), time);
    return at == s_.time.end() ? std::numeric_limits<double>::infinity() : *at;
  }
  /// Samples that are farther apart tell nothing of what is between them.
  double longest() const { return longest_; }

 private:
  double value(std::size_t k, std::size_t i) const { return s_.samples[k * width_ + i]; }

  const SpikeTrains& s_;
  std::size_t width_;
  double longest_;
};

// Where no spike falls into a bin the times of spikes and of behaviour are not of one clock.
void refuse_other_clocks(const SpikeTrains& trains, const NeuralRecording& r) {
  if (std::any_of(r.counts.begin(), r.counts.end(), [](double c) { return c > 0; })) return;
  double first = std::numeric_limits<double>::infinity();
  double last = -first;
  for (const std::vector<double>& spikes : trains.units) {
    if (spikes.empty()) continue;
    first = std::min(first, spikes.front());
    last = std::max(last, spikes.back());
  }
  if (first > last) throw InputError(fmt::format("{}: expected spikes, found none", r.name));
  throw InputError(
      fmt::format("{}: no spike falls into the time of {}: the behaviour is from {:g} to {:g} s, spikes are from {:g} "
                  "to {:g} s\n  hint: "
                  "both must be in seconds of one clock",
                  r.name, trains.behaviour, trains.time.front(), trains.time.back(), first, last));
}

}  // namespace

SpikeTrains read_spike_trains(const Hdf5File& file, const std::string& behaviour) {
  SpikeTrains out;
  if (file.has_dataset("units/spike_times")) {
    out = read_nwb(file, behaviour);
  } else if (file.has_dataset("spikes")) {
    out = read_matlab(file, behaviour);
  } else {
    throw InputError(
        fmt::format("{}: expected units/spike_times (.nwb), or spikes, t and cursor_pos (.mat), found {}\n  hint: save "
                    "counts and target "
                    "with numpy.savez",
                    file.path(), shown_as_text(fmt::format("{}", fmt::join(file.names_in("/"), ", ")))));
  }
  for (std::size_t k = 0; k < out.units.size(); ++k) {
    // Sorters may list the spikes of merged units one after the other.
    std::vector<double>& spikes = out.units[k];
    check_finite(file, fmt::format("spikes of unit {}", k + 1), spikes);
    std::sort(spikes.begin(), spikes.end());
  }
  if (out.units.empty()) throw InputError(fmt::format("{}: expected units, found none", file.path()));
  if (out.time.size() < 2)
    throw InputError(fmt::format("{}: {}: expected samples, found {}", file.path(), out.behaviour, out.time.size()));
  return out;
}

NeuralRecording binned(const SpikeTrains& trains, const std::string& path, double bin, double lag) {
  NeuralRecording out;
  out.name = path;
  out.units = static_cast<int>(trains.units.size());
  out.outputs = trains.width;
  const double begin = trains.time.front();
  const double bins = std::floor((trains.time.back() - begin) / bin * (1 + 1e-12));
  const double most = 1e9 / (8.0 * (out.units + out.outputs));
  const auto refuse_size = [&] {
    throw InputError(
        fmt::format("{}: more than {:.0f} bins of {:g} s with {} units take more than 1 GiB\n  hint: a larger ‹bin›",
                    path, most, bin, out.units));
  };
  const Behaviour behaviour(trains, bin);
  std::vector<std::size_t> next(trains.units.size());
  std::vector<double> row;
  for (double k = 0; k < bins; ++k) {
    // Over a pause at once.
    const double sample = behaviour.next_sample(begin + k * bin + lag);
    if (sample > begin + (k + 2) * bin + lag + behaviour.longest())
      k = std::max(k, std::floor((sample - behaviour.longest() - lag - begin) / bin) - 1);
    if (k >= bins) break;
    const double from = begin + k * bin;
    const double to = begin + (k + 1) * bin;
    std::vector<double> counts;
    for (std::size_t u = 0; u < trains.units.size(); ++u) {
      const std::vector<double>& spikes = trains.units[u];
      while (next[u] < spikes.size() && spikes[next[u]] < from) ++next[u];
      const std::size_t first = next[u];
      while (next[u] < spikes.size() && spikes[next[u]] < to) ++next[u];
      counts.push_back(static_cast<double>(next[u] - first));
    }
    row.clear();
    for (std::size_t i = 0; i < static_cast<std::size_t>(trains.width); ++i)
      row.push_back(trains.position ? (behaviour.at(to + lag, i) - behaviour.at(from + lag, i)) / bin
                                    : behaviour.mean(from + lag, to + lag, i));
    if (!std::all_of(row.begin(), row.end(), [](double x) { return std::isfinite(x); })) continue;
    if (static_cast<double>(out.time.size()) >= most) refuse_size();
    out.time.push_back(from);
    out.counts.insert(out.counts.end(), counts.begin(), counts.end());
    out.target.insert(out.target.end(), row.begin(), row.end());
  }
  if (out.time.empty())
    throw InputError(fmt::format("{}: {}: no bin of {:g} s has samples of the behaviour", path, trains.behaviour, bin));
  refuse_other_clocks(trains, out);
  return out;
}

}  // namespace rule_search
