#include "run/job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "expression/candidates.hpp"
#include "objectives/list.hpp"

namespace rule_search {

using nlohmann::json;

struct Job::Given {
  std::unique_ptr<ObjectiveKind> kind;
  SearchOptions search;
  std::string locality;
  int degree = 0;
  std::vector<std::string> ranges;
  std::vector<Option> options;
};

namespace {

// NAME=LOW:HIGH.
Constraints::Range range_of(const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::size_t colon = text.find(':', equals == std::string::npos ? 0 : equals);
  const auto number = [&](const std::string& digits) {
    char* end = nullptr;
    const double value = std::strtod(digits.c_str(), &end);
    if (digits.empty() || *end != '\0' || std::isnan(value))
      throw InputError(fmt::format(
          "‹range› {}: expected NAME=LOW:HIGH\n  hint: for example ‹range› eta=0:inf for one that is never negative",
          text));
    return value;
  };
  if (equals == std::string::npos || colon == std::string::npos) number("");
  return {text.substr(0, equals), number(text.substr(equals + 1, colon - equals - 1)), number(text.substr(colon + 1))};
}

Option units_option(const std::string& name, std::size_t& value, std::size_t most, const std::string& meaning) {
  return whole_option(name, value, 2, most, meaning);
}

}  // namespace

Job::Job(const std::string& objective) : given_(std::make_unique<Given>()) {
  Given& g = *given_;
  g.kind = objective_kind(objective);
  g.options = g.kind->options();
  const auto add = [&](Option option) { g.options.push_back(std::move(option)); };
  add(seed_option("seed", g.search.seed, "number that all random choices follow from"));
  g.kind->choose_units(g.search);
  if (g.kind->counts_units()) {
    add(units_option("fit-episodes", g.search.fit_units, 10000,
                     "episodes in a batch while terms are added and dropped"));
    add(units_option("refit-episodes", g.search.refit_units, 10000, "episodes for the coefficients that are reported"));
    add(flag_option(
        "fresh", g.search.fresh,
        "every step of a fit takes episodes of its own, and its length is chosen by the loss on these: for rules "
        "whose loss is full of little valleys; the objective reward always does so"));
    add(units_option("validation-episodes", g.search.validation_units, 100000, "episodes on which rules are chosen"));
    add(units_option("test-episodes", g.search.test_units, 100000, "episodes for the reported figures"));
  }
  Constraints& c = g.search.constraints;
  add(choice_option("locality", g.locality, {"local", "cell", "layer"},
                    "leave out terms that reach farther than local, cell (sums over a neuron's synapses) or layer"));
  add(optional_whole_option("degree", g.degree, 1, highest_degree,
                            "highest degree of generated candidates, no more than the file's"));
  add(optional_whole_option("max-terms", c.max_terms, 1, 10000, "largest number of terms of a rule"));
  add(texts_option("must", c.must, "parameter whose term is in every rule; may be given often"));
  add(texts_option("must-not", c.must_not, "parameter whose term is in none; may be given often"));
  add(texts_option("range", g.ranges, "bounds of a coefficient, NAME=LOW:HIGH; may be given often"));
  if (g.kind->has_layers())
    add(flag_option("per-layer", c.per_layer, "every coefficient one number for every connection"));
  add(optional_whole_option(
      "select", g.search.select, 1, 100000,
      "report the front's rule of so many terms, or of the nearest number there is, not the chosen one"));
}

Job::Job(Job&&) noexcept = default;
Job& Job::operator=(Job&&) noexcept = default;
Job::~Job() = default;

Job Job::from_json(const json& options, const std::string& from) {
  const auto refuse = [&](const std::string& why) { throw InputError(fmt::format("{}: options: {}", from, why)); };
  if (!options.is_object()) refuse(fmt::format("expected an object, found {}", described(options)));
  // Results of the first version name the objective as a list of texts, as all options, or not at all.
  std::string objective = objective_kinds().front()->name();
  if (options.contains("objective")) {
    const std::vector<std::string> texts = texts_of(options["objective"]);
    if (texts.size() != 1) refuse(fmt::format("objective: expected a name, found {}", described(options["objective"])));
    objective = texts[0];
  }
  try {
    Job job(objective);
    for (const auto& [key, value] : options.items()) {
      if (key == "objective") continue;
      const bool list = value.is_array() && std::any_of(value.begin(), value.end(),
                                                        [](const json& v) { return v.is_structured() || v.is_null(); });
      if (value.is_object() || list)
        refuse(fmt::format("{}: expected a value, or a list of them, found {}", key, described(value)));
      job.set(key, texts_of(value));
    }
    return job;
  } catch (const InputError& e) {
    const std::string why = e.what();
    if (why.starts_with(from)) throw;
    refuse(with_options(why, [](std::string_view name) { return std::string(name); }));
    throw;
  }
}

json Job::to_json() const {
  json out = {{"objective", given_->kind->name()}};
  for (const Option& o : given_->options) {
    if (!o.decides) continue;
    if (json value = o.get(); !value.is_null()) out[o.name] = std::move(value);
  }
  return out;
}

std::string Job::command_line() const {
  std::vector<Option> deciding;
  for (const Option& o : given_->options) {
    if (o.decides || !o.get().is_null()) deciding.push_back(o);
  }
  return fmt::format("rule-search search FILE.rule --objective {} {}", given_->kind->name(),
                     rule_search::command_line(deciding));
}

const std::vector<Option>& Job::options() const { return given_->options; }

void Job::set(const std::string& name, const std::vector<std::string>& texts) {
  const Option* const option = option_named(given_->options, name);
  if (option == nullptr) {
    std::vector<std::string> names;
    for (const Option& o : given_->options) names.push_back(o.name);
    const std::string near = nearest_name(name, names);
    throw InputError(fmt::format("‹{}›: the objective {} has no such option{}", name, given_->kind->name(),
                                 near.empty() ? "" : fmt::format("\n  hint: did you mean {}?", near)));
  }
  option->set(texts);
}

void Job::check() const {
  given_->kind->check();
  search_options();
}

ObjectiveKind& Job::kind() const { return *given_->kind; }

SearchOptions Job::search_options() const {
  SearchOptions out = given_->search;
  for (const std::string& range : given_->ranges) out.constraints.ranges.push_back(range_of(range));
  if (!given_->locality.empty()) out.constraints.locality = locality_named(given_->locality);
  return out;
}

int Job::degree() const { return given_->degree; }
std::uint64_t Job::seed() const { return given_->search.seed; }

}  // namespace rule_search
