#include "command/command.hpp"
#include "run/result_file.hpp"

namespace rule_search::command {

bool is_result(const std::string& path) { return path.size() >= 5 && path.compare(path.size() - 5, 5, ".json") == 0; }

Rule rule_or_result(const std::string& path) {
  if (!is_result(path)) return read_rule(path);
  return check_rule(source_of(path + ": rule_text", read_result(path).rule_text));
}

}  // namespace rule_search::command
