// The first line of a table of plasticity protocols: which columns there are, and in which units.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "base/csv_lines.hpp"

namespace rule_search {

struct ProtocolColumn {
  std::string name;    ///< the one that docs/protocols.md has, whatever the file calls it
  std::size_t at = 0;  ///< among the cells of a line
  std::string shown;   ///< as the file has it
  std::string unit;    ///< empty where it has none
  double factor = 1;   ///< to s, Hz or fractions
};

/// Which columns there are, for hints.
extern const char* const protocol_columns_hint;

class ProtocolColumns {
 public:
  /// Of the first line of the table `path`. Throws InputError with file and line where a column is unknown, stands there twice,
  /// has another unit than it can have, or is missing.
  ProtocolColumns(const std::string& path, const CsvLine& head);

  bool has(const std::string& name) const { return columns_.count(name) > 0; }
  /// Null where there is none.
  const ProtocolColumn* find(const std::string& name) const;
  /// One that is there.
  const ProtocolColumn& at(const std::string& name) const { return columns_.at(name); }

 private:
  std::string names() const;

  std::map<std::string, ProtocolColumn> columns_;
};

}  // namespace rule_search
