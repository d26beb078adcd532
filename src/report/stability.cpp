#include "report/stability.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "report/numbers.hpp"

namespace rule_search {

using nlohmann::json;

namespace {

using Results = std::vector<std::pair<std::string, Result>>;
// Each with its terms in the order of the first file that has them: no order of terms makes another rule.
using Sets = std::map<std::set<std::string>, SetStability>;

std::vector<std::string> found_terms(const std::string& path, const Result& r) {
  std::vector<std::string> out;
  for (std::size_t k = 0; k < r.terms.size(); ++k) {
    const std::string& parameter = r.terms[k].parameter;
    const std::string at = fmt::format("terms[{}].parameter", k);
    const auto refuse = [&](const std::string& expected, const std::string& found) {
      throw InputError(
          fmt::format("{}: not the result of a search: {}: expected {}, found {}\n  hint: give the result.json of "
                      "a run's folder",
                      path, at, expected, found));
    };
    if (parameter.empty()) refuse("this key", "nothing");
    if (std::find(out.begin(), out.end(), parameter) != out.end())
      refuse("each parameter once", in_quotes(parameter) + " again");
    out.push_back(parameter);
  }
  return out;
}

std::set<std::string> candidates(const std::string& path, const Result& r) {
  const std::vector<std::string> found = found_terms(path, r);
  std::set<std::string> all(found.begin(), found.end());
  all.insert(r.dropped.begin(), r.dropped.end());
  return all;
}

[[noreturn]] void differ(const Results& results, std::size_t k, const std::string& key, const std::string& first,
                         const std::string& other) {
  throw InputError(fmt::format(
      "{}: {} differs from that of {}: expected {}, found {}\n  hint: give results of searches that differ in "
      "nothing but ‹seed›",
      results[k].first, key, results[0].first, first, other));
}

// What must be the same: everything that a search starts from but its seed.
void check_same(const Results& results) {
  const auto compare = [&](std::size_t k, const std::string& key, const json& a, const json& b) {
    if (a != b) differ(results, k, key, described(a), described(b));
  };
  const auto value = [](const json& object, const std::string& key) {
    return object.is_object() && object.contains(key) ? object.at(key) : json();
  };
  std::map<std::uint64_t, std::string> seeds;
  const Result& first = results[0].second;
  const std::set<std::string> terms = candidates(results[0].first, first);
  for (std::size_t k = 0; k < results.size(); ++k) {
    const auto& [path, r] = results[k];
    compare(k, "rule", first.rule, r.rule);
    const std::set<std::string> here = candidates(path, r);
    if (here != terms)
      differ(results, k, "candidate_rule", fmt::format("{}", fmt::join(terms, ", ")),
             fmt::format("{}", fmt::join(here, ", ")));
    // Results of earlier versions do not hold the text.
    if (!first.candidate_rule.empty() && !r.candidate_rule.empty())
      compare(k, "candidate_rule", first.candidate_rule, r.candidate_rule);
    compare(k, "objective", first.objective.name, r.objective.name);
    if (!first.data.drawn || !r.data.drawn) compare(k, "data.hash", first.data.hash, r.data.hash);
    std::set<std::string> keys;
    for (const json* s : {&first.setting, &r.setting}) {
      for (const auto& [key, unused] : s->items()) keys.insert(key);
    }
    for (const std::string& key : keys) {
      const json a = value(first.setting, key);
      const json b = value(r.setting, key);
      // Short lists, such as layers, are told in full.
      if (a != b) differ(results, k, "setting." + key, dump(a), dump(b));
    }
    const auto [at, fresh] = seeds.try_emplace(r.seed, path);
    if (!fresh)
      throw InputError(
          fmt::format("{}: seed {}, which {} has as well: expected a seed of its own for each result\n  hint: the same "
                      "search counted twice would look stable; leave one out",
                      path, r.seed, at->second));
  }
}

double median(std::vector<double> x) {
  std::sort(x.begin(), x.end());
  const std::size_t n = x.size();
  return n % 2 == 1 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}

// Terms of a rule of the path, whose parameters can be more: time constants and other shape parameters are no terms. The
// front is the path turned round.
std::size_t terms_of_step(const Result& r, std::size_t step) {
  return r.front.size() == r.path.size() ? r.front[r.front.size() - 1 - step].complexity
                                         : r.path[step].parameters.size();
}

void count(Sets& sets, const std::vector<std::string>& parameters, std::uint64_t seed) {
  SetStability& entry = sets[{parameters.begin(), parameters.end()}];
  entry.parameters = entry.seeds.empty() ? parameters : entry.parameters;
  entry.seeds.push_back(seed);
}

// The most frequent first.
std::vector<SetStability> ranked(const Sets& sets, std::size_t results) {
  std::vector<SetStability> out;
  for (const auto& [unused, entry] : sets) {
    out.push_back(entry);
    out.back().share = wilson(static_cast<int>(entry.seeds.size()), static_cast<int>(results));
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const SetStability& a, const SetStability& b) { return a.seeds.size() > b.seeds.size(); });
  return out;
}

TermStability term_stability(const std::string& parameter, const Results& results) {
  TermStability out;
  out.parameter = parameter;
  std::vector<std::vector<double>> values;  // by entry
  for (const auto& [path, r] : results) {
    for (const result::Term& t : r.terms) {
      if (t.parameter != parameter) continue;
      out.seeds.push_back(r.seed);
      const std::vector<double>& entries = t.coefficient.values;
      values.resize(std::max(values.size(), entries.size()));
      for (std::size_t k = 0; k < entries.size(); ++k) values[k].push_back(entries[k]);
    }
  }
  for (std::size_t k = 0; k < values.size(); ++k) {
    const auto [low, high] = std::minmax_element(values[k].begin(), values[k].end());
    out.coefficient.push_back(
        {values.size() > 1 ? fmt::format("{}[{}]", parameter, k + 1) : parameter, median(values[k]), *low, *high});
  }
  out.share = wilson(static_cast<int>(out.seeds.size()), static_cast<int>(results.size()));
  return out;
}

json share_json(const Estimate& share, const std::vector<std::uint64_t>& seeds) {
  return {{"share", share.mean}, {"share_interval", interval_json(share)}, {"count", seeds.size()}, {"seeds", seeds}};
}

json set_json(const SetStability& s) {
  json out = share_json(s.share, s.seeds);
  out["parameters"] = s.parameters;
  return out;
}

std::string share_text(const Estimate& share, std::size_t count, std::size_t of) {
  return fmt::format("{:>2} of {:<2} {:<24}", count, of, percent(share));
}

}  // namespace

Stability stability(const Results& results) {
  if (results.size() < 2)
    throw InputError(
        fmt::format("{} given: expected at least two results\n  hint: run `rule-search search` with "
                    "‹seed› 1, ‹seed› 2, ... and give the result.json of each",
                    results.empty() ? "nothing" : results[0].first + " alone is"));
  check_same(results);
  Stability out;
  const Result& first = results[0].second;
  out.rule = first.rule;
  out.data_name = first.data.name;
  out.data_hash = first.data.hash;
  Sets found;
  std::map<std::size_t, Sets> sizes;
  for (const auto& [path, r] : results) {
    out.seeds.push_back(r.seed);
    count(found, found_terms(path, r), r.seed);
    for (std::size_t k = 0; k < r.path.size(); ++k) count(sizes[terms_of_step(r, k)], r.path[k].parameters, r.seed);
  }
  for (const std::string& parameter : candidates(results[0].first, first))
    out.terms.push_back(term_stability(parameter, results));
  std::stable_sort(out.terms.begin(), out.terms.end(),
                   [](const TermStability& a, const TermStability& b) { return a.seeds.size() > b.seeds.size(); });
  out.found = ranked(found, results.size());
  for (const auto& [size, sets] : sizes) out.best_of_size.emplace_back(size, ranked(sets, results.size()));
  return out;
}

json to_json(const Stability& s) {
  json out = {{"rule", s.rule},
              {"data", {{"name", s.data_name}, {"hash", s.data_hash}}},
              {"seeds", s.seeds},
              {"terms", json::array()},
              {"found", json::array()},
              {"best_of_size", json::array()},
              {"intervals", "95 % by Wilson's score interval, over results"}};
  for (const TermStability& t : s.terms) {
    json term = share_json(t.share, t.seeds);
    term["parameter"] = t.parameter;
    term["coefficient"] = json::array();
    for (const CoefficientRange& c : t.coefficient)
      term["coefficient"].push_back({{"name", c.name}, {"median", c.median}, {"range", {c.low, c.high}}});
    out["terms"].push_back(std::move(term));
  }
  for (const SetStability& f : s.found) out["found"].push_back(set_json(f));
  for (const auto& [size, sets] : s.best_of_size) {
    json rules = json::array();
    for (const SetStability& r : sets) rules.push_back(set_json(r));
    out["best_of_size"].push_back({{"size", size}, {"rules", std::move(rules)}});
  }
  return out;
}

std::string to_table(const Stability& s) {
  const std::size_t n = s.seeds.size();
  std::string out =
      fmt::format("{} searches of {} on {}, seeds {}\n\n", n, s.rule, s.data_name, fmt::join(s.seeds, ", "));
  out += fmt::format("  {:<12} {:<32} {:>12}  {}\n", "term", "found in, 95 % by Wilson", "median", "range");
  for (const TermStability& t : s.terms) {
    const std::string share = share_text(t.share, t.seeds.size(), n);
    if (t.coefficient.empty()) out += line_of(fmt::format("  {:<12} {}", t.parameter, share));
    for (std::size_t k = 0; k < t.coefficient.size(); ++k) {
      const CoefficientRange& c = t.coefficient[k];
      out += line_of(fmt::format("  {:<12} {:<32} {:>12.4g}  {:.4g} to {:.4g}", c.name, k == 0 ? share : "", c.median,
                                 c.low, c.high));
    }
  }
  out += "\nSets of terms found\n";
  const auto sets = [&](const std::vector<SetStability>& of) {
    for (const SetStability& f : of) {
      out += line_of(fmt::format("  {:<32}  {}  (seed {})", share_text(f.share, f.seeds.size(), n),
                                 fmt::join(f.parameters, " "), fmt::join(f.seeds, ", ")));
    }
  };
  sets(s.found);
  // Beyond what any search found, sizes tell of chance.
  std::size_t largest = 0;
  for (const SetStability& f : s.found) largest = std::max(largest, f.parameters.size());
  for (const auto& [size, of] : s.best_of_size) {
    if (size > largest + 1) break;
    out += fmt::format("\nBest rule of {} {} on the path\n", size, size == 1 ? "term" : "terms");
    sets(of);
  }
  return out;
}

}  // namespace rule_search
