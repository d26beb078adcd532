#include "grammar/source.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "../files.hpp"
#include "base/text.hpp"
#include "expression/rule.hpp"
#include "grammar/diagnostic.hpp"

using namespace rule_search;
using test::error_of;
using test::has;

namespace {

std::string error_in(const std::string& text) {
  return error_of([&] { check_rule(source_of("file", text)); });
}

}  // namespace

TEST_CASE("bytes that are no UTF-8 are found at the first of them") {
  CHECK(first_not_utf8("") == std::string_view::npos);
  CHECK(first_not_utf8("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\xA7\xA0") == std::string_view::npos);
  CHECK(first_not_utf8("r\xE9gle") == 1);          // Latin-1
  CHECK(first_not_utf8("ab\xC3") == 2);            // cut off
  CHECK(first_not_utf8("\x80") == 0);              // goes on where nothing began
  CHECK(first_not_utf8("\xC0\xAF") == 0);          // overlong
  CHECK(first_not_utf8("\xE0\x80\xAF") == 0);      // overlong
  CHECK(first_not_utf8("\xED\xA0\x80") == 0);      // a surrogate
  CHECK(first_not_utf8("\xF4\x90\x80\x80") == 0);  // above U+10FFFF
  CHECK(first_not_utf8("\xFF\xFE"
                       "d") == 0);  // UTF-16
}

TEST_CASE("a rule file in Latin-1 is told with its place, and its message is UTF-8 itself") {
  try {
    source_of("latin.rule", "param eta = 1\ncite \"\xC3\xA9 M\xFCller\xE9\"\n");
    FAIL("no error");
  } catch (const RuleError& error) {
    REQUIRE(error.diagnostics().size() == 1);
    CHECK(error.diagnostics()[0].found == "the byte 0xfc");
    const std::string what = error.what();
    CHECK(has(what, "latin.rule:2:10: error: not a text file in UTF-8"));
    CHECK(has(what, "\n       |          ^\n"));
    CHECK(first_not_utf8(what) == std::string_view::npos);
  }
  CHECK(has(error_in(std::string("dw = w\0w", 8)), "file:1:7: error: not a text file in UTF-8"));
}

TEST_CASE("a byte order mark is no part of the text") {
  CHECK(error_in("\xEF\xBB\xBF"
                 "dw = w") == "");
  CHECK(has(error_in("\xEF\xBB\xBF"
                     "dw = u"),
            "file:1:6: error: unknown name `u`"));
}

TEST_CASE("a line ends with LF, CR LF or a CR alone") {
  for (const char* text : {"# one\ndw = w\n   + u\n", "# one\r\ndw = w\r\n   + u\r\n", "# one\rdw = w\r   + u\r"}) {
    const std::string error = error_in(text);
    CAPTURE(error);
    CHECK(has(error, "file:3:6: error: unknown name `u`"));
    CHECK(has(error, "   3 |    + u\n"));
  }
  const Source raw{"raw", "a\rbc\r\nd"};
  CHECK(raw.place(3).line == 2);
  CHECK(raw.place(3).column == 2);
  CHECK(Lines(raw).line_at(3) == "bc");
  CHECK(Lines(raw).line_at(7) == "d");
  CHECK(raw.place(100).line == 3);
}

TEST_CASE("a caret stands for a character, not for a byte") {
  CHECK(has(error_in("dw = \xE2\x82\xAC"), "\n       |      ^\n"));
  CHECK(has(error_in("cite \"\xC3\xA9\xC3\xA9\" \xC3\xA9 dw = w"), "\n       |           ^\n"));
  // The window of a long line is not cut inside a character.
  std::string line = "cite \"";
  for (int k = 0; k < 200; ++k) line += "\xC3\xA9";
  for (const char* shift : {"", "x"}) {
    const std::string error = error_in(line + shift + "\" ?" + line);
    CHECK(has(error, "not the beginning of a statement"));
    CHECK(first_not_utf8(error) == std::string_view::npos);
    CHECK_FALSE(has(error, "\xEF\xBF\xBD"));
  }
}

TEST_CASE("a text of many mistakes is told in a short time and on a page") {
  std::string lets;
  for (int k = 0; k < 100000; ++k) lets += "let \n";
  try {
    check_rule(source_of("many", lets));
    FAIL("no error");
  } catch (const RuleError& error) {
    CHECK(error.diagnostics().size() == RuleError::most_kept);
    CHECK(error.left_out() == 100000 - RuleError::most_kept);
    CHECK(has(error.what(), "many: 99980 more errors"));
  }
}

TEST_CASE("more parameters or parts than a rule has are one mistake") {
  for (const char* statement : {"param", "let"}) {
    std::string text;
    for (int k = 0; k < 6001; ++k) text += std::string(statement) + " a" + std::to_string(k) + " = 0\n";
    const std::string error = error_in(text + "dw = w");
    CHECK(has(error, "file:6001:"));
    CHECK(has(error, "error: too many pa"));
    CHECK_FALSE(has(error, "used nowhere"));
  }
}

TEST_CASE("where the size limit has cut the rule, nothing is said to be unused") {
  std::string many = "w";
  for (int i = 0; i < 300; ++i) many += "+w";
  std::string text;
  std::string sum = "dw = w";
  for (int k = 0; k < 900; ++k) {
    text += fmt::format("param a{} = 0\n", k);
    sum += fmt::format(" + a{}*({})", k, many);
  }
  const std::string error = error_in(text + sum);
  CHECK(has(error, "the rule is too large"));
  CHECK_FALSE(has(error, "used nowhere"));
}
