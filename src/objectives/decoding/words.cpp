// What reports say of a search for a rule that decodes.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/hash.hpp"
#include "base/json.hpp"
#include "objectives/decoding/baselines.hpp"
#include "objectives/decoding/exhibits.hpp"

namespace rule_search {

using nlohmann::json;

namespace {

std::string recordings_text(const DecodingOptions& o) {
  if (!o.recorded)
    return fmt::format("synthetic: {} units, tuning {}, bins of {:g} ms", o.units, o.tuning, 1000 * o.bin);
  const RecordedStreams& r = *o.recorded;
  std::string out = fmt::format(
      "{} file{}: {} units, {} outputs, bins of {:g} ms; {} sessions for search, {} for validation, "
      "{} for test",
      r.files.size(), r.files.size() == 1 ? "" : "s", r.units, r.outputs, 1000 * o.bin, r.of(Part::search).size(),
      r.of(Part::validation).size(), r.of(Part::test).size());
  if (r.silent > 0) out += fmt::format("; {} units left out", r.silent);
  return out;
}

}  // namespace

Description DecodingObjective::describe() const {
  const DecodingOptions& o = options_;
  Description d;
  d.name = "decoding";
  const std::string layers = fmt::format("{}", fmt::join(o.shape().layers, "-"));
  const bool changes = o.change != "none";
  const char* const decoded = o.recorded ? "recordings" : "a velocity";
  d.headline = {"Task",
                changes ? fmt::format("decode a velocity: {}, {:g} s, {} in the middle", layers, o.learn_time, o.change)
                : o.recorded && o.recorded->masked
                    ? fmt::format("decode recordings: {}, learning where they say so", layers)
                    : fmt::format("decode {}: {}, {:g} s with learning, {:g} s without", decoded, layers, o.learn_time,
                                  o.frozen_time)};
  d.unit = "session";
  d.units = d.runs = "sessions";
  d.validation_units = "validation sessions";
  d.test_units = "test sessions";
  d.precision = "single";
  d.coefficient_intervals = intervals_over_wide_steps;
  d.measure = "correlation";
  d.measure_key = "correlation";
  d.measure_column = "correlation";
  d.measure_unit = " % correlation";
  d.loss_meaning =
      o.recorded
          ? "half the mean square error of the target, which has a variance of about 1, in steps without learning"
          : "half the mean square error of the velocity, which has a variance of about 1, in steps without learning";
  d.loss_reference = "An output of 0 has 0.5.";
  d.context = fmt::format("{} feedback, {} units", o.feedback, o.recorded_units());
  d.answer_begins = fmt::format("a network of spiking neurons learns to decode {} with", decoded);
  d.answer_ends = "in {} test sessions";
  d.facts.push_back({"Network", fmt::format("leaky integrate-and-fire, time constants {:g} and {:g} ms, {} feedback",
                                            1000 * o.tau_membrane, 1000 * o.tau_output, o.feedback)});
  d.facts.push_back({"Recordings", recordings_text(o)});
  json setting = {{"tuning", o.tuning},
                  {"recorded_units", o.recorded_units()},
                  {"bin", o.bin},
                  {"hidden", o.hidden},
                  {"feedback", o.feedback},
                  {"learn_time", o.learn_time},
                  {"frozen_time", o.frozen_time},
                  {"search_share", o.search_share},
                  {"change", o.change},
                  {"change_share", o.change_share},
                  {"frozen_after_change", o.frozen_after_change},
                  {"tau_membrane", o.tau_membrane},
                  {"tau_output", o.tau_output},
                  {"threshold", o.threshold},
                  {"gate_slope", o.gate_slope},
                  {"tangent_slope", o.tangent_slope},
                  {"row_bound", o.row_bound},
                  {"clock", o.clock}};
  if (o.recorded) {
    const RecordedStreams& r = *o.recorded;
    setting.erase("tuning");
    json sessions;
    for (const Part part : {Part::search, Part::validation, Part::test}) sessions[name(part)] = r.of(part).size();
    setting["recordings"] = {{"files", r.files.size()}, {"outputs", r.outputs},       {"units_left_out", r.silent},
                             {"sessions", sessions},    {"learn_in_files", r.masked}, {"lag", o.lag},
                             {"smooth", o.smooth},      {"least_rate", o.least_rate}, {"behaviour", o.behaviour}};
  }
  d.setting = d.details = dump(setting);
  d.data_name = o.recorded ? "recordings" : "synthetic recordings";
  if (o.recorded) {
    d.data_hash = o.recorded->hash;
    d.data_split =
        "cut into sessions; of every four the first and the third for search, the second for validation, the "
        "fourth for test";
    return d;
  }
  Hash hash;
  for (const Part part : {Part::search, Part::validation, Part::test}) {
    const DecodingSession first = drawn_session(o, seed_, part, 0);
    for (const std::vector<double>* values : {&first.weights[0], &first.stream.counts, &first.stream.target})
      hash.add(values->data(), values->size() * sizeof(double));
  }
  d.data_hash = hash.text();
  d.data_split = "drawn at random";
  d.data_drawn = true;
  return d;
}

Comparison DecodingObjective::compare(const FittedRule& found, const Score& test, const ComparisonRequest& request,
                                      Steps& steps) const {
  Comparison c;
  c.chance = {loss_of_no_change, 0, test.accuracy.low > 0 && test.loss.high < loss_of_no_change, ""};
  c.chance.text = fmt::format(
      "{}: in {} test sessions the correlation is {:.3f} ({:.3f} to {:.3f}).",
      c.chance.beaten ? "The found rule is better than chance" : "No rule was found that is better than chance",
      test.accuracy.count, test.accuracy.mean, test.accuracy.low, test.accuracy.high);
  c.baselines = decoding_baselines(*this, found, request, steps);
  c.tables.push_back(cost_table(found, *this));
  c.pictures.push_back(decoded_picture(found, *this));
  return c;
}

}  // namespace rule_search
