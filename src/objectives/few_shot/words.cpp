// What reports say of a search on few-shot tasks.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "objectives/few_shot/baselines.hpp"
#include "objectives/few_shot/linear_parts.hpp"
#include "objectives/few_shot/network_options.hpp"
#include "objectives/few_shot/objective.hpp"
#include "report/numbers.hpp"

namespace rule_search {

namespace {

std::string verdict(bool found, const Score& test, const Chance& chance, bool permuted) {
  std::string out = fmt::format(
      "{}: on {} test episodes accuracy is {:.1f} % ({:.1f} to {:.1f}) where chance has {:.1f} %, loss {:.3f} ({:.3f} "
      "to "
      "{:.3f}) where answers that call every class as likely have {:.3f}.",
      found ? "The found rule is better than chance" : "No rule was found that is better than chance",
      test.accuracy.count, 100 * test.accuracy.mean, 100 * test.accuracy.low, 100 * test.accuracy.high,
      100 * chance.accuracy, test.loss.mean, test.loss.low, test.loss.high, chance.loss);
  if (permuted)
    out += found ? " Labels were permuted and nothing can be learnt: this is a false discovery."
                 : " Labels were permuted, so that is as it should be.";
  return out;
}

// Coefficients by connection stand in this order.
std::string skips_text(const Network& network) {
  const std::string name = name_of_skips(network.skips, static_cast<int>(network.layers.size()));
  return fmt::format("{}connections in order: {}", name.empty() ? "" : name + "; ", text(network.graph().connections));
}

}  // namespace

Description words_of(const Tasks& tasks, const Network& network, Feedback feedback) {
  const TaskShape& t = tasks.shape;
  Description d;
  d.name = "few-shot";
  const bool stream = t.stream > 0;
  // Results of schema 1 need not name layers.
  const int classes = !tasks.split.classes[0].empty() ? static_cast<int>(tasks.split.classes[0].size())
                      : network.layers.empty()        ? 0
                                                      : network.layers.back();
  const std::string task = stream ? fmt::format("a stream of {} images of {} classes", t.stream, classes)
                                  : fmt::format("{} ways, {} shots", t.ways, t.shots);
  d.headline = {"Task", fmt::format("{}, {} queries{}; {}", task, t.queries, stream ? " a class" : "",
                                    feedback_text(network, feedback))};
  d.unit = "episode";
  d.units = d.runs = "episodes";
  d.validation_units = "validation episodes";
  d.test_units = "test episodes";
  d.precision = "single";
  d.loss_unit = "nats";
  d.loss_meaning = "mean cross-entropy after learning";
  d.loss_reference = fmt::format("Answers that call every class as likely have {:.3f}.",
                                 std::log(static_cast<double>(t.classes(classes))));
  d.context = fmt::format("{} feedback, {}", name(feedback), task);
  d.answer_begins = fmt::format("a network of {} feedback learns {} online, in one pass, to", name(feedback),
                                stream ? task : fmt::format("{}-way {}-shot tasks", t.ways, t.shots));
  d.answer_ends = "on {} test episodes";
  d.facts.push_back({"Network", fmt::format("{}", fmt::join(network.layers, "-"))});
  if (!network.skips.empty()) d.facts.push_back({"Skips", skips_text(network)});
  if (t.permute_labels)
    d.facts.push_back({"Labels", "permuted at random within every stream, so that nothing can be learnt"});
  d.labels_permuted = t.permute_labels;
  nlohmann::json setting = {{"feedback", name(feedback)}, {"layers", network.layers},
                            {"beta", network.beta},       {"ways", t.ways},
                            {"shots", t.shots},           {"queries", t.queries}};
  setting.update(network_details(network, feedback));
  if (stream) setting["stream"] = t.stream;
  if (t.permute_labels) setting["permute_labels"] = true;
  d.setting = dump(setting);
  return d;
}

Description TaskObjective::describe() const {
  Description d = words_of(given_, network_, feedback_);
  d.data_name = given_.data->name;
  d.data_hash = given_.data->content_hash;
  d.data_split = given_.split.description;
  return d;
}

Comparison TaskObjective::compare(const FittedRule& found, const Score& test, const ComparisonRequest& request,
                                  Steps& steps) const {
  Comparison c;
  const double classes = given_.shape.classes(static_cast<int>(given_.split.classes[0].size()));
  c.chance.loss = std::log(classes);
  c.chance.accuracy = 1 / classes;
  c.chance.beaten = test.accuracy.low > c.chance.accuracy;
  c.chance.text = verdict(c.chance.beaten, test, c.chance, given_.shape.permute_labels);
  c.baselines = run_baselines(given_, request, steps);
  for (Baseline& b : linear_parts(given_, feedback_, found, request, steps)) c.baselines.push_back(std::move(b));
  return c;
}

}  // namespace rule_search
