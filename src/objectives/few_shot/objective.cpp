#include "objectives/few_shot/objective.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.hpp"
#include "base/json.hpp"
#include "objectives/few_shot/episode_file.hpp"
#include "objectives/few_shot/linear_parts.hpp"
#include "objectives/few_shot/network_options.hpp"

namespace rule_search {

TaskSource Tasks::source(const Network& of, Feedback feedback) const {
  return {*data, split, shape, of, feedback, seed};
}

namespace {

class TaskEvaluator : public Evaluator {
 public:
  TaskEvaluator(const TaskObjective& objective, EvaluatorRequest request)
      : objective_(objective),
        batch_(request.plan, objective.network(), objective.feedback(), std::move(request.directions),
               request.precision),
        before_(std::move(request.before)) {}

  std::vector<Outcome> run_these(Part part, const std::vector<std::size_t>& units, const std::vector<double>& theta,
                                 Wanted wanted) const override {
    if (wanted.shortcut && !has_shortcut(objective_.network()))
      throw InputError(
          "‹shortcut›: the network has no connection from the input to the output\n  hint: ‹skip› inout, or leave it "
          "out");
    const EpisodeSource source = objective_.episodes(part);
    return batch_.run(
        [&](std::size_t k) {
          if (before_) before_();
          return source(units[k]);
        },
        units.size(), theta, wanted);
  }

  Outcome run_unit(Part part, std::size_t unit, const std::vector<double>& theta, Wanted wanted) const override {
    if (before_) before_();
    return batch_.run([&](std::size_t) { return objective_.recent(part)(unit); }, 1, theta, wanted)[0];
  }

 private:
  const TaskObjective& objective_;
  Batch batch_;
  BeforeUnit before_;
};

}  // namespace

TaskObjective::TaskObjective(const Tasks& tasks, const Network& network, Feedback feedback)
    : given_(tasks),
      network_(network),
      feedback_(feedback),
      queries_(static_cast<std::size_t>(tasks.shape.classes(static_cast<int>(tasks.split.classes[0].size()))) *
               static_cast<std::size_t>(tasks.shape.queries)),
      tasks_(tasks.source(network, feedback)),
      search_(remembered(draws(tasks_, Part::search))),
      recent_{last_drawn(tasks_, Part::search), last_drawn(tasks_, Part::validation), last_drawn(tasks_, Part::test)} {}

std::string TaskObjective::identity() const {
  std::string out = fmt::format("task {} {:a} {}", fmt::join(network_.layers, "-"), network_.beta, name(feedback_));
  if (const nlohmann::json more = network_details(network_, feedback_); !more.empty()) out += " " + dump(more);
  return out;
}

std::size_t TaskObjective::units(Part) const { return std::numeric_limits<std::size_t>::max(); }
std::size_t TaskObjective::answers(Part, std::size_t) const { return queries_; }

EpisodeSource TaskObjective::episodes(Part part) const { return part == Part::search ? search_ : drawn(part); }

std::unique_ptr<Evaluator> TaskObjective::compile(EvaluatorRequest request) const {
  refuse_values_of_recordings(request.plan);
  refuse_trials(request.plan, "few-shot tasks");
  return std::make_unique<TaskEvaluator>(*this, std::move(request));
}

std::string TaskObjective::recorded(Part part, std::size_t unit, const Rule& rule,
                                    const std::vector<double>& theta) const {
  const ParameterLayout layout(rule.parameters, connections());
  Recording recording;
  recording.name = fmt::format("{}, {}, episode {}, seed {}", given_.data->name, name(part), unit, given_.seed);
  recording.episode = *drawn(part)(unit);
  for (const Parameter& p : rule.parameters) {
    std::vector<double> values;
    for (std::size_t k = 0; k < layout.names.size(); ++k) {
      if (rule.parameters[static_cast<std::size_t>(layout.parameter[k])].name == p.name) values.push_back(theta[k]);
    }
    recording.parameters.emplace_back(p.name, values);
  }
  return to_json(recording);
}

LossTraits TaskObjective::traits() const {
  LossTraits t;
  t.tempers = true;
  t.single_precision = true;
  t.splits_derivatives = true;
  t.draws_units = true;
  return t;
}

Score TaskObjective::summarise(const std::vector<Outcome>& outcomes) const {
  return rule_search::summarise(outcomes, network_.layers.back());
}

Score score(const Rule& rule, const std::vector<double>& theta, const Network& network, Feedback feedback,
            const EpisodeSource& source, std::size_t count, bool alignment, Precision precision) {
  const Batch batch(plan::lower(rule), network, feedback, {}, precision);
  Wanted wanted;
  wanted.alignment = alignment;
  return summarise(batch.run(source, count, theta, wanted), network.layers.back());
}

const Parameter* misfit(const Rule& rule, const Network& network) {
  for (const Parameter& p : rule.parameters) {
    if (p.initial.size() != 1 && p.initial.size() != static_cast<std::size_t>(network.connections())) return &p;
  }
  return nullptr;
}

bool fits_connections(const Rule& rule, const Network& of, const Network& other) {
  return of.graph().connections == other.graph().connections ||
         std::all_of(rule.parameters.begin(), rule.parameters.end(),
                     [](const Parameter& p) { return p.initial.size() == 1; });
}

void check_coefficients(const Rule& rule, const Network& network) {
  const Parameter* const p = misfit(rule, network);
  if (p == nullptr) return;
  throw InputError(
      fmt::format("{}[layer] has {} values, expected one, or one for each of the {} connections {} of {}\n"
                  "  hint: ‹hidden› and ‹skip› say which layers and connections there are",
                  p->name, p->initial.size(), network.connections(), text(network.graph().connections),
                  fmt::join(network.layers, "-")));
}

}  // namespace rule_search
