// Documents of numbers, read place by place, with messages that name the place.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace rule_search {

/// What readers of a kind of document have in common. Throws InputError that names the file and the place in it.
class DocumentReader {
 public:
  explicit DocumentReader(std::string path) : path_(std::move(path)) {}

 protected:
  [[noreturn]] void fail(const std::string& at, const std::string& expected, const std::string& found) const;
  [[noreturn]] void fail_at(const std::string& at, const std::string& expected, const nlohmann::json& found) const;

  const nlohmann::json& member(const nlohmann::json& object, const std::string& at, const std::string& key) const;
  /// A finite number.
  double number(const nlohmann::json& value, const std::string& at) const;
  /// A list of `size` finite numbers, behind those that `out` has.
  void row(const nlohmann::json& value, const std::string& at, int size, std::vector<double>& out) const;
  /// A list of `rows` such lists.
  void matrix(const nlohmann::json& value, const std::string& at, int rows, int cols, std::vector<double>& out) const;
  /// `name` of the document, a text; empty where it has none.
  std::string name_in(const nlohmann::json& document) const;
  /// `parameters` of the document: one value or a list by name; none where it has none.
  std::vector<std::pair<std::string, std::vector<double>>> parameters_in(const nlohmann::json& document) const;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace rule_search
