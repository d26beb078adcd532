#include "command/options.hpp"

#include <fmt/format.h>
#include <tbb/global_control.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <iostream>
#include <limits>

#include "base/error.hpp"
#include "command/command.hpp"
#include "objectives/list.hpp"
#include "run/result_file.hpp"

namespace rule_search::command {

void add_option(CLI::App& app, const Option& option,
                const std::function<void(const std::vector<std::string>&)>& typed) {
  std::string names = "--" + option.name;
  // A command can have an older name for something else.
  for (const std::string& alias : option.aliases) {
    if (app.get_option_no_throw("--" + alias) == nullptr) names += ",--" + alias;
  }
  if (option.flag) {
    app.add_flag_callback(
        names, [typed] { typed({}); }, option.meaning);
    return;
  }
  CLI::Option* const added =
      app.add_option_function<std::vector<std::string>>(names, typed, option.meaning)
          ->type_name(option.choices.empty() ? option.type : fmt::format("{{{}}}", fmt::join(option.choices, ",")));
  if (!option.default_text.empty()) added->default_str(option.default_text);
  if (option.many || option.type == "INT,...")
    added->take_all();
  else
    added->expected(1);
}

void add_options(CLI::App& app, const std::vector<Option>& options) {
  for (const Option& o : options) add_option(app, o, o.set);
}

Option threads_option(int& threads) {
  Option o = whole_option("threads", threads, 0, 1024, "threads, 0 for all processors");
  o.decides = false;
  return o;
}

void add_rule_file(CLI::App& app, std::string& file) {
  app.add_option("FILE", file, "rule file, or the result.json of a search")->required();
}

CLI::Option* add_run_folder(CLI::App& app, std::string& out) {
  return app.add_option("--out", out, "folder for the run; where it exists and is not empty, a new folder in it")
      ->capture_default_str();
}

void add_json(CLI::App& app, bool& as_json) { app.add_flag("--json", as_json, "print one JSON document"); }

std::string& objective_of_help() {
  static std::string name;
  return name;
}

void ObjectiveArguments::add(CLI::App& app, const Rows& rows) {
  std::string meaning = "what the rule is to do:";
  std::vector<std::string> names;
  for (const auto& kind : objective_kinds()) {
    meaning += fmt::format("{} {} ({})", names.empty() ? "" : ",", kind->summary(), kind->name());
    names.push_back(kind->name());
  }
  objective_ = names.front();
  app.add_option("--objective", objective_, meaning)
      ->type_name(fmt::format("{{{}}}", fmt::join(names, ",")))
      ->each([this](const std::string&) { given_ = true; })
      ->capture_default_str();
  std::map<std::string, Option> all;
  std::vector<std::string> order;
  for (const std::string& name : names) {
    for (const Option& o : rows(name)) {
      if (all.try_emplace(o.name, o).second) order.push_back(o.name);
      if (name == objective_of_help()) all[o.name] = o;  // several objectives can have an option of this name
      whose_[o.name].push_back(name);
    }
  }
  for (const std::string& name : order) {
    add_option(app, all.at(name), [this, name](const std::vector<std::string>& texts) { typed_[name] = texts; });
    const std::vector<std::string>& whose = whose_.at(name);
    const bool for_all = whose.size() == names.size();
    const bool asked =
        objective_of_help().empty() || std::find(whose.begin(), whose.end(), objective_of_help()) != whose.end();
    // An option without a group is not shown.
    CLI::Option* const added = app.get_option("--" + name);
    if (!asked)
      added->group("");
    else if (!for_all)
      added->group(fmt::format("Options of --objective {}", fmt::join(whose, " and ")));
  }
}

void ObjectiveArguments::check(const std::string& objective) const {
  for (const auto& [name, texts] : typed_) {
    const std::vector<std::string>& whose = whose_.at(name);
    if (std::find(whose.begin(), whose.end(), objective) != whose.end()) continue;
    throw InputError(fmt::format("‹{}›: cannot be used with ‹objective› {}\n  hint: it is an option of ‹objective› {}",
                                 name, objective, fmt::join(whose, " and of ‹objective› ")));
  }
}

void RuleArguments::add(CLI::App& app) {
  arguments_.add(app, [](const std::string& name) { return objective_kind(name)->options(); });
  add_options(app,
              {seed_option("seed", seed_, "number that all random choices follow from"), threads_option(threads_)});
}

std::unique_ptr<Objective> RuleArguments::objective(const std::string& file, const Rule& rule) {
  const bool of_result = !arguments_.objective_given() && is_result(file);
  kind_ = objective_kind(of_result ? read_result(file).objective.name : arguments_.objective());
  arguments_.check(kind_->name());
  const std::vector<Option> rows = kind_->options();
  for (const auto& [name, texts] : arguments_.typed()) option_named(rows, name)->set(texts);
  kind_->check();
  std::unique_ptr<Objective> out = kind_->make(rule, seed_);
  for (const std::string& text : kind_->data_notes(*out)) std::cerr << text << "\n";
  return out;
}

std::shared_ptr<void> RuleArguments::limit_threads() const { return command::limit_threads(threads_); }

std::shared_ptr<void> limit_threads(int threads) {
  if (threads == 0) return nullptr;
  return std::make_shared<tbb::global_control>(tbb::global_control::max_allowed_parallelism,
                                               static_cast<std::size_t>(threads));
}

CLI::Validator number_between(double low, double high) {
  const std::string range = fmt::format("from {:g} to {:g}", low, high);
  return {[=](std::string& text) -> std::string {
            char* end = nullptr;
            const double value = std::strtod(text.c_str(), &end);
            // Written so that what is no number is refused.
            if (!text.empty() && *end == '\0' && value >= low && value <= high) return "";
            return fmt::format("expected a number {}, found {}", range, text);
          },
          range};
}

CLI::Validator whole_number() {
  return {[](std::string& text) -> std::string {
            std::uint64_t value = 0;
            const char* end = text.data() + text.size();
            const auto read = std::from_chars(text.data(), end, value);
            if (read.ec == std::errc() && read.ptr == end) return "";
            return fmt::format("expected a whole number from 0 to {}, found {}",
                               std::numeric_limits<std::uint64_t>::max(), text);
          },
          ""};
}

}  // namespace rule_search::command
