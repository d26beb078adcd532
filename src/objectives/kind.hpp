// What every objective of the program brings: a name, options, and an objective made from them.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/options.hpp"
#include "expression/rule.hpp"
#include "fit/objective.hpp"
#include "search/options.hpp"

namespace rule_search {

struct ReplayRequest {
  std::string rule;  ///< file; empty for the rule that the document has, if it has one
  Precision precision = Precision::float64;
};

/// What came out of a recorded unit.
struct Replayed {
  std::string document;  ///< JSON, all values
  std::string text;      ///< some lines
};

class ObjectiveKind {
 public:
  virtual ~ObjectiveKind() = default;

  const std::string& name() const { return name_; }  ///< "few-shot"
  const std::string& summary() const { return summary_; }
  const std::vector<std::string>& older_names() const { return older_names_; }
  /// Rows bound to this object, which must outlive them.
  virtual std::vector<Option> options() = 0;
  /// Whether the numbers of units of a search, of training and of test, are the user's to choose.
  virtual bool counts_units() const { return true; }
  /// How many units a search takes where the user does not say it, if other numbers are better than the usual ones.
  virtual void choose_units(SearchOptions&) const {}
  /// Whether a rule changes several connections, so that coefficients can have a number for each.
  virtual bool has_layers() const { return false; }
  /// Throws InputError where options do not fit each other, or one is missing.
  virtual void check() const {}
  /// Hears the hash of the data's content as soon as it is known, before anything is made of them.
  using Loaded = std::function<void(const std::string& hash)>;
  /// Reads what data there are, for this rule. What it returns does not need this object. Throws InputError where they can't
  /// be used.
  virtual std::unique_ptr<Objective> make(const Rule& rule, std::uint64_t seed, const Loaded& loaded = {}) const = 0;
  /// What was done to the data that a user should know of, a sentence or two each.
  virtual std::vector<std::string> data_notes(const Objective&) const { return {}; }
  /// What a user should know of these candidates on this objective, a sentence or two each. Options stand in them as in an
  /// InputError.
  virtual std::vector<std::string> notes(const Objective&, const Rule&) const { return {}; }
  /// Where its data are, for the record; empty where they are in no folder.
  virtual std::string data_folder() const { return ""; }
  virtual void look_for_data_in(const std::string&) {}
  /// The folder from which make() reads them, also where the user named none; empty where they are in no folder.
  virtual std::string folder_read() const { return data_folder(); }
  /// Whether a document is a recorded unit of this objective, as Objective::recorded() writes it.
  virtual bool has_recorded(const nlohmann::json& /*document*/) const { return false; }
  /// A recorded unit carried out once more, of a document that was read from `path`. Throws InputError where it is not right.
  virtual Replayed replay(const nlohmann::json& document, const std::string& path, const ReplayRequest& request) const;
  /// What to do where the data are not those that a run began with.
  virtual std::string other_data_hint() const { return "begin a run of its own"; }
  /// What reports say of a result of schema 1, from which it is read; what schema 2 has at another place is put there. For
  /// objectives that there were when results had that schema. Throws FieldMistake where the result lacks what is needed.
  virtual Description describe_schema_1(nlohmann::json& result) const;

 protected:
  /// `older_names` are those that results and scripts still have.
  ObjectiveKind(std::string name, std::string summary, std::vector<std::string> older_names = {})
      : name_(std::move(name)), summary_(std::move(summary)), older_names_(std::move(older_names)) {}

 private:
  std::string name_, summary_;
  std::vector<std::string> older_names_;
};

using RecordedParameters = std::vector<std::pair<std::string, std::vector<double>>>;

/// All entries of theta, with the values that a recorded unit has for parameters by name: one, or one a connection. Throws
/// InputError, which begins with `path`, where the rule has no such parameter, or not such values.
std::vector<double> recorded_values(const Rule& rule, const RecordedParameters& parameters, int connections,
                                    const std::string& path);

}  // namespace rule_search
