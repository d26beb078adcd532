#include "data/protocol.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "base/csv_lines.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "data/protocol_columns.hpp"

namespace rule_search {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_spikes = 1'000'000;  // of a protocol
constexpr double longest = 1e7;                 // s; months

/// A table while it is read.
class Table {
 public:
  explicit Table(std::string path) : path_(std::move(path)), lines_(lines_of(path_)), columns_(path_, lines_[0]) {}

  std::vector<Protocol> read() const {
    std::vector<Protocol> out;
    for (std::size_t k = 1; k < lines_.size(); ++k) out.push_back(Row(*this, lines_[k]).protocol());
    if (out.empty())
      throw InputError(fmt::format("{}: expected a protocol in every line after the first, found none", path_));
    refuse_percent_as_fractions(out);
    return out;
  }

 private:
  // The first has the names of columns.
  static std::vector<CsvLine> lines_of(const std::string& path) {
    std::vector<CsvLine> lines = read_csv_lines(path, Comments::left_out);
    std::erase_if(lines, [](const CsvLine& l) {
      return std::all_of(l.cells.begin(), l.cells.end(), [](const std::string& c) { return trimmed(c).empty(); }) ||
             trimmed(l.cells[0]).starts_with('#');
    });
    if (lines.empty())
      throw InputError(fmt::format("{}: expected a line with the names of columns, found nothing\n  hint: {}", path,
                                   protocol_columns_hint));
    return lines;
  }

  // 54 as a fraction is 5400 %.
  void refuse_percent_as_fractions(const std::vector<Protocol>& rows) const {
    const ProtocolColumn& c = columns_.at(columns_.has("change") ? "change" : "ratio");
    if (!c.unit.empty()) return;
    constexpr double most = 10;
    for (const Protocol& p : rows) {
      if (!(std::abs(p.change) > most)) continue;
      throw InputError(fmt::format(
          "{}: {}: `{}` has no unit, so it is a fraction, and the change is {:.0f} %\n  hint: percent are `{} [%]` and "
          "`{} [%]`; fractions as large as this are `{} [1]` and `{} [1]`",
          path_, p.name, c.shown, 100 * p.change, c.name, columns_.at("error").name, c.name,
          columns_.at("error").name));
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
        refuse(t_.columns_.has("pairings") ? "pairings" : "frequency", "the number of pairings beside a frequency",
               "none", "`pairings` says how often the spikes are repeated, as in 60; the number of cells is `cells`");
      if (p.pairings > 1 && !(p.frequency > 0))
        refuse(t_.columns_.has("frequency") ? "frequency" : "pairings",
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
      const ProtocolColumn* const c = t_.columns_.find(column);
      return c == nullptr ? "" : trimmed(line_.cells[c->at]);
    }
    std::string shown(const char* column) const {
      const std::string cell = text(column);
      return cell.empty() ? "nothing" : in_quotes(cell);
    }
    [[noreturn]] void refuse(const char* column, const std::string& expected, const std::string& found,
                             const std::string& hint) const {
      const ProtocolColumn* const c = t_.columns_.find(column);
      throw InputError(fmt::format("{}: line {}, `{}`: expected {}, found {}\n  hint: {}", t_.path_, line_.number,
                                   c == nullptr ? column : c->shown, expected, found, hint));
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
      const bool ratio = t_.columns_.has("ratio");
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
      const ProtocolColumn& c = t_.columns_.at(column);
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
      const char* const asked = t_.columns_.has("delay")      ? "delay"
                                : t_.columns_.has("pre")      ? "pre"
                                : t_.columns_.has("post")     ? "post"
                                : t_.columns_.has("pre_file") ? "pre_file"
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
        if (t_.columns_.has("pre")) pre = times_in("pre", text("pre"), t_.columns_.at("pre").factor);
        if (t_.columns_.has("post")) post = times_in("post", text("post"), t_.columns_.at("post").factor);
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
  ProtocolColumns columns_;
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
