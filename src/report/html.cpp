#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "expression/print.hpp"
#include "expression/print/mathml.hpp"
#include "expression/rewrite.hpp"
#include "expression/simplify.hpp"
#include "report/estimates.hpp"
#include "report/evidence.hpp"
#include "report/figure.hpp"
#include "report/html_parts.hpp"
#include "report/reading.hpp"
#include "report/record.hpp"
#include "report/words.hpp"

namespace rule_search {

namespace {

using html::escaped;
using nlohmann::json;

// "71.0 % (69.0 to 72.9)"
std::string with_interval(double value, Interval i, double by, int digits, const char* unit) {
  if (!std::isfinite(value)) return "&#x2013;";
  // Of recordings without much noise hardly anything is left, and three decimals would show none of it.
  const bool small = digits >= 3 && value != 0 && std::abs(by * value) < 0.01;
  const auto number = [&](double x) {
    return small ? fmt::format("{:.3g}", by * x) : fmt::format("{:.{}f}", by * x, digits);
  };
  std::string out = number(value) + unit;
  if (std::isfinite(i.low) && std::isfinite(i.high))
    out += fmt::format(" <span class=\"i\">({} to {})</span>", number(i.low), number(i.high));
  return out;
}

std::string estimate(const json& of, const char* value, const char* interval, double by = 1, int digits = 3,
                     const char* unit = "") {
  return with_interval(number_in(of, value), interval_in(of, interval), by, digits, unit);
}

std::string numbers(const json& value) {
  if (value.is_number()) return fmt::format("{:.3g}", value.get<double>());
  if (!value.is_array()) return "&#x2013;";
  std::string out;
  for (const json& v : value) out += (out.empty() ? "" : ", ") + numbers(v);
  return out;
}

std::string spaced(std::string key) {
  std::replace(key.begin(), key.end(), '_', ' ');
  return escaped(key);
}

// Each summand is a formula of its own, so that the line breaks between them.
std::string typeset(const std::string& left, const std::vector<std::string>& summands) {
  const bool arrow = left.find("&#x2190;") != std::string::npos;
  std::string out = "<p class=\"formula\"><math><mrow>" + left + (arrow ? "" : "<mo>=</mo>") + "</mrow></math>";
  for (const std::string& s : summands) out += " <math><mrow>" + s + "</mrow></math>";
  return out + "</p>\n";
}

std::string formulas(const Rule& rule, const std::string& printed) {
  std::string out = typeset("<mi mathvariant=\"normal\">&#x394;</mi><msub><mi>W</mi><mi>&#x2113;</mi></msub>",
                            mathml_summands(rule.dw, rule.parameters));
  out +=
      "<p>For the synapse from presynaptic cell <i>j</i> to postsynaptic cell <i>i</i>, with activities "
      "<i>x<sub>j</sub></i> and <i>y<sub>i</sub></i> and their errors <i>e</i>:</p>\n";
  out += typeset("<mi mathvariant=\"normal\">&#x394;</mi><msub><mi>w</mi><mrow><mi>i</mi><mi>j</mi></mrow></msub>",
                 mathml_synapse_summands(rule.dw, rule.parameters));
  if (!rule.states.empty()) {
    out += "<p>It remembers, from one step to the next:</p>\n";
    for (const State& s : rule.states) {
      const std::vector<std::string> name =
          mathml_synapse_summands(make_variable(Op::state, 0, s.name, s.shape), rule.parameters);
      out += typeset(name[0] + "<mo>&#x2190;</mo>", mathml_synapse_summands(s.next, rule.parameters));
    }
  }
  return out + "<p>As <code>rule-search</code> reads it:</p>\n<pre>" + escaped(printed) + "</pre>\n";
}

// The rule with its numbers in place; of one number a layer there are several, and the name stays.
Rule with_numbers(const std::string& rule_text) {
  const Rule rule = check_rule({"rule_text", rule_text});
  std::vector<bool> replace;
  std::vector<double> values;
  for (const Parameter& p : rule.parameters) {
    replace.push_back(!p.per_layer);
    values.push_back(p.initial[0]);
  }
  Rule out = rule;
  out.dw = simplify(substitute(rule.dw, replace, values));
  for (State& s : out.states) s.next = simplify(substitute(s.next, replace, values));
  return out;
}

std::string reach(const std::string& locality) {
  if (locality == "local") return "A synapse needs only its own two cells, its weight and numbers broadcast to all.";
  if (locality == "cell") return "A synapse also needs a sum over the synapses of one of its cells.";
  if (locality == "layer") return "A synapse also needs a sum over a whole population of cells.";
  return "";
}

// A generated coefficient, c17, says nothing of its term.
std::string term_name(const json& term) {
  const std::string parameter = text_in(term, "parameter");
  const std::string text = text_in(term, "term");
  return term.contains("generated") && term["generated"] == true && !text.empty() ? parameter + ": " + text : parameter;
}

std::string names_of_terms(const json& terms) {
  std::string out;
  for (std::size_t k = 0; k < terms.size(); ++k) {
    const char* between = k == 0 ? "" : k + 1 == terms.size() ? " and " : ", ";
    out += fmt::format("{}<code>{}</code>", between, escaped(term_name(terms[k])));
  }
  return out;
}

std::string answer(const json& r) {
  const json terms = list_in(r, "terms");
  const json setting = object_in(r, "setting");
  const json test = object_in(r, "held_out");
  const std::size_t candidates = terms.size() + list_in(r, "dropped").size();
  if (words_of(r).goal)
    return fmt::format(
        "<p class=\"answer\">Of {} candidate term{} {} {}: {}. With {} a layer comes from where it begins to {} of the "
        "goal "
        "<code>{}</code> in {} test worlds. {}</p>\n",
        candidates, candidates == 1 ? "" : "s", terms.size() == 1 ? "this one" : fmt::format("these {}", terms.size()),
        terms.size() == 1 ? "suffices" : "suffice", names_of_terms(terms), terms.size() == 1 ? "it" : "them",
        estimate(test, "accuracy", "accuracy_interval", 100, 1, " %"),
        escaped(text_in(object_in(r, "objective"), "goal")), count_text(number_in(test, "episodes")),
        reach(text_in(r, "locality")));
  if (!words_of(r).tasks)
    return fmt::format(
        "<p class=\"answer\">Of {} candidate term{} {} {}: {}. Simulated from where they begin, {} of what changed in "
        "{} "
        "cells of test recordings is explained by {}. {}</p>\n",
        candidates, candidates == 1 ? "" : "s", terms.size() == 1 ? "this one" : fmt::format("these {}", terms.size()),
        terms.size() == 1 ? "suffices" : "suffice", names_of_terms(terms),
        estimate(test, "accuracy", "accuracy_interval", 100, 1, " %"), count_text(number_in(test, "episodes")),
        terms.size() == 1 ? "it" : "them", reach(text_in(r, "locality")));
  std::string out = fmt::format(
      "<p class=\"answer\">Of {} candidate term{} {} {}: {}. With {} a network "
      "of {} feedback learns {}-way {}-shot tasks online, in one pass, to {} on {} test "
      "episodes",
      candidates, candidates == 1 ? "" : "s", terms.size() == 1 ? "this one" : fmt::format("these {}", terms.size()),
      terms.size() == 1 ? "suffices" : "suffice", names_of_terms(terms), terms.size() == 1 ? "it" : "them",
      escaped(text_in(setting, "feedback")), count_text(number_in(setting, "ways")),
      count_text(number_in(setting, "shots")), estimate(test, "accuracy", "accuracy_interval", 100, 1, " % accuracy"),
      count_text(number_in(test, "episodes")));
  std::string others;
  const json baselines = object_in(r, "baselines");
  for (const char* name : {"feedback_alignment", "backpropagation"}) {
    if (!baselines.contains(name)) continue;
    others += fmt::format("{}{:.1f} % with {}", others.empty() ? "; on the same episodes it is " : " and ",
                          100 * number_in(baselines[name], "accuracy"), spaced(name));
  }
  out += others + ". ";
  // What does better than the found rule belongs beside it, not only in a table below.
  std::string better;
  for (const auto& [key, value] : baselines.items()) {
    if (key == "feedback_alignment" || key == "backpropagation") continue;
    if (number_in(value, "accuracy") > number_in(test, "accuracy"))
      better += fmt::format("{}{:.1f} % with {}", better.empty() ? "" : " and ", 100 * number_in(value, "accuracy"),
                            spaced(key));
  }
  if (!better.empty()) out += "More is reached there: " + better + ". ";
  out += reach(text_in(r, "locality"));
  if (const double lost = number_in(test, "diverged"); lost > 0)
    out += fmt::format(" {:.0f} of the test episodes blew up; they count as chance.", lost);
  return out + "</p>\n";
}

std::string chance(const json& r) {
  const std::string text = evidence_of(r).chance;
  return text.empty() ? "" : "<p class=\"answer\">" + escaped(text) + "</p>\n";
}

std::string doubts(const json& r) {
  std::string out;
  for (const std::string& doubt : evidence_of(r).doubts) out += "<p class=\"note\">" + escaped(doubt) + "</p>\n";
  return out;
}

std::string interval_text(const json& ends) {
  if (ends.size() != 2) return "&#x2013;";
  if (ends[0].is_number() && ends[1].is_number())
    return rule_search::ends(ends[0].get<double>(), ends[1].get<double>());
  return numbers(ends[0]) + " to " + numbers(ends[1]);
}

std::string term_table(const json& r) {
  const Words words = words_of(r);
  std::string out = html::table_head({"term", "coefficient", "95 % interval", "reach", "without it: loss",
                                      fmt::format("without it: {}, points", words.accuracy)});
  for (const json& t : list_in(r, "terms")) {
    const std::string between = interval_text(list_in(t, "interval"));
    out += html::table_row({"<code>" + escaped(term_name(t)) + "</code>",
                            numbers(t.contains("coefficient") ? t["coefficient"] : json()), between,
                            escaped(text_in(t, "locality")), estimate(t, "removal_cost", "removal_cost_interval"),
                            estimate(t, "removal_accuracy", "removal_accuracy_interval", 100, 1)});
  }
  for (const json& c : list_in(r, "time_constants"))
    out += html::table_row({"<code>" + escaped(text_in(c, "parameter")) + "</code>, a time constant",
                            numbers(c.contains("value") ? c["value"] : json()) + " s",
                            interval_text(list_in(c, "interval")), "&#x2013;", "&#x2013;", "&#x2013;"});
  return out +
         fmt::format(
             "</tbody></table></div>\n<p class=\"note\">Removal: the other terms refitted; test loss and {} without "
             "the term minus with it, paired over the same {}.</p>\n",
             words.tasks ? "accuracy" : fmt::format("share {}", words.accuracy), words.units);
}

std::string hall_of_fame(const json& r, double shown) {
  const std::vector<FrontRow> rows = front_rows(r);
  if (rows.empty()) return "";
  std::string out = "<h2>Hall of fame</h2>\n" +
                    html::table_head({"terms", "loss", words_of(r).accuracy, "score", "reach", "formula"});
  for (const FrontRow& row : rows) {
    const std::string mark = row.chosen ? " &#x2605;" : "";
    out += html::table_row(
        {fmt::format("{}{}", row.complexity, mark), with_interval(row.loss, row.loss_interval, 1, 3, ""),
         with_interval(row.accuracy, row.accuracy_interval, 100, 1, " %"),
         std::isfinite(row.score) ? fmt::format("{:.3f}", std::abs(row.score) < 5e-4 ? 0 : row.score) : "&#x2013;",
         row.locality.empty() ? "&#x2013;" : escaped(row.locality),
         row.formula.empty() ? "&#x2013;" : "<code>" + escaped(row.formula) + "</code>"},
        row.complexity == shown ? "chosen" : "");
  }
  return out + "</tbody></table></div>\n<p class=\"note\">The best rule of every number of terms on validation " +
         words_of(r).units +
         ", with 95 % intervals, before rounding; &#x2605; is the reported one. Score: minus the "
         "change of log(loss) for each term more than the next smaller rule has.</p>\n" +
         (text_in(r, "why").empty() ? "" : "<p class=\"note\">Why this one: " + escaped(text_in(r, "why")) + ".</p>\n");
}

std::string baseline_table(const json& r) {
  if (object_in(r, "baselines").empty()) return "";
  std::string out = "<h2>Beside other rules</h2>\n" + html::table_head({"rule", "accuracy", "loss", "blew up"});
  const auto row = [&](const std::string& what, const json& s) {
    const double lost = number_in(s, "diverged");
    out += html::table_row({what, estimate(s, "accuracy", "accuracy_interval", 100, 1, " %"),
                            estimate(s, "loss", "loss_interval"),
                            std::isfinite(lost) ? fmt::format("{:.0f}", lost) : "&#x2013;"});
  };
  row("found", object_in(r, "held_out"));
  const json baselines = object_in(r, "baselines");
  for (const auto& [key, value] : baselines.items()) row(spaced(key), value);
  return out + fmt::format(
                   "</tbody></table></div>\n<p class=\"note\">Over the same {} test episodes; every rule's "
                   "coefficients were fitted on the same search episodes.</p>\n",
                   count_text(number_in(object_in(r, "held_out"), "episodes")));
}

std::string setting(const json& r) {
  const json s = object_in(r, "setting");
  const json data = object_in(r, "data");
  const json program = object_in(r, "program");
  std::string out = "<h2>Setting, and how to reproduce it</h2>\n<dl>\n";
  const auto entry = [&](const char* what, const std::string& text) {
    if (!text.empty()) out += fmt::format("<dt>{}</dt><dd>{}</dd>\n", what, escaped(text));
  };
  entry("Data", fmt::format("{}: {}", text_in(data, "name"), text_in(data, "split")));
  entry("Hash of the data", text_in(data, "hash"));
  const json objective = object_in(r, "objective");
  if (!words_of(r).tasks) {
    const json cells = object_in(objective, "cells");
    entry("Layer", fmt::format("{} cells before, {} after, {}{}", count_text(number_in(cells, "before")),
                               count_text(number_in(cells, "after")), text_in(objective, "activation"),
                               objective.value("begun_with_single_steps", json(false)) == json(true)
                                   ? ", fits begun with single steps from recorded weights"
                                   : ""));
    if (words_of(r).goal)
      entry("Goal", fmt::format("{}, {} inputs a world", text_in(objective, "goal"),
                                count_text(number_in(objective, "steps"))));
    if (const json first = object_in(objective, "first_weights"); !first.empty())
      entry("First weights",
            fmt::format(
                "{} that {} were fitted with the rule", count_text(number_in(first, "fitted")),
                first.value("recorded_ones", json(false)) == json(true) ? "are taken for noisy" : "were not recorded"));
    for (const char* what : {"weights", "post"}) {
      const json sizes = object_in(objective, what);
      if (!sizes.empty())
        entry(what == std::string("post") ? "Noise of activities" : "Noise of weights",
              fmt::format("{:.3g}, root mean square that the rule leaves; they {} by {:.3g}", number_in(sizes, "noise"),
                          what == std::string("post") ? "vary" : "change", number_in(sizes, "scale")));
    }
  } else
    entry("Task",
          fmt::format("{} ways, {} shots, {} queries a class; {} feedback", count_text(number_in(s, "ways")),
                      count_text(number_in(s, "shots")), count_text(number_in(s, "queries")), text_in(s, "feedback")));
  if (labels_permuted(r)) entry("Labels", "permuted at random within every stream, so that nothing can be learnt");
  std::string layers;
  std::string hidden;
  const json sizes = list_in(s, "layers");
  for (std::size_t l = 0; l < sizes.size(); ++l) {
    layers += (l == 0 ? "" : "-") + sizes[l].dump();
    if (l > 0 && l + 1 < sizes.size()) hidden += (l == 1 ? "" : ",") + sizes[l].dump();
  }
  entry("Network", layers);
  entry("Program", fmt::format("{} {}, {} kernels", text_in(program, "name"), text_in(program, "version"),
                               text_in(program, "processor_path")));
  entry("Candidate terms",
        text_in(r, "citation").empty() ? text_in(r, "rule") : text_in(r, "rule") + ", " + text_in(r, "citation"));
  std::string command = "rule-search search FILE.rule";
  const auto option = [&](const char* name, const char* key) {
    const double value = number_in(s, key);
    if (std::isfinite(value)) command += fmt::format(" --{} {}", name, value);
  };
  if (words_of(r).goal) {
    command += fmt::format(" --objective function --goal {} --cells {} --inputs {} --steps {} --activation {}",
                           text_in(objective, "goal"), count_text(number_in(object_in(objective, "cells"), "after")),
                           count_text(number_in(object_in(objective, "cells"), "before")),
                           count_text(number_in(objective, "steps")), text_in(objective, "activation"));
    if (objective.contains("beta")) command += " --beta " + objective["beta"].dump();
  } else if (!words_of(r).tasks) {
    command += " --objective trajectory --recording FILE ... --activation " + text_in(objective, "activation");
    if (objective.contains("beta")) command += " --beta " + objective["beta"].dump();
    if (objective.value("begun_with_single_steps", json(false)) == json(true)) command += " --one-step";
    if (object_in(objective, "first_weights").value("recorded_ones", json(false)) == json(true))
      command += " --fit-first-weights";
  } else {
    if (text_in(data, "name") != "fashion-mnist") command += " --data DIR";
    command += " --feedback " + text_in(s, "feedback");
  }
  if (!hidden.empty()) command += " --hidden " + hidden;
  option("beta", "beta");
  option("ways", "ways");
  option("shots", "shots");
  option("queries", "queries");
  // All other restrictions have gone into the candidates below.
  option("max-terms", "max_terms");
  for (const json& must : list_in(s, "must")) {
    if (must.is_string()) command += " --must " + must.get<std::string>();
  }
  if (labels_permuted(r)) command += " --permute-labels";
  if (words_of(r).tasks || words_of(r).goal) {
    option("fit-episodes", "fit_episodes");
    option("refit-episodes", "refit_episodes");
    option("validation-episodes", "validation_episodes");
    command += fmt::format(" --test-episodes {}", count_text(number_in(object_in(r, "held_out"), "episodes")));
  }
  option("select", "select");
  if (r.contains("seed")) command += " --seed " + r["seed"].dump();
  out += "</dl>\n<pre>" + escaped(command) + "</pre>\n";
  if (const std::string text = text_in(r, "candidate_rule"); !text.empty())
    out += "<details><summary>FILE.rule</summary><pre>" + escaped(text) + "</pre></details>\n";
  if (const std::string text = text_in(r, "intervals"); !text.empty())
    out += "<p class=\"note\">Intervals are " + escaped(text) +
           ". They are given the split, and do not include the choice of terms.</p>\n";
  return out;
}

}  // namespace

std::string to_html(const json& r, const std::map<std::string, std::string>& plots, std::size_t terms) {
  const std::string name = text_in(r, "rule");
  std::string rule_text = text_in(r, "rule_text");
  std::string printed = text_in(r, "formula");
  std::string body;
  double shown = -1;
  for (const FrontRow& row : front_rows(r)) {
    if (row.chosen) shown = row.complexity;
  }
  const bool other = terms > 0 && static_cast<double>(terms) != shown;
  if (other) {
    const FrontRow row = front_row(r, terms, name);
    shown = row.complexity;
    rule_text = row.rule_text;
    printed = row.formula;
    body += fmt::format(
        "<p class=\"answer\">The rule of {} term{} on the front of a search among the terms of "
        "<code>{}</code>, "
        "in place of the reported one: {} and a loss of {} on validation episodes. What follows below the "
        "hall of "
        "fame is of the search and its reported rule.</p>\n",
        terms, terms == 1 ? "" : "s", escaped(name),
        with_interval(row.accuracy, row.accuracy_interval, 100, 1, " % accuracy"),
        with_interval(row.loss, row.loss_interval, 1, 3, ""));
  } else {
    const bool nothing = r.contains("found_anything") && r["found_anything"] == false;
    body += nothing ? chance(r) + answer(r) : answer(r) + chance(r);
  }
  const Rule rule = with_numbers(rule_text);
  body +=
      "<h2>The rule</h2>\n<p>Change of the weights <i>W</i> from layer &#x2113;&#x2212;1 to layer &#x2113; "
      "in one "
      "step, with activities <b>y</b> and errors <b>e</b>:</p>\n";
  body += formulas(rule, printed.empty() ? formula(rule) : printed);
  const std::string table = "<h2>Its terms</h2>\n" + term_table(r) + doubts(r);
  if (!other) body += table;
  body += hall_of_fame(r, shown);
  if (other) body += table;
  const std::vector<Figure> drawn = figures(r);
  bool missing = false;
  std::string pictures;
  for (const Figure& f : drawn) {
    const auto at = plots.find(f.name);
    missing = missing || at == plots.end();
    if (at == plots.end()) continue;
    pictures += fmt::format("<figure>{}<figcaption><b>{}.</b> {}</figcaption></figure>\n",
                            html::inline_svg(at->second, f.name, f.title), escaped(f.title), escaped(f.caption));
  }
  body += "<h2>Figures</h2>\n<div class=\"figures\">\n" + pictures + "</div>\n";
  if (missing) body += fmt::format("<p class=\"note\">Plots are missing: {}.</p>\n", escaped(how_to_get_plots));
  body += baseline_table(r) + setting(r);
  return html::page("A plasticity rule found from " + name, body);
}

}  // namespace rule_search
