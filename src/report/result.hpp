// The result of a search as a document: result.json, schema 2. Everything that reports on a search takes this.
//
// The list of its fields stands in result_fields.hpp; docs/result.schema.json is made from it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/fields.hpp"
#include "expression/locality.hpp"
#include "fit/exhibits.hpp"
#include "fit/own_values.hpp"

namespace rule_search::result {

struct Program {
  std::string name, version, compiler, processor_path;
};

/// A mean with its 95 % interval.
struct Mean {
  double mean = 0;
  Interval interval;
};

/// How a rule did on many units. `measure` is what words.measure says.
struct Score {
  double loss = 0;
  Interval loss_interval;
  double measure = 0;
  Interval measure_interval;
  std::size_t units = 0;
  std::size_t diverged = 0;
};

struct State {
  std::string shape, latex_name, latex_synapse_name, next, latex, synapse, latex_synapse;
  OneOrMany<double> initial;
  std::optional<bool> each_trial;  ///< true where it begins anew at every trial, else left out
};

/// A time constant or another shape parameter; see rule_search::ShapeParameter. Units are empty where it has none.
struct ShapeParameter {
  std::string parameter, latex, unit, written_in;
  OneOrMany<double> value;
  std::array<OneOrMany<double>, 2> interval;
  OneOrMany<bool> at_bound, at_limit, has_slope, determined, scanned;
};

struct Latex {
  std::string matrix, synapse;
};

struct Screened {
  std::size_t terms = 0;
  std::string parameter;
  Mean gain;
};

struct Screening {
  std::size_t predictions = 0;
  std::vector<Screened> first;
};

struct Term {
  std::string parameter, term;
  bool generated = false;
  std::string latex;
  OneOrMany<double> coefficient;
  std::array<OneOrMany<double>, 2> interval;
  std::optional<std::array<OneOrMany<double>, 2>> bootstrap_interval;
  OneOrMany<bool> at_bound, intervals_agree;
  Locality locality = Locality::local;
  double removal_cost = 0;
  Interval removal_cost_interval;
  double removal_measure = 0;
  Interval removal_measure_interval;
  bool removal_diverged = false;
};

/// A rule that pruning went through.
struct Step {
  Score score;
  std::vector<std::string> parameters;
  std::vector<double> theta;
  double fit_loss = 0;
  Mean excess;
  bool chosen = false;
};

/// How the reported rule was chosen, a step; see ChoiceStep.
struct Choice {
  std::string step;  ///< "least loss", "smaller", "without" or "stays"
  std::size_t terms = 0;
  std::string parameter;
  double change = 0;
  Interval interval;
  double confidence = 0.95;
  std::string verdict;
};

/// What a search found without a share of the units, on which it is scored.
struct Search {
  std::vector<int> units;
  std::string formula;
  std::vector<std::string> parameters;
};

/// The best rule of its size, on validation units.
struct FrontRule {
  Score score;
  std::size_t complexity = 0;
  double gain = 0;  ///< see front_scores()
  Locality locality = Locality::local;
  std::string formula, rule_text;
  std::vector<std::string> parameters;
  std::vector<double> theta;
  bool chosen = false;
};

struct Curve {
  std::vector<Score> points;
  bool ends_as_reported = true;
};

struct Curves {
  std::size_t units = 0;
  std::map<std::string, Curve> rules;
};

struct Chance {
  double measure = 0, loss = 0;
  Mean measure_above, loss_above;
  std::string text;
  std::optional<bool> misses;  ///< true where known errors do not explain what the rule leaves
};

struct Lookalike {
  std::string parameter, other, other_term;
  bool other_found = false;
  double correlation = 0;
};

struct Indistinguishable {
  double above = 0;
  std::size_t compared = 0;
  std::vector<Lookalike> pairs;
};

struct Baseline {
  Score score;
  std::string title;
  std::size_t place = 0;
  std::vector<Mean> angles;
  nlohmann::json details = nlohmann::json::object();
};

struct Fact {
  std::string name, text;
};

struct Objective {
  std::string name;
  nlohmann::json details = nlohmann::json::object();
};

/// See Description in fit/description.hpp.
struct Words {
  Fact headline;
  std::string unit, units, validation_units, test_units, runs;
  std::string measure, measure_key, measure_column, measure_unit;
  std::string loss_unit, loss_meaning, loss_reference;
  std::string context, answer_begins, answer_ends;
  bool labels_permuted = false;
  std::vector<Fact> facts;
};

struct OwnValueOf {
  std::string name;
  double value = 0, standard_error = 0;
};

/// A parameter with a value for every recording; see rule_search::OwnParameter.
struct OwnParameter {
  std::string parameter, unit, written_in;
  double common = 0, mean = 0, deviation = 0, beyond_errors = 0, smallest = 0, largest = 0;
  std::vector<OwnValueOf> recordings;
};

struct SharedValue {
  double value = 0, common = 0;
};

struct OwnTest {
  double own_loss = 0, common_loss = 0, difference = 0;
  Interval interval;
  double ratio = 1;
  Interval ratio_interval;
  double p = 1;
  rule_search::OwnValues::Better better = rule_search::OwnValues::Better::cannot_be_told;
  std::string text;
};

struct OwnValues {
  std::vector<OwnParameter> parameters;
  std::map<std::string, SharedValue> shared;
  OwnTest test;
};

struct Data {
  std::string name, hash, split;
  bool drawn = false;
};

struct Run {
  double seconds = 0;
  std::string started, host;
  int threads = 0;
  std::string rule_file, data_folder;
  std::size_t recalled_steps = 0;
};

}  // namespace rule_search::result

namespace rule_search {

struct Result {
  int schema = 2;
  result::Program program;
  nlohmann::json options = nlohmann::json::object();  ///< what decides the result beside rule and data
  std::string command;                                ///< the command line that repeats it
  std::string source, rule, citation, formula, synapse;
  std::map<std::string, result::State> states;
  std::vector<result::ShapeParameter> time_constants;
  std::optional<std::vector<result::ShapeParameter>> shape_parameters;  ///< that are no time constants
  result::Latex latex;
  std::string rule_text, candidate_rule;
  std::vector<std::string> generated;  ///< candidates that a `candidates` statement made
  std::size_t candidates = 0;
  result::Screening screening;
  std::string why;
  std::optional<std::vector<result::Choice>> choice;
  std::optional<std::vector<result::Search>> searches;
  std::vector<result::Term> terms;
  Locality locality = Locality::local;
  std::vector<std::string> dropped;
  std::vector<result::Step> path;
  std::vector<result::FrontRule> front;
  result::Curves curves;
  result::Score held_out;
  std::vector<result::Mean> angles;
  std::optional<bool> found_anything;
  std::optional<result::Chance> chance;
  std::optional<result::OwnValues> own_values;
  std::optional<result::Indistinguishable> indistinguishable;
  std::map<std::string, result::Baseline> baselines;
  std::map<std::string, result::Mean> measure_difference;
  std::optional<std::vector<Picture>> pictures;
  std::optional<std::vector<Table>> tables;
  result::Objective objective;
  result::Words words;
  nlohmann::json setting = nlohmann::json::object();
  result::Data data;
  std::uint64_t seed = 1;
  std::size_t runs = 0;
  result::Run run;
  std::string intervals;
  std::optional<nlohmann::json> transfer;

  /// Time constants, then the other shape parameters.
  std::vector<result::ShapeParameter> all_shapes() const;
  /// Baselines in the order of the tables.
  std::vector<std::pair<std::string, const result::Baseline*>> baselines_in_order() const;
};

/// The document of result.json. Everything that differs from run to run of one seed is under "run".
nlohmann::json to_json(const Result& result);
/// From a document of schema 2. Throws InputError, naming `path` and the key, where it is none.
Result result_of(const nlohmann::json& document, const std::string& path);
/// The JSON Schema of result.json.
nlohmann::json result_schema();

}  // namespace rule_search
