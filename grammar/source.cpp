#include "source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/text.hpp"
#include "diagnostic.hpp"

namespace rule_search {

namespace {

constexpr std::size_t largest_file = std::size_t{1} << 20;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool is_control(char c) {
  const auto u = static_cast<unsigned char>(c);
  return u == 0x7F || (u < 0x20 && c != '\n' && c != '\t' && c != '\r');
}

}  // namespace

Lines::Lines(const Source& source) : text_(source.text), begins_{0} {
  for (std::size_t i = text_.find_first_of("\n\r"); i != std::string_view::npos;
       i = text_.find_first_of("\n\r", i + 1)) {
    const bool of_two = text_[i] == '\r' && i + 1 < text_.size() && text_[i + 1] == '\n';
    if (!of_two) begins_.push_back(i + 1);
  }
}

std::size_t Lines::number(std::size_t offset) const {
  const auto after = std::upper_bound(begins_.begin(), begins_.end(), std::min(offset, text_.size()));
  return static_cast<std::size_t>(after - begins_.begin()) - 1;
}

Place Lines::place(std::size_t offset) const {
  const std::size_t line = number(offset);
  const std::string_view before = text_.substr(begins_[line], std::min(offset, text_.size()) - begins_[line]);
  return {line + 1, 1 + static_cast<std::size_t>(std::count_if(before.begin(), before.end(),
                                                               [](char c) { return !continues_character(c); }))};
}

std::string_view Lines::line_at(std::size_t offset) const {
  const std::size_t line = number(offset);
  std::size_t end = line + 1 < begins_.size() ? begins_[line + 1] : text_.size();
  while (end > begins_[line] && (text_[end - 1] == '\n' || text_[end - 1] == '\r')) --end;
  return text_.substr(begins_[line], end - begins_[line]);
}

Place Source::place(std::size_t offset) const { return Lines(*this).place(offset); }

namespace {

// UTF-16 begins with a mark, or has a zero beside every letter.
std::string hint_for_encoding(const std::string& text, bool control) {
  const std::string_view mark = std::string_view(text).substr(0, 2);
  const bool zeros = text.size() > 1 && (text[0] == '\0') != (text[1] == '\0');
  if (mark == "\xFF\xFE" || mark == "\xFE\xFF" || zeros)
    return "it looks like UTF-16; save it as UTF-8, for example by `iconv -f UTF-16 -t UTF-8`";
  return control ? "is this the file you meant?" : "save it as UTF-8, for example by `iconv -f LATIN1 -t UTF-8`";
}

}  // namespace

Source source_of(const std::string& name, std::string bytes) {
  if (bytes.size() > largest_file) {
    throw InputError(
        fmt::format("{}: larger than 1 MiB, expected a rule file of a few lines\n"
                    "  hint: is this the file you meant?",
                    name));
  }
  if (bytes.compare(0, byte_order_mark.size(), byte_order_mark) == 0) bytes.erase(0, byte_order_mark.size());
  Source source{name, std::move(bytes)};
  std::string& text = source.text;
  const auto odd = static_cast<std::size_t>(std::find_if(text.begin(), text.end(), is_control) - text.begin());
  const std::size_t wrong = std::min(odd, first_not_utf8(text));
  if (wrong < text.size()) {
    throw RuleError(source, {{{wrong, wrong + 1},
                              "not a text file in UTF-8",
                              "plain text",
                              fmt::format("the byte 0x{:02x}", static_cast<unsigned char>(text[wrong])),
                              hint_for_encoding(text, wrong == odd)}});
  }
  for (std::size_t i = text.find('\r'); i != std::string::npos; i = text.find('\r', i + 1)) {
    if (i + 1 == text.size() || text[i + 1] != '\n') text[i] = '\n';
  }
  return source;
}

Source read_source(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) {
    throw InputError(
        fmt::format("{}: no such file\n  hint: give the path of a rule file, e.g. rules/f_bio.rule", path));
  }
  if (fs::is_directory(status)) throw InputError(fmt::format("{}: is a folder, expected a rule file", path));
  std::ifstream file(path, std::ios::binary);
  if (!file) throw InputError(fmt::format("{}: can't be opened for reading\n  hint: check its permissions", path));
  // One byte more than allowed is enough to know that a file, or an endless device, is too large.
  std::string text(largest_file + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (file.bad()) throw InputError(fmt::format("{}: can't be read", path));
  return source_of(path, std::move(text));
}

std::string heading_of(const std::string& text) {
  std::string heading;
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t end = text.find('\n', at);
    if (end == std::string::npos) end = text.size();
    const std::size_t first = text.find_first_not_of(" \t\r", at);
    if (first != std::string::npos && first < end) {
      if (text[first] != '#') break;
      std::size_t content = first + 1;
      if (content < end && text[content] == ' ') ++content;
      std::string line = text.substr(content, end - content);
      if (!line.empty() && line.back() == '\r') line.pop_back();
      heading += line + "\n";
    }
    at = end + 1;
  }
  return heading;
}

}  // namespace rule_search
