#include "data/recording.hpp"

#include <csv.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <new>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/numpy.hpp"

namespace rule_search {

namespace {

namespace fs = std::filesystem;

constexpr const char* columns_hint =
    "columns are time, pre[1] ... pre[m], post[1] ... post[n], w[1][1] ... w[n][m] (cell after, cell before), "
    "choice[1] ... choice[n], target[1] ... target[n], and signals, as reward";

// Squares, and products of several quantities, must still be numbers.
constexpr double largest_number = 1e30;
constexpr const char* too_large_hint =
    "record it in another unit; where it only marks that nothing was recorded, say so by a gap";

// --- CSV ---

struct Line {
  std::vector<std::string> cells;
  std::size_t number = 0;  // in the file, from 1
};

// libcsv, told of every end of a line, so that empty ones count.
class CsvLines {
 public:
  explicit CsvLines(const std::string& path) : path_(path) {
    csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL);
  }
  ~CsvLines() { csv_free(&parser_); }
  CsvLines(const CsvLines&) = delete;
  CsvLines& operator=(const CsvLines&) = delete;

  void add(const char* text, std::size_t size) {
    if (csv_parse(&parser_, text, size, cell, end, this) != size) damaged();
  }
  /// All lines that are not empty.
  std::vector<Line> take() {
    if (csv_fini(&parser_, cell, end, this) != 0) damaged();
    return std::move(lines_);
  }

 private:
  static void cell(void* text, std::size_t size, void* to) {
    auto& r = *static_cast<CsvLines*>(to);
    r.line_.cells.emplace_back(static_cast<const char*>(text), size);
    const std::string& cell = r.line_.cells.back();
    for (std::size_t k = 0; k < cell.size(); ++k)
      r.breaks_within_ += cell[k] == '\n' || (cell[k] == '\r' && (k + 1 == cell.size() || cell[k + 1] != '\n'));
  }
  static void end(int with, void* to) {
    auto& r = *static_cast<CsvLines*>(to);
    const bool second_half = with == '\n' && r.ended_with_ == '\r' && r.line_.cells.empty();
    r.ended_with_ = with;
    if (second_half) return;
    r.line_.number = r.number_;
    r.number_ += 1 + r.breaks_within_;
    r.breaks_within_ = 0;
    const std::vector<std::string>& cells = r.line_.cells;
    if (!cells.empty()) r.lines_.push_back(std::move(r.line_));
    r.line_ = {};
  }
  [[noreturn]] void damaged() {
    if (csv_error(&parser_) == CSV_ENOMEM) throw std::bad_alloc();
    const bool quote = csv_error(&parser_) == CSV_EPARSE;
    throw InputError(fmt::format(
        "{}: line {}, column {}: expected comma-separated values, found {}{}", path_, number_, line_.cells.size() + 1,
        quote ? "a quotation mark that is not closed, or has something beside it" : csv_strerror(csv_error(&parser_)),
        quote ? "\n  hint: numbers need no quotation marks" : ""));
  }

  const std::string& path_;
  csv_parser parser_{};
  std::vector<Line> lines_;
  Line line_;
  std::size_t number_ = 1, breaks_within_ = 0;
  int ended_with_ = 0;
};

std::vector<Line> lines_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw InputError(fmt::format("{}: can't be opened\n  hint: check that it exists and its permissions", path));
  CsvLines lines(path);
  std::array<char, 1U << 16U> block{};
  for (bool first = true; in.read(block.data(), block.size()), in.gcount() > 0; first = false) {
    std::string_view text(block.data(), static_cast<std::size_t>(in.gcount()));
    if (text.find('\0') != std::string_view::npos || (first && text.starts_with("\x1F\x8B")))
      throw InputError(
          fmt::format("{}: expected comma-separated values, found bytes that are no text\n  hint: save it as "
                      "plain text in UTF-8, not compressed; NumPy's arrays are read from files named .npz",
                      path));
    // Spreadsheets put a byte order mark before UTF-8.
    if (first && text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    lines.add(text.data(), text.size());
  }
  return lines.take();
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
      throw InputError(fmt::format("{}: expected at least 2 times, one a line below the names of columns, found {}",
                                   path_, out_.steps));
    for (std::size_t t = 1; t < lines_.size(); ++t) row(lines_[t], t - 1);
    return std::move(out_);
  }

 private:
  void header() {
    const std::vector<std::string>& names = lines_[0].cells;
    for (std::size_t k = 0; k < names.size(); ++k) {
      const std::optional<ColumnName> name = column_name(names[k]);
      if (!name) {
        const bool separated = names.size() == 1 && names[0].find_first_of(";\t") != std::string::npos;
        throw InputError(
            fmt::format("{}: line {}, column {}: expected the name of a column, found {}\n  hint: {}", path_,
                        lines_[0].number, k + 1, in_quotes(names[k]),
                        separated ? "cells are separated by commas, and numbers have a decimal point" : columns_hint));
      }
      if (const auto [at, fresh] = place_.try_emplace({name->quantity, name->index}, k); !fresh)
        throw InputError(
            fmt::format("{}: line {}, column {}: the column {} is there twice, the first time as column {}\n  hint: "
                        "take one of them out",
                        path_, lines_[0].number, k + 1, names[k], at->second + 1));
    }
    out_.m = extent("pre", 0);
    out_.n = extent("w", 0);
    if (out_.m == 0) missing("pre[1]");
    const bool weights = out_.n > 0;
    // Weights that nobody saw are of the cells that somebody did.
    if (!weights) out_.n = std::max(extent("post", 0), extent("choice", 0));
    if (out_.n == 0)
      throw InputError(fmt::format("{}: line {}: expected columns of w, post or choice, found none\n  hint: {}", path_,
                                   lines_[0].number, columns_hint));
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
      if (std::find(known.begin(), known.end(), quantity) != known.end() || columns_.others.contains(quantity))
        continue;
      std::vector<std::size_t>& columns = columns_.others[quantity];
      const bool alone = index.empty();
      const int width = alone ? 1 : extent(quantity, 0);
      for (int i = 1; i <= width; ++i) columns.push_back(alone ? k : place(quantity, {i}));
      if (alone && extent(quantity, 0) > 0)
        throw InputError(
            fmt::format("{}: line {}: {} is there with an index and without\n  hint: one number a time is {}, "
                        "several are {}[1], {}[2], ...",
                        path_, lines_[0].number, quantity, quantity, quantity, quantity));
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
    throw InputError(fmt::format("{}: line {}: the column {} is missing\n  hint: {}", path_, lines_[0].number, column,
                                 columns_hint));
  }

  void row(const Line& line, std::size_t t) {
    const std::vector<std::string>& names = lines_[0].cells;
    if (line.cells.size() != names.size()) {
      const std::size_t most = std::min(line.cells.size(), names.size());
      throw InputError(fmt::format(
          "{}: line {}: expected {} cells, one a column, found {}\n  hint: {}", path_, line.number, names.size(),
          line.cells.size(),
          most < names.size() ? fmt::format("the first without a cell is column {}; a cell without a number is "
                                            "empty, but its comma is there",
                                            names[most])
                              : "a comma separates cells, and numbers have a decimal point"));
    }
    const double now = columns_.time.empty() ? static_cast<double>(t) : number(line, columns_.time[0]);
    if (!out_.time.empty() && !(now > out_.time.back()))
      throw InputError(
          fmt::format("{}: line {}, column time: {} is not after the time before it, {}\n  hint: a line a time, "
                      "in their order; recordings that follow each other are files of their own",
                      path_, line.number, now, out_.time.back()));
    out_.time.push_back(now);
    for (std::size_t k : columns_.pre) out_.pre.push_back(number(line, k));
    for (std::size_t k : columns_.target) out_.target.push_back(number(line, k));
    for (std::size_t k : columns_.post) add(line, k, out_.post, out_.post_seen);
    for (std::size_t k : columns_.choice) {
      add(line, k, out_.choice, out_.choice_seen);
      if (out_.choice.back() != 0 && out_.choice.back() != 1)
        throw InputError(fmt::format(
            "{}: line {}, column {}: expected a choice, 0 or 1, found {}\n  hint: probabilities and rates are "
            "post",
            path_, line.number, lines_[0].cells[k], out_.choice.back()));
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
    const bool whole = !text.empty() && *end == '\0' && std::isspace(static_cast<unsigned char>(text[0])) == 0 &&
                       text.find_first_of("xX") == std::string::npos;
    if (!whole || !std::isfinite(value))
      throw InputError(fmt::format(
          "{}: line {}, column {}: expected a number, found {}\n  hint: {}", path_, line.number,
          lines_[0].cells[column], text.empty() ? "nothing" : in_quotes(text),
          "cells of w, post and choice columns may be empty where nothing was recorded, others hold a finite number"));
    if (std::abs(value) > largest_number)
      throw InputError(fmt::format("{}: line {}, column {}: expected a number of at most {:.0e}, found {}\n  hint: {}",
                                   path_, line.number, lines_[0].cells[column], largest_number, value, too_large_hint));
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

constexpr const char* arrays_hint =
    "arrays are pre (time x cell before), w (time x cell after x cell before), post, choice and target (time x cell "
    "after), "
    "time, w_seen, post_seen, choice_seen, and signals";

class NumpyReader {
 public:
  explicit NumpyReader(const std::string& path) : path_(path), arrays_(path) {}

  LayerRecording read() {
    const std::vector<std::string> known = {"pre",       "post",   "w",      "time",       "target",
                                            "post_seen", "w_seen", "choice", "choice_seen"};
    LayerRecording out;
    out.name = path_;
    const NumpyArray pre = needed("pre", 2);
    const std::optional<NumpyArray> w = optional("w", 3);
    const std::optional<NumpyArray> post = optional("post", 2);
    const std::optional<NumpyArray> choice = optional("choice", 2);
    if (!w && !post && !choice)
      throw InputError(fmt::format("{}: expected at least one of the arrays w, post and choice, found {}\n  hint: {}",
                                   path_, found(), arrays_hint));
    for (const char* of : {"w", "post", "choice"}) {
      const std::string seen = fmt::format("{}_seen", of);
      if (arrays_.has(seen) && !arrays_.has(of))
        throw InputError(
            fmt::format("{}: has {}, but no {} that it could tell of\n  hint: {}", path_, seen, of, arrays_hint));
    }
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
        throw InputError(fmt::format("{}: {} times of {} x {} weights that were not recorded are more than {:.0e}",
                                     path_, of_w[0], of_w[1], of_w[2], most));
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
          throw InputError(
              fmt::format("{}: choice[{}]: expected a choice, 0 or 1, found {}\n  hint: probabilities and rates "
                          "are post",
                          path_, place(k, of_post), out.choice[k]));
      }
    }
    for (const std::string& name : arrays_.names()) {
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      if (!is_signal_name(name))
        throw InputError(
            fmt::format("{}: unknown array {}\n  hint: arrays are {}, and signals by a name of letters, "
                        "digits and _",
                        path_, in_quotes(name), fmt::join(known, ", ")));
      const NumpyArray array = signal(name);
      const bool fits = (array.shape.size() == 1 || array.shape.size() == 2) && array.shape[0] == steps_;
      if (!fits)
        throw InputError(
            fmt::format("{}: {}: expected the shape ({}) or ({}, cells) of a signal, found ({})\n  hint: "
                        "arrays are {}; every other one is taken for a signal, so leave out what is none",
                        path_, name, steps_, steps_, fmt::join(array.shape, ", "), fmt::join(known, ", ")));
      out.others[name] = {array.shape.size() == 1 ? 1 : size_of(name, array.shape[1]), finite(name, array, {})};
    }
    if (const std::optional<NumpyArray> time = arrays_.read("time")) {
      same_shape("time", *time, {steps_});
      out.time = finite("time", *time, {});
      for (std::size_t t = 1; t < out.time.size(); ++t) {
        if (!(out.time[t] > out.time[t - 1]))
          throw InputError(
              fmt::format("{}: time[{}]: {} is not after the time before it, {}\n  hint: a row a time, in their "
                          "order; recordings that follow each other are files of their own",
                          path_, t, out.time[t], out.time[t - 1]));
      }
    } else {
      for (int t = 0; t < out.steps; ++t) out.time.push_back(t);
    }
    return out;
  }

 private:
  std::string found() const {
    constexpr std::size_t most = 20;
    std::vector<std::string> names = arrays_.names();
    const std::size_t all = names.size();
    names.resize(std::min(all, most));
    return all == 0 ? "none"
                    : shown_as_text(fmt::format("{}", fmt::join(names, ", "))) +
                          (all > most ? fmt::format(" and {} more", all - most) : "");
  }
  // An array of another type may be a note.
  NumpyArray signal(const std::string& name) const {
    try {
      if (std::optional<NumpyArray> array = arrays_.read(name)) return std::move(*array);
    } catch (const InputError& e) {
      throw InputError(
          fmt::format("{}; every array beside those with names of their own is taken for a signal, so leave out "
                      "what is none",
                      e.what()));
    }
    throw InputError(fmt::format("{}: {} can't be read any more", path_, name));
  }
  NumpyArray needed(const std::string& name, std::size_t dimensions) const {
    std::optional<NumpyArray> array = optional(name, dimensions);
    if (!array)
      throw InputError(
          fmt::format("{}: the array {} is missing; there are {}\n  hint: {}", path_, name, found(), arrays_hint));
    return std::move(*array);
  }
  std::optional<NumpyArray> optional(const std::string& name, std::size_t dimensions) const {
    std::optional<NumpyArray> array = arrays_.read(name);
    if (array && array->shape.size() != dimensions)
      throw InputError(fmt::format("{}: {}: expected {} dimensions ({}), found {}", path_, name, dimensions,
                                   name == "pre"     ? "time, cell before"
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
      throw InputError(fmt::format("{}: {}: expected the shape ({}), found ({})", path_, name,
                                   fmt::join(expected, ", "), fmt::join(array.shape, ", ")));
  }
  std::vector<char> seen(const std::string& name, const std::vector<std::uint64_t>& shape, std::size_t count) const {
    const std::optional<NumpyArray> array = arrays_.read(name);
    if (!array) return std::vector<char>(count, 1);
    same_shape(name, *array, shape);
    std::vector<char> out;
    for (std::size_t k = 0; k < array->values.size(); ++k) {
      const double x = array->values[k];
      if (std::isnan(x))
        throw InputError(
            fmt::format("{}: {}[{}]: expected 0 (not recorded) or 1, found {}\n  hint: numpy.isfinite(values) "
                        "is such an array where gaps are NaN",
                        path_, name, place(k, shape), x));
      out.push_back(x != 0);
    }
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
        const bool may_be_missing = name == "w" || name == "post" || name == "choice";
        throw InputError(fmt::format(
            "{}: {}[{}]: expected a finite number, found {}\n  hint: {}", path_, name, place(k, array.shape), out[k],
            may_be_missing
                ? fmt::format("{}_seen, an array of 0 and 1 of the same shape, says where nothing was recorded", name)
                : "of w, post and choice some may be missing, but not of this"));
      } else if (std::abs(out[k]) > largest_number) {
        throw InputError(fmt::format("{}: {}[{}]: expected a number of at most {:.0e}, found {}\n  hint: {}", path_,
                                     name, place(k, array.shape), largest_number, out[k], too_large_hint));
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
    throw InputError(
        fmt::format("{}: no such recording\n  hint: --recording takes a .csv file, a .npz file or a folder "
                    "of .npy files",
                    path));
  const std::string extension = fs::path(path).extension().string();
  if (fs::is_directory(status) || (fs::is_regular_file(status) && extension == ".npz")) return NumpyReader(path).read();
  if (fs::is_regular_file(status) && extension == ".csv") return CsvReader(path).read();
  throw InputError(
      fmt::format("{}: expected a recording, a file named .csv or .npz or a folder of .npy files, found {}{}", path,
                  fs::is_regular_file(status) ? "another name" : "no file",
                  extension == ".npy" ? "\n  hint: give the folder, which holds pre.npy and the others" : ""));
}

}  // namespace rule_search
