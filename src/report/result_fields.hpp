// What a result.json holds: every key, once. Written, read, checked and documented from here.
#pragma once

#include "report/result.hpp"

namespace rule_search {

template <>
struct Names<Locality> {
  static const std::vector<std::string>& names() {
    static const std::vector<std::string> all = {"local", "cell", "layer"};
    return all;
  }
};

template <>
struct Names<OwnValues::Better> {
  static const std::vector<std::string>& names() {
    static const std::vector<std::string> all = {"own values", "one value", "cannot be told"};
    return all;
  }
};

template <class F>
void fields(F& f, PictureLine& l) {
  f("name", l.name, "of its column in the data");
  f("title", l.title, "in the key");
  f("mean", l.mean, "at every x");
  f("low", l.low, "95 %, lower end");
  f("high", l.high, "95 %, upper end");
}

template <class F>
void fields(F& f, PicturePoints& p) {
  f("name", p.name, "of its column in the data");
  f("title", p.title, "in the key");
  f("x", p.x, "of every point");
  f("y", p.y, "");
  f("low", p.low, "of its interval");
  f("high", p.high, "");
}

template <class F>
void fields(F& f, Picture& p) {
  f("name", p.name, "of its files");
  f("title", p.title, "");
  f("caption", p.caption, "");
  f("x_label", p.x_label, "");
  f("y_label", p.y_label, "");
  f.optional("x", p.x, "of the lines");
  f.optional("lines", p.lines, "empty where it is a matrix");
  f.optional("points", p.points, "beside the lines, with x of their own");
  f.optional("row_names", p.row_names, "of a matrix, from below");
  f.optional("column_names", p.column_names, "of a matrix");
  f.optional("values", p.values, "of a matrix, row by row; null where there is none");
}

template <class F>
void fields(F& f, Table& t) {
  f("title", t.title, "");
  f.optional("note", t.note, "");
  f("columns", t.columns, "their heads");
  f("rows", t.rows, "a text for every column");
}

namespace result {

template <class F>
void fields(F& f, Program& p) {
  f("name", p.name, "of the program");
  f("version", p.version, "of the program");
  f("compiler", p.compiler, "that built it, with the kind of build");
  f("processor_path", p.processor_path, "instruction set of the kernels");
}

template <class F>
void fields(F& f, Mean& m) {
  f("mean", m.mean, "");
  f("interval", m.interval, "95 %");
}

template <class F>
void fields(F& f, Score& s) {
  f("loss", s.loss, "mean over the units; null where it is not defined");
  f("loss_interval", s.loss_interval, "95 %");
  f("accuracy", s.measure, "mean over the units of what words.measure says");
  f("accuracy_interval", s.measure_interval, "95 %");
  f.optional("episodes", s.units, "units it was scored on");
  f.optional("diverged", s.diverged, "units in which a number was no longer finite, or the loss far beyond chance");
}

template <class F>
void fields(F& f, State& s) {
  f.optional("shape", s.shape, "");
  f("latex_name", s.latex_name, "");
  f("latex_synapse_name", s.latex_synapse_name, "for one synapse");
  f.optional("initial", s.initial, "value at the start; a list of all elements, row by row, where they differ");
  f.optional("each_trial", s.each_trial, "true where it has this value at the start of every trial");
  f.optional("next", s.next, "what it becomes in a step");
  f("latex", s.latex, "the same as LaTeX");
  f.optional("synapse", s.synapse, "the same for one synapse");
  f("latex_synapse", s.latex_synapse, "the same for one synapse as LaTeX");
}

template <class F>
void fields(F& f, ShapeParameter& s) {
  f("parameter", s.parameter, "");
  f("latex", s.latex, "its name as LaTeX");
  f.optional("unit", s.unit, "of value and interval; empty for none");
  f.optional("written_in", s.written_in, "unit of the rule file");
  f("value", s.value, "one number, or one for every connection");
  f("interval", s.interval, "95 %, two ends, each as value is; null where it is not determined");
  f.optional("at_bound", s.at_bound, "whether it ended at one of its bounds");
  f.optional("at_limit", s.at_limit,
             "whether it ended at 100 times the time of the longest unit, where a fit keeps a time constant without an "
             "upper bound");
  f.optional("has_slope", s.has_slope, "whether the loss changes with it near its value");
  f.optional("determined", s.determined, "whether the data tell where it is");
  f.optional("scanned", s.scanned, "whether it was found by a scan of values, as a threshold that has no slope");
}

template <class F>
void fields(F& f, Latex& l) {
  f("matrix", l.matrix, "the found rule as LaTeX");
  f("synapse", l.synapse, "the same for one synapse");
}

template <class F>
void fields(F& f, Screened& s) {
  f("terms", s.terms, "of the rule that the candidate was to join");
  f("parameter", s.parameter, "");
  f("gain", s.gain, "decrease of the loss that the quadratic model promises");
}

template <class F>
void fields(F& f, Screening& s) {
  f("predictions", s.predictions, "candidates whose gain was predicted, over all rounds");
  f("first", s.first, "the most promising of every round");
}

template <class F>
void fields(F& f, Term& t) {
  f.optional("parameter", t.parameter, "the coefficient");
  f.optional("term", t.term, "what it multiplies");
  f.optional("generated", t.generated, "whether a `candidates` statement made it");
  f("latex", t.latex, "the coefficient's name as LaTeX");
  f("coefficient", t.coefficient, "one number, or one for every connection");
  f("interval", t.interval,
    "95 %, two ends, each as coefficient is, null where there is none; `intervals` says how they are made");
  f.optional("bootstrap_interval", t.bootstrap_interval, "95 % by a bootstrap over units");
  f.optional("at_bound", t.at_bound, "whether the coefficient ended at one of its bounds");
  f.optional("intervals_agree", t.intervals_agree, "whether both intervals say the same");
  f("locality", t.locality, "what a synapse must know for it");
  f("removal_cost", t.removal_cost, "test loss without the term, the others refitted, minus with it");
  f("removal_cost_interval", t.removal_cost_interval, "95 %, paired over units");
  f.optional("removal_accuracy", t.removal_measure, "the same for words.measure");
  f.optional("removal_accuracy_interval", t.removal_measure_interval, "95 %, paired over units");
  f.optional("removal_diverged", t.removal_diverged, "whether a unit diverged without the term");
}

template <class F>
void fields(F& f, Step& s) {
  fields(f, s.score);
  f("parameters", s.parameters, "coefficients of the rule");
  f.optional("theta", s.theta, "their values");
  f.optional("fit_loss", s.fit_loss, "loss on the units that the coefficients were fitted on");
  f.optional("excess", s.excess, "validation loss above the best rule of the path");
  f.optional("chosen", s.chosen, "whether it is the reported rule");
}

template <class F>
void fields(F& f, Choice& c) {
  f("step", c.step,
    "least loss: the best rule of the path; smaller: a smaller one that does as well; without: one that does as well "
    "without this term; stays: a term that the reported rule can't do without");
  f("terms", c.terms, "of the rule that the step leads to, or would lead to");
  f.optional("parameter", c.parameter, "coefficient of the term");
  f.optional("change", c.change, "of the loss on held-out units");
  f.optional("interval", c.interval, "of the change, paired over units");
  f.optional("confidence", c.confidence, "of the interval");
  f.optional("verdict", c.verdict, "as good, or why the term stays");
}

template <class F>
void fields(F& f, Search& s) {
  f("units", s.units, "that it did not know, by their places in the data");
  f("formula", s.formula, "of the rule that it found");
  f("parameters", s.parameters, "its coefficients");
}

template <class F>
void fields(F& f, FrontRule& r) {
  fields(f, r.score);
  f("complexity", r.complexity, "number of terms");
  f.optional("score", r.gain, "minus the change of log(loss) per term added, against the next smaller rule");
  f("locality", r.locality, "");
  f("formula", r.formula, "with all digits");
  f("parameters", r.parameters, "its coefficients");
  f.optional("theta", r.theta, "their values");
  f("rule_text", r.rule_text, "as a rule file");
  f.optional("chosen", r.chosen, "whether it is the reported rule");
}

template <class F>
void fields(F& f, Curve& c) {
  f("points", c.points, "at the start of a fit and after every accepted step, on validation units");
  f.optional("ends_as_reported", c.ends_as_reported, "whether the fit ended at the reported coefficients");
}

template <class F>
void fields(F& f, Curves& c) {
  f.optional("episodes", c.units, "validation units of every point");
  f("rules", c.rules, "by name; the found rule is `found`");
}

template <class F>
void fields(F& f, Chance& c) {
  f("accuracy", c.measure, "the most that a rule reaches that learns nothing");
  f("loss", c.loss, "the least loss of a rule that learns nothing");
  f.optional("accuracy_above", c.measure_above, "found rule minus that");
  f.optional("loss_above", c.loss_above, "found rule minus that");
  f.optional("text", c.text, "in a sentence");
  f.optional("misses", c.misses, "true where the found rule leaves more than known errors explain");
}

template <class F>
void fields(F& f, Lookalike& l) {
  f("parameter", l.parameter, "of the found rule");
  f("other", l.other, "the term that could stand in its place");
  f.optional("other_term", l.other_term, "what that multiplies");
  f.optional("other_found", l.other_found, "whether it is in the found rule as well");
  f("correlation", l.correlation, "of their effects on the residuals");
}

template <class F>
void fields(F& f, Indistinguishable& i) {
  f.optional("above", i.above, "pairs with a larger correlation are listed");
  f.optional("compared", i.compared, "terms that were compared");
  f("pairs", i.pairs, "");
}

template <class F>
void fields(F& f, Baseline& b) {
  fields(f, b.score);
  f.optional("title", b.title, "as tables print it");
  f.optional("place", b.place, "in tables, from 0");
  f.optional("angles", b.angles, "degrees to backpropagation's error, by layer");
  f.rest(b.details, "its coefficients by name, and what only this baseline has");
}

template <class F>
void fields(F& f, Fact& x) {
  f("name", x.name, "");
  f("text", x.text, "");
}

template <class F>
void fields(F& f, Objective& o) {
  f("name", o.name, "few-shot, recordings, goal, or that of an objective of one's own");
  f.rest(o.details, "what only this kind of objective has");
}

template <class F>
void fields(F& f, Words& w) {
  f("headline", w.headline, "what was asked");
  f("unit", w.unit, "what a rule is tried on, one by one");
  f("units", w.units, "several of them");
  f("validation_units", w.validation_units, "those that choose");
  f("test_units", w.test_units, "those of the reported figures");
  f("runs", w.runs, "what is carried out once for a unit");
  f("measure", w.measure, "what `accuracy` is");
  f("measure_key", w.measure_key, "its own name in held_out");
  f("measure_column", w.measure_column, "its name in tables");
  f("measure_unit", w.measure_unit, "what follows the number in a sentence");
  f("loss_unit", w.loss_unit, "of losses; may be empty");
  f("loss_meaning", w.loss_meaning, "what the loss is");
  f("loss_reference", w.loss_reference, "a sentence: the loss where nothing was learnt");
  f("context", w.context, "under what conditions");
  f("answer_begins", w.answer_begins, "the sentence of the answer, up to the number");
  f("answer_ends", w.answer_ends, "the sentence of the answer, behind the number");
  f.optional("labels_permuted", w.labels_permuted, "whether labels were permuted, so that nothing can be learnt");
  f("facts", w.facts, "further rows of the setting");
}

template <class F>
void fields(F& f, OwnValueOf& v) {
  f("name", v.name, "of the recording");
  f("value", v.value, "that fits it best, beside the shared values");
  f("standard_error", v.standard_error, "null where the value is at a bound");
}

template <class F>
void fields(F& f, OwnParameter& p) {
  f("parameter", p.parameter, "");
  f.optional("unit", p.unit, "of all numbers; empty for none");
  f.optional("written_in", p.written_in, "unit of the rule file");
  f("common", p.common, "what fits best as one value for all recordings");
  f("mean", p.mean, "over the recordings");
  f("deviation", p.deviation, "standard deviation over the recordings");
  f("deviation_beyond_errors", p.beyond_errors, "the part of it that the standard errors of the values do not explain");
  f("smallest", p.smallest, "");
  f("largest", p.largest, "");
  f("recordings", p.recordings, "those that the rule was fitted to, by name");
}

template <class F>
void fields(F& f, SharedValue& v) {
  f("value", v.value, "beside own values of the others");
  f("common", v.common, "beside one value of the others for all recordings");
}

template <class F>
void fields(F& f, OwnTest& t) {
  f("own_loss", t.own_loss, "of second halves, with own values that are fitted to the first halves");
  f("common_loss", t.common_loss, "of the same, with one value for all");
  f("difference", t.difference, "own_loss - common_loss; below 0 own values foretell better");
  f("interval", t.interval, "95 % of the difference, paired over recordings");
  f("ratio", t.ratio, "of both losses, as a geometric mean over recordings");
  f("ratio_interval", t.ratio_interval, "95 %, paired over recordings");
  f("p", t.p, "that own values fit so much better by chance (F-test; for choices, chi-squared test)");
  f("better", t.better, "what foretells better; `one value` also where it foretells as well");
  f.optional("text", t.text, "in a sentence");
}

template <class F>
void fields(F& f, OwnValues& o) {
  f("parameters", o.parameters, "that have a value for every recording");
  f("shared", o.shared, "the other parameters, refitted, by name");
  f("test", o.test, "of own values against one value for all");
}

template <class F>
void fields(F& f, Data& d) {
  f("name", d.name, "");
  f.optional("hash", d.hash, "FNV-1a of the content");
  f("split", d.split, "into training, validation and test");
  f.optional("drawn", d.drawn, "whether the seed draws the data, so that another seed has others");
}

template <class F>
void fields(F& f, Run& r) {
  f.optional("seconds", r.seconds, "");
  f.optional("started", r.started, "UTC, ISO 8601");
  f.optional("host", r.host, "");
  f.optional("threads", r.threads, "");
  f.optional("rule_file", r.rule_file, "");
  f.optional("data_folder", r.data_folder, "");
  f.optional("recalled_steps", r.recalled_steps, "steps that were taken from the journal of a stopped run");
}

}  // namespace result

template <class F>
void fields(F& f, Result& r) {
  f("schema", r.schema, "2");
  f.optional("program", r.program, "that wrote it");
  f.optional("options", r.options, "of `search`, those that decide the result");
  f.optional("command", r.command, "that repeats the search");
  f.optional("source", r.source, "text of the rule file with the candidates");
  f("rule", r.rule, "name of the candidates");
  f("citation", r.citation, "of the candidates");
  f.optional("formula", r.formula, "of the found rule, as it was scored");
  f.optional("synapse", r.synapse, "the same for one synapse");
  f.optional("states", r.states, "what the rule remembers, by name");
  f.optional("time_constants", r.time_constants, "");
  f.optional("shape_parameters", r.shape_parameters,
             "numbers inside of terms, as thresholds and exponents; only where the found rule has any");
  f("latex", r.latex, "");
  f("rule_text", r.rule_text, "the found rule as a rule file");
  f.optional("candidate_rule", r.candidate_rule, "the candidates as they were searched, as a rule file");
  f.optional("candidates", r.candidates, "number of candidate terms");
  f.optional("generated", r.generated, "coefficients whose terms a `candidates` statement made");
  f.optional("screening", r.screening, "");
  f.optional("why", r.why, "why this rule of the front is reported");
  f.optional("choice", r.choice, "how it was chosen, step by step");
  f.optional(
      "searches", r.searches,
      "searches without a share of the units, of which held_out is; only where none are kept apart for the test");
  f("terms", r.terms, "of the found rule");
  f.optional("locality", r.locality, "of the found rule");
  f.optional("dropped", r.dropped, "candidates that are not in the found rule");
  f.optional("path", r.path, "the rules of pruning, from the largest to the smallest");
  f.optional("front", r.front, "the best rule of every size, from the smallest to the largest");
  f.optional("curves", r.curves, "how the found rule and some baselines did while they were fitted");
  f("held_out", r.held_out, "the found rule on test units");
  f.optional("angles", r.angles, "degrees between its error and that of backpropagation, by layer from the input on");
  f.optional("found_anything", r.found_anything, "whether the found rule is better than a rule that knows nothing");
  f.optional("chance", r.chance, "a rule that knows nothing");
  f.optional("own_values", r.own_values,
             "values by recording of parameters `[recording]`; only where the found rule has any");
  f.optional("indistinguishable", r.indistinguishable, "terms that could stand in the place of those found");
  f("baselines", r.baselines, "rules that the found one is put beside, by name");
  f.optional("accuracy_difference", r.measure_difference, "found rule minus baseline, paired over test units, by name");
  f.optional("pictures", r.pictures, "that only this objective has");
  f.optional("tables", r.tables, "that only this objective has");
  f("objective", r.objective, "");
  f("words", r.words, "what the objective calls things");
  f("setting", r.setting, "conditions that searches must share to be compared");
  f("data", r.data, "");
  f("seed", r.seed, "");
  f.optional("episodes", r.runs, "units that the search carried out");
  f.optional("run", r.run, "what differs from run to run of one seed");
  f.optional("intervals", r.intervals, "what the intervals are");
  f.optional("transfer", r.transfer, "what `transfer` has added");
}

}  // namespace rule_search
