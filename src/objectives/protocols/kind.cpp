#include "objectives/protocols/kind.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.hpp"
#include "expression/print.hpp"
#include "objectives/file_option.hpp"
#include "objectives/spike_curves.hpp"

namespace rule_search {

namespace {

// s; mean time from spike to spike that is hardly meant.
constexpr double longest_pause = 60;

std::vector<Protocol> read(const std::vector<std::string>& files) {
  std::vector<Protocol> out;
  for (const std::string& file : files) {
    for (Protocol& p : read_protocols(near_name(file))) out.push_back(std::move(p));
  }
  return out;
}

void refuse_weights_out_of_bounds(const Rule& rule, const std::vector<Protocol>& protocols) {
  if (!rule.bound) return;
  for (const Protocol& p : protocols) {
    if (p.weight >= rule.bound->lower && p.weight <= rule.bound->upper) continue;
    throw InputError(
        fmt::format("{}: expected an initial weight within the bounds of the rule, `{}`, found {:g}\n  hint: changes "
                    "are fractions of the "
                    "initial weight, which is 1 where the table has no column `weight`; give it one, or the rule other "
                    "bounds, as in bound "
                    "w in [0, 2]",
                    p.name, bound_text(*rule.bound), p.weight));
  }
}

}  // namespace

std::vector<Option> ProtocolsKind::options() {
  return {
      files_option("protocol", files_,
                   "a table of comma-separated values, one protocol in a row: name, delay [ms] (postsynaptic minus "
                   "presynaptic spike), frequency [Hz], pairings, change [%], error [%] (standard error), cells; or "
                   "spike times in place of a delay. docs/protocols.md tells more"),
      files_option("test-protocol", test_files_,
                   "a table in the same form: protocols to report on, of which the search knows nothing. Without them "
                   "every protocol is foretold by a search without it")};
}

void ProtocolsKind::check() const {
  if (files_.empty())
    throw InputError(
        "‹objective› protocols: expected a table of protocols, found none\n  hint: ‹protocol› FILE.csv, with the "
        "columns "
        "name, delay [ms], frequency [Hz], pairings, change [%], error [%]");
}

std::unique_ptr<Objective> ProtocolsKind::make(const Rule& rule, std::uint64_t seed, const Loaded& loaded) const {
  check();
  std::vector<Protocol> protocols = read(files_);
  std::vector<Protocol> test = read(test_files_);
  refuse_weights_out_of_bounds(rule, protocols);
  refuse_weights_out_of_bounds(rule, test);
  auto out = std::make_unique<ProtocolsObjective>(std::move(protocols), std::move(test), rule, seed);
  if (loaded) loaded(out->content_hash());
  return out;
}

std::vector<std::string> ProtocolsKind::data_notes(const Objective& objective) const {
  std::vector<std::string> out;
  const auto* const protocols = dynamic_cast<const ProtocolsObjective*>(&objective);
  if (protocols == nullptr) return out;
  double largest = 0;
  std::size_t overlapping = 0;
  std::vector<std::string> slow;
  for (const Part part : {Part::search, Part::test}) {
    for (std::size_t k = 0; k < protocols->units(part); ++k) {
      const Protocol& p = protocols->protocol(part, k);
      largest = std::max(largest, std::abs(p.change));
      if (p.paired && p.frequency > 0 && std::abs(p.delay) >= 1 / p.frequency) ++overlapping;
      // Trains as they are, and no pairing with a frequency of its own.
      for (const std::vector<double>* times : {&p.pre, &p.post}) {
        if (p.frequency > 0 || times->size() < 2) continue;
        if (times->back() - times->front() < longest_pause * static_cast<double>(times->size() - 1)) continue;
        slow.push_back(p.name);
        break;
      }
    }
  }
  if (overlapping > 0)
    out.push_back(fmt::format(
        "In {} protocols a delay is as long as the time from pair to pair, or longer. Check the units.", overlapping));
  if (!slow.empty())
    out.push_back(fmt::format("In {} spikes of a neuron are {:g} s apart on average, or more. Check the units.",
                              slow.size() == 1 ? slow[0] : fmt::format("{} protocols", slow.size()), longest_pause));
  constexpr double small = 0.02;
  if (largest < small)
    out.push_back(fmt::format(
        "No synapse changes by more than {:.2g} %. Are the changes fractions? Their column is `change [1]` then.",
        100 * largest));
  return out;
}

std::vector<std::string> ProtocolsKind::notes(const Objective& objective, const Rule& candidates) const {
  std::vector<std::string> out;
  const auto* const protocols = dynamic_cast<const ProtocolsObjective*>(&objective);
  if (protocols == nullptr) return out;
  const plan::Plan plan = plan::lower(candidates);
  const ProtocolsObjective::Moved moved = protocols->moved_spikes(plan);
  if (moved.spikes > 0)
    out.push_back(
        fmt::format("{} spikes are not at whole steps of the rule and are moved to the nearest, by {} at most. A "
                    "shorter step, or states "
                    "that all decay as decay(tau), are exact.",
                    moved.spikes, milliseconds(moved.farthest)));
  std::size_t at_bounds = 0;
  for (const Part part : {Part::search, Part::test}) {
    for (std::size_t k = 0; k < protocols->units(part); ++k) {
      const Protocol& p = protocols->protocol(part, k);
      if (candidates.bound && (p.weight == candidates.bound->lower || p.weight == candidates.bound->upper)) ++at_bounds;
    }
  }
  if (at_bounds > 0)
    out.push_back(
        fmt::format("In {} protocols the weight begins at a bound of the rule, `{}`: it can change to one side alone. "
                    "A column `weight`, or "
                    "other bounds, say where it begins between them.",
                    at_bounds, bound_text(*candidates.bound)));
  // Longer than any protocol, it brings nothing.
  for (const plan::Memory& s : plan.states) {
    if (s.delay >= protocols->longest_unit())
      out.push_back(fmt::format("{} is longer than every protocol: nothing of it is ever seen.", s.name));
  }
  return out;
}

}  // namespace rule_search
