#include "report/result.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/json.hpp"
#include "report/result_fields.hpp"

namespace rule_search {

namespace {

using nlohmann::json;

void check_own_values(const result::OwnValues& own) {
  if (own.parameters.empty()) throw FieldMistake{"own_values.parameters", "one parameter at least", "none"};
  const std::size_t expected = own.parameters.front().recordings.size();
  for (std::size_t k = 0; k < own.parameters.size(); ++k) {
    const std::size_t found = own.parameters[k].recordings.size();
    if (found != expected || found == 0)
      throw FieldMistake{fmt::format("own_values.parameters[{}].recordings", k),
                         fmt::format("a list of {}", std::max<std::size_t>(expected, 1)),
                         fmt::format("a list of {}", found)};
  }
}

// Names become those of files and of columns, and stand in scripts.
void check_name(const std::string& name, const std::string& at) {
  const bool good = !name.empty() && name.size() <= 40 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
  if (!good) throw FieldMistake{at, "letters, digits and _", name.empty() ? "nothing" : name};
}

void check_pictures(const std::vector<Picture>& pictures) {
  const auto same_size = [](std::size_t expected, std::size_t found, const std::string& at) {
    if (found != expected)
      throw FieldMistake{at, fmt::format("a list of {}", expected), fmt::format("a list of {}", found)};
  };
  for (std::size_t k = 0; k < pictures.size(); ++k) {
    const Picture& p = pictures[k];
    const std::string at = fmt::format("pictures[{}]", k);
    check_name(p.name, at + ".name");
    for (const std::string& text : {p.title, p.x_label, p.y_label}) {
      if (text.find_first_of("\r\n") != std::string::npos) throw FieldMistake{at, "titles of one line", "a line break"};
    }
    if (p.x.empty() != p.lines.empty()) throw FieldMistake{at + ".x", "values with lines", "one of them alone"};
    for (std::size_t l = 0; l < p.lines.size(); ++l) {
      const PictureLine& line = p.lines[l];
      const std::string of = fmt::format("{}.lines[{}]", at, l);
      check_name(line.name, of + ".name");
      for (const std::vector<double>* values : {&line.mean, &line.low, &line.high})
        same_size(p.x.size(), values->size(), of);
    }
    for (std::size_t l = 0; l < p.points.size(); ++l) {
      const PicturePoints& points = p.points[l];
      const std::string of = fmt::format("{}.points[{}]", at, l);
      check_name(points.name, of + ".name");
      for (const std::vector<double>* values : {&points.y, &points.low, &points.high})
        same_size(points.x.size(), values->size(), of);
    }
    if (!p.points.empty() && p.lines.empty()) throw FieldMistake{at + ".points", "lines beside them", "none"};
    same_size(p.row_names.size(), p.values.size(), at + ".values");
    for (const std::vector<double>& row : p.values) same_size(p.column_names.size(), row.size(), at + ".values");
    if (p.lines.empty() && p.values.empty()) throw FieldMistake{at, "lines or values", "neither"};
  }
}

// What a list of fields can't say: what must fit together.
void check(const Result& r) {
  const auto whole_from_1 = [](std::size_t count, const std::string& at) {
    if (count < 1 || count > 1000000000) throw FieldMistake{at, "a whole number from 1", std::to_string(count)};
  };
  const auto same_size = [](const OneOrMany<double>& value, const std::array<OneOrMany<double>, 2>& interval,
                            const std::string& at) {
    for (std::size_t end = 0; end < 2; ++end) {
      const std::size_t expected = value.values.size();
      const std::size_t found = interval[end].values.size();
      if (found != expected)
        throw FieldMistake{fmt::format("{}[{}]", at, end),
                           expected == 1 ? "a number" : fmt::format("a list of {} numbers", expected),
                           found == 1 ? "a number" : fmt::format("a list of {}", found)};
    }
  };
  if (r.schema != 2) throw FieldMistake{"schema", "2", std::to_string(r.schema)};
  for (std::size_t k = 0; k < r.terms.size(); ++k) {
    const result::Term& t = r.terms[k];
    const std::string at = fmt::format("terms[{}]", k);
    for (double c : t.coefficient.values) {
      if (!std::isfinite(c)) throw FieldMistake{at + ".coefficient", "a number", "null"};
    }
    same_size(t.coefficient, t.interval, at + ".interval");
    if (t.bootstrap_interval) same_size(t.coefficient, *t.bootstrap_interval, at + ".bootstrap_interval");
    const std::size_t flags = t.intervals_agree.values.size();
    if (flags > 1 && flags != t.coefficient.values.size())
      throw FieldMistake{at + ".intervals_agree", "true or false, one a coefficient",
                         fmt::format("a list of {}", flags)};
  }
  const auto check_shapes = [&](const std::vector<result::ShapeParameter>& shapes, const std::string& key) {
    for (std::size_t k = 0; k < shapes.size(); ++k) {
      const result::ShapeParameter& s = shapes[k];
      same_size(s.value, s.interval, fmt::format("{}[{}].interval", key, k));
      for (const auto& [flags, name] : {std::pair{&s.at_bound, "at_bound"},
                                        {&s.at_limit, "at_limit"},
                                        {&s.has_slope, "has_slope"},
                                        {&s.determined, "determined"}}) {
        const std::size_t size = flags->values.size();
        if (size > 1 && size != s.value.values.size())
          throw FieldMistake{fmt::format("{}[{}].{}", key, k, name), "true or false, one a value",
                             fmt::format("a list of {}", size)};
      }
    }
  };
  check_shapes(r.time_constants, "time_constants");
  if (r.pictures) check_pictures(*r.pictures);
  if (r.shape_parameters) check_shapes(*r.shape_parameters, "shape_parameters");
  if (r.own_values) check_own_values(*r.own_values);
  whole_from_1(r.held_out.units, "held_out.episodes");
  // A rule of no terms is what a search ends with that finds nothing.
  for (std::size_t k = 0; k < r.front.size(); ++k) {
    if (r.front[k].complexity > 1000000000)
      throw FieldMistake{fmt::format("front[{}].complexity", k), "a whole number",
                         std::to_string(r.front[k].complexity)};
  }
}

}  // namespace

std::vector<std::pair<std::string, const result::Baseline*>> Result::baselines_in_order() const {
  std::vector<std::pair<std::string, const result::Baseline*>> out;
  for (const auto& [name, baseline] : baselines) out.emplace_back(name, &baseline);
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return a.second->place < b.second->place; });
  return out;
}

std::vector<result::ShapeParameter> Result::all_shapes() const {
  std::vector<result::ShapeParameter> out = time_constants;
  if (shape_parameters) out.insert(out.end(), shape_parameters->begin(), shape_parameters->end());
  return out;
}

json to_json(const Result& r) {
  json out = written(r);
  json& test = out["held_out"];
  test["units"] = r.held_out.units;
  if (r.words.measure_key != "accuracy") {
    test[r.words.measure_key] = test["accuracy"];
    test[r.words.measure_key + "_interval"] = test["accuracy_interval"];
  }
  return out;
}

Result result_of(const json& document, const std::string& path) {
  Result out;
  try {
    FieldReader::read(document, "", out);
    check(out);
  } catch (const FieldMistake& m) {
    throw InputError(fmt::format(
        "{}: not the result of a search: {}{}expected {}, found {}\n  hint: give the result.json of a run's "
        "folder",
        path, m.at, m.at.empty() ? "" : ": ", m.expected, m.found));
  }
  return out;
}

json result_schema() {
  json out = SchemaWriter::of<Result>();
  json& test = out["properties"]["held_out"];
  test["properties"]["units"] = SchemaWriter::of<std::size_t>();
  test["additionalProperties"] = {{"type", {"number", "null", "array"}}};
  test["$comment"] = "Further keys: the measure and its interval by its own name, words.measure_key";
  json head = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
               {"title", "result.json of rule-search"},
               {"description", "Made from the list of fields in src/report/result_fields.hpp; schema 2."}};
  head.update(out);
  return head;
}

}  // namespace rule_search
