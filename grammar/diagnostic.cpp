#include "diagnostic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace rule_search {

namespace {

constexpr std::size_t most_shown = 20;
constexpr std::size_t widest_line = 160;

std::vector<Diagnostic> in_order(std::vector<Diagnostic> diagnostics) {
  std::stable_sort(diagnostics.begin(), diagnostics.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return a.span.begin < b.span.begin; });
  return diagnostics;
}

std::size_t characters(std::string_view text) {
  return text.size() - static_cast<std::size_t>(std::count_if(text.begin(), text.end(), continues_character));
}

std::string render_at(const Source& source, const Lines& lines, const Diagnostic& diagnostic) {
  const Place place = lines.place(diagnostic.span.begin);
  std::string out = fmt::format("{}:{}:{}: error: {}\n", source.name, place.line, place.column, diagnostic.message);

  const std::string_view line = lines.line_at(diagnostic.span.begin);
  if (!line.empty()) {
    const auto line_begin = static_cast<std::size_t>(line.data() - source.text.data());
    const std::size_t at = std::min(diagnostic.span.begin - line_begin, line.size());
    const std::size_t until = std::clamp(diagnostic.span.end - line_begin, at + 1, std::max(line.size(), at + 1));
    // A window around the caret, so that a line of a megabyte does not become a page of output. Neither of
    // its ends cuts a character.
    const auto whole = [&](std::size_t i) {
      while (i < line.size() && continues_character(line[i])) ++i;
      return std::min(i, line.size());
    };
    const std::size_t from = whole(at > widest_line / 2 ? at - widest_line / 2 : 0);
    const std::size_t to = whole(from + widest_line);
    std::string under;
    for (char c : line.substr(from, std::max(at, from) - from)) {
      if (!continues_character(c)) under += c == '\t' ? '\t' : ' ';
    }
    under += '^';
    const std::size_t carets = at < to ? characters(line.substr(at, std::min(until, to) - at)) : 1;
    under.append(carets > 1 ? carets - 1 : 0, '~');
    out += fmt::format("  {:>4} | {}\n       | {}\n", place.line, shown_as_text(line.substr(from, to - from)), under);
  }
  if (!diagnostic.expected.empty()) out += fmt::format("  expected: {}\n", diagnostic.expected);
  if (!diagnostic.found.empty()) out += fmt::format("  found:    {}\n", diagnostic.found);
  if (!diagnostic.hint.empty()) out += fmt::format("  hint:     {}\n", diagnostic.hint);
  out.pop_back();
  return out;
}

}  // namespace

std::string close_parenthesis(Place open) {
  return "close the parenthesis of line " + std::to_string(open.line) + ", column " + std::to_string(open.column) +
         ", or write the missing operator";
}

std::string render(const Source& source, const Diagnostic& diagnostic) {
  return render_at(source, Lines(source), diagnostic);
}

std::string render(const Source& source, const std::vector<Diagnostic>& diagnostics) {
  const Lines lines(source);
  std::string out;
  std::size_t shown = 0;
  for (const Diagnostic& diagnostic : in_order(diagnostics)) {
    if (shown++ == most_shown) break;
    if (!out.empty()) out += '\n';
    out += render_at(source, lines, diagnostic);
  }
  if (diagnostics.size() > most_shown) {
    out += fmt::format("\n{}: {} more errors", source.name, diagnostics.size() - most_shown);
  }
  return out;
}

RuleError::RuleError(Source source, std::vector<Diagnostic> diagnostics)
    : InputError(render(source, diagnostics)),
      source_(std::move(source)),
      diagnostics_(in_order(std::move(diagnostics))),
      left_out_(diagnostics_.size() - std::min(diagnostics_.size(), most_kept)) {
  diagnostics_.resize(diagnostics_.size() - left_out_);
}

}  // namespace rule_search
