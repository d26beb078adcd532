// What reports say of a search on recordings.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "expression/rule.hpp"
#include "fit/steps.hpp"
#include "objectives/recordings/bounds.hpp"
#include "objectives/recordings/objective.hpp"
#include "report/numbers.hpp"

namespace rule_search {

namespace {

using nlohmann::json;

std::string verdict(bool found, const Score& test, const Score& no_change, const std::string& measure,
                    const std::string& units) {
  return fmt::format(
      "{}: in {} {} {:.1f} % ({:.1f} to {:.1f}) of the {} is explained, {:.1f} % by a layer "
      "that does not change; loss {:.3g} ({:.3g} to {:.3g}), without change {:.3g}.",
      found ? "The found rule explains the recordings better than no change"
            : "No rule was found that explains the recordings better than no change",
      test.accuracy.count, units, in_percent(test.accuracy.mean), in_percent(test.accuracy.low),
      in_percent(test.accuracy.high), measure, in_percent(no_change.accuracy.mean), test.loss.mean, test.loss.low,
      test.loss.high, no_change.loss.mean);
}

// The share that a rule would have to explain to be told from no change in four of five samples like this one; see
// detectable(). Of a rule that does as no change the recordings show no spread; one term is then told by what the noise
// alone would explain (F-test of one parameter).
double could_be_missed(const Estimate& above_no_change, const Score& test) {
  const double degrees = degrees_of_explained(test);
  if (above_no_change.standard_error > 0)
    return above_no_change.standard_error * (t_quantile(0.95, degrees) + t_quantile(0.6, degrees));
  const double numbers = std::max(2.0, test.independent) - 1;
  const double squares = std::pow(t_quantile(0.95, numbers) + t_quantile(0.6, numbers), 2);
  return squares / (squares + numbers);
}

// Standard errors that values count by, as they can be given next time; empty where none was estimated.
std::string estimated_noise(const RecordingsOptions& options) {
  std::vector<std::string> given;
  for (const auto& [name, error] :
       {std::pair{"w", options.estimated_noise_of_weights}, std::pair{"post", options.estimated_noise_of_post}}) {
    if (error > 0) given.push_back(fmt::format("{}={:.3g}", name, error));
  }
  return given.empty()
             ? ""
             : fmt::format("{}, estimated: root mean square that all candidates together leave", fmt::join(given, ","));
}

// Beside the errors that the values have.
std::string in_errors(double noise) {
  return noise > 0 ? fmt::format(", {:.3g} times the standard errors", noise) : "";
}

}  // namespace

Description recordings_words(int presynaptic, int postsynaptic, const RecordingsOptions& options, bool choices_alone) {
  Description d;
  d.name = "recordings";
  d.headline = {"Layer", fmt::format("{} presynaptic and {} postsynaptic neurons, {}", presynaptic, postsynaptic,
                                     name(options.activation))};
  d.unit = "recording";
  d.units = "recordings";
  d.runs = "simulations";
  d.coefficient_intervals = "by a jackknife over recordings (CR3), with Student's t";
  d.validation_units = "recordings, each foretold from the others";
  d.test_units = "test recordings";
  const std::string what = choices_alone ? "deviance" : "variance";
  d.measure = fmt::format("fraction of {} explained", what);
  d.measure_key = "variance_explained";
  d.measure_column = what + " explained";
  d.measure_unit = fmt::format(" % of the {}", what);
  d.loss_meaning = "half the mean square of what the rule misses, in units of what there is to explain";
  d.loss_reference = "A layer that does not change has 0.5.";
  d.context = fmt::format("{} neurons", name(options.activation));
  d.answer_begins = "simulations from the initial weights explain";
  d.answer_ends = "in {} test recordings";
  json setting = {{"activation", name(options.activation)}};
  json details = {{"activation", name(options.activation)},
                  {"begun_with_single_steps", options.one_step},
                  {"neurons", {{"presynaptic", presynaptic}, {"postsynaptic", postsynaptic}}},
                  {"cells", {{"before", presynaptic}, {"after", postsynaptic}}}};  // the older name
  if (options.activation == Activation::softplus) details["beta"] = setting["beta"] = options.beta;
  if (options.fit_initial_states) {
    details["initial_states"] = {{"fitted", true}};
    d.facts.push_back({"Initial states", "fitted with the rule, in each recording its own"});
  }
  if (options.warm_up > 0) {
    details["warm_up"] = {{"rows", options.warm_up}};
    d.facts.push_back(
        {"Warm-up", fmt::format("the first {} rows of each recording are not compared", options.warm_up)});
  }
  d.labels_permuted = options.permuted;
  if (options.permuted) {
    details["permuted"] = true;
    d.facts.push_back(
        {"Recordings", "with outputs of others, one half turned the other way, so that nothing can be learnt"});
  }
  if (const std::string noise = estimated_noise(options); !noise.empty()) {
    details["estimated_noise"] = {{"weights", options.estimated_noise_of_weights},
                                  {"activities", options.estimated_noise_of_post}};
    d.facts.push_back({"Errors", noise});
  }
  if (options.one_step) d.facts.push_back({"Fits", "begun with single steps from recorded weights"});
  if (!options.resampled.empty()) details["resampled"] = options.resampled;
  for (const std::string& done : options.resampled) d.facts.push_back({"Steps", done});
  d.details = dump(details);
  d.setting = dump(setting);
  return d;
}

Description RecordingsObjective::describe() const {
  const LayerRecording& first = recording(Part::search, 0);
  Description d = recordings_words(first.m, first.n, options_, choices_alone());
  d.data_name = "recordings";
  d.data_hash = content_hash();
  const std::size_t apart = units(Part::test);
  d.data_split = apart > 0 ? fmt::format("{} recordings to search on, each foretold from the others; {} to test on",
                                         units(Part::search), apart)
                           : fmt::format("{} recordings, each foretold from the others", units(Part::search));
  if (apart == 0) {
    d.test_units = "recordings, each foretold by a search without it";
    d.answer_ends = "in {} recordings, each foretold by a search without it";
  }
  json details = json::parse(d.details);
  details["recordings"] = {{"search", units(Part::search)}, {"test", apart}, {"files", json::array()}};
  json& files = details["recordings"]["files"];
  for (std::size_t k = 0; k < units(Part::search); ++k)
    files.push_back({{"name", recording(Part::search, k).name}, {"part", "search"}, {"place", k + 1}});
  for (std::size_t k = 0; k < apart; ++k) files.push_back({{"name", recording(Part::test, k).name}, {"part", "test"}});
  if (const std::size_t fitted = fitted_initial_weights_of_all(); fitted > 0) {
    details["initial_weights"] = {{"fitted", fitted}, {"recorded_ones", options_.fit_initial_weights}};
    d.facts.push_back(
        {"Initial weights", fmt::format("{} that {} were fitted with the rule", fitted,
                                        options_.fit_initial_weights ? "are taken for noisy" : "were not recorded")});
  }
  std::vector<const LayerRecording*> all;
  for (const LayerRecording& r : data_->recordings) all.push_back(&r);
  if (const auto bounds = weights_at_bounds(all, options_)) {
    details["weights_at_bounds"] = {{"largest", {{"value", bounds->largest}, {"share", bounds->at_largest}}},
                                    {"smallest", {{"value", bounds->smallest}, {"share", bounds->at_smallest}}}};
    d.facts.push_back({"Bounds", bounds->text()});
  }
  if (data_->scales.choice > 0) details["choices"] = {{"entropy", data_->scales.chance * data_->scales.chance}};
  d.details = dump(details);
  return d;
}

Comparison RecordingsObjective::compare(const FittedRule& found, const Score& test, const ComparisonRequest& request,
                                        Steps& steps) const {
  Comparison c;
  Baseline still;
  still.name = "no_change";
  still.title = "no change";
  // What follows from the inputs alone is no merit of a rule, as activities do where weights stay.
  const Rule no_change = check_rule({"no change", "rule no_change\ndw = 0*w\n"});
  still.test = units(Part::test) > 0 ? steps.score(no_change, {}, *this, Part::test, request.test_units)
                                     : steps.cross_validated(no_change, {}, *this);
  const double least = traits().tolerance;
  const Votes of = votes(still.test.losses, test.losses);
  const Estimate gain = paired(of.a, of.b);
  const bool exact = *std::max_element(test.losses.begin(), test.losses.end()) <= least;
  const Estimate points = accuracy_difference(test, still.test);
  const bool beyond_noise =
      gain.count >= 2 && (gain.low > 0 || paired_ratio(of.a, of.b, least).low > 0 || points.low > 0);
  // A rule that silences a layer whose activities follow from nothing foretells them better than its weights do; so what
  // is found must explain something as well.
  const bool explains = test.accuracy.mean > 0 &&
                        (exact || test.accuracy.low > 0 || paired_ratio(test.no_change, test.losses, least).low > 0);
  const bool better = gain.mean > least && explains && (exact || beyond_noise);
  c.chance = {still.test.loss.mean, still.test.accuracy.mean, better, ""};
  c.chance.text = verdict(better, test, still.test, choices_alone() ? "deviance" : "variance",
                          units(Part::test) > 0 ? "test recordings" : "recordings that the search did not know");
  if (!better && points.count >= 2)
    c.chance.text +=
        fmt::format(" A rule that explains {:.1f} % more could have been missed.", 100 * could_be_missed(points, test));
  if (options_.permuted)
    c.chance.text += better ? " Outputs were permuted and nothing can be learnt: this is a false discovery."
                            : " Outputs were permuted, so that is as it should be.";
  c.baselines.push_back(std::move(still));
  const Noise left = noise(plan::lower(found.rule), found.theta);
  json details = json::object();
  if (data_->scales.weights > 0) {
    details["weights"] = {{"scale", data_->scales.weights}, {"noise", left.weights}};
    c.facts.push_back(
        {"Noise of weights", fmt::format("{:.3g}, root mean square that the rule leaves; they change by {:.3g}{}",
                                         left.weights, data_->scales.weights, in_errors(left.weights_in_errors))});
  }
  if (data_->scales.post > 0) {
    details["post"] = {{"scale", data_->scales.post}, {"noise", left.post}};
    c.facts.push_back(
        {"Noise of activities", fmt::format("{:.3g}, root mean square that the rule leaves; they vary by {:.3g}{}",
                                            left.post, data_->scales.post, in_errors(left.post_in_errors))});
  }
  c.details = dump(details);
  return c;
}

}  // namespace rule_search
