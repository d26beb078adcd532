#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>
#include <utility>

namespace rule_search {

// Overlong forms, surrogates and what lies above U+10FFFF are no characters (Unicode 15, table 3-7).
std::size_t first_not_utf8(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  for (std::size_t i = 0; i < text.size();) {
    const unsigned lead = byte(i);
    const std::size_t length = lead < 0x80   ? 1
                               : lead < 0xC2 ? 0
                               : lead < 0xE0 ? 2
                               : lead < 0xF0 ? 3
                               : lead < 0xF5 ? 4
                                             : 0;
    if (length == 0 || text.size() - i < length) return i;
    for (std::size_t k = 1; k < length; ++k) {
      if (!continues_character(text[i + k])) return i;
    }
    if (length > 2) {
      const unsigned second = byte(i + 1);
      if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) || (lead == 0xF0 && second < 0x90) ||
          (lead == 0xF4 && second > 0x8F))
        return i;
    }
    i += length;
  }
  return std::string_view::npos;
}

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

std::string shortest(double value) { return fmt::format("{}", value); }

std::vector<int> whole_numbers(std::string_view text, char separator, int least, int most,
                               const std::function<void(const std::string& found)>& refuse) {
  std::vector<int> out;
  for (std::size_t at = 0; at <= text.size();) {
    const std::string_view one = text.substr(at, text.find(separator, at) - at);
    int value = 0;
    const auto read = std::from_chars(one.data(), one.data() + one.size(), value);
    if (read.ec != std::errc() || read.ptr != one.data() + one.size() || value < least || value > most)
      refuse(one.empty() ? "nothing" : std::string(one));
    out.push_back(value);
    at += one.size() + 1;
  }
  return out;
}

std::string trimmed(std::string_view text) {
  const char* const blanks = " \t\r\n";
  const std::size_t from = text.find_first_not_of(blanks);
  if (from == std::string_view::npos) return "";
  return std::string(text.substr(from, text.find_last_not_of(blanks) - from + 1));
}

}  // namespace rule_search
