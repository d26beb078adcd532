#pragma once

#include <optional>
#include <string>

namespace rule_search {

/// Rules are searched on one part of what there is (training), chosen on a second and reported on a third.
enum class Part { search, validation, test };

inline const char* name(Part part) {
  return part == Part::search ? "search" : part == Part::validation ? "validation" : "test";
}

/// "training" is another name for the part that is searched on.
inline std::optional<Part> part_named(const std::string& text) {
  if (text == "training") return Part::search;
  for (Part part : {Part::search, Part::validation, Part::test}) {
    if (text == name(part)) return part;
  }
  return std::nullopt;
}

}  // namespace rule_search
