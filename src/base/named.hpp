// Tables whose rows have a `name`.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace rule_search {

/// The row of this name, or null. The table must outlive it.
template <class Table>
auto row_named(const Table& table, const std::string& name) -> decltype(&*table.begin()) {
  for (const auto& row : table) {
    if (name == row.name) return &row;
  }
  return nullptr;
}

/// What `member` is in the row of this name, if there is one.
template <class Table, class Row, class Value>
std::optional<Value> value_named(const Table& table, const std::string& name, Value Row::*member) {
  const Row* const found = row_named(table, name);
  return found == nullptr ? std::nullopt : std::optional<Value>(found->*member);
}

/// In the order of the rows.
template <class Table>
std::vector<std::string> names_of(const Table& table) {
  std::vector<std::string> out;
  for (const auto& row : table) out.emplace_back(row.name);
  return out;
}

}  // namespace rule_search
