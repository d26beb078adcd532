#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "command/command.hpp"
#include "expression/print.hpp"
#include "plan/plan.hpp"
#include "report/rule_document.hpp"

namespace rule_search::command {

namespace {

// How the first connection can be carried out, where the samples of an episode are fewer than its cells.
std::string first_layer(const plan::Plan& plan) {
  const auto by_sample = plan::in_sample_space(plan);
  return !by_sample ? "weights" : by_sample->replays() ? "by_sample_with_walk" : "by_sample";
}

using nlohmann::json;

struct Options {
  std::vector<std::string> files;
  bool plan = false;
  bool as_json = false;
};

json check_json(const std::string& path, bool& good) {
  json out;
  try {
    const Rule rule = read_rule(path);
    out = rule_document(rule);
    const plan::Plan plan = plan::lower(rule);
    out["plan"] = {{"outer_products", plan.outers.size()},
                   {"weight_products", plan.weight_products()},
                   {"dense", plan.has_dense_matrices()},
                   {"first_layer", first_layer(plan)}};
  } catch (const RuleError& e) {
    good = false;
    out["file"] = path;
    out["errors"] = json::array();
    const Lines lines(e.source());
    for (const Diagnostic& d : e.diagnostics()) {
      const Place place = lines.place(d.span.begin);
      out["errors"].push_back({{"line", place.line},
                               {"column", place.column},
                               {"message", d.message},
                               {"expected", d.expected},
                               {"found", d.found},
                               {"hint", d.hint}});
    }
    if (e.left_out() > 0) out["more_errors"] = e.left_out();
  } catch (const InputError& e) {
    good = false;
    out["file"] = path;
    const std::string what = e.what();
    const std::string before_hint = "\n  hint: ";
    const std::size_t at = what.find(before_hint);
    out["errors"] = json::array({{{"line", 0},
                                  {"column", 0},
                                  {"message", what.substr(0, at)},
                                  {"hint", at == std::string::npos ? "" : what.substr(at + before_hint.size())}}});
  }
  return out;
}

void print_rule(const std::string& path, bool with_plan) {
  std::vector<plan::PassRecord> passes;
  const Rule rule = read_rule(path);
  const plan::Plan plan = plan::lower(rule, &passes);
  Locality whole = Locality::local;
  const auto told = [&](Locality reach, const std::string& text, const std::string& cell) {
    fmt::print("  {:<6} {:<44} {}\n", name(reach), text, cell);
  };
  fmt::print("{}: {} ({} parameter{})\n", path, rule.name, rule.parameters.size(),
             rule.parameters.size() == 1 ? "" : "s");
  for (const Expr& s : summands(rule.dw)) {
    whole = std::max(whole, locality(rule, s));
    told(locality(rule, s), print(s, rule), "dw_ij: " + synapse_form(s, rule));
  }
  for (const State& s : declared_states(rule))
    told(locality(s.next), fmt::format("next {} = {}", s.name, print(s.next, rule)),
         fmt::format("{}: {}", synapse_form(make_variable(Op::state, 0, s.name, s.shape), {}),
                     synapse_form(s.next, rule)));
  const std::vector<std::string> told_to_all = broadcast_signals(rule);
  fmt::print(
      "  the whole rule is {}{}\n", name(whole),
      told_to_all.empty() ? "" : fmt::format(", with numbers given to all synapses: {}", fmt::join(told_to_all, ", ")));
  for (const Parameter& p : rule.parameters) {
    if (p.shape && !is_time_constant(p))
      fmt::print("  {} is a shape parameter: a search begins with {:g} and does not remove it alone\n", p.name,
                 p.initial[0]);
  }
  for (const Parameter& p : rule.parameters) {
    if (p.per_recording)
      fmt::print(
          "  {} has a value of its own in every recording: these are fitted after the rule with one value for all\n",
          p.name);
  }
  if (rule.bound) fmt::print("  {}\n", bound_text(*rule.bound));
  if (rule.step.stated) fmt::print("  one step is {}\n", time_text(rule.step.seconds));
  for (const std::string& note : notes_on(rule)) fmt::print("  note: {}\n", note);
  if (!with_plan) return;
  for (const plan::PassRecord& pass : passes) fmt::print("\n  after {}:\n{}", pass.name, pass.text);
  fmt::print(
      "\n  a step costs {} outer product{}, {} product{} with w or w'{}; {:.0f} multiply-adds through 170 x "
      "784 weights\n",
      plan.outers.size(), plan.outers.size() == 1 ? "" : "s", plan.weight_products(),
      plan.weight_products() == 1 ? "" : "s", plan.has_dense_matrices() ? ", and matrices computed by element" : "",
      plan::cost(plan, 170, 784));
  const std::string first = first_layer(plan);
  fmt::print("  {}\n",
             first == "weights" ? "a connection from the input keeps its weights: the rule needs them as they are"
             : first == "by_sample"
                 ? "a connection from the input keeps what its weights make of the samples, not the weights"
                 : "a connection from the input keeps what its weights make of the samples, and walks through "
                   "the changes so far for its product with another column");
}

int run(const Options& o) {
  if (o.as_json) {
    bool good = true;
    json all = json::array();
    for (const std::string& f : o.files) all.push_back(check_json(f, good));
    std::cout << dump(all.size() == 1 ? all[0] : all, 2) << "\n";
    return good ? 0 : 2;
  }
  bool good = true;
  for (const std::string& f : o.files) {
    try {
      print_rule(f, o.plan);
    } catch (const InputError& e) {
      good = false;
      std::cerr << e.what() << "\n";
    }
  }
  return good ? 0 : 2;
}

}  // namespace

Action prepare_check(CLI::App& sub) {
  auto options = std::make_shared<Options>();
  sub.add_option("FILE", options->files, "rule files")->required();
  sub.add_flag("--plan", options->plan, "show the passes and the cost of a step");
  add_json(sub, options->as_json);
  return [options] { return run(*options); };
}

}  // namespace rule_search::command
