// The text of a rule file and places in it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

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
};

/// The lines of a text, found once for any number of places. A line ends with LF, CR LF, or a CR alone. The
/// source must outlive it.
class Lines {
 public:
  explicit Lines(const Source& source);
  Place place(std::size_t offset) const;
  /// The whole line that holds `offset`, without its line break.
  std::string_view line_at(std::size_t offset) const;

 private:
  std::size_t number(std::size_t offset) const;  ///< from 0

  std::string_view text_;
  std::vector<std::size_t> begins_;
};

/// Makes a source of the bytes of a file: a byte order mark is left out, a CR alone becomes LF. Throws
/// InputError where they are more than 1 MiB, RuleError where they aren't text in UTF-8.
Source source_of(const std::string& name, std::string bytes);

/// The comment lines before the first statement, without their `#`.
std::string heading_of(const std::string& text);

/// Reads a rule file. Throws InputError where it can't be read, and as source_of does.
Source read_source(const std::string& path);

}  // namespace rule_search
