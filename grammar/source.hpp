// The text of a rule file and places in it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rule_search {

/// A half-open range of byte offsets into a source text.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// Line and column of an offset, both counted from 1; columns count characters (UTF-8), not bytes.
struct Place {
  std::size_t line = 1;
  std::size_t column = 1;
};

/// A named text. The name is what error messages show, usually the path as the user typed it.
struct Source {
  std::string name;
  std::string text;

  Place place(std::size_t offset) const;
  /// The whole line that holds `offset`, without its line break.
  std::string_view line_at(std::size_t offset) const;
};

/// Reads a rule file. Throws InputError where it can't be read, is larger than 1 MiB, or isn't text.
Source read_source(const std::string& path);

}  // namespace rule_search
