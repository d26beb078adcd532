#include "data/neural/binned.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <optional>

#include "base/csv_lines.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "data/numpy.hpp"
#include "data/recording_checks.hpp"

namespace rule_search {

namespace {

constexpr const char* arrays_hint =
    "arrays are counts (bins x units), target (bins x outputs), and where there are any time (bins; seconds), bin (a "
    "number, seconds), learn (bins; 0 or 1)";
constexpr const char* columns_hint =
    "columns are counts[1] ... counts[n], target[1] ... target[k], and where there are any time (seconds) and learn (0 "
    "or 1)";

void check_bin(const std::string& where, double found, double bin) {
  if (std::abs(found - bin) <= 1e-6 * bin) return;
  throw InputError(
      fmt::format("{}: expected bins of {:g} s, found {:g} s\n  hint: ‹bin› {:g}", where, bin, found, found));
}

// `where` says where a number stands, by its place in the list.
template <class Where>
void check_counts(const std::vector<double>& counts, const Where& where) {
  for (std::size_t k = 0; k < counts.size(); ++k) {
    if (!(counts[k] >= 0 && counts[k] <= 1e6))
      throw InputError(fmt::format("{}: expected a spike count from 0 to 1000000, found {:g}", where(k), counts[k]));
  }
}

template <class Where>
std::vector<char> as_mask(const std::vector<double>& values, const Where& where) {
  std::vector<char> out;
  for (std::size_t k = 0; k < values.size(); ++k) {
    if (values[k] != 0 && values[k] != 1)
      throw InputError(
          fmt::format("{}: expected 0 (the rule does not learn in this bin, which is scored) or 1 (it "
                      "learns), found {:g}",
                      where(k), values[k]));
    out.push_back(values[k] != 0);
  }
  return out;
}

// Times of the file, or as they follow from the bins. A gap is longer than a bin.
template <class Where>
std::vector<double> bin_times(const std::vector<double>& given, std::size_t bins, double bin, const Where& where) {
  std::vector<double> out = given;
  if (given.empty()) {
    for (std::size_t k = 0; k < bins; ++k) out.push_back(static_cast<double>(k) * bin);
    return out;
  }
  std::vector<double> steps;
  for (std::size_t k = 1; k < bins; ++k) {
    check_time(out[k], out[k - 1], "bin", [&] { return where(k); });
    steps.push_back(out[k] - out[k - 1]);
  }
  if (steps.empty()) return out;
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
  std::nth_element(steps.begin(), middle, steps.end());
  const double usual = *middle;
  double sum = 0;
  double count = 0;
  for (const double s : steps) {
    if (s > 1.5 * usual) continue;
    sum += s;
    ++count;
  }
  // Times may be in single precision: their mean distance is better known than one of them.
  const double mean = sum / count;
  if (std::abs(mean - bin) > 1e-3 * bin) check_bin(where(0), mean, bin);
  for (std::size_t k = 1; k < bins; ++k) {
    if (out[k] - out[k - 1] < 0.9 * bin)
      throw InputError(fmt::format("{}: the bin begins {:g} s after the one before it, expected {:g} s or a gap",
                                   where(k), out[k] - out[k - 1], bin));
  }
  return out;
}

class NumpyReader {
 public:
  NumpyReader(const std::string& path, double bin) : path_(path), bin_(bin), arrays_(path) {}

  NeuralRecording read() const {
    for (const std::string& name : arrays_.names()) {
      static const std::vector<std::string> known = {"counts", "target", "time", "bin", "learn"};
      if (std::find(known.begin(), known.end(), name) == known.end()) {
        const std::string near = nearest_name(name, known);
        throw InputError(fmt::format("{}: unknown array {}\n  hint: {}{}", path_, in_quotes(name),
                                     near.empty() ? "" : fmt::format("did you mean {}? ", near), arrays_hint));
      }
    }
    NeuralRecording out;
    out.name = path_;
    const NumpyArray counts = matrix("counts", "bins, units");
    const NumpyArray target = matrix("target", "bins, outputs");
    const std::uint64_t bins = counts.shape[0];
    if (target.shape[0] != bins)
      throw InputError(fmt::format("{}: target: expected {} rows, one a bin as in counts, found the shape ({}){}",
                                   path_, bins, fmt::join(target.shape, ", "),
                                   target.shape[1] == bins ? "\n  hint: save target.T" : ""));
    out.units = size("counts", counts.shape[1], 10000);
    out.outputs = size("target", target.shape[1], 100);
    out.counts = finite("counts", counts);
    check_counts(out.counts, [&](std::size_t k) { return place("counts", counts.shape, k); });
    out.target = finite("target", target);
    if (arrays_.has("bin")) {
      const NumpyArray given = *arrays_.read("bin");
      if (given.values.size() != 1)
        throw InputError(
            fmt::format("{}: bin: expected a number, found the shape ({})", path_, fmt::join(given.shape, ", ")));
      check_bin(path_ + ": bin", given.values[0], bin_);
    }
    const std::vector<double> time = column("time", bins);
    out.time = bin_times(time, bins, bin_, [&](std::size_t k) { return fmt::format("{}: time[{}]", path_, k); });
    out.learn = as_mask(column("learn", bins), [&](std::size_t k) { return fmt::format("{}: learn[{}]", path_, k); });
    return out;
  }

 private:
  NumpyArray matrix(const char* name, const char* axes) const {
    std::optional<NumpyArray> array = arrays_.read(name);
    if (!array)
      throw InputError(fmt::format(
          "{}: the array {} is missing; there are {}\n  hint: {}", path_, name,
          arrays_.names().empty() ? "none" : shown_as_text(fmt::format("{}", fmt::join(arrays_.names(), ", "))),
          arrays_hint));
    if (array->shape.size() != 2)
      throw InputError(fmt::format("{}: {}: expected 2 dimensions ({}), found {}{}", path_, name, axes,
                                   array->shape.size(),
                                   array->shape.size() == 1 ? fmt::format("\n  hint: {}[:, None]", name) : ""));
    if (array->shape[0] == 0) throw InputError(fmt::format("{}: {}: has no bins", path_, name));
    return std::move(*array);
  }

  // Of T numbers; none where there is no such array.
  std::vector<double> column(const char* name, std::uint64_t bins) const {
    const std::optional<NumpyArray> array = arrays_.read(name);
    if (!array) return {};
    if (array->values.size() != bins || array->shape.empty() || array->shape[0] != bins)
      throw InputError(fmt::format("{}: {}: expected {} numbers, one a bin as in counts, found the shape ({})", path_,
                                   name, bins, fmt::join(array->shape, ", ")));
    return finite(name, *array);
  }

  std::vector<double> finite(const char* name, const NumpyArray& array) const {
    for (std::size_t k = 0; k < array.values.size(); ++k) {
      if (!std::isfinite(array.values[k]))
        throw InputError(fmt::format(
            "{}: expected a finite number, found {}\n  hint: leave out bins in which something is missing, and say by "
            "time where the others are",
            place(name, array.shape, k), array.values[k]));
      check_magnitude(array.values[k], [&] { return place(name, array.shape, k); });
    }
    return array.values;
  }

  int size(const char* name, std::uint64_t found, std::uint64_t most) const {
    if (found < 1 || found > most)
      throw InputError(fmt::format("{}: {}: expected from 1 to {} columns, found {}", path_, name, most, found));
    return static_cast<int>(found);
  }

  std::string place(const char* name, const std::vector<std::uint64_t>& shape, std::size_t k) const {
    const std::uint64_t cols = shape.size() == 2 ? shape[1] : 1;
    return shape.size() == 2 ? fmt::format("{}: {}[{}, {}]", path_, name, k / cols, k % cols)
                             : fmt::format("{}: {}[{}]", path_, name, k);
  }

  std::string path_;
  double bin_;
  NumpyArrays arrays_;
};

class CsvReader {
 public:
  CsvReader(const std::string& path, double bin) : path_(path), bin_(bin), lines_(read_csv_lines(path)) {
    if (lines_.size() < 2)
      throw InputError(fmt::format("{}: expected names of columns and a line a bin below, found {} lines\n  hint: {}",
                                   path, lines_.size(), columns_hint));
    for (std::size_t k = 0; k < lines_[0].cells.size(); ++k) add_column(lines_[0].cells[k], k);
  }

  NeuralRecording read() const {
    NeuralRecording out;
    out.name = path_;
    const std::vector<std::size_t> counts = columns("counts");
    const std::vector<std::size_t> target = columns("target");
    out.units = static_cast<int>(counts.size());
    out.outputs = static_cast<int>(target.size());
    const auto optional = [&](const char* name) {
      std::vector<double> values;
      if (!at_.contains(name)) return values;
      for (std::size_t k = 1; k < lines_.size(); ++k) values.push_back(number(k, at_.at(name)));
      return values;
    };
    for (std::size_t k = 1; k < lines_.size(); ++k) {
      if (lines_[k].cells.size() != lines_[0].cells.size())
        throw InputError(fmt::format("{}: line {}: expected {} fields, one a column, found {}", path_, lines_[k].number,
                                     lines_[0].cells.size(), lines_[k].cells.size()));
      for (const std::size_t c : counts) out.counts.push_back(number(k, c));
      for (const std::size_t c : target) out.target.push_back(number(k, c));
    }
    check_counts(out.counts, [&](std::size_t k) { return place(1 + k / counts.size(), counts[k % counts.size()]); });
    const std::vector<double> time = optional("time");
    out.time = bin_times(time, lines_.size() - 1, bin_, [&](std::size_t k) {
      return fmt::format("{}: line {}, column time", path_, lines_[k + 1].number);
    });
    out.learn = as_mask(optional("learn"), [&](std::size_t k) { return place(k + 1, at_.at("learn")); });
    return out;
  }

 private:
  void add_column(const std::string& name, std::size_t k) {
    if (!at_.try_emplace(name, k).second)
      throw InputError(fmt::format("{}: line {}, column {}: the column {} is there twice\n  hint: take one of them out",
                                   path_, lines_[0].number, k + 1, shown_as_text(name)));
    if (name == "time" || name == "learn") return;
    for (const char* of : {"counts[", "target["}) {
      const std::string digits = name.starts_with(of) && name.ends_with("]") ? name.substr(7, name.size() - 8) : "";
      if (!digits.empty() && digits.size() < 6 && digits[0] != '0' &&
          digits.find_first_not_of("0123456789") == std::string::npos)
        return;
    }
    throw InputError(fmt::format("{}: line {}, column {}: expected the name of a column, found {}\n  hint: {}", path_,
                                 lines_[0].number, k + 1, in_quotes(name), columns_hint));
  }

  // counts[1] and so on, without a gap.
  std::vector<std::size_t> columns(const std::string& quantity) const {
    std::vector<std::size_t> out;
    for (auto found = at_.find(quantity + "[1]"); found != at_.end();
         found = at_.find(fmt::format("{}[{}]", quantity, out.size() + 1)))
      out.push_back(found->second);
    const auto there = static_cast<std::size_t>(
        std::count_if(at_.begin(), at_.end(), [&](const auto& c) { return c.first.starts_with(quantity + "["); }));
    if (out.empty() || there != out.size())
      throw InputError(fmt::format("{}: line {}: the column {}[{}] is missing\n  hint: {}", path_, lines_[0].number,
                                   quantity, out.size() + 1, columns_hint));
    return out;
  }

  double number(std::size_t line, std::size_t column) const {
    if (column >= lines_[line].cells.size())
      throw InputError(fmt::format("{}: expected a number, found no such field", place(line, column)));
    const std::string& text = lines_[line].cells[column];
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    const bool whole = !text.empty() && *end == '\0' && text.find_first_of(" \txX") == std::string::npos;
    if (!whole || !std::isfinite(value))
      throw InputError(
          fmt::format("{}: expected a number, found {}\n  hint: leave out bins in which something is missing, "
                      "and say by time where the others are",
                      place(line, column), text.empty() ? "nothing" : in_quotes(text)));
    check_magnitude(value, [&] { return place(line, column); });
    return value;
  }

  std::string place(std::size_t line, std::size_t column) const {
    return fmt::format("{}: line {}, column {}", path_, lines_[line].number, lines_[0].cells[column]);
  }

  std::string path_;
  double bin_;
  std::vector<CsvLine> lines_;
  std::map<std::string, std::size_t> at_;
};

}  // namespace

NeuralRecording read_binned_numpy(const std::string& path, double bin) { return NumpyReader(path, bin).read(); }
NeuralRecording read_binned_csv(const std::string& path, double bin) { return CsvReader(path, bin).read(); }

}  // namespace rule_search
