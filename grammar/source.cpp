#include "source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "diagnostic.hpp"

namespace rule_search {

namespace {

constexpr std::size_t largest_file = std::size_t{1} << 20;

// Continuation bytes of UTF-8 are not characters of their own.
bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

}  // namespace

Place Source::place(std::size_t offset) const {
  offset = std::min(offset, text.size());
  Place place;
  std::size_t line_start = 0;
  for (std::size_t i = 0; i < offset; ++i) {
    if (text[i] == '\n') {
      ++place.line;
      line_start = i + 1;
    }
  }
  place.column = 1 + static_cast<std::size_t>(
                         std::count_if(text.begin() + static_cast<std::ptrdiff_t>(line_start),
                                       text.begin() + static_cast<std::ptrdiff_t>(offset), starts_character));
  return place;
}

std::string_view Source::line_at(std::size_t offset) const {
  offset = std::min(offset, text.size());
  const std::size_t before = offset == 0 ? std::string::npos : text.rfind('\n', offset - 1);
  const std::size_t begin = before == std::string::npos ? 0 : before + 1;
  std::size_t end = text.find('\n', offset);
  if (end == std::string::npos) end = text.size();
  if (end > begin && text[end - 1] == '\r') --end;
  return std::string_view(text).substr(begin, end - begin);
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
  if (!file)
    throw InputError(fmt::format("{}: can't be opened for reading\n  hint: check its permissions", path));
  // One byte more than allowed is enough to know that a file, or an endless device, is too large.
  std::string text(largest_file + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (file.bad()) throw InputError(fmt::format("{}: can't be read", path));
  if (text.size() > largest_file) {
    throw InputError(
        fmt::format("{}: larger than 1 MiB, expected a rule file of a few lines\n"
                    "  hint: is this the file you meant?",
                    path));
  }
  Source source{path, std::move(text)};
  const auto odd = std::find_if(source.text.begin(), source.text.end(), [](char c) {
    const auto u = static_cast<unsigned char>(c);
    return u == 0x7F || (u < 0x20 && c != '\n' && c != '\t' && c != '\r');
  });
  if (odd != source.text.end()) {
    const Place place = source.place(static_cast<std::size_t>(odd - source.text.begin()));
    throw InputError(
        fmt::format("{}:{}:{}: not a text file, found byte 0x{:02x}\n"
                    "  hint: a rule file is plain text",
                    path, place.line, place.column, static_cast<unsigned char>(*odd)));
  }
  return source;
}

}  // namespace rule_search
