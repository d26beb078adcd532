#include "objectives/decoding/kind.hpp"

#include <fmt/format.h>

#include "objectives/file_option.hpp"
#include "objectives/hidden_option.hpp"

namespace rule_search {

std::vector<Option> DecodingKind::options() {
  DecodingOptions& o = options_;
  std::string changed;
  for (const std::string& c : changes())
    changed += fmt::format("{}{}", changed.empty() ? "" : ", ",
                           c == "none" ? c : fmt::format("{} ({})", c, meaning(change_named(c))));
  const Option recording = files_option(
      "recording", o.files,
      "a file each, in place of synthetic recordings: .npz with arrays counts (bins x units) and target (bins x "
      "outputs), "
      ".csv with columns counts[1], target[1] and so on, .mat of MATLAB 7.3 with spikes, t and cursor_pos, or .nwb. "
      "docs/decoding.md tells more");
  return {
      recording,
      text_option(
          "behaviour", o.behaviour,
          "name of what is to be decoded in a .mat or .nwb file, as finger_pos; else hand_vel, cursor_vel or the "
          "like, the first that is there"),
      number_option("lag", o.lag, -10, 10, "seconds by which what is decoded is later than the spikes, of recordings"),
      number_option("smooth", o.smooth, 0, 10,
                    "seconds in which counts of recordings are smoothed, exponentially; 0: they are not"),
      number_option("least-rate", o.least_rate, 0, 1000,
                    "units of recordings that fire less, Hz, are left out, and silent ones"),
      choice_option("tuning", o.tuning, tuning_names(), "what recorded units are tuned to"),
      whole_option("units", o.units, 1, 10000, "recorded units"),
      number_option("bin", o.bin, 0.001, 1, "seconds in which spikes are counted, a step of the network"),
      hidden_option(o.hidden, "neurons of the hidden layers"),
      choice_option("feedback", o.feedback, {"symmetric", "fixed"},
                    "how errors travel back: by the transposed weights (symmetric) or by fixed random ones (fixed)"),
      number_option("learn-time", o.learn_time, 1, 1e5, "seconds of a session in which the network learns"),
      number_option("frozen-time", o.frozen_time, 0, 1e5, "seconds after these, without learning, that are scored"),
      number_option("search-share", o.search_share, 0.01, 1,
                    "length of the sessions that coefficients are fitted on, as a share of that of all others"),
      choice_option("change", o.change, changes(),
                    "what happens in the middle of a session; the network goes on learning and is tested in the "
                    "last two of every ten seconds then: " +
                        changed),
      number_option("change-share", o.change_share, 0, 1, "probability that a unit is changed"),
      flag_option("frozen-after-change", o.frozen_after_change,
                  "the network stops learning where something changes, to see what learning on is worth"),
      number_option("tau-membrane", o.tau_membrane, 1e-4, 10, "time constant of the hidden neurons, seconds"),
      number_option("tau-output", o.tau_output, 1e-4, 10, "time constant of the output, seconds"),
      number_option("threshold", o.threshold, 1e-3, 1e3, "membrane at which a neuron spikes"),
      number_option("gate-slope", o.gate_slope, 0, 1e3, "s of the quantity gate, 1 / (1 + s |membrane - threshold|)^2"),
      number_option("tangent-slope", o.tangent_slope, 0, 1e3,
                    "the same of a spike's derivative, where fits carry derivatives through it"),
      number_option("row-bound", o.row_bound, 0, 1e6,
                    "largest norm of a neuron's weights in a connection, 0 for no limit"),
      whole_option("clock", o.clock, 1, 1000000, "steps from one 1 of the signal clock to the next")};
}

std::unique_ptr<Objective> DecodingKind::make(const Rule& rule, std::uint64_t seed, const Loaded& loaded) const {
  check();
  refuse_times_within_a_bin(rule, options_.bin);
  DecodingOptions options = options_;
  options.read_recordings();
  auto out = std::make_unique<DecodingObjective>(options, seed);
  if (loaded) loaded(out->describe().data_hash);
  return out;
}

}  // namespace rule_search
