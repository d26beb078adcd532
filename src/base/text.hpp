// Text as messages need it.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace rule_search {

/// What a terminal can show, one character for each: bytes that are no text and control characters become U+FFFD.
std::string shown_as_text(std::string_view text);

/// For messages: the first characters of what was found, quoted.
std::string in_quotes(std::string_view text, std::size_t longest = 40);

/// The name in `known` nearest to `name` by edit distance (two letters turned round count as one edit), or "" where none is near enough to be meant.
std::string nearest_name(const std::string& name, const std::vector<std::string>& known);

/// Where the first byte stands that does not belong to a character of UTF-8; npos where there is none.
std::size_t first_not_utf8(std::string_view text);

/// Without blanks, tabs and ends of lines at both ends.
std::string trimmed(std::string_view text);

/// Whether a byte is a later one of a character of UTF-8.
inline bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// A number with as few digits as give it back exactly.
std::string shortest(double value);

/// Numbers with `separator` between them, as 784-130-47. `refuse` must throw: it hears the first text that is no whole number
/// from `least` to `most`, "nothing" where it is empty.
std::vector<int> whole_numbers(std::string_view text, char separator, int least, int most,
                               const std::function<void(const std::string& found)>& refuse);

}  // namespace rule_search
