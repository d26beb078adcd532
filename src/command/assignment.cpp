#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

#include "base/text.hpp"
#include "command/command.hpp"

namespace rule_search::command {

std::vector<int> assign(const std::string& option, const std::string& text, const ParameterLayout& layout,
                        const Rule& rule, std::vector<double>& theta) {
  const std::size_t at = text.find('=');
  const std::string name = text.substr(0, at);
  const std::string digits = at == std::string::npos ? "" : text.substr(at + 1);
  char* end = nullptr;
  const double value = std::strtod(digits.c_str(), &end);  // a number too small for its full precision is one, too
  if (digits.empty() || end != digits.c_str() + digits.size())
    throw InputError(fmt::format("{0} {1}: expected NAME=NUMBER\n  hint: for example {0} eta=0.01", option, text));
  if (!std::isfinite(value))
    throw InputError(fmt::format("{} {}: expected a finite number that fits a double", option, text));
  std::vector<int> found;
  for (std::size_t k = 0; k < layout.names.size(); ++k) {
    const Parameter& p = rule.parameters[static_cast<std::size_t>(layout.parameter[k])];
    if (layout.names[k] != name && p.name != name) continue;
    if (value < p.lower || value > p.upper)
      throw InputError(fmt::format("{} {}: outside the bounds of {}, expected a number in [{:g}, {:g}]", option, text,
                                   p.name, p.lower, p.upper));
    theta[k] = value;
    found.push_back(static_cast<int>(k));
  }
  if (found.empty()) {
    const std::string near = nearest_name(name, layout.names);
    throw InputError(fmt::format("{} {}: the rule {} has no parameter {}, expected one of {}{}", option, text,
                                 rule.name, name, fmt::join(layout.names, ", "),
                                 near.empty() ? "" : fmt::format("\n  hint: did you mean {}?", near)));
  }
  return found;
}

}  // namespace rule_search::command
