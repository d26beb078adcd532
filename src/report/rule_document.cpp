#include "report/rule_document.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "expression/decay.hpp"
#include "expression/locality.hpp"
#include "expression/print.hpp"
#include "expression/shape_parameters.hpp"

namespace rule_search {

using nlohmann::json;

namespace {

std::vector<std::string> parameters_in(const Expr& e, const Rule& rule) {
  std::vector<std::string> names;
  for (std::size_t r = 0; r < rule.parameters.size(); ++r) {
    if (depends_on_parameter(e, static_cast<int>(r))) names.push_back(rule.parameters[r].name);
  }
  return names;
}

}  // namespace

std::vector<std::string> notes_on(const Rule& rule) {
  std::vector<std::string> out = doubtful_decays(rule);
  for (std::string& note : notes_on_thresholds(rule)) out.push_back(std::move(note));
  return out;
}

std::vector<std::string> broadcast_signals(const Rule& rule) {
  std::vector<std::string> names;
  for (const Signal& s : rule.signals) {
    if (s.shape.is_number()) names.push_back(s.name);
  }
  return names;
}

json rule_document(const Rule& rule) {
  json out;
  out["rule"] = rule.name;
  out["citation"] = rule.citation;
  out["formula"] = formula(rule);
  out["parameters"] = json::array();
  for (const Parameter& p : rule.parameters) out["parameters"].push_back(p.name);
  for (const Parameter& p : rule.parameters) {
    if (p.shape && !is_time_constant(p)) out["shape_parameters"].push_back(p.name);
  }
  for (const Parameter& p : rule.parameters) {
    if (p.per_recording) out["recording_parameters"].push_back(p.name);
  }
  out["terms"] = json::array();
  Locality whole = Locality::local;
  for (const Expr& s : summands(rule.dw)) {
    whole = std::max(whole, locality(rule, s));
    out["terms"].push_back({{"term", print(s, rule)},
                            {"parameters", parameters_in(s, rule)},
                            {"locality", name(locality(rule, s))},
                            {"synapse", synapse_form(s, rule)},
                            {"latex", latex(s, rule)}});
  }
  out["locality"] = name(whole);
  for (const State& s : declared_states(rule))
    out["states"][s.name] = {{"shape", name(s.shape)},
                             {"initial", s.elements.empty() ? nlohmann::json(s.initial) : nlohmann::json(s.elements)},
                             {"next", print(s.next, rule)},
                             {"synapse", synapse_form(s.next, rule)},
                             {"latex", latex(s.next, rule)},
                             {"locality", name(locality(s.next))}};
  for (const State& s : declared_states(rule)) {
    if (s.each_trial) out["states"][s.name]["each_trial"] = true;
  }
  for (const Signal& s : rule.signals) out["signals"][s.name] = name(s.shape);
  if (const std::vector<std::string> told = broadcast_signals(rule); !told.empty()) out["broadcast"] = told;
  if (rule.step.seconds > 0) out["step"] = rule.step.seconds;
  if (const std::vector<std::string> notes = notes_on(rule); !notes.empty()) out["notes"] = notes;
  return out;
}

}  // namespace rule_search
