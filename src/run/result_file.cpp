#include "run/result_file.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/json.hpp"
#include "objectives/list.hpp"
#include "report/make_result.hpp"
#include "report/result_fields.hpp"

namespace rule_search {

namespace {

using nlohmann::json;

constexpr const char* hint = "give the result.json of a run's folder";

[[noreturn]] void refuse(const std::string& path, const std::string& at, const std::string& expected,
                         const std::string& found) {
  throw InputError(fmt::format("{}: not the result of a search: {}{}expected {}, found {}\n  hint: {}", path, at,
                               at.empty() ? "" : ": ", expected, found, hint));
}

// The first version wrote no front, but rules of the path have all that a front of them needs but their text.
void add_defaults(json& document) {
  if (!document.contains("baselines")) document["baselines"] = json::object();
  for (auto& [name, row] : document["baselines"].items()) {
    if (row.is_object() && row.contains("accuracy_interval") && row["loss"].is_null() && !row.contains("loss_interval"))
      row["loss_interval"] = json::array({nullptr, nullptr});
  }
}

}  // namespace

json upgraded(json document, const std::string& path) {
  std::string name = objective_kinds().front()->name();  // the first results don't tell; they are of this one
  if (document.contains("objective")) {
    const json& objective = document["objective"];
    if (!objective.is_object()) refuse(path, "objective", "an object", described(objective));
    if (!objective.contains("name")) refuse(path, "objective.name", "this key", "nothing");
    if (!objective["name"].is_string()) refuse(path, "objective.name", "a text", described(objective["name"]));
    name = objective["name"].get<std::string>();
  } else {
    document["objective"] = json::object();
  }
  std::unique_ptr<ObjectiveKind> kind;
  std::string known;
  for (auto& one : objective_kinds()) {
    for (const std::string& older : one->older_names()) {
      known += (known.empty() ? "" : ", ") + older;
      if (older == name || one->name() == name) kind = objective_kind(older);
    }
  }
  if (!kind) refuse(path, "objective.name", "one of " + known, "\"" + name + "\"");
  try {
    const Description d = kind->describe_schema_1(document);
    document["words"] = written(words_of(d));
  } catch (const FieldMistake& m) {
    refuse(path, m.at, m.expected, m.found);
  }
  document["objective"]["name"] = kind->name();
  document["schema"] = 2;
  add_defaults(document);
  return document;
}

json numbers_of(const Result& r) {
  json out = written(r);
  for (const char* key :
       {"schema", "program", "options", "command", "citation", "rule_text", "why", "objective", "words", "setting",
        "data", "intervals", "run", "transfer", "baselines", "accuracy_difference"})
    out.erase(key);
  if (out.contains("chance")) out["chance"].erase("text");
  for (const auto& [name, b] : r.baselines) out["baselines"][name] = written(b.score);
  for (const char* list : {"front"}) {
    for (json& row : out[list]) row.erase("rule_text");
  }
  return out;
}

Result read_result(const std::string& path) {
  json document = read_document(path, "the result.json of a search", {64, 16});
  if (!document.is_object()) refuse(path, "", "an object", described(document));
  if (!document.contains("schema")) refuse(path, "schema", "this key", "nothing");
  const json& schema = document["schema"];
  if (schema != 1 && schema != 2)
    throw InputError(
        fmt::format("{}: schema: expected 1 or 2, found {}\n  hint: another version of rule-search wrote it; "
                    "read it with that, or search again",
                    path, described(schema)));
  if (schema == 1) document = upgraded(std::move(document), path);
  return result_of(document, path);
}

}  // namespace rule_search
