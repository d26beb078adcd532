// What reports say of a search on protocols.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "expression/rule.hpp"
#include "fit/chi_squared.hpp"
#include "fit/steps.hpp"
#include "objectives/protocols/objective.hpp"
#include "objectives/protocols/pictures.hpp"
#include "objectives/protocols/subsets.hpp"
#include "report/numbers.hpp"

namespace rule_search {

using nlohmann::json;

Description protocols_words() {
  Description d;
  d.name = "protocols";
  d.unit = "protocol";
  d.units = "protocols";
  d.runs = "simulations";
  d.coefficient_intervals = "by the standard errors of the protocols (weighted least squares)";
  d.validation_units = "protocols, each foretold from the others";
  d.test_units = "test protocols";
  d.measure = "fraction of variance explained";
  d.measure_key = "variance_explained";
  d.measure_column = "variance explained";
  d.measure_unit = " % of the variance";
  d.loss_meaning = "half the mean square of what the rule misses, in standard errors";
  d.loss_reference = "A rule that is right has about 0.5.";
  d.context = "protocols";
  d.answer_begins = "simulations of the protocols explain";
  d.answer_ends = "in {} test protocols";
  return d;
}

Description ProtocolsObjective::describe() const {
  Description d = protocols_words();
  const std::size_t apart = units(Part::test);
  d.headline = {"Protocols", fmt::format("{} of two spiking neurons, each counting by its standard error",
                                         units(Part::search) + apart)};
  d.data_name = "protocols";
  d.data_hash = content_hash();
  d.data_split = apart > 0 ? fmt::format("{} protocols to search on, each foretold from the others; {} to test on",
                                         units(Part::search), apart)
                           : fmt::format("{} protocols, each foretold from the others", units(Part::search));
  if (apart == 0) {
    d.test_units = "protocols, each foretold by a search without it";
    d.answer_ends = "in {} protocols, each foretold by a search without it";
  }
  json details = {{"protocols", json::array()}};
  double cells = 0;
  for (const Part part : {Part::search, Part::test}) {
    for (std::size_t k = 0; k < units(part); ++k) {
      const Protocol& p = protocol(part, k);
      json row = {{"name", p.name},
                  {"part", name(part)},
                  {"change", p.change},
                  {"standard_error", p.error},
                  {"spikes", {{"presynaptic", p.pre.size()}, {"postsynaptic", p.post.size()}}}};
      if (p.cells > 0) row["cells"] = p.cells;
      cells += p.cells;
      details["protocols"].push_back(std::move(row));
    }
  }
  if (cells > 0) d.facts.push_back({"Cells", fmt::format("{:.0f}", cells)});
  d.details = dump(details);
  return d;
}

Comparison ProtocolsObjective::compare(const FittedRule& found, const Score& test, const ComparisonRequest& request,
                                       Steps& steps) const {
  Comparison c;
  const Part judged = units(Part::test) > 0 ? Part::test : Part::search;
  const Rule no_change = check_rule({"no change", "rule no_change\nstep 1 ms\ndw = 0*w\n"});
  Baseline still;
  still.name = "no_change";
  still.title = "no change";
  still.test = steps.score(no_change, {}, *this, judged, units(judged));
  const std::size_t count = units(Part::search);
  const Score with = steps.score(found.rule, found.theta, *this, Part::search, count);
  const Score without = steps.score(no_change, {}, *this, Part::search, count);
  const std::size_t parameters = determined_parameters(found, *this, steps);
  const ChiSquared left = ChiSquaredLaw(*this).of(chi_squared_of(with), parameters);
  // The terms were chosen among all candidates, so every choice of as many counts (Bonferroni's inequality).
  const auto log_factorial = [](std::size_t n) { return std::lgamma(static_cast<double>(n) + 1); };
  const std::size_t all = std::max(terms_of(candidates()), terms_of(found.rule));
  const double ways =
      std::exp(log_factorial(all) - log_factorial(terms_of(found.rule)) - log_factorial(all - terms_of(found.rule)));
  const double by_chance = std::min(1.0, ways * gain_by_chance(without, with, {0, parameters}));
  constexpr double doubt = 0.05;
  const bool better = test.accuracy.mean > 0 && (test.accuracy.low > 0 || by_chance < doubt);
  c.chance.loss = still.test.loss.mean;
  c.chance.beaten = better;
  c.chance.text = fmt::format(
      "{}: in {} {} {:.1f} % ({:.1f} to {:.1f}) of the variance is explained. Chi squared of the {} protocols that it "
      "was "
      "fitted to is {:.1f}{}, without change {:.1f}; a gain as large is by chance with a probability {}.",
      better ? "The found rule explains the protocols better than no change"
             : "No rule was found that explains the protocols better than no change",
      test.accuracy.count, describe().test_units, in_percent(test.accuracy.mean), in_percent(test.accuracy.low),
      in_percent(test.accuracy.high), count, left.value,
      left.degrees > 0 ? fmt::format(" with {:.0f} degrees of freedom", left.degrees) : "", chi_squared_of(without),
      by_chance > 0 ? fmt::format("of {:.2g}", by_chance) : "below 1e-300");
  if (!better && by_chance < doubt)
    c.chance.text += judged == Part::test
                         ? " So it does explain those, but not the test protocols: something in them is different."
                         : fmt::format(
                               " So something depends on the spikes, but {} protocols are too few to say which rule, "
                               "or one of them is unlike the others.",
                               count);
  c.baselines.push_back(std::move(still));
  if (left.degrees > 0) {
    constexpr double bad = 0.01;
    c.chance.misses = left.p < bad;
    if (c.chance.misses)
      c.chance.text += " The rule leaves more than the errors explain: terms are missing, or errors are too small.";
    c.facts.push_back(
        {"Chi squared", fmt::format("{:.1f} of the rule as it is printed, with {:.0f} degrees of freedom, p = {:.2g}{}",
                                    left.value, left.degrees, left.p,
                                    c.chance.misses ? ": the rule misses more than the errors explain, and "
                                                      "intervals of coefficients are widened by that"
                                                    : "")});
  }
  c.details = dump(
      json{{"chi_squared",
            {{"rule", left.value}, {"no_change", chi_squared_of(without)}, {"degrees_of_freedom", left.degrees}}}});
  c.pictures = protocol_pictures(*this, found);
  c.tables.push_back(protocols_table(*this, found));
  if (auto table = subsets_table(*this, found, request, steps)) c.tables.push_back(std::move(*table));
  return c;
}

}  // namespace rule_search
