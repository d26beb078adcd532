#include "data/recording_csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/csv_lines.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "data/recording_checks.hpp"

namespace rule_search {

namespace {

constexpr const char* columns_hint =
    "columns are time, pre[1] ... pre[m], post[1] ... post[n], w[1][1] ... w[n][m] (postsynaptic neuron, presynaptic "
    "neuron), "
    "choice[1] ... choice[n], target[1] ... target[n], standard errors w_se[1][1] and post_se[1], and signals, as "
    "reward";

// "w[2][13]" is w at 2, 13.
struct ColumnName {
  std::string quantity;
  std::vector<int> index;

  // NOLINTNEXTLINE(modernize-use-nullptr): what the compiler makes of it compares with 0
  auto operator<=>(const ColumnName&) const = default;
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
  const RecordedQuantity* const known = quantity_named(out.quantity);
  const bool fits =
      known != nullptr ? known->indices == out.index.size() : out.index.size() <= 1 && is_signal_name(out.quantity);
  if (!fits) return std::nullopt;
  return out;
}

// "w_1_2", "w12" or "pre_3" as the language of columns has it; empty where a name is no such thing.
std::string meant_by(const std::string& name) {
  const std::size_t digits = name.find_first_of("0123456789");
  if (digits == std::string::npos || name.find_first_not_of("0123456789_", digits) != std::string::npos) return "";
  std::string quantity = name.substr(0, digits);
  while (!quantity.empty() && quantity.back() == '_') quantity.pop_back();
  const auto meant = quantity_meant_by(quantity);
  if (meant && (meant->surely || meant->quantity->indices == 2)) quantity = meant->quantity->name;
  const RecordedQuantity* const known = quantity_named(quantity);
  if (known == nullptr || known->indices == 0) return "";
  std::vector<std::string> indices;
  for (std::size_t at = digits; at < name.size();) {
    const std::size_t end = std::min(name.find('_', at), name.size());
    if (end > at) indices.push_back(name.substr(at, end - at));
    at = end + 1;
  }
  // "w12" is read as 1, 2.
  if (indices.size() == 1 && known->indices == 2 && indices[0].size() == 2)
    indices = {indices[0].substr(0, 1), indices[0].substr(1)};
  if (indices.size() != known->indices) return quantity + (known->indices == 2 ? "[1][1]" : "[1]");
  return fmt::format("{}[{}]", quantity, fmt::join(indices, "]["));
}

// "Post[1]" as "post[1]"; nothing where the name is no other word for a quantity.
std::optional<std::string> respelt(const std::string& text) {
  const std::size_t bracket = std::min(text.find('['), text.size());
  const auto meant = quantity_meant_by(text.substr(0, bracket));
  if (!meant) return std::nullopt;
  const std::string indices = meant->quantity->indices == 2 ? "[1][1]" : meant->quantity->indices == 1 ? "[1]" : "";
  const std::string out = meant->quantity->name + (bracket < text.size() ? text.substr(bracket) : indices);
  return column_name(out) ? std::optional(out) : std::nullopt;
}

// Of a text that is no name of a column.
std::string hint_for_name(const std::string& text, bool alone) {
  if (alone && text.find_first_of(";\t") != std::string::npos)
    return "fields are separated by commas, and numbers have a decimal point";
  std::string from_one = text;
  for (std::size_t at = 0; (at = from_one.find("[0]", at)) != std::string::npos; at += 3) from_one[at + 1] = '1';
  if (from_one != text && column_name(from_one)) return "indices begin with 1, as in pre[1] and w[1][1]";
  if (const auto meant = respelt(text)) return fmt::format("did you mean {}? {}", *meant, columns_hint);
  return columns_hint;
}

// Which column holds what, by the first line.
class Columns {
 public:
  int n = 0, m = 0;
  std::vector<std::size_t> time, pre, post, w, target, choice, w_error,
      post_error;  // the last index fastest; empty where not recorded
  std::map<std::string, std::vector<std::size_t>> signals;

  Columns(const std::string& path, const CsvLine& header) : path_(path), header_(header) {
    for (std::size_t k = 0; k < header.cells.size(); ++k) add(k);
    refuse_other_spellings();
    m = largest_index("pre", 0);
    n = largest_index("w", 0);
    if (m == 0) missing("pre[1]");
    const bool weights = n > 0;
    // Weights that nobody saw are of the neurons of which something else was seen.
    if (!weights) n = std::max(largest_index("post", 0), largest_index("choice", 0));
    if (n == 0)
      throw InputError(fmt::format("{}: line {}: expected columns of w, post or choice, found none\n  hint: {}{}",
                                   path_, header_.number, asked_for_meant({"w", "post", "choice"}), columns_hint));
    for (int j = 1; j <= m; ++j) pre.push_back(place({"pre", {j}}));
    for (int i = 1; weights && i <= n; ++i) {
      for (int j = 1; j <= m; ++j) w.push_back(place({"w", {i, j}}));
    }
    if (largest_index("w", 1) > m) missing(fmt::format("pre[{}]", largest_index("w", 1)));
    for (const auto& [quantity, columns] : {std::pair{"post", &post}, {"target", &target}, {"choice", &choice}}) {
      const int neurons = largest_index(quantity, 0);
      if (neurons == 0) continue;
      if (neurons > n) missing(weights ? fmt::format("w[{}][1]", neurons) : fmt::format("post[{}]", neurons));
      for (int i = 1; i <= n; ++i) columns->push_back(place({quantity, {i}}));
    }
    if (largest_index("w_se", 0) > 0) {
      if (!weights) missing("w[1][1]");
      for (int i = 1; i <= n; ++i) {
        for (int j = 1; j <= m; ++j) w_error.push_back(place({"w_se", {i, j}}));
      }
    }
    if (largest_index("post_se", 0) > 0) {
      if (post.empty()) missing("post[1]");
      for (int i = 1; i <= n; ++i) post_error.push_back(place({"post_se", {i}}));
    }
    for (const auto& [name, k] : place_) {
      if (quantity_named(name.quantity) == nullptr && !signals.contains(name.quantity)) add_signal(name, k);
    }
    if (place_.contains({"time", {}})) time.push_back(place({"time", {}}));
  }

 private:
  void add(std::size_t k) {
    const std::string& text = header_.cells[k];
    const std::optional<ColumnName> name = column_name(text);
    if (const std::string meant = name ? meant_by(name->quantity) : ""; !meant.empty() && name->index.empty())
      throw InputError(fmt::format("{}: line {}, column {}: {} would be a signal of this name, expected {}\n  hint: {}",
                                   path_, header_.number, k + 1, in_quotes(text), meant, columns_hint));
    if (!name)
      throw InputError(fmt::format("{}: line {}, column {}: expected the name of a column, found {}\n  hint: {}", path_,
                                   header_.number, k + 1, in_quotes(text),
                                   hint_for_name(text, header_.cells.size() == 1)));
    if (const auto [at, fresh] = place_.try_emplace(*name, k); !fresh)
      throw InputError(
          fmt::format("{}: line {}, column {}: the column {} is there twice, the first time as column {}\n  hint: "
                      "take one of them out",
                      path_, header_.number, k + 1, text, at->second + 1));
  }

  // A quantity in capital letters would be a signal that nobody asks for, where it is not there in small ones as well.
  void refuse_other_spellings() const {
    for (std::size_t k = 0; k < header_.cells.size(); ++k) {
      const auto meant = quantity_meant_by(column_name(header_.cells[k])->quantity);
      if (!meant || !meant->surely || has(meant->quantity->name)) continue;
      if (const auto name = respelt(header_.cells[k]))
        throw InputError(
            fmt::format("{}: line {}, column {}: {} would be a signal of this name, expected {}\n  hint: {}", path_,
                        header_.number, k + 1, in_quotes(header_.cells[k]), *name, columns_hint));
    }
  }

  bool has(const std::string& quantity) const {
    return std::any_of(place_.begin(), place_.end(), [&](const auto& p) { return p.first.quantity == quantity; });
  }

  // "did you mean w[1][1] by weights? ", of a column that may be meant as one of these quantities; else "".
  std::string asked_for_meant(const std::vector<std::string>& quantities) const {
    for (const auto& [name, k] : place_) {
      const auto meant = quantity_meant_by(name.quantity);
      if (meant && std::find(quantities.begin(), quantities.end(), meant->quantity->name) != quantities.end())
        return fmt::format("did you mean {} by {}? ", meant->quantity->name, name.quantity);
    }
    return "";
  }

  void add_signal(const ColumnName& name, std::size_t k) {
    std::vector<std::size_t>& columns = signals[name.quantity];
    const int width = largest_index(name.quantity, 0);
    if (!name.index.empty()) {
      for (int i = 1; i <= width; ++i) columns.push_back(place({name.quantity, {i}}));
      return;
    }
    columns.push_back(k);
    if (width > 0)
      throw InputError(
          fmt::format("{}: line {}: {} is there with an index and without\n  hint: one number a time is {}, "
                      "several are {}[1], {}[2], ...",
                      path_, header_.number, name.quantity, name.quantity, name.quantity, name.quantity));
  }

  // That a column of the quantity has; 0 where there is none.
  int largest_index(const std::string& quantity, std::size_t which) const {
    int most = 0;
    for (const auto& [name, k] : place_) {
      if (name.quantity == quantity && name.index.size() > which) most = std::max(most, name.index[which]);
    }
    return most;
  }

  std::size_t place(const ColumnName& name) const {
    const auto at = place_.find(name);
    if (at != place_.end()) return at->second;
    std::string text = name.quantity;
    for (int i : name.index) text += fmt::format("[{}]", i);
    missing(text);
  }

  [[noreturn]] void missing(const std::string& column) const {
    throw InputError(fmt::format("{}: line {}: the column {} is missing\n  hint: {}{}", path_, header_.number, column,
                                 asked_for_meant({column.substr(0, column.find('['))}), columns_hint));
  }

  const std::string& path_;
  const CsvLine& header_;
  std::map<ColumnName, std::size_t> place_;
};

class CsvReader {
 public:
  CsvReader(const std::string& path, const std::vector<CsvLine>& lines)
      : path_(path), header_(lines[0]), columns_(path, header_) {
    out_.name = path;
    out_.steps = static_cast<int>(lines.size()) - 1;
    out_.n = columns_.n;
    out_.m = columns_.m;
    out_.timed = !columns_.time.empty();
    check_number_of_times(out_.steps, path, ", one a line below the names of columns");
    if (columns_.w.empty()) add_unseen_weights(out_);
    for (const auto& [name, columns] : columns_.signals) out_.others[name].width = static_cast<int>(columns.size());
    for (std::size_t t = 1; t < lines.size(); ++t) add(lines[t], t - 1);
  }

  LayerRecording take() { return std::move(out_); }

 private:
  void add(const CsvLine& line, std::size_t t) {
    check_width(line);
    const double now = columns_.time.empty() ? static_cast<double>(t) : number(line, columns_.time[0]);
    if (!out_.time.empty())
      check_time(now, out_.time.back(), "line",
                 [&] { return fmt::format("{}: line {}, column time", path_, line.number); });
    out_.time.push_back(now);
    for (std::size_t k : columns_.pre) out_.pre.push_back(number(line, k));
    for (std::size_t k : columns_.target) out_.target.push_back(number(line, k));
    for (std::size_t k : columns_.post) add(line, k, out_.post, out_.post_seen);
    for (std::size_t k : columns_.choice) {
      add(line, k, out_.choice, out_.choice_seen);
      check_choice(out_.choice.back(), [&] { return place(line, k); });
    }
    for (const auto& [name, columns] : columns_.signals) {
      for (std::size_t k : columns) out_.others[name].values.push_back(number(line, k));
    }
    for (std::size_t k : columns_.w) add(line, k, out_.w, out_.w_seen);
    add_errors(line, columns_.post_error, out_.post_seen, out_.post_error);
    add_errors(line, columns_.w_error, out_.w_seen, out_.w_error);
  }

  // Of the values of this line, which were read last.
  void add_errors(const CsvLine& line, const std::vector<std::size_t>& columns, const std::vector<char>& seen,
                  std::vector<double>& errors) const {
    for (std::size_t k : columns) {
      const bool there = seen[errors.size()] != 0;
      errors.push_back(there ? number(line, k) : 0);
      if (there) check_error(errors.back(), [&] { return place(line, k); });
    }
  }

  void add(const CsvLine& line, std::size_t column, std::vector<double>& values, std::vector<char>& seen) const {
    const bool there = !line.cells[column].empty();
    seen.push_back(there);
    values.push_back(there ? number(line, column) : 0);
  }

  void check_width(const CsvLine& line) const {
    const std::vector<std::string>& names = header_.cells;
    if (line.cells.size() == names.size()) return;
    const std::size_t least = std::min(line.cells.size(), names.size());
    throw InputError(fmt::format(
        "{}: line {}: expected {} fields, one a column, found {}\n  hint: {}", path_, line.number, names.size(),
        line.cells.size(),
        least < names.size() ? fmt::format("the first without a field is column {}; a field without a number is "
                                           "empty, but its comma is there",
                                           names[least])
                             : "a comma separates fields, and numbers have a decimal point"));
  }

  double number(const CsvLine& line, std::size_t column) const {
    const std::string& text = line.cells[column];
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    const bool whole = !text.empty() && *end == '\0' && std::isspace(static_cast<unsigned char>(text[0])) == 0 &&
                       text.find_first_of("xX") == std::string::npos;
    if (!whole || !std::isfinite(value))
      throw InputError(fmt::format(
          "{}: expected a number, found {}\n  hint: {}", place(line, column),
          text.empty() ? "nothing" : in_quotes(text),
          "fields of w, post and choice columns may be empty where nothing was recorded, others hold a finite number"));
    check_magnitude(value, [&] { return place(line, column); });
    return value;
  }

  std::string place(const CsvLine& line, std::size_t column) const {
    return fmt::format("{}: line {}, column {}", path_, line.number, header_.cells[column]);
  }

  const std::string& path_;
  const CsvLine& header_;
  Columns columns_;
  LayerRecording out_;
};

}  // namespace

LayerRecording read_csv_recording(const std::string& path) {
  const std::vector<CsvLine> lines = read_csv_lines(path);
  if (lines.empty()) throw InputError(fmt::format("{}: is empty\n  hint: {}", path, columns_hint));
  return CsvReader(path, lines).take();
}

}  // namespace rule_search
