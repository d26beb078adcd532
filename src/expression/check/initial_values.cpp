#include "expression/check/initial_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <vector>

#include "base/csv_lines.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "expression/check/check.hpp"
#include "expression/print/text.hpp"
#include "grammar/parser.hpp"
#include "grammar/plain.hpp"

namespace rule_search::check {

namespace {

using Rows = std::vector<std::vector<double>>;

constexpr std::size_t most_elements = 30000;  // a printed rule holds them all, and is read again

double number_in(const std::string& cell, const std::string& place) {
  const std::string text = cell.substr(std::min(cell.find_first_not_of(" \t"), cell.size()));
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  const bool whole =
      !text.empty() && text.find_first_not_of(" \t", static_cast<std::size_t>(end - text.c_str())) == std::string::npos;
  if (end == text.c_str() || !whole || !std::isfinite(value) || text.find_first_of("xX") != std::string::npos)
    throw InputError(
        fmt::format("{}: expected a number, found {}\n  hint: the file has numbers alone; a line that begins "
                    "with # is a comment",
                    place, text.empty() ? "nothing" : in_quotes(text)));
  return value;
}

Rows read_rows(const std::string& path) {
  std::error_code unknown;
  if (!std::filesystem::is_regular_file(path, unknown))
    throw InputError(
        fmt::format("{}: can't be read: this is no file\n  hint: the file of initial values is looked for "
                    "in the folder of the rule file",
                    path));
  // No number needs more characters.
  if (std::filesystem::file_size(path, unknown) > most_elements * 32)
    throw InputError(
        fmt::format("{}: expected at most {} numbers, found a file that is larger\n  hint: give what the layer has",
                    path, most_elements));
  Rows rows;
  for (const CsvLine& line : read_csv_lines(path, Comments::left_out)) {
    std::vector<double>& row = rows.emplace_back();
    for (std::size_t c = 0; c < line.cells.size(); ++c)
      row.push_back(number_in(line.cells[c], fmt::format("{}: line {}, number {}", path, line.number, c + 1)));
  }
  return rows;
}

std::string size_text(const Rows& rows) {
  if (rows.empty()) return "no number";
  return fmt::format("{} row{} of {}", rows.size(), rows.size() == 1 ? "" : "s", rows.front().size());
}

}  // namespace

void read_initial_values(const syntax::State& written, const std::string& rule_path, State& state, Mistakes& mistakes) {
  const syntax::InitialValues& initial = written.initial;
  if (!initial.list && !initial.file) {
    if (!initial.rows.empty()) state.initial = initial.rows.front().front();  // else the parser has objected
    return;
  }
  Rows rows = initial.file ? read_rows((std::filesystem::path(rule_path).parent_path() / initial.file->text).string())
                           : initial.rows;
  const auto refuse = [&](const std::string& expected, const std::string& found, const std::string& hint) {
    mistakes.add(initial.span, fmt::format("the initial values of `{}` do not have its shape", state.name), expected,
                 found, hint);
  };
  if (state.shape.is_number())
    return refuse("one number", size_text(rows),
                  "a value of each neuron needs a shape, as in `state theta: post = [0.1, 0.2]`");
  const bool ragged = std::any_of(rows.begin(), rows.end(), [&](const auto& r) { return r.size() != rows[0].size(); });
  if (rows.empty() || ragged)
    return refuse("rows of the same length", rows.empty() ? "none" : "rows of different lengths", "");
  const bool one_line = rows.size() == 1, one_each = rows.front().size() == 1;
  if (!state.shape.is_matrix() && !one_line && !one_each)
    return refuse("a number for each neuron", size_text(rows), "");
  if (state.shape.is_matrix() && initial.list && !initial.nested)
    return refuse(fmt::format("a row of numbers for each {}synaptic neuron", name(state.shape.rows)),
                  "a list of numbers", "write [[1, 2, 3], [4, 5, 6]]");
  if (rows.size() * rows.front().size() > most_elements)
    return refuse(fmt::format("at most {} numbers", most_elements), std::to_string(rows.size() * rows.front().size()),
                  "");
  for (const std::vector<double>& row : rows) state.elements.insert(state.elements.end(), row.begin(), row.end());
  state.columns = state.shape.is_matrix() ? static_cast<int>(rows.front().size())
                  : state.shape.is_row()  ? static_cast<int>(state.elements.size())
                                          : 1;
}

}  // namespace rule_search::check

namespace rule_search {

Source with_files_read(const Source& written) {
  const PlainText plain(written.text);
  const std::vector<syntax::State> states = parse({written.name, plain.text()}).file.states;
  if (std::none_of(states.begin(), states.end(), [](const syntax::State& s) { return s.initial.file.has_value(); }))
    return written;
  const Rule rule = check_rule(written);
  Source out = written;
  // From the last to the first: places before stay where they are.
  for (auto s = states.rbegin(); s != states.rend(); ++s) {
    if (!s->initial.file) continue;
    const auto state =
        std::find_if(rule.states.begin(), rule.states.end(), [&](const State& of) { return of.name == s->name.text; });
    if (state == rule.states.end()) continue;
    const Span place = plain.written(s->initial.span);
    out.text.replace(place.begin, place.end - place.begin, initial_text(*state));
  }
  return out;
}

}  // namespace rule_search
