#include "objectives/few_shot/transfer_report.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "expression/print.hpp"
#include "objectives/few_shot/network_options.hpp"
#include "report/numbers.hpp"

namespace rule_search {

using nlohmann::json;

namespace {

json row_json(const TransferRow& r) {
  json out = {{"label", r.label},
              {"data", r.data},
              {"part", rule_search::name(r.part)},
              {"layers", r.network.layers},
              {"feedback", rule_search::name(r.feedback)},
              {"ways", r.task.ways},
              {"shots", r.task.shots},
              {"queries", r.task.queries},
              {"found", score_json(r.found)},
              {"feedback_alignment", score_json(r.feedback_alignment)},
              {"backpropagation", score_json(r.backpropagation)},
              {"accuracy_difference",
               {{"feedback_alignment", estimate_json(r.above_feedback_alignment)},
                {"backpropagation", estimate_json(r.above_backpropagation)}}},
              {"loss_difference",
               {{"feedback_alignment", estimate_json(paired(r.found.losses, r.feedback_alignment.losses))},
                {"backpropagation", estimate_json(paired(r.found.losses, r.backpropagation.losses))}}}};
  if (r.factor != 1) out["factor"] = r.factor;
  if (r.task.stream > 0) out["stream"] = r.task.stream;
  out.update(network_details(r.network, r.feedback));
  return out;
}

// Of a table of factors.
std::string robustness_text(const TransferTable& table) {
  const Robustness r = robustness(table);
  const auto said = [](const Robust& one) { return fmt::format("{} (best {:.1f} %)", one.rows, 100 * one.best); };
  return fmt::format(
      "  Of {} factors within 4 points of the best: rule {}, feedback alignment {}, backpropagation {}.\n",
      table.rows.size(), said(r.found), said(r.feedback_alignment), said(r.backpropagation));
}

// "3/0/1": of the rule, of feedback alignment, of backpropagation.
std::string diverged(const TransferRow& r) {
  if (r.found.diverged + r.feedback_alignment.diverged + r.backpropagation.diverged == 0) return "";
  return fmt::format("{}/{}/{}", r.found.diverged, r.feedback_alignment.diverged, r.backpropagation.diverged);
}

}  // namespace

json to_json(const Transfer& t) {
  const TransferOptions& o = t.options;
  json out = {{"rule", o.rule.name},
              {"rule_text", print(o.rule)},
              {"episodes_each", o.episodes},
              {"seed", o.seed},
              {"data", {{"name", t.data_name}, {"hash", t.data_hash}, {"split", t.split}, {"note", o.note}}},
              {"eta", {{"feedback_alignment", o.feedback_alignment_eta}, {"backpropagation", o.backpropagation_eta}}},
              {"setting",
               {{"feedback", rule_search::name(o.feedback)},
                {"layers", o.network.layers},
                {"beta", o.network.beta},
                {"ways", o.task.ways},
                {"shots", o.task.shots},
                {"queries", o.task.queries}}},
              {"episodes", t.episodes},
              {"seconds", t.seconds},
              {"tables", json::object()}};
  out["setting"].update(network_details(o.network, o.feedback));
  if (o.task.stream > 0) out["setting"]["stream"] = o.task.stream;
  for (const TransferTable& table : t.tables) {
    json rows = json::array();
    for (const TransferRow& r : table.rows) rows.push_back(row_json(r));
    json left_out = json::array();
    for (const LeftOut& l : table.left_out) left_out.push_back({{"label", l.label}, {"why", l.why}});
    json& one = out["tables"][rule_search::name(table.kind)];
    one = {{"title", table.title}, {"rows", std::move(rows)}, {"left_out", std::move(left_out)}};
    if (table.kind == TransferKind::rates) {
      const Robustness r = robustness(table);
      one["within_4_points"] = {{"found", r.found.rows},
                                {"feedback_alignment", r.feedback_alignment.rows},
                                {"backpropagation", r.backpropagation.rows}};
    }
  }
  return out;
}

std::string to_table(const Transfer& t) {
  const TransferOptions& o = t.options;
  std::string out = fmt::format("Rule      {}\n", o.rule.name);
  for (const Parameter& p : o.rule.parameters)
    out += fmt::format("          {} = {:.6g}\n", p.name, fmt::join(p.initial, ", "));
  const Description words = words_of({nullptr, nullptr, {}, o.task, o.network, o.seed}, o.network, o.feedback);
  out += fmt::format("Fitted on {}; {}; seed {}\n", words.headline.text, fmt::join(o.network.layers, "-"), o.seed);
  out += fmt::format(
      "Nothing is refitted: feedback alignment has eta = {:.4g}, backpropagation {:.4g} in every row. Each "
      "row: "
      "{} episodes, the same for all three.\n",
      o.feedback_alignment_eta, o.backpropagation_eta, o.episodes);
  bool any_diverged = false;
  for (const TransferTable& table : t.tables) {
    std::size_t width = 12;
    for (const TransferRow& r : table.rows) width = std::max(width, r.label.size());
    out += fmt::format("\n{}\n", table.title);
    out +=
        line_of(fmt::format("  {:<{}}  {:<24} {:<24} {:<24} {:<24} {:<24} {}", "", width, "rule", "feedback alignment",
                            "backpropagation", "rule above fb. alignment", "above backpropagation", "diverged"));
    for (const TransferRow& r : table.rows) {
      out += line_of(fmt::format("  {:<{}}  {:<24} {:<24} {:<24} {:<24} {:<24} {}", r.label, width,
                                 percent(r.found.accuracy), percent(r.feedback_alignment.accuracy),
                                 percent(r.backpropagation.accuracy), points(r.above_feedback_alignment),
                                 points(r.above_backpropagation), diverged(r)));
      any_diverged = any_diverged || !diverged(r).empty();
    }
    if (table.kind == TransferKind::rates) out += robustness_text(table);
    for (const LeftOut& l : table.left_out) out += fmt::format("  {} left out: {}\n", l.label, l.why);
  }
  out += "\nAccuracy with 95 % intervals by Student's t over episodes; differences paired, in points.\n";
  if (any_diverged)
    out += "Blew up: episodes of the rule/feedback alignment/backpropagation that did; they count as chance.\n";
  return out + fmt::format("{} episodes in {:.0f} s\n", t.episodes, t.seconds);
}

}  // namespace rule_search
