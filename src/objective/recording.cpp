#include "objective/recording.hpp"

#include <csv.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>

#include "grammar/diagnostic.hpp"
#include "objective/numpy.hpp"

namespace rule_search {

namespace {

namespace fs = std::filesystem;

constexpr const char* columns_hint =
    "columns are time, pre[1] ... pre[m], post[1] ... post[n], w[1][1] ... w[n][m] (cell after, cell before), "
    "choice[1] ... choice[n], target[1] ... target[n], and signals, as reward";

// --- CSV ---

struct Line {
  std::vector<std::string> cells;
  std::size_t number = 0;  // in the file, from 1
};

// All lines that are not empty.
std::vector<Line> lines_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw InputError(fmt::format("{}: can't be opened\n  hint: check that it exists and its permissions", path));
  struct Reader {
    csv_parser parser{};
    Reader() { csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI); }
    ~Reader() { csv_free(&parser); }
    std::vector<Line> lines;
    Line line;
  } reader;
  const auto cell = [](void* text, std::size_t size, void* to) {
    static_cast<Reader*>(to)->line.cells.emplace_back(static_cast<const char*>(text), size);
  };
  const auto end = [](int, void* to) {
    auto& r = *static_cast<Reader*>(to);
    r.line.number = r.lines.empty() ? 1 : r.lines.back().number + 1;
    r.lines.push_back(std::move(r.line));
    r.line = {};
  };
  std::array<char, 1U << 16U> block{};
  const auto damaged = [&] {
    throw InputError(fmt::format("{}: line {}: expected comma-separated values, found something else ({})", path,
                                 reader.lines.size() + 1, csv_strerror(csv_error(&reader.parser))));
  };
  while (in.read(block.data(), block.size()), in.gcount() > 0) {
    const auto size = static_cast<std::size_t>(in.gcount());
    if (std::find(block.begin(), block.begin() + in.gcount(), '\0') != block.begin() + in.gcount())
      throw InputError(fmt::format("{}: expected comma-separated values, found bytes that are no text\n  hint: NumPy's "
                                   "arrays are read from files named .npz",
                                   path));
    if (csv_parse(&reader.parser, block.data(), size, cell, end, &reader) != size) damaged();
  }
  if (csv_fini(&reader.parser, cell, end, &reader) != 0) damaged();
  return std::move(reader.lines);
}

bool is_signal_name(const std::string& text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && text.size() <= 64 && letter(text[0]) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

// "w[2][13]" is w at 2, 13.
struct ColumnName {
  std::string quantity;
  std::vector<int> index;
};
std::optional<ColumnName> column_name(const std::string& text) {
  ColumnName out;
  std::size_t at = text.find('[');
  out.quantity = text.substr(0, at);
  while (at != std::string::npos && at < text.size()) {
    const std::size_t close = text.find(']', at);
    if (text[at] != '[' || close == std::string::npos || close == at + 1 || close - at > 7) return std::nullopt;
    int index = 0;
    for (std::size_t k = at + 1; k < close; ++k) {
      if (text[k] < '0' || text[k] > '9') return std::nullopt;
      index = 10 * index + (text[k] - '0');
    }
    if (index < 1) return std::nullopt;
    out.index.push_back(index);
    at = close + 1;
  }
  const std::map<std::string, std::size_t> known = {{"time", 0}, {"pre", 1},    {"post", 1},
                                                    {"w", 2},    {"target", 1}, {"choice", 1}};
  const auto expected = known.find(out.quantity);
  if (expected != known.end() ? expected->second != out.index.size()
                              : out.index.size() > 1 || !is_signal_name(out.quantity))
    return std::nullopt;
  return out;
}

class CsvReader {
 public:
  explicit CsvReader(const std::string& path) : path_(path), lines_(lines_of(path)) {}

  LayerRecording read() {
    if (lines_.empty()) throw InputError(fmt::format("{}: is empty\n  hint: {}", path_, columns_hint));
    header();
    out_.name = path_;
    out_.steps = static_cast<int>(lines_.size()) - 1;
    if (out_.steps < 2)
      throw InputError(fmt::format("{}: expected at least 2 times, one a line, found {}", path_, out_.steps));
    for (std::size_t t = 1; t < lines_.size(); ++t) row(lines_[t]);
    return std::move(out_);
  }

 private:
  void header() {
    const std::vector<std::string>& names = lines_[0].cells;
    for (std::size_t k = 0; k < names.size(); ++k) {
      const std::optional<ColumnName> name = column_name(names[k]);
      if (!name)
        throw InputError(
            fmt::format("{}: line 1, column {}: expected the name of a column, found \"{}\"\n  hint: {}", path_, k + 1,
                        names[k].substr(0, 40), columns_hint));
      if (!place_.try_emplace({name->quantity, name->index}, k).second)
        throw InputError(fmt::format("{}: line 1, column {}: the column {} is there twice", path_, k + 1, names[k]));
    }
    out_.m = extent("pre", 0);
    out_.n = extent("w", 0);
    if (out_.m == 0) missing("pre[1]");
    const bool weights = out_.n > 0;
    // Weights that nobody saw are of the cells that somebody did.
    if (!weights) out_.n = std::max(extent("post", 0), extent("choice", 0));
    if (out_.n == 0)
      throw InputError(fmt::format("{}: line 1: expected columns of w, post or choice, found none\n  hint: {}", path_,
                                   columns_hint));
    for (int j = 1; j <= out_.m; ++j) columns_.pre.push_back(place("pre", {j}));
    for (int i = 1; weights && i <= out_.n; ++i) {
      for (int j = 1; j <= out_.m; ++j) columns_.w.push_back(place("w", {i, j}));
    }
    if (extent("w", 1) > out_.m) missing(fmt::format("pre[{}]", extent("w", 1)));
    for (const auto& [quantity, columns] :
         {std::pair{"post", &columns_.post}, {"target", &columns_.target}, {"choice", &columns_.choice}}) {
      const int cells = extent(quantity, 0);
      if (cells == 0) continue;
      if (cells > out_.n) missing(weights ? fmt::format("w[{}][1]", cells) : fmt::format("post[{}]", cells));
      for (int i = 1; i <= out_.n; ++i) columns->push_back(place(quantity, {i}));
    }
    for (const auto& [name, k] : place_) {
      const auto& [quantity, index] = name;
      const std::vector<std::string> known = {"time", "pre", "post", "w", "target", "choice"};
      if (std::find(known.begin(), known.end(), quantity) != known.end() || columns_.others.contains(quantity)) continue;
      std::vector<std::size_t>& columns = columns_.others[quantity];
      const bool alone = index.empty();
      const int width = alone ? 1 : extent(quantity, 0);
      for (int i = 1; i <= width; ++i) columns.push_back(alone ? k : place(quantity, {i}));
      if (alone && extent(quantity, 0) > 0)
        throw InputError(fmt::format("{}: line 1: {} is there with an index and without", path_, quantity));
      out_.others[quantity].width = width;
    }
    if (place_.contains({"time", {}})) columns_.time.push_back(place("time", {}));
  }

  // The largest index that a column of the quantity has.
  int extent(const std::string& quantity, std::size_t which) const {
    int most = 0;
    for (const auto& [name, k] : place_) {
      if (name.first == quantity && name.second.size() > which) most = std::max(most, name.second[which]);
    }
    return most;
  }
  std::size_t place(const std::string& quantity, const std::vector<int>& index) const {
    const auto at = place_.find({quantity, index});
    if (at != place_.end()) return at->second;
    std::string text = quantity;
    for (int i : index) text += fmt::format("[{}]", i);
    missing(text);
  }
  [[noreturn]] void missing(const std::string& column) const {
    throw InputError(fmt::format("{}: line 1: the column {} is missing\n  hint: {}", path_, column, columns_hint));
  }

  void row(const Line& line) {
    if (line.cells.size() != lines_[0].cells.size())
      throw InputError(fmt::format("{}: line {}: expected {} cells, as the first line has, found {}", path_, line.number,
                                   lines_[0].cells.size(), line.cells.size()));
    const std::size_t t = line.number - 2;
    const double now = columns_.time.empty() ? static_cast<double>(t) : number(line, columns_.time[0]);
    if (!out_.time.empty() && !(now > out_.time.back()))
      throw InputError(fmt::format("{}: line {}, column time: {} is not after the time before it, {}", path_, line.number,
                                   now, out_.time.back()));
    out_.time.push_back(now);
    for (std::size_t k : columns_.pre) out_.pre.push_back(number(line, k));
    for (std::size_t k : columns_.target) out_.target.push_back(number(line, k));
    for (std::size_t k : columns_.post) add(line, k, out_.post, out_.post_seen);
    for (std::size_t k : columns_.choice) {
      add(line, k, out_.choice, out_.choice_seen);
      if (out_.choice.back() != 0 && out_.choice.back() != 1)
        throw InputError(fmt::format("{}: line {}, column {}: expected a choice, 0 or 1, found {}", path_, line.number,
                                     lines_[0].cells[k], out_.choice.back()));
    }
    for (const auto& [name, columns] : columns_.others) {
      for (std::size_t k : columns) out_.others[name].values.push_back(number(line, k));
    }
    for (std::size_t k : columns_.w) add(line, k, out_.w, out_.w_seen);
    if (columns_.w.empty()) {
      const std::size_t synapses = static_cast<std::size_t>(out_.n) * static_cast<std::size_t>(out_.m);
      out_.w.resize(out_.w.size() + synapses, 0);
      out_.w_seen.resize(out_.w.size(), 0);
    }
  }

  void add(const Line& line, std::size_t column, std::vector<double>& values, std::vector<char>& seen) const {
    const bool there = !line.cells[column].empty();
    seen.push_back(there);
    values.push_back(there ? number(line, column) : 0);
  }

  double number(const Line& line, std::size_t column) const {
    const std::string& text = line.cells[column];
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    const bool whole = !text.empty() && *end == '\0' && std::isspace(static_cast<unsigned char>(text[0])) == 0;
    if (!whole || !std::isfinite(value))
      throw InputError(fmt::format(
          "{}: line {}, column {}: expected a number, found {}\n  hint: {}", path_, line.number, lines_[0].cells[column],
          text.empty() ? "nothing" : fmt::format("\"{}\"", text.substr(0, 40)),
          "cells of w, post and choice columns may be empty where nothing was recorded, others hold a finite number"));
    return value;
  }

  const std::string& path_;
  std::vector<Line> lines_;
  std::map<std::pair<std::string, std::vector<int>>, std::size_t> place_;
  struct {
    std::vector<std::size_t> time, pre, post, w, target, choice;
    std::map<std::string, std::vector<std::size_t>> others;
  } columns_;
  LayerRecording out_;
};

// --- NumPy ---

class NumpyReader {
 public:
  explicit NumpyReader(const std::string& path) : path_(path), arrays_(path) {}

  LayerRecording read() {
    const std::vector<std::string> known = {"pre",    "post",      "w",      "time",
                                            "target", "post_seen", "w_seen", "choice", "choice_seen"};
    LayerRecording out;
    out.name = path_;
    const NumpyArray pre = needed("pre", 2);
    const std::optional<NumpyArray> w = optional("w", 3);
    const std::optional<NumpyArray> post = optional("post", 2);
    const std::optional<NumpyArray> choice = optional("choice", 2);
    if (!w && !post && !choice)
      throw InputError(fmt::format("{}: expected at least one of the arrays w, post and choice, found none", path_));
    out.steps = size_of("pre", pre.shape[0]);
    out.m = size_of("pre", pre.shape[1]);
    // Weights that nobody saw are of the cells that somebody did.
    const std::uint64_t cells = w ? w->shape[1] : post ? post->shape[1] : choice->shape[1];
    out.n = size_of(w ? "w" : post ? "post" : "choice", cells);
    steps_ = pre.shape[0];
    if (out.steps < 2) throw InputError(fmt::format("{}: pre: expected at least 2 times, found {}", path_, out.steps));
    const std::vector<std::uint64_t> of_w = {steps_, cells, pre.shape[1]};
    const std::vector<std::uint64_t> of_post = {steps_, cells};
    out.pre = finite("pre", pre, {});
    // Before memory is taken for weights that nobody saw.
    if (post) same_shape("post", *post, of_post);
    if (choice) same_shape("choice", *choice, of_post);
    if (w) {
      same_shape("w", *w, of_w);
      out.w_seen = seen("w_seen", of_w, w->values.size());
      out.w = finite("w", *w, out.w_seen);
    } else {
      constexpr double most = 1e8;  // 800 MB
      if (static_cast<double>(of_w[0]) * static_cast<double>(of_w[1]) * static_cast<double>(of_w[2]) > most)
        throw InputError(fmt::format("{}: {} times of {} x {} weights that were not recorded are more than {:.0e}", path_,
                                     of_w[0], of_w[1], of_w[2], most));
      out.w.assign(of_w[0] * of_w[1] * of_w[2], 0);
      out.w_seen.assign(out.w.size(), 0);
    }
    if (post) {
      out.post_seen = seen("post_seen", of_post, post->values.size());
      out.post = finite("post", *post, out.post_seen);
    }
    if (const std::optional<NumpyArray> target = arrays_.read("target")) {
      same_shape("target", *target, of_post);
      out.target = finite("target", *target, {});
    }
    if (choice) {
      out.choice_seen = seen("choice_seen", of_post, choice->values.size());
      out.choice = finite("choice", *choice, out.choice_seen);
      for (std::size_t k = 0; k < out.choice.size(); ++k) {
        if (out.choice[k] != 0 && out.choice[k] != 1)
          throw InputError(fmt::format("{}: choice[{}]: expected a choice, 0 or 1, found {}", path_, place(k, of_post),
                                       out.choice[k]));
      }
    }
    for (const std::string& name : arrays_.names()) {
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      if (!is_signal_name(name))
        throw InputError(fmt::format("{}: unknown array {}\n  hint: arrays are {}, and signals by a name of letters, "
                                     "digits and _",
                                     path_, name, fmt::join(known, ", ")));
      const NumpyArray array = *arrays_.read(name);
      const bool fits = (array.shape.size() == 1 || array.shape.size() == 2) && array.shape[0] == steps_;
      if (!fits)
        throw InputError(fmt::format("{}: {}: expected the shape ({}) or ({}, cells) of a signal, found ({})\n  hint: "
                                     "arrays are {}, and signals",
                                     path_, name, steps_, steps_, fmt::join(array.shape, ", "), fmt::join(known, ", ")));
      out.others[name] = {array.shape.size() == 1 ? 1 : size_of(name, array.shape[1]), finite(name, array, {})};
    }
    if (const std::optional<NumpyArray> time = arrays_.read("time")) {
      same_shape("time", *time, {steps_});
      out.time = finite("time", *time, {});
      for (std::size_t t = 1; t < out.time.size(); ++t) {
        if (!(out.time[t] > out.time[t - 1]))
          throw InputError(fmt::format("{}: time[{}]: {} is not after the time before it, {}", path_, t, out.time[t],
                                       out.time[t - 1]));
      }
    } else {
      for (int t = 0; t < out.steps; ++t) out.time.push_back(t);
    }
    return out;
  }

 private:
  NumpyArray needed(const std::string& name, std::size_t dimensions) const {
    std::optional<NumpyArray> array = optional(name, dimensions);
    if (!array) throw InputError(fmt::format("{}: the array {} is missing", path_, name));
    return std::move(*array);
  }
  std::optional<NumpyArray> optional(const std::string& name, std::size_t dimensions) const {
    std::optional<NumpyArray> array = arrays_.read(name);
    if (array && array->shape.size() != dimensions)
      throw InputError(fmt::format("{}: {}: expected {} dimensions ({}), found {}", path_, name, dimensions,
                                   name == "pre"      ? "time, cell before"
                                   : dimensions == 2 ? "time, cell after"
                                                     : "time, cell after, cell before",
                                   array->shape.size()));
    return array;
  }
  int size_of(const std::string& name, std::uint64_t size) const {
    if (size < 1 || size > 10000000)
      throw InputError(fmt::format("{}: {}: expected sizes from 1 to 10000000, found {}", path_, name, size));
    return static_cast<int>(size);
  }
  void same_shape(const std::string& name, const NumpyArray& array, const std::vector<std::uint64_t>& expected) const {
    if (array.shape != expected)
      throw InputError(fmt::format("{}: {}: expected the shape ({}), found ({})", path_, name, fmt::join(expected, ", "),
                                   fmt::join(array.shape, ", ")));
  }
  std::vector<char> seen(const std::string& name, const std::vector<std::uint64_t>& shape, std::size_t count) const {
    const std::optional<NumpyArray> array = arrays_.read(name);
    if (!array) return std::vector<char>(count, 1);
    same_shape(name, *array, shape);
    std::vector<char> out;
    for (double x : array->values) out.push_back(x != 0);
    return out;
  }
  static std::string place(std::size_t k, const std::vector<std::uint64_t>& shape) {
    std::string out;
    for (std::size_t d = shape.size(); d-- > 0;) {
      out = fmt::format("{}{}{}", k % shape[d], out.empty() ? "" : ", ", out);
      k /= shape[d];
    }
    return out;
  }
  // The numbers, 0 where nothing was seen.
  std::vector<double> finite(const std::string& name, const NumpyArray& array, const std::vector<char>& seen) const {
    std::vector<double> out = array.values;
    for (std::size_t k = 0; k < out.size(); ++k) {
      if (!seen.empty() && seen[k] == 0) {
        out[k] = 0;
      } else if (!std::isfinite(out[k])) {
        throw InputError(fmt::format(
            "{}: {}[{}]: expected a finite number, found {}\n  hint: w_seen and post_seen, arrays of 0 and 1, say where "
            "nothing was recorded",
            path_, name, place(k, array.shape), out[k]));
      }
    }
    return out;
  }

  const std::string& path_;
  NumpyArrays arrays_;
  std::uint64_t steps_ = 0;
};

}  // namespace

LayerRecording read_layer_recording(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status))
    throw InputError(fmt::format("{}: no such recording\n  hint: --recording takes a .csv file, a .npz file or a folder "
                                 "of .npy files",
                                 path));
  const std::string extension = fs::path(path).extension().string();
  if (fs::is_directory(status) || (fs::is_regular_file(status) && extension == ".npz")) return NumpyReader(path).read();
  if (fs::is_regular_file(status) && extension == ".csv") return CsvReader(path).read();
  throw InputError(fmt::format(
      "{}: expected a recording, a file named .csv or .npz or a folder of .npy files, found {}", path,
      fs::is_regular_file(status) ? "another name" : "no file"));
}

}  // namespace rule_search
