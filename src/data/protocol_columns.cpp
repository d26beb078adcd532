#include "data/protocol_columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/error.hpp"
#include "base/text.hpp"

namespace rule_search {

namespace {

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

void set_unit(const std::string& path, std::size_t line, const ColumnKind& kind, ProtocolColumn& c) {
  if (c.unit.empty() && (kind.unit == Unit::none || kind.unit == Unit::share)) return;
  for (const UnitName& u : unit_names) {
    if (c.unit != u.name || u.of != kind.unit) continue;
    c.factor = u.factor;
    return;
  }
  std::vector<std::string> possible;
  for (const UnitName& u : unit_names) {
    if (u.of == kind.unit) possible.emplace_back(u.name);
  }
  if (possible.empty())
    throw InputError(fmt::format("{}: line {}: expected no unit of {}, found {}\n  hint: write `{}`", path, line,
                                 kind.name, in_quotes(c.unit), kind.name));
  throw InputError(fmt::format("{}: line {}: expected a unit of `{}`, one of {}, found {}\n  hint: write `{} [{}]`",
                               path, line, kind.name, fmt::join(possible, ", "),
                               c.unit.empty() ? "none" : in_quotes(c.unit), kind.name, example_of(kind.unit)));
}

// "Delay (ms)" is the column delay, in ms.
ProtocolColumn column_of(const std::string& path, std::size_t line, const std::string& shown) {
  ProtocolColumn out;
  out.shown = shown;
  std::string name = shown;
  const std::size_t open = name.find_first_of("[(");
  if (open != std::string::npos) {
    const std::size_t close = name.find(name[open] == '[' ? ']' : ')', open);
    if (close == std::string::npos || close + 1 != name.size())
      throw InputError(
          fmt::format("{}: line {}: expected a name and its unit in brackets, found {}\n  hint: as in "
                      "`delay [ms]`",
                      path, line, in_quotes(shown)));
    out.unit = trimmed(name.substr(open + 1, close - open - 1));
    name = trimmed(name.substr(0, open));
  }
  for (char& c : name) c = c == ' ' || c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const ColumnKind* found = nullptr;
  std::vector<std::string> known;
  for (const ColumnKind& kind : column_kinds()) {
    known.emplace_back(kind.name);
    const auto is = [&](const char* other) { return name == other; };
    if (name == kind.name || std::any_of(kind.other_names.begin(), kind.other_names.end(), is)) found = &kind;
  }
  if (found == nullptr) {
    const std::string near = nearest_name(name, known);
    throw InputError(
        fmt::format("{}: line {}: expected a name of a column, found {}\n  hint: {}{}", path, line, in_quotes(shown),
                    name == "sd" || name == "std"
                        ? "the standard error is the standard deviation divided by the root of the number of cells; "
                    : near.empty() ? ""
                                   : fmt::format("did you mean {}? ", near),
                    protocol_columns_hint));
  }
  out.name = found->name;
  set_unit(path, line, *found, out);
  return out;
}

}  // namespace

const char* const protocol_columns_hint =
    "columns are name, delay [ms] (postsynaptic minus presynaptic spike), frequency [Hz], pairings, change [%] (or "
    "ratio [%]), "
    "error [%] (standard error), cells; in place of delay also pre [ms] and post [ms], spike times of one repetition "
    "with "
    "blanks between them; further ones are after [s], weight, pre_file and post_file. Leave out all others, or begin "
    "the name with #";

ProtocolColumns::ProtocolColumns(const std::string& path, const CsvLine& head) {
  if (head.cells.size() == 1 && head.cells[0].find_first_of(";\t") != std::string::npos)
    throw InputError(
        fmt::format("{}: line {}: expected cells with commas between them, found {}\n  hint: save the sheet as "
                    "comma-separated values, with a decimal point in numbers",
                    path, head.number, in_quotes(head.cells[0])));
  for (std::size_t at = 0; at < head.cells.size(); ++at) {
    const std::string shown = trimmed(head.cells[at]);
    if (shown.empty() || shown[0] == '#') continue;  // spreadsheets leave empty columns behind
    ProtocolColumn column = column_of(path, head.number, shown);
    column.at = at;
    const auto [before, fresh] = columns_.emplace(column.name, column);
    if (!fresh)
      throw InputError(
          fmt::format("{}: line {}: expected one column {}, found two, `{}` and `{}`\n  hint: leave one out", path,
                      head.number, column.name, before->second.shown, shown));
  }
  const auto need = [&](bool there, const std::string& what, const std::string& hint) {
    if (!there)
      throw InputError(fmt::format("{}: line {}: expected a column {}, found {}\n  hint: {}", path, head.number, what,
                                   names(), hint));
  };
  need(has("change") || has("ratio"), "`change [%]`, the change of the synapse in percent of what it was",
       "a ratio of after and before is a column `ratio [%]` (or `ratio`, as a fraction)");
  if (has("change") && has("ratio"))
    throw InputError(fmt::format("{}: line {}: expected `{}` or `{}`, found both\n  hint: leave one out", path,
                                 head.number, at("change").shown, at("ratio").shown));
  need(has("error"), "`error [%]`, the standard error of the change",
       "the standard error is the standard deviation over cells divided by the root of their number; protocols count "
       "by it. Where none was published give all the same: they count alike then, and chi squared says nothing");
  need(has("delay") || has("pre") || has("post") || has("pre_file") || has("post_file"),
       "that says when neurons spiked", protocol_columns_hint);
  const ProtocolColumn& change = at(has("change") ? "change" : "ratio");
  const ProtocolColumn& error = at("error");
  if (change.unit.empty() != error.unit.empty())
    throw InputError(fmt::format(
        "{}: line {}: expected a unit of both `{}` and `{}`, or of none, found {} without one\n  hint: write `{} "
        "[{}]`; "
        "a fraction is [1]",
        path, head.number, change.shown, error.shown, change.unit.empty() ? change.shown : error.shown,
        change.unit.empty() ? change.shown : error.shown, change.unit.empty() ? error.unit : change.unit));
}

const ProtocolColumn* ProtocolColumns::find(const std::string& name) const {
  const auto at = columns_.find(name);
  return at == columns_.end() ? nullptr : &at->second;
}

std::string ProtocolColumns::names() const {
  std::vector<std::string> out;
  for (const auto& [name, c] : columns_) out.push_back(c.shown);
  return fmt::format("{}", fmt::join(out, ", "));
}

}  // namespace rule_search
