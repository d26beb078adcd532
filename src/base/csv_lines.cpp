// The only place that knows libcsv.
#include "base/csv_lines.hpp"

#include <csv.h>
#include <fmt/format.h>

#include <array>
#include <fstream>
#include <new>
#include <string_view>
#include <utility>

#include "base/error.hpp"

namespace rule_search {

namespace {

// libcsv is given every end of a line, so that empty lines count.
class Parser {
 public:
  explicit Parser(const std::string& path) : path_(path) {
    csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL);
  }
  ~Parser() { csv_free(&parser_); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  void add(const char* text, std::size_t size) {
    if (csv_parse(&parser_, text, size, cell, end, this) != size) damaged();
  }
  /// All lines that are not empty.
  std::vector<CsvLine> take() {
    if (csv_fini(&parser_, cell, end, this) != 0) damaged();
    return std::move(lines_);
  }

 private:
  static void cell(void* text, std::size_t size, void* to) {
    auto& r = *static_cast<Parser*>(to);
    r.line_.cells.emplace_back(static_cast<const char*>(text), size);
    const std::string& cell = r.line_.cells.back();
    for (std::size_t k = 0; k < cell.size(); ++k)
      r.breaks_within_ += cell[k] == '\n' || (cell[k] == '\r' && (k + 1 == cell.size() || cell[k + 1] != '\n'));
  }
  static void end(int with, void* to) {
    auto& r = *static_cast<Parser*>(to);
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
  std::vector<CsvLine> lines_;
  CsvLine line_;
  std::size_t number_ = 1, breaks_within_ = 0;
  int ended_with_ = 0;
};

}  // namespace

std::vector<CsvLine> read_csv_lines(const std::string& path, Comments comments) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw InputError(fmt::format("{}: can't be opened\n  hint: check that it exists and its permissions", path));
  Parser lines(path);
  std::array<char, 1U << 16U> block{};
  // Across blocks: whether a line begins, and whether this one is left out.
  bool begins = true;
  bool leaves_out = false;
  for (bool first = true; in.read(block.data(), block.size()), in.gcount() > 0; first = false) {
    std::string_view text(block.data(), static_cast<std::size_t>(in.gcount()));
    if (text.find('\0') != std::string_view::npos || (first && text.starts_with("\x1F\x8B")))
      throw InputError(
          fmt::format("{}: expected comma-separated values, found bytes that are no text\n  hint: save it as "
                      "plain text in UTF-8, not compressed; NumPy's arrays are read from files named .npz",
                      path));
    // Spreadsheets put a byte order mark before UTF-8.
    if (first && text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    std::string kept;
    for (const char c : text) {
      const bool ends = c == '\n' || c == '\r';
      if (begins && !ends) leaves_out = comments == Comments::left_out && c == '#';
      if (ends) leaves_out = false;
      begins = ends;
      if (!leaves_out) kept += c;
    }
    lines.add(kept.data(), kept.size());
  }
  return lines.take();
}

}  // namespace rule_search
