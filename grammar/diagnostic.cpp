#include "diagnostic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace rule_search {

namespace {

constexpr std::size_t most_shown = 20;
constexpr std::size_t widest_line = 160;

std::vector<Diagnostic> in_order(std::vector<Diagnostic> diagnostics) {
  std::stable_sort(diagnostics.begin(), diagnostics.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return a.span.begin < b.span.begin; });
  return diagnostics;
}

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

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

std::string shown_as_text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t good = std::min(first_not_utf8(text), text.size());
    for (char c : text.substr(0, good)) {
      const auto u = static_cast<unsigned char>(c);
      if (u == 0x7F || (u < 0x20 && c != '\t'))
        out += "\xEF\xBF\xBD";
      else
        out += c;
    }
    if (good < text.size()) out += "\xEF\xBF\xBD";
    text.remove_prefix(std::min(good + 1, text.size()));
  }
  return out;
}

std::string in_quotes(std::string_view text, std::size_t longest) {
  std::string shown = shown_as_text(text);
  std::size_t end = 0;
  for (std::size_t count = 0; end < shown.size(); ++end) {
    if (!continues_character(shown[end]) && ++count > longest) break;
  }
  const bool cut = end < shown.size();
  return fmt::format("\"{}{}\"", shown.substr(0, end), cut ? "..." : "");
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

std::string nearest_name(const std::string& name, const std::vector<std::string>& known) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(1, name.size() / 3) + 1;
  if (name.size() > 64) return best;
  for (const std::string& candidate : known) {
    std::vector<std::size_t> row(candidate.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    std::vector<std::size_t> above = row;
    for (std::size_t i = 1; i <= name.size(); ++i) {
      const std::vector<std::size_t> two_above = std::exchange(above, row);
      row[0] = i;
      for (std::size_t j = 1; j <= candidate.size(); ++j) {
        const bool same = name[i - 1] == candidate[j - 1];
        row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0 : 1)});
        // Two letters turned round are one slip of the fingers.
        if (i > 1 && j > 1 && name[i - 1] == candidate[j - 2] && name[i - 2] == candidate[j - 1])
          row[j] = std::min(row[j], two_above[j - 2] + 1);
      }
    }
    if (row.back() < best_distance) {
      best_distance = row.back();
      best = candidate;
    }
  }
  return best;
}

}  // namespace rule_search
