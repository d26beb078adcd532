#include "base/csv_lines.hpp"

#include <doctest/doctest.h>

#include "../files.hpp"

using namespace rule_search;
using rule_search::test::error_of;
using rule_search::test::TemporaryFolder;

TEST_CASE("lines come with their cells and the numbers that an editor shows") {
  const TemporaryFolder folder;
  const std::vector<CsvLine> lines = read_csv_lines(folder.write("a.csv", "\xEF\xBB\xBFone,\"two, 2\"\r\n\r\n,3\r\n"));
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].cells == std::vector<std::string>{"one", "two, 2"});
  CHECK(lines[0].number == 1);
  CHECK(lines[1].cells == std::vector<std::string>{"", "3"});
  CHECK(lines[1].number == 3);
  CHECK(read_csv_lines(folder.write("empty.csv", "")).empty());
}

TEST_CASE("a file that is no text is refused before its numbers are") {
  const TemporaryFolder folder;
  CHECK_HAS(error_of([&] { read_csv_lines(folder.path("none.csv")); }), "can't be opened");
  CHECK_HAS(error_of([&] { read_csv_lines(folder.write("a.csv", "\x1F\x8B\x08 packed")); }), "bytes that are no text");
  CHECK_HAS(error_of([&] { read_csv_lines(folder.write("b.csv", "1,\"2\"3\n")); }), "line 1, column 2");
}
