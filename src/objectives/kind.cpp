#include "objectives/kind.hpp"

#include <nlohmann/json.hpp>

#include "base/fields.hpp"

namespace rule_search {

Description ObjectiveKind::describe_schema_1(nlohmann::json&) const {
  throw FieldMistake{"schema", "2 or later, since there was no " + name() + " before", "1"};
}

}  // namespace rule_search
