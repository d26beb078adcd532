#include "objectives/list.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "objectives/decoding/kind.hpp"
#include "objectives/few_shot/kind.hpp"
#include "objectives/goals/kind.hpp"
#include "objectives/protocols/kind.hpp"
#include "objectives/recordings/kind.hpp"
#include "objectives/reward/kind.hpp"

namespace rule_search {

// The one place where an objective joins.
std::vector<std::unique_ptr<ObjectiveKind>> objective_kinds() {
  std::vector<std::unique_ptr<ObjectiveKind>> out;
  out.push_back(std::make_unique<FewShotKind>());
  out.push_back(std::make_unique<RecordingsKind>());
  out.push_back(std::make_unique<GoalKind>());
  out.push_back(std::make_unique<RewardKind>());
  out.push_back(std::make_unique<DecodingKind>());
  out.push_back(std::make_unique<ProtocolsKind>());
  return out;
}

std::unique_ptr<ObjectiveKind> objective_kind(const std::string& name) {
  std::vector<std::string> names;
  std::vector<std::string> known;
  for (auto& kind : objective_kinds()) {
    const std::vector<std::string>& older = kind->older_names();
    if (kind->name() == name || std::find(older.begin(), older.end(), name) != older.end()) return std::move(kind);
    names.push_back(kind->name());
    known.push_back(kind->name());
    known.insert(known.end(), older.begin(), older.end());
  }
  const std::string near = nearest_name(name, known);
  throw InputError(fmt::format("‹objective›: expected one of {}, found {}{}", fmt::join(names, ", "), name,
                               near.empty() ? "" : fmt::format("\n  hint: did you mean {}?", near)));
}

}  // namespace rule_search
