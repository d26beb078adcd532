// What was found and how sure that is: answer, terms, hall of fame, baselines.
#include <fmt/format.h>

#include <cmath>

#include "report/numbers.hpp"
#include "report/own_values.hpp"
#include "report/page/frame.hpp"
#include "report/page/parts.hpp"
#include "report/sentences.hpp"

namespace rule_search::html {

namespace {

std::string numbers(const OneOrMany<double>& values) {
  std::string out;
  for (double v : values.values)
    out += (out.empty() ? "" : ", ") + (std::isfinite(v) ? significant(v) : std::string("&#x2013;"));
  return out;
}

std::string interval_text(const std::array<OneOrMany<double>, 2>& interval) {
  if (interval[0].values.size() == 1) return ends_or_unknown(interval[0].values[0], interval[1].values[0]);
  return numbers(interval[0]) + " to " + numbers(interval[1]);
}

std::string reach(Locality locality) {
  switch (locality) {
    case Locality::local:
      return "A synapse needs only its own two neurons, its weight and numbers broadcast to all.";
    case Locality::cell:
      return "A synapse also needs a sum over the synapses of one of its neurons.";
    case Locality::layer:
      return "A synapse also needs a sum over a whole population of neurons.";
  }
  return "";
}

std::string names_of_terms(const std::vector<result::Term>& terms) {
  std::string out;
  for (std::size_t k = 0; k < terms.size(); ++k) {
    const char* between = k == 0 ? "" : k + 1 == terms.size() ? " and " : ", ";
    out += fmt::format("{}<code>{}</code>", between, escaped(label(terms[k])));
  }
  return out;
}

std::string measure(const Result& r, const result::Score& s) {
  return with_interval(s.measure, s.measure_interval, 100, 1, escaped(r.words.measure_unit));
}

// What is well known, beside the found rule; and what does better than it belongs there as well.
std::string beside(const Result& r) {
  std::vector<std::string> known;
  std::vector<std::string> better;
  for (const auto& [name, b] : r.baselines_in_order()) {
    const std::string text =
        fmt::format("{} {:.1f} %", escaped(b->title.empty() ? spaced(name) : b->title), in_percent(b->score.measure));
    if (name == "feedback_alignment" || name == "backpropagation")
      known.push_back(text);
    else if (b->score.measure > r.held_out.measure)
      better.push_back(text);
  }
  std::string out = ". ";
  if (!known.empty()) out += fmt::format("On the same {}: {}. ", escaped(r.words.units), fmt::join(known, ", "));
  if (!better.empty()) out += fmt::format("More than the found rule: {}. ", fmt::join(better, ", "));
  return out;
}

}  // namespace

namespace {

// Without test data the scores are of searches that did not know what they are judged on, whatever terms they found.
std::string repeated(const Result& r) {
  std::vector<std::string> found;
  for (const result::Term& t : r.terms) found.push_back(t.parameter);
  std::size_t same = 0;
  for (const result::Search& s : *r.searches) same += s.parameters == found ? 1 : 0;
  const std::string which = same == r.searches->size() ? "the same terms each time"
                            : same == 0                ? "other terms"
                                        : fmt::format("the same terms in {} of {} turns", same, r.searches->size());
  return fmt::format("Repeated without some of the data, the search finds {}:", which);
}

}  // namespace

std::string answer(const Result& r) {
  const std::size_t candidates = r.terms.size() + r.dropped.size();
  if (r.terms.empty())
    return fmt::format("<p class=\"answer\">No rule was found: of {} no one is left.</p>\n",
                       counted(candidates, "candidate term"));
  const bool one = r.terms.size() == 1;
  const std::string which = one ? "this one" : fmt::format("these {}", r.terms.size());
  std::string out = "<p class=\"answer\">";
  // What does no better than nothing suffices for nothing.
  if (r.found_anything.value_or(true) && !(r.chance && r.chance->misses.value_or(false)))
    out += fmt::format("Of {} {} {}", counted(candidates, "candidate term"), which, one ? "suffices" : "suffice");
  else
    out += fmt::format("{}Of {} {} {} least", r.found_anything.value_or(true) ? "" : "No rule was found. ",
                       counted(candidates, "candidate term"), which, one ? "leaves" : "leave");
  out += fmt::format(": {}. {}", names_of_terms(r.terms),
                     r.searches ? repeated(r)
                     : one      ? std::string("With it")
                                : std::string("With them"));
  if (r.words.answer_begins.empty()) {
    out += fmt::format(" the {} is {} on {} {}", escaped(r.words.measure),
                       with_interval(r.held_out.measure, r.held_out.measure_interval, 100, 1, " %"),
                       count_text(r.held_out.units), escaped(r.words.test_units));
  } else {
    std::string where = escaped(r.words.answer_ends);
    if (const std::size_t at = where.find("{}"); at != std::string::npos)
      where.replace(at, 2, count_text(r.held_out.units));
    out += fmt::format(" {} {} {}", escaped(r.words.answer_begins), measure(r, r.held_out), where);
  }
  out += beside(r) + reach(r.locality);
  if (r.held_out.diverged > 0)
    out +=
        fmt::format(" {} of the test {} diverged; they count as chance.", r.held_out.diverged, escaped(r.words.units));
  return out + "</p>\n";
}

std::string chance(const Result& r) {
  return r.chance && !r.chance->text.empty() ? "<p class=\"answer\">" + escaped(r.chance->text) + "</p>\n" : "";
}

std::string term_section(const Result& r) {
  if (r.terms.empty()) return "";
  std::string out =
      "<h2>Its terms</h2>\n" +
      table_head("Terms of the rule", {"term", "coefficient", "95 % interval", "locality", "without it: loss",
                                       fmt::format("without it: {}, points", escaped(r.words.measure_column))});
  for (const result::Term& t : r.terms)
    out += table_row({"<code>" + escaped(label(t)) + "</code>", numbers(t.coefficient), interval_text(t.interval),
                      name(t.locality), with_interval(t.removal_cost, t.removal_cost_interval),
                      with_interval(t.removal_measure, t.removal_measure_interval, 100, 1)});
  for (const result::ShapeParameter& in_seconds : r.all_shapes()) {
    const result::ShapeParameter s = in_its_unit(in_seconds);
    out += table_row({fmt::format("<code>{}</code>, a {}", escaped(s.parameter), kind_of(s)),
                      numbers(s.value) + (s.unit.empty() ? "" : " " + s.unit), interval_text(s.interval), "&#x2013;",
                      "&#x2013;", "&#x2013;"});
  }
  out += fmt::format(
      "{}<p class=\"note\">Removal: the other terms are refitted. The columns show test loss and "
      "{} "
      "without the term minus with it, paired over the same {}.</p>\n",
      table_end(), escaped(r.words.measure), escaped(r.words.units));
  for (const std::string& doubt : doubts(r)) out += "<p class=\"note\">" + escaped(doubt) + "</p>\n";
  return out;
}

std::string own_values_section(const Result& r) {
  if (!r.own_values) return "";
  const result::OwnValues& own = *r.own_values;
  std::string out = "<h2>Values by recording</h2>\n<p>" + escaped(verdict(own)) + "</p>\n";
  std::vector<std::string> head = {"recording"};
  for (const result::OwnParameter& p : own.parameters) {
    head.push_back("<code>" + escaped(p.parameter) + "</code>");
    head.emplace_back("standard error");
  }
  out += table_head("Values by recording", head);
  for (std::size_t k = 0; k < own.parameters.front().recordings.size(); ++k) {
    std::vector<std::string> cells = {escaped(own.parameters.front().recordings[k].name)};
    for (const result::OwnParameter& p : own.parameters) {
      cells.push_back(own_value_text(p, p.recordings[k].value));
      cells.push_back(own_value_text(p, p.recordings[k].standard_error));
    }
    out += table_row(cells);
  }
  out += table_end();
  for (const result::OwnParameter& p : own.parameters)
    out += fmt::format(
        "<p class=\"note\"><code>{}</code>: mean {}, one value for all {}. Standard deviation over the recordings {}, "
        "of "
        "this beyond the standard errors {}.</p>\n",
        escaped(p.parameter), own_value_text(p, p.mean), own_value_text(p, p.common), own_value_text(p, p.deviation),
        own_value_text(p, p.beyond_errors));
  return out + fmt::format(
                   "<p class=\"note\">The rule and its terms above have one value for all recordings. Own values were "
                   "fitted afterwards. Loss of second halves, own values minus one value: {}. Ratio of both: {}. "
                   "Probability of so much better a fit by chance: {:.2g}.</p>\n",
                   with_interval(own.test.difference, own.test.interval),
                   with_interval(own.test.ratio, own.test.ratio_interval), own.test.p);
}

std::string hall_of_fame(const Result& r, std::size_t shown) {
  if (r.front.empty()) return "";
  const std::string head =
      table_head("Best rule of every number of terms",
                 {"terms", "loss", escaped(r.words.measure_column), "score", "locality", "formula"});
  // Long rules that nobody asked for would hide what follows.
  std::size_t most = shown;
  for (const result::FrontRule& row : r.front) {
    if (row.chosen) most = std::max(most, row.complexity);
  }
  constexpr std::size_t beyond = 2, few = 3;
  const auto larger = static_cast<std::size_t>(std::count_if(
      r.front.begin(), r.front.end(), [&](const result::FrontRule& row) { return row.complexity > most + beyond; }));
  bool folded = larger <= few;
  std::string out = "<h2>Hall of fame</h2>\n" + head;
  for (const result::FrontRule& row : r.front) {
    if (!folded && row.complexity > most + beyond) {
      out += fmt::format("{}<details><summary>{} larger rules</summary>\n{}", table_end(), larger, head);
      folded = true;
    }
    out += table_row(
        {fmt::format("{}{}", row.complexity, row.chosen ? " &#x2605;" : ""),
         with_interval(row.score.loss, row.score.loss_interval),
         with_interval(row.score.measure, row.score.measure_interval, 100, 1, " %"),
         std::isfinite(row.gain) ? fmt::format("{:.3f}", std::abs(row.gain) < 5e-4 ? 0 : row.gain) : "&#x2013;",
         name(row.locality), "<code>" + escaped(short_formula(row.rule_text)) + "</code>"},
        row.complexity == shown ? "chosen" : "");
  }
  out += table_end() + (larger > few ? "</details>\n" : "");
  out += fmt::format(
      "<p class=\"note\">The best rule of every number of terms on {}, with 95 % intervals. "
      "Coefficients are shown with three digits; result.json and hall_of_fame.csv have all. &#x2605; is the reported "
      "rule. "
      "Score: minus the change of log(loss) for each term more than the next smaller rule has.</p>\n",
      escaped(r.words.validation_units));
  if (r.choice) {
    out += table_head("How the rule was chosen", {"terms", "step", "loss changes by", "verdict"});
    for (const result::Choice& c : *r.choice) {
      const bool first = c.step == "least loss";
      out += table_row({std::to_string(c.terms), escaped(words_of(c)), first ? "" : with_interval(c.change, c.interval),
                        escaped(c.verdict)});
    }
    out += table_end() +
           fmt::format(
               "<p class=\"note\">Losses are of {}. Intervals are paired; 95 % holds for all terms of a rule "
               "together.</p>\n",
               escaped(r.words.validation_units));
  } else if (!r.why.empty()) {
    out += "<p class=\"note\">Why this one:</p>\n<ul class=\"note\">\n";
    for (const std::string& reason : reasons(r)) out += "<li>" + escaped(reason) + "</li>\n";
    out += "</ul>\n";
  }
  return out;
}

std::string baseline_section(const Result& r) {
  const auto baselines = r.baselines_in_order();
  if (baselines.empty()) return "";
  std::string out =
      "<h2>Beside other rules</h2>\n" +
      table_head("The found rule beside others", {"rule", escaped(r.words.measure_column), "loss", "diverged"});
  const auto row = [&](const std::string& what, const result::Score& s) {
    out += table_row({what, with_interval(s.measure, s.measure_interval, 100, 1, " %"),
                      with_interval(s.loss, s.loss_interval), std::to_string(s.diverged)});
  };
  row("found", r.held_out);
  for (const auto& [name, b] : baselines) row(escaped(b->title.empty() ? spaced(name) : b->title), b->score);
  return out +
         fmt::format(
             "{}<p class=\"note\">Over the same {} {}; coefficients, where a rule has any, were fitted on the same "
             "training {}.</p>\n",
             table_end(), count_text(r.held_out.units), escaped(r.words.test_units), escaped(r.words.units));
}

std::string tables_section(const Result& r) {
  std::string out;
  for (const Table& t : r.tables.value_or(std::vector<Table>())) {
    std::vector<std::string> head;
    for (const std::string& column : t.columns) head.push_back(escaped(column));
    out += "<h2>" + escaped(t.title) + "</h2>\n" + table_head(t.title, head);
    for (const std::vector<std::string>& row : t.rows) {
      std::vector<std::string> cells;
      for (const std::string& cell : row) cells.push_back(escaped(cell));
      out += table_row(cells);
    }
    out += table_end();
    if (!t.note.empty()) out += "<p class=\"note\">" + escaped(t.note) + "</p>\n";
  }
  return out;
}

}  // namespace rule_search::html
