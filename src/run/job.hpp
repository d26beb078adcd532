// A search as data: what is asked, of which rule, by which objective, with which options.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/options.hpp"
#include "grammar/source.hpp"
#include "objectives/kind.hpp"
#include "search/options.hpp"

namespace rule_search {

class Job {
 public:
  /// With the defaults of an objective; its name may be an older one. Throws InputError where there is none.
  explicit Job(const std::string& objective);
  Job(Job&&) noexcept;
  Job& operator=(Job&&) noexcept;
  ~Job();

  /// From to_json() of this version, or the options of a result of schema 1. `from` is where they come from, for messages.
  /// Throws InputError where they are none.
  static Job from_json(const nlohmann::json& options, const std::string& from);
  /// The options that decide the result.
  nlohmann::json to_json() const;
  /// The command line that repeats it, with FILE.rule for the candidates.
  std::string command_line() const;

  /// The rows of the search and of its objective. They belong to this object.
  const std::vector<Option>& options() const;
  /// Sets the option of this name. Throws InputError where it has none, or a text is no such value.
  void set(const std::string& name, const std::vector<std::string>& texts);
  /// Throws InputError where options do not fit each other, or one is missing.
  void check() const;

  ObjectiveKind& kind() const;
  /// With what was given as text worked out. Throws InputError where that can't be.
  SearchOptions search_options() const;
  int degree() const;  ///< of generated candidates; 0: as the rule file says
  std::uint64_t seed() const;

 private:
  struct Given;
  std::unique_ptr<Given> given_;
};

}  // namespace rule_search
