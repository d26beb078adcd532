#include "data/protocol.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <sstream>
#include <utility>

#include "base/csv_lines.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace rule_search {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_spikes = 1'000'000;  // of a protocol
constexpr double longest = 1e7;                 // s; months

enum class Unit { none, time, rate, share };

struct ColumnKind {
  const char* name;
  Unit unit;
  std::vector<const char*> other_names;  // that people write
};

// The one list of columns.
const std::vector<ColumnKind>& column_kinds() {
  static const std::vector<ColumnKind> kinds = {
      {"name", Unit::none, {"protocol", "label"}},
      {"delay", Unit::time, {"dt", "delta_t", "timing", "interval", "lag"}},
      {"frequency", Unit::rate, {"rate", "freq", "rho"}},
      {"pairings", Unit::none, {"repeats", "repetitions", "pairs", "n_pairings"}},
      {"pre", Unit::time, {"pre_times", "pre_spikes", "t_pre"}},
      {"post", Unit::time, {"post_times", "post_spikes", "t_post"}},
      {"pre_file", Unit::time, {}},
      {"post_file", Unit::time, {}},
      {"change", Unit::share, {"dw", "delta_w", "plasticity", "weight_change"}},
      {"ratio", Unit::share, {"normalised", "normalized", "after_over_before"}},
      {"error", Unit::share, {"se", "sem", "standard_error", "change_se", "change_sem"}},
      {"cells", Unit::none, {"n", "n_cells", "number_of_cells"}},
      {"weight", Unit::none, {"initial_weight", "w", "w0"}},
      {"after", Unit::time, {"wait", "measured_after"}},
  };
  return kinds;
}

constexpr const char* columns_hint =
    "columns are name, delay [ms] (postsynaptic minus presynaptic spike), frequency [Hz], pairings, change [%] (or "
    "ratio [%]), "
    "error [%] (standard error), cells; in place of delay also pre [ms] and post [ms], spike times of one repetition "
    "with "
    "blanks between them; further ones are after [s], weight, pre_file and post_file. Leave out all others, or begin "
    "the name with #";

struct UnitName {
  const char* name;
  Unit of;
  double factor;  // to s, Hz, fractions
};
constexpr std::array<UnitName, 10> unit_names = {{{"s", Unit::time, 1},
                                                  {"ms", Unit::time, 1e-3},
                                                  {"us", Unit::time, 1e-6},
                                                  {"\xC2\xB5s", Unit::time, 1e-6},
                                                  {"min", Unit::time, 60},
                                                  {"Hz", Unit::rate, 1},
                                                  {"1/s", Unit::rate, 1},
                                                  {"kHz", Unit::rate, 1e3},
                                                  {"%", Unit::share, 0.01},
                                                  {"1", Unit::share, 1}}};

const char* example_of(Unit unit) { return unit == Unit::time ? "ms" : unit == Unit::rate ? "Hz" : "%"; }

std::string trimmed(std::string_view text) {
  const char* const blanks = " \t\r\n";
  const std::size_t from = text.find_first_not_of(blanks);
  if (from == std::string_view::npos) return "";
  return std::string(text.substr(from, text.find_last_not_of(blanks) - from + 1));
}

struct Column {
  const ColumnKind* kind = nullptr;
  std::size_t at = 0;
  std::string shown;  // as the file has it
  std::string unit;   // empty where it has none
  double factor = 1;
};

/// A table while it is read.
class Table {
 public:
  explicit Table(std::string path) : path_(std::move(path)) {
    lines_ = read_csv_lines(path_, Comments::left_out);
    std::erase_if(lines_, [](const CsvLine& l) {
      return std::all_of(l.cells.begin(), l.cells.end(), [](const std::string& c) { return trimmed(c).empty(); }) ||
             trimmed(l.cells[0]).starts_with('#');
    });
    if (lines_.empty())
      throw InputError(
          fmt::format("{}: expected a line with the names of columns, found nothing\n  hint: {}", path_, columns_hint));
    read_head();
  }

  std::vector<Protocol> read() const {
    std::vector<Protocol> out;
    for (std::size_t k = 1; k < lines_.size(); ++k) out.push_back(Row(*this, lines_[k]).protocol());
    if (out.empty())
      throw InputError(fmt::format("{}: expected a protocol in every line after the first, found none", path_));
    refuse_percent_as_fractions(out);
    return out;
  }

 private:
  void read_head() {
    const CsvLine& head = lines_[0];
    if (head.cells.size() == 1 && head.cells[0].find_first_of(";\t") != std::string::npos)
      throw InputError(
          fmt::format("{}: line {}: expected cells with commas between them, found {}\n  hint: save the sheet as "
                      "comma-separated values, with a decimal point in numbers",
                      path_, head.number, in_quotes(head.cells[0])));
    for (std::size_t at = 0; at < head.cells.size(); ++at) {
      const std::string shown = trimmed(head.cells[at]);
      if (shown.empty() || shown[0] == '#') continue;  // spreadsheets leave empty columns behind
      Column column = column_of(shown, head.number);
      column.at = at;
      const auto [before, fresh] = columns_.emplace(column.kind->name, column);
      if (!fresh)
        throw InputError(
            fmt::format("{}: line {}: expected one column {}, found two, `{}` and `{}`\n  hint: leave one out", path_,
                        head.number, column.kind->name, before->second.shown, shown));
    }
    const auto need = [&](bool there, const std::string& what, const std::string& hint) {
      if (!there)
        throw InputError(fmt::format("{}: line {}: expected a column {}, found {}\n  hint: {}", path_, head.number,
                                     what, names(), hint));
    };
    need(has("change") || has("ratio"), "`change [%]`, the change of the synapse in percent of what it was",
         "a ratio of after and before is a column `ratio [%]` (or `ratio`, as a fraction)");
    if (has("change") && has("ratio"))
      throw InputError(fmt::format("{}: line {}: expected `{}` or `{}`, found both\n  hint: leave one out", path_,
                                   head.number, columns_.at("change").shown, columns_.at("ratio").shown));
    need(has("error"), "`error [%]`, the standard error of the change",
         "the standard error is the standard deviation over cells divided by the root of their number; protocols count "
         "by it. Where none was published give all the same: they count alike then, and chi squared says nothing");
    need(has("delay") || has("pre") || has("post") || has("pre_file") || has("post_file"),
         "that says when neurons spiked", columns_hint);
    const Column& change = columns_.at(has("change") ? "change" : "ratio");
    const Column& error = columns_.at("error");
    if (change.unit.empty() != error.unit.empty())
      throw InputError(fmt::format(
          "{}: line {}: expected a unit of both `{}` and `{}`, or of none, found {} without one\n  hint: write `{} "
          "[{}]`; "
          "a fraction is [1]",
          path_, head.number, change.shown, error.shown, change.unit.empty() ? change.shown : error.shown,
          change.unit.empty() ? change.shown : error.shown, change.unit.empty() ? error.unit : change.unit));
  }

  // "Delay (ms)" is the column delay, in ms.
  Column column_of(const std::string& shown, std::size_t line) const {
    Column out;
    out.shown = shown;
    std::string name = shown;
    const std::size_t open = name.find_first_of("[(");
    if (open != std::string::npos) {
      const std::size_t close = name.find(name[open] == '[' ? ']' : ')', open);
      if (close == std::string::npos || close + 1 != name.size())
        throw InputError(
            fmt::format("{}: line {}: expected a name and its unit in brackets, found {}\n  hint: as in "
                        "`delay [ms]`",
                        path_, line, in_quotes(shown)));
      out.unit = trimmed(name.substr(open + 1, close - open - 1));
      name = trimmed(name.substr(0, open));
    }
    for (char& c : name)
      c = c == ' ' || c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    std::vector<std::string> known;
    for (const ColumnKind& kind : column_kinds()) {
      known.emplace_back(kind.name);
      const auto is = [&](const char* other) { return name == other; };
      if (name == kind.name || std::any_of(kind.other_names.begin(), kind.other_names.end(), is)) out.kind = &kind;
    }
    if (out.kind == nullptr) {
      const std::string near = nearest_name(name, known);
      throw InputError(
          fmt::format("{}: line {}: expected a name of a column, found {}\n  hint: {}{}", path_, line, in_quotes(shown),
                      name == "sd" || name == "std"
                          ? "the standard error is the standard deviation divided by the root of the number of cells; "
                      : near.empty() ? ""
                                     : fmt::format("did you mean {}? ", near),
                      columns_hint));
    }
    set_unit(out, line);
    return out;
  }

  void set_unit(Column& c, std::size_t line) const {
    if (c.unit.empty() && (c.kind->unit == Unit::none || c.kind->unit == Unit::share)) return;
    for (const UnitName& u : unit_names) {
      if (c.unit != u.name || u.of != c.kind->unit) continue;
      c.factor = u.factor;
      return;
    }
    std::vector<std::string> possible;
    for (const UnitName& u : unit_names) {
      if (u.of == c.kind->unit) possible.emplace_back(u.name);
    }
    if (possible.empty())
      throw InputError(fmt::format("{}: line {}: expected no unit of {}, found {}\n  hint: write `{}`", path_, line,
                                   c.kind->name, in_quotes(c.unit), c.kind->name));
    throw InputError(fmt::format("{}: line {}: expected a unit of `{}`, one of {}, found {}\n  hint: write `{} [{}]`",
                                 path_, line, c.kind->name, fmt::join(possible, ", "),
                                 c.unit.empty() ? "none" : in_quotes(c.unit), c.kind->name, example_of(c.kind->unit)));
  }

  bool has(const char* name) const { return columns_.count(name) > 0; }
  std::string names() const {
    std::vector<std::string> out;
    for (const auto& [name, c] : columns_) out.push_back(c.shown);
    return fmt::format("{}", fmt::join(out, ", "));
  }

  // 54 as a fraction is 5400 %.
  void refuse_percent_as_fractions(const std::vector<Protocol>& rows) const {
    const Column& c = columns_.at(has("change") ? "change" : "ratio");
    if (!c.unit.empty()) return;
    constexpr double most = 10;
    for (const Protocol& p : rows) {
      if (!(std::abs(p.change) > most)) continue;
      throw InputError(fmt::format(
          "{}: {}: `{}` has no unit, so it is a fraction, and the change is {:.0f} %\n  hint: percent are `{} [%]` and "
          "`{} [%]`; fractions as large as this are `{} [1]` and `{} [1]`",
          path_, p.name, c.shown, 100 * p.change, c.kind->name, columns_.at("error").kind->name, c.kind->name,
          columns_.at("error").kind->name));
    }
  }

  /// A line of the table.
  class Row {
   public:
    Row(const Table& table, const CsvLine& line) : t_(table), line_(line) {
      const std::size_t expected = t_.lines_[0].cells.size();
      if (line.cells.size() != expected)
        throw InputError(fmt::format(
            "{}: line {}: expected {} cells, one for every column, found {}\n  hint: numbers have a decimal point; "
            "times of several spikes have blanks between them, not commas",
            t_.path_, line.number, expected, line.cells.size()));
    }

    Protocol protocol() const {
      Protocol p;
      p.name = text("name");
      if (p.name.empty()) p.name = fmt::format("{} line {}", fs::path(t_.path_).filename().string(), line_.number);
      if (first_not_utf8(p.name) < p.name.size())
        refuse("name", "text in UTF-8", "other bytes",
               "save the table as UTF-8, for example by `iconv -f LATIN1 -t UTF-8`");
      p.pairings = whole("pairings", 1, 1, static_cast<int>(most_spikes));
      p.frequency = number_in("frequency", 0, 0, 1e4);
      if (p.frequency > 0 && text("pairings").empty())
        refuse(t_.has("pairings") ? "pairings" : "frequency", "the number of pairings beside a frequency", "none",
               "`pairings` says how often the spikes are repeated, as in 60; the number of cells is `cells`");
      if (p.pairings > 1 && !(p.frequency > 0))
        refuse(t_.has("frequency") ? "frequency" : "pairings",
               fmt::format("a frequency of the {} pairings, above 0", p.pairings), shown("frequency"),
               "`frequency [Hz]` says how often a pairing, or what `pre` and `post` have, is repeated in a second");
      read_spikes(p);
      read_change(p);
      p.cells = whole("cells", 0, 1, 1'000'000);
      p.weight = number_in("weight", 1, -1e30, 1e30);
      if (p.weight == 0) refuse("weight", "an initial weight other than 0", "0", "changes are fractions of it");
      p.after = number_in("after", after_by_default, 0, longest);
      return p;
    }

   private:
    std::string text(const char* column) const {
      const auto at = t_.columns_.find(column);
      return at == t_.columns_.end() ? "" : trimmed(line_.cells[at->second.at]);
    }
    std::string shown(const char* column) const {
      const std::string cell = text(column);
      return cell.empty() ? "nothing" : in_quotes(cell);
    }
    [[noreturn]] void refuse(const char* column, const std::string& expected, const std::string& found,
                             const std::string& hint) const {
      const auto at = t_.columns_.find(column);
      throw InputError(fmt::format("{}: line {}, `{}`: expected {}, found {}\n  hint: {}", t_.path_, line_.number,
                                   at == t_.columns_.end() ? column : at->second.shown, expected, found, hint));
    }

    double parsed(const char* column, const std::string& cell) const {
      char* end = nullptr;
      const double value = std::strtod(cell.c_str(), &end);
      const bool decimal = cell.find_first_not_of("0123456789+-.eE") == std::string::npos;
      if (!cell.empty() && decimal && *end == '\0' && std::isfinite(value)) return value;
      const bool number_before = end != cell.c_str() && std::isfinite(value);
      refuse(column, "a number", cell.empty() ? "nothing" : in_quotes(cell),
             cell.find(',') != std::string::npos              ? "a number has a decimal point and no comma, as in 30.5"
             : cell.find("\xE2\x88\x92") != std::string::npos ? "write the minus sign as -"
             : cell.find("\xC2\xB1") != std::string::npos     ? "the standard error has a column of its own, `error`"
             : cell.find_first_not_of("0123456789. ") == std::string::npos
                 ? "digits stand side by side, without blanks between them, as in 1000"
             : cell.find(';') != std::string::npos ? "times of several spikes have blanks between them, as in 0 10"
             : number_before
                 ? "the unit stands in the first line, behind the name, as in `delay [ms]`, and not in a cell"
                 : "a number has a decimal point and no unit, as in 12.5");
    }

    // In s, Hz or fractions; `otherwise` where the cell is empty.
    double number_in(const char* column, double otherwise, double least, double most) const {
      const std::string cell = text(column);
      if (cell.empty()) return otherwise;
      const double factor = t_.columns_.at(column).factor;
      const double value = factor * parsed(column, cell);
      if (value < least || value > most)
        refuse(column, fmt::format("a number from {:g} to {:g}", least / factor, most / factor), in_quotes(cell),
               "check the unit in the first line");
      return value;
    }
    int whole(const char* column, int otherwise, int least, int most) const {
      const std::string cell = text(column);
      if (cell.empty()) return otherwise;
      const double value = parsed(column, cell);
      if (value < least || value > most || value != std::floor(value))
        refuse(column, fmt::format("a whole number from {} to {}", least, most), in_quotes(cell), "as in 60");
      return static_cast<int>(value);
    }

    void read_change(Protocol& p) const {
      const bool ratio = t_.has("ratio");
      const char* const column = ratio ? "ratio" : "change";
      if (text(column).empty())
        refuse(column, "the change of the synapse", "nothing", "leave the line out where it was not measured");
      p.change = number_in(column, 0, -1e9, 1e9) - (ratio ? 1 : 0);
      // Percent without a unit are told of the whole table.
      if (p.change < -1 && !(t_.columns_.at(column).unit.empty() && p.change < -10))
        refuse(column, ratio ? "a ratio of 0 or more" : "a change of -100 % or more", shown(column),
               "a synapse can't lose more than all; a change is (after - before) / before, a ratio is after / before");
      if (text("error").empty())
        refuse("error", "the standard error of the change", "nothing",
               "protocols count by their errors; leave the line out where none is known");
      p.error = number_in("error", 1, -1e9, 1e9);
      if (!(p.error > 0))
        refuse("error", "a standard error above 0", shown("error"),
               "a change of one cell has no standard error; leave the line out, or give it that of a like protocol");
    }

    std::vector<double> times_in(const char* column, const std::string& cell, double factor) const {
      std::vector<double> out;
      std::istringstream words(cell);
      for (std::string word; words >> word;) out.push_back(factor * parsed(column, word));
      check_times(column, out, factor, "");
      return out;
    }

    void check_times(const char* column, const std::vector<double>& times, double factor,
                     const std::string& where) const {
      for (std::size_t k = 0; k < times.size(); ++k) {
        const bool late = k > 0 && !(times[k] > times[k - 1]);
        if (times[k] >= 0 && times[k] <= longest && !late) continue;
        refuse(column, late ? "spike times that increase" : fmt::format("spike times from 0 to {:g}", longest / factor),
               where + (late ? fmt::format("{:g} after {:g}", times[k] / factor, times[k - 1] / factor)
                             : fmt::format("{:g}", times[k] / factor)),
               late ? "sort them, and write each once"
                    : "times count from the beginning of a repetition; add the same to all");
      }
    }

    std::vector<double> times_of_file(const char* column) const {
      const std::string name = text(column);
      if (name.empty()) return {};
      const Column& c = t_.columns_.at(column);
      const fs::path path = fs::path(t_.path_).parent_path() / name;
      std::error_code error;
      std::ifstream in(path);
      if (!in || fs::is_directory(path, error))
        refuse(column, "a file of spike times beside the table",
               fmt::format("{}, which can't be opened", in_quotes(name, 200)),
               "names of files are relative to the folder of the table");
      std::vector<double> out;
      std::size_t line = 0;
      for (std::string row; std::getline(in, row);) {
        ++line;
        if (line == 1 && row.starts_with("\xEF\xBB\xBF")) row.erase(0, 3);  // a mark that some editors put before UTF-8
        const std::string cell = trimmed(row.substr(0, row.find('#')));
        if (cell.empty()) continue;
        char* end = nullptr;
        const double value = std::strtod(cell.c_str(), &end);
        if (*end != '\0' || !std::isfinite(value))
          throw InputError(
              fmt::format("{}: line {}: expected a spike time in {}, found {}\n  hint: one time a line, and "
                          "nothing else",
                          path.string(), line, c.unit, in_quotes(cell)));
        out.push_back(c.factor * value);
        if (out.size() > most_spikes) refuse_too_many(column);
      }
      check_times(column, out, c.factor, path.string() + ": ");
      return out;
    }

    [[noreturn]] void refuse_too_many(const char* column) const {
      refuse(column, fmt::format("at most {} spikes of a neuron in a protocol", most_spikes), "more", "");
    }

    void read_spikes(Protocol& p) const {
      const bool by_delay = !text("delay").empty();
      const bool by_times = !text("pre").empty() || !text("post").empty();
      const bool by_files = !text("pre_file").empty() || !text("post_file").empty();
      const char* const asked = t_.has("delay")      ? "delay"
                                : t_.has("pre")      ? "pre"
                                : t_.has("post")     ? "post"
                                : t_.has("pre_file") ? "pre_file"
                                                     : "post_file";
      if (by_delay + by_times + by_files > 1)
        refuse(asked, "a delay, or spike times, or files of them", "more than one of these",
               "leave the cells of the others empty in this line");
      if (by_delay + by_times + by_files == 0)
        refuse(asked, "spikes of the protocol", "none",
               "a delay, or times in `pre [ms]` and `post [ms]`; a protocol without any spike says nothing of a rule");
      std::vector<double> pre;
      std::vector<double> post;
      if (by_delay) {
        p.paired = true;
        p.delay = number_in("delay", 0, -longest, longest);
        (p.delay < 0 ? pre : post).push_back(std::abs(p.delay));
        (p.delay < 0 ? post : pre).push_back(0);
      } else if (by_times) {
        if (t_.has("pre")) pre = times_in("pre", text("pre"), t_.columns_.at("pre").factor);
        if (t_.has("post")) post = times_in("post", text("post"), t_.columns_.at("post").factor);
      } else {
        pre = times_of_file("pre_file");
        post = times_of_file("post_file");
        if (pre.empty() && post.empty())
          refuse(asked, "spikes of the protocol", "files without any",
                 "a protocol without any spike says nothing of a rule");
      }
      if (!by_delay && pre.size() == 1 && post.size() == 1) {
        p.paired = true;
        p.delay = post[0] - pre[0];
      }
      if (static_cast<double>(std::max(pre.size(), post.size())) * p.pairings > static_cast<double>(most_spikes))
        refuse_too_many("pairings");
      for (int k = 0; k < p.pairings; ++k) {
        const double begins = k == 0 ? 0 : k / p.frequency;
        for (const double t : pre) p.pre.push_back(begins + t);
        for (const double t : post) p.post.push_back(begins + t);
      }
      // Repetitions may reach into the next one.
      std::sort(p.pre.begin(), p.pre.end());
      std::sort(p.post.begin(), p.post.end());
      if (std::max(p.pre.empty() ? 0 : p.pre.back(), p.post.empty() ? 0 : p.post.back()) > longest)
        refuse("pairings", fmt::format("a protocol of at most {:g} s", longest), "a longer one", "check the frequency");
    }

    const Table& t_;
    const CsvLine& line_;
  };

  std::string path_;
  std::vector<CsvLine> lines_;
  std::map<std::string, Column> columns_;
};

}  // namespace

std::vector<Protocol> read_protocols(const std::string& path) {
  std::error_code error;
  const bool folder = fs::is_directory(path, error);
  const std::string file = folder ? (fs::path(path) / "protocols.csv").string() : path;
  if (folder && !fs::exists(file, error))
    throw InputError(
        fmt::format("{}: expected a table, or a folder with protocols.csv, found a folder without it\n  hint: "
                    "name the table",
                    path));
  return Table(file).read();
}

}  // namespace rule_search
