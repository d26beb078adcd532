#include "objectives/decoding/kind.hpp"

#include <fmt/format.h>

#include "objectives/hidden_option.hpp"

namespace rule_search {

std::vector<Option> DecodingKind::options() {
  DecodingOptions& o = options_;
  std::string changed;
  for (const std::string& c : changes())
    changed += fmt::format("{}{}", changed.empty() ? "" : ", ",
                           c == "none" ? c : fmt::format("{} ({})", c, meaning(change_named(c))));
  return {
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

std::unique_ptr<Objective> DecodingKind::make(const Rule&, std::uint64_t seed, const Loaded& loaded) const {
  check();
  auto out = std::make_unique<DecodingObjective>(options_, seed);
  if (loaded) loaded(out->describe().data_hash);
  return out;
}

}  // namespace rule_search
