#include "objectives/kind.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/error.hpp"
#include "base/fields.hpp"
#include "plan/layout.hpp"

namespace rule_search {

Description ObjectiveKind::describe_schema_1(nlohmann::json&) const {
  throw FieldMistake{"schema", "2 or later, since there was no " + name() + " before", "1"};
}

Replayed ObjectiveKind::replay(const nlohmann::json&, const std::string&, const ReplayRequest&) const {
  throw std::logic_error(name() + " has no recorded units");
}

std::vector<double> recorded_values(const Rule& rule, const RecordedParameters& parameters, int connections,
                                    const std::string& path) {
  const ParameterLayout layout(rule.parameters, connections);
  std::vector<double> theta = layout.initial;
  for (const auto& [name, values] : parameters) {
    const int r = rule.parameter_index(name);
    if (r < 0)
      throw InputError(fmt::format("{}: parameters.{}: the rule {} has no such parameter, expected one of {}", path,
                                   name, rule.name, fmt::join(layout.names, ", ")));
    const Parameter& p = rule.parameters[static_cast<std::size_t>(r)];
    const std::size_t entries = p.per_layer ? static_cast<std::size_t>(connections) : 1;
    if (values.size() != 1 && values.size() != entries)
      throw InputError(fmt::format("{}: parameters.{}: expected one number{}, found {}", path, name,
                                   p.per_layer ? fmt::format(" or {}, one a connection", entries) : "", values.size()));
    for (const double value : values) {
      if (value < p.lower || value > p.upper)
        throw InputError(
            fmt::format("{}: parameters.{}: expected a number in [{:g}, {:g}], the bounds of the rule {}, found {:g}",
                        path, name, p.lower, p.upper, rule.name, value));
    }
    for (std::size_t k = 0; k < entries; ++k)
      theta[static_cast<std::size_t>(layout.first[static_cast<std::size_t>(r)]) + k] =
          values[values.size() == 1 ? 0 : k];
  }
  return theta;
}

}  // namespace rule_search
