// Files of comma-separated values, as lines of text cells.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace rule_search {

struct CsvLine {
  std::vector<std::string> cells;
  std::size_t number = 0;  ///< in the file, from 1, as an editor counts
};

enum class Comments { cells, left_out };

/// All lines of a file that are not empty. Cells may stand in quotation marks (RFC 4180). Lines may end as on Unix, on
/// Windows or on old Macs, and a byte order mark before the first is skipped. Throws InputError with line and column where
/// the file can't be opened, is no text, or has a quotation mark in the wrong place.
/// Comments::left_out: lines that begin with # are empty ones, whatever stands in them.
std::vector<CsvLine> read_csv_lines(const std::string& path, Comments comments = Comments::cells);

}  // namespace rule_search
