// A struct's fields, written down once. From one list a document is written, read and checked, and its schema made.
//
// The list of a struct S is a function, found by its argument:
//
//     template <class F>
//     void fields(F& f, S& s) {
//       f("name", s.name, "what it is");              // must be there
//       f.optional("note", s.note, "what it is");     // may be left out; then it keeps its default
//       f.rest(s.details, "what only some have");     // all other keys, as a JSON object; last
//     }
//
// Fields are bool, whole numbers, double (null where it is not a number), std::string, enumerations with names (see
// Names), Interval, std::array of two, OneOrMany, nlohmann::json, structs with a list of their own, and vectors, maps by name and
// std::optional of these.
#pragma once

#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace rule_search {

/// Two ends; not a number where one is not known.
struct Interval {
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
};

/// One number, or one for every connection: written as a number where there is one.
template <class T>
struct OneOrMany {
  std::vector<T> values;
};

/// The names of an enumeration, in the order of its values from 0 on: specialise with `static const std::vector<std::string>&
/// names()`.
template <class E>
struct Names;

namespace fields_detail {

/// Whether T is made by a template, as std::vector<double> by std::vector.
template <class T, template <class...> class Of>
struct made_by : std::false_type {};
template <template <class...> class Of, class... A>
struct made_by<Of<A...>, Of> : std::true_type {};

template <class T>
inline constexpr bool is_vector = made_by<T, std::vector>::value;
template <class T>
inline constexpr bool is_map = made_by<T, std::map>::value;
template <class T>
inline constexpr bool is_optional = made_by<T, std::optional>::value;
template <class T>
inline constexpr bool is_one_or_many = made_by<T, OneOrMany>::value;
template <class T>
inline constexpr bool is_pair = false;
template <class T>
inline constexpr bool is_pair<std::array<T, 2>> = true;

}  // namespace fields_detail

/// Writes a document.
class FieldWriter {
 public:
  template <class T>
  void operator()(const char* key, const T& value, const char*) {
    out_[key] = of(value);
  }
  template <class T>
  void optional(const char* key, const T& value, const char*) {
    if constexpr (fields_detail::is_optional<T>) {
      if (value) out_[key] = of(*value);
    } else if constexpr (fields_detail::is_one_or_many<T>) {
      if (!value.values.empty()) out_[key] = of(value);
    } else {
      out_[key] = of(value);
    }
  }
  void rest(const nlohmann::json& value, const char*) {
    for (const auto& [key, one] : value.items()) out_[key] = one;
  }

  template <class T>
  static nlohmann::json of(const T& value) {
    using namespace fields_detail;
    if constexpr (std::is_same_v<T, nlohmann::json> || std::is_same_v<T, std::string> || std::is_same_v<T, bool> ||
                  std::is_integral_v<T>) {
      return value;
    } else if constexpr (std::is_floating_point_v<T>) {
      return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json();
    } else if constexpr (std::is_enum_v<T>) {
      return Names<T>::names().at(static_cast<std::size_t>(value));
    } else if constexpr (std::is_same_v<T, Interval>) {
      return nlohmann::json::array({of(value.low), of(value.high)});
    } else if constexpr (is_pair<T>) {
      return nlohmann::json::array({of(value[0]), of(value[1])});
    } else if constexpr (is_one_or_many<T>) {
      return value.values.size() == 1 ? of(value.values[0]) : of(value.values);
    } else if constexpr (is_vector<T>) {
      nlohmann::json out = nlohmann::json::array();
      for (std::size_t k = 0; k < value.size(); ++k) out.push_back(of(static_cast<typename T::value_type>(value[k])));
      return out;
    } else if constexpr (is_map<T>) {
      nlohmann::json out = nlohmann::json::object();
      for (const auto& [name, one] : value) out[name] = of(one);
      return out;
    } else {
      FieldWriter writer;
      fields(writer, const_cast<T&>(value));  // a writer changes nothing
      return std::move(writer.out_);
    }
  }

 private:
  nlohmann::json out_ = nlohmann::json::object();
};

template <class T>
nlohmann::json written(const T& value) {
  return FieldWriter::of(value);
}

/// What a reader found wrong: where, what was expected there, and what stands there.
struct FieldMistake {
  std::string at, expected, found;
};

/// Reads a document. Throws FieldMistake.
class FieldReader {
 public:
  FieldReader(const nlohmann::json& document, std::string at) : document_(document), at_(std::move(at)) {
    if (!document.is_object()) fail(at_, "an object", document);
  }

  template <class T>
  void operator()(const char* key, T& value, const char*) {
    known_.emplace_back(key);
    if (!document_.contains(key)) throw FieldMistake{place(key), "this key", "nothing"};
    read(document_[key], place(key), value);
  }
  template <class T>
  void optional(const char* key, T& value, const char*) {
    known_.emplace_back(key);
    if (!document_.contains(key)) return;
    if constexpr (fields_detail::is_optional<T>) {
      read(document_[key], place(key), value.emplace());
    } else {
      read(document_[key], place(key), value);
    }
  }
  void rest(nlohmann::json& value, const char*);

  template <class T>
  static void read(const nlohmann::json& document, const std::string& at, T& value) {
    using namespace fields_detail;
    if constexpr (std::is_same_v<T, nlohmann::json>) {
      value = document;
    } else if constexpr (std::is_same_v<T, std::string>) {
      if (!document.is_string()) fail(at, "a text", document);
      value = document.get<std::string>();
    } else if constexpr (std::is_same_v<T, bool>) {
      if (!document.is_boolean()) fail(at, "true or false", document);
      value = document.get<bool>();
    } else if constexpr (std::is_integral_v<T>) {
      if (!is_whole(document, std::is_unsigned_v<T>, static_cast<double>(std::numeric_limits<T>::max())))
        fail(at, std::is_unsigned_v<T> ? "a whole number from 0" : "a whole number", document);
      value = document.get<T>();
    } else if constexpr (std::is_floating_point_v<T>) {
      if (!document.is_number() && !document.is_null()) fail(at, "a number", document);
      value = document.is_null() ? std::numeric_limits<T>::quiet_NaN() : document.get<T>();
    } else if constexpr (std::is_enum_v<T>) {
      const std::vector<std::string>& names = Names<T>::names();
      for (std::size_t k = 0; k < names.size(); ++k) {
        if (document.is_string() && document.get<std::string>() == names[k]) {
          value = static_cast<T>(k);
          return;
        }
      }
      fail(at, one_of(names), document);
    } else if constexpr (std::is_same_v<T, Interval>) {
      if (!document.is_array() || document.size() != 2) fail(at, "a list of two ends", document);
      read(document[0], at + "[0]", value.low);
      read(document[1], at + "[1]", value.high);
    } else if constexpr (is_pair<T>) {
      if (!document.is_array() || document.size() != 2) fail(at, "a list of two ends", document);
      read(document[0], at + "[0]", value[0]);
      read(document[1], at + "[1]", value[1]);
    } else if constexpr (is_one_or_many<T>) {
      value.values.clear();
      if (!document.is_array()) {
        typename decltype(value.values)::value_type one{};
        read(document, at, one);
        value.values.push_back(one);
      } else {
        if (document.empty()) fail(at, "a number, or a list with one for every connection", document);
        read(document, at, value.values);
      }
    } else if constexpr (is_vector<T>) {
      if (!document.is_array()) fail(at, "a list", document);
      value.clear();
      for (std::size_t k = 0; k < document.size(); ++k) {
        typename T::value_type one{};
        read(document[k], numbered(at, k), one);
        value.push_back(std::move(one));
      }
    } else if constexpr (is_map<T>) {
      if (!document.is_object()) fail(at, "an object", document);
      value.clear();
      for (const auto& [name, one] : document.items()) read(one, beneath(at, name), value[name]);
    } else {
      FieldReader reader(document, at);
      fields(reader, value);
    }
  }

 private:
  [[noreturn]] static void fail(const std::string& at, const std::string& expected, const nlohmann::json& found);
  static bool is_whole(const nlohmann::json& document, bool from_zero, double most);
  static std::string one_of(const std::vector<std::string>& names);
  static std::string numbered(const std::string& at, std::size_t k);          ///< "terms[3]"
  static std::string beneath(const std::string& at, const std::string& key);  ///< "data.hash"
  std::string place(const std::string& key) const { return beneath(at_, key); }

  const nlohmann::json& document_;
  std::string at_;
  std::vector<std::string> known_;
};

/// The JSON Schema (draft 2020-12) of a document.
class SchemaWriter {
 public:
  template <class T>
  void operator()(const char* key, T& value, const char* what) {
    required_.push_back(key);
    optional(key, value, what);
  }
  template <class T>
  void optional(const char* key, T&, const char* what) {
    if constexpr (fields_detail::is_optional<T>) {
      properties_[key] = of<typename T::value_type>();
    } else {
      properties_[key] = of<T>();
    }
    if (*what != '\0') properties_[key]["description"] = what;
  }
  void rest(nlohmann::json&, const char* what) {
    more_ = true;
    if (*what != '\0') comment_ = what;
  }

  template <class T>
  static nlohmann::json of() {
    using namespace fields_detail;
    if constexpr (std::is_same_v<T, nlohmann::json>) {
      return nlohmann::json::object();
    } else if constexpr (std::is_same_v<T, std::string>) {
      return {{"type", "string"}};
    } else if constexpr (std::is_same_v<T, bool>) {
      return {{"type", "boolean"}};
    } else if constexpr (std::is_integral_v<T>) {
      nlohmann::json out = {{"type", "integer"}};
      if (std::is_unsigned_v<T>) out["minimum"] = 0;
      return out;
    } else if constexpr (std::is_floating_point_v<T>) {
      return {{"type", {"number", "null"}}};
    } else if constexpr (std::is_enum_v<T>) {
      return {{"enum", Names<T>::names()}};
    } else if constexpr (std::is_same_v<T, Interval>) {
      return {{"type", "array"}, {"items", of<double>()}, {"minItems", 2}, {"maxItems", 2}};
    } else if constexpr (is_pair<T>) {
      return {{"type", "array"}, {"items", of<typename T::value_type>()}, {"minItems", 2}, {"maxItems", 2}};
    } else if constexpr (is_one_or_many<T>) {
      using V = typename decltype(T::values)::value_type;
      return {{"anyOf", {of<V>(), of<std::vector<V>>()}}};
    } else if constexpr (is_vector<T>) {
      return {{"type", "array"}, {"items", of<typename T::value_type>()}};
    } else if constexpr (is_map<T>) {
      return {{"type", "object"}, {"additionalProperties", of<typename T::mapped_type>()}};
    } else {
      SchemaWriter writer;
      T dummy{};
      fields(writer, dummy);
      nlohmann::json out = {{"type", "object"}, {"properties", writer.properties_}};
      if (!writer.required_.empty()) out["required"] = writer.required_;
      out["additionalProperties"] = writer.more_;
      if (!writer.comment_.empty()) out["$comment"] = "Further keys: " + writer.comment_;
      return out;
    }
  }

 private:
  nlohmann::json properties_ = nlohmann::json::object();
  std::vector<std::string> required_;
  bool more_ = false;
  std::string comment_;
};

}  // namespace rule_search
