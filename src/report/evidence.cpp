#include "report/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

#include "report/estimates.hpp"
#include "report/reading.hpp"
#include "report/words.hpp"
#include "search/evidence.hpp"

namespace rule_search {

using nlohmann::json;

namespace {

constexpr std::size_t most_pairs = 8;  // in words; result.json holds all

std::string interval_text(const json& ends, std::size_t entry) {
  const auto end = [&](std::size_t k) {
    if (k >= ends.size()) return json();
    return ends[k].is_array() ? (entry < ends[k].size() ? ends[k][entry] : json()) : ends[k];
  };
  const auto text = [](const json& x) { return x.is_number() ? fmt::format("{:.3g}", x.get<double>()) : "?"; };
  return text(end(0)) + " to " + text(end(1));
}

// `told` makes a line of a coefficient's name and its place among those of the term, wherever `key` has `value`.
void doubt_where(const json& term, const char* key, bool value, std::vector<std::string>& out,
                 const std::function<std::string(const std::string&, std::size_t)>& told) {
  if (!term.contains(key)) return;
  const json& flags = term[key];
  const bool list = flags.is_array();
  const std::string name = text_in(term, "parameter");
  for (std::size_t k = 0; k < (list ? flags.size() : 1); ++k) {
    if ((list ? flags[k] : flags) == value) out.push_back(told(list ? fmt::format("{}[{}]", name, k + 1) : name, k));
  }
}

void doubts_of(const json& term, std::vector<std::string>& out) {
  doubt_where(term, "at_bound", true, out, [](const std::string& name, std::size_t) {
    return fmt::format("{} ended at one of its bounds: the best may lie beyond, where its interval says nothing.",
                       name);
  });
  doubt_where(term, "intervals_agree", false, out, [&](const std::string& name, std::size_t k) {
    return fmt::format("The intervals of {} differ: {} by the sandwich formula, {} by the bootstrap.", name,
                       interval_text(list_in(term, "interval"), k),
                       interval_text(list_in(term, "bootstrap_interval"), k));
  });
}

// A generated coefficient, c17, says nothing of its term.
std::string name_of(const json& pair) {
  const std::string term = text_in(pair, "other_term");
  return term.empty() ? text_in(pair, "other") : fmt::format("{} ({})", text_in(pair, "other"), term);
}

std::string chance_of(const json& r) {
  if (!r.contains("found_anything") || !r["found_anything"].is_boolean()) return "";
  const bool found = r["found_anything"].get<bool>();
  const json chance = object_in(r, "chance");
  const json test = object_in(r, "held_out");
  const Interval accuracy = interval_in(test, "accuracy_interval");
  const Interval loss = interval_in(test, "loss_interval");
  if (words_of(r).goal)
    return fmt::format(
        "{}: of {} test worlds {:.1f} % ({:.1f} to {:.1f}) of what a layer misses at first is gone, {:.1f} % where all "
        "its "
        "weights are 0, and none where it does not learn; loss {:.3g} ({:.3g} to {:.3g}).",
        found ? "The found rule comes nearer to the goal than a layer without weights"
              : "No rule was found that comes nearer to the goal than a layer without weights",
        count_text(number_in(test, "episodes")), 100 * number_in(test, "accuracy"), 100 * accuracy.low,
        100 * accuracy.high, 100 * number_in(chance, "accuracy"), number_in(test, "loss"), loss.low, loss.high);
  if (!words_of(r).tasks)
    return fmt::format(
        "{}: of {} cells of test recordings {:.1f} % ({:.1f} to {:.1f}) of the squares are explained, where a layer "
        "that does "
        "not change explains none; loss {:.3g} ({:.3g} to {:.3g}).",
        found ? "The found rule explains the recordings better than no change"
              : "No rule was found that explains the recordings better than no change",
        count_text(number_in(test, "episodes")), 100 * number_in(test, "accuracy"), 100 * accuracy.low,
        100 * accuracy.high, number_in(test, "loss"), loss.low, loss.high);
  std::string out = fmt::format(
      "{}: on {} test episodes accuracy is {:.1f} % ({:.1f} to {:.1f}) where chance has {:.1f} %, loss "
      "{:.3f} "
      "({:.3f} to {:.3f}) where answers that call every class as likely have {:.3f}.",
      found ? "The found rule is better than chance" : "No rule was found that is better than chance",
      count_text(number_in(test, "episodes")), 100 * number_in(test, "accuracy"), 100 * accuracy.low,
      100 * accuracy.high, 100 * number_in(chance, "accuracy"), number_in(test, "loss"), loss.low, loss.high,
      number_in(chance, "loss"));
  if (labels_permuted(r))
    out += found ? " Labels were permuted and nothing can be learnt: this is a false discovery."
                 : " Labels were permuted, so that is as it should be.";
  return out;
}

}  // namespace

void add_evidence(const SearchResult& r, json& out) {
  out["found_anything"] = r.chance.beaten;
  const auto above = [](Estimate e, double chance) {
    e.mean -= chance;
    e.low -= chance;
    e.high -= chance;
    return estimate_json(e);
  };
  out["chance"] = {{"accuracy", r.chance.accuracy},
                   {"loss", r.chance.loss},
                   {"accuracy_above", above(r.test.accuracy, r.chance.accuracy)},
                   {"loss_above", above(r.test.loss, r.chance.loss)}};
  json pairs = json::array();
  for (const Lookalike& l : r.lookalikes)
    pairs.push_back({{"parameter", l.parameter},
                     {"other", l.other},
                     {"other_term", l.other_term},
                     {"other_found", l.other_found},
                     {"correlation", l.correlation}});
  out["indistinguishable"] = {{"above", alike}, {"compared", r.compared}, {"pairs", std::move(pairs)}};
}

Evidence evidence_of(const json& r) {
  Evidence out;
  out.chance = chance_of(r);
  for (const json& t : list_in(r, "terms")) doubts_of(t, out.doubts);
  const json pairs = list_in(object_in(r, "indistinguishable"), "pairs");
  for (std::size_t k = 0; k < std::min(pairs.size(), most_pairs); ++k)
    out.doubts.push_back(fmt::format(
        "{} can't be told from {}{} on these {}: the correlation of their effects is {:.3f}.",
        text_in(pairs[k], "parameter"), name_of(pairs[k]),
        pairs[k].contains("other_found") && pairs[k]["other_found"] == true ? ", which is in the rule as well," : "",
        words_of(r).units, number_in(pairs[k], "correlation")));
  if (pairs.size() > most_pairs)
    out.doubts.push_back(fmt::format("{} more such pairs are in result.json.", pairs.size() - most_pairs));
  return out;
}

bool labels_permuted(const json& r) {
  const json setting = object_in(r, "setting");
  return setting.contains("permute_labels") && setting["permute_labels"] == true;
}

}  // namespace rule_search
