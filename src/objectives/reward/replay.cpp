// A recorded session carried out once more, with everything that comes out of it.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/error.hpp"
#include "base/json.hpp"
#include "objectives/reward/kind.hpp"
#include "objectives/reward/learner.hpp"
#include "objectives/reward/session_file.hpp"

namespace rule_search {

using nlohmann::json;

namespace {

template <class Element>
json square(int n, const Element& element) {
  json out = json::array();
  for (int i = 0; i < n; ++i) {
    json row = json::array();
    for (int j = 0; j < n; ++j) row.push_back(element(i, j));
    out.push_back(std::move(row));
  }
  return out;
}

json negative(const std::vector<double>& values) {
  json out = json::array();
  for (double x : values) out.push_back(-x);
  return out;
}

template <class T>
json values_of(const RecordedSession& recorded, const plan::Plan& plan, const ParameterLayout& layout,
               const std::vector<double>& theta, const std::string& path) {
  SessionLearner<T> learner(plan, recorded.session, layout.all(), Derivatives::exact);
  RecordedTrials trials(recorded.trials);
  const SessionOutcome out = learner.run(recorded.session, trials, theta, true);
  if (out.diverged)
    throw std::runtime_error(
        fmt::format("{}: the session diverged in trial {}: a number is no longer finite", path, out.errors.size() + 1));
  const int n = recorded.session.network.neurons;
  const RecurrentNetwork<T>& network = learner.network();
  json values = {{"errors", out.errors},
                 {"rewards", negative(out.errors)},
                 {"expected_rewards", out.expected_rewards},
                 {"outputs", out.outputs},
                 {"parameter_order", layout.names},
                 {"jacobian", out.errors_by},
                 {"expected_rewards_jacobian", out.expected_by},
                 {"final_weights", square(n, [&](int i, int j) { return network.weight(i, j); })},
                 {"final_weights_jacobian", json::object()}};
  for (std::size_t d = 0; d < layout.names.size(); ++d)
    values["final_weights_jacobian"][layout.names[d]] =
        square(n, [&](int i, int j) { return network.weight_derivative(i, j, static_cast<int>(d)); });
  return values;
}

}  // namespace

bool RewardKind::has_recorded(const json& document) const { return is_session(document); }

Replayed RewardKind::replay(const json& document, const std::string& path, const ReplayRequest& request) const {
  const RecordedSession recorded = session_in(document, path);
  if (request.rule.empty() && recorded.rule.empty())
    throw InputError(fmt::format("{}: expected a rule, in the file or beside it\n  hint: ‹rule› FILE", path));
  Rule rule = request.rule.empty() ? check_rule({path + ": rule", recorded.rule}) : read_rule(request.rule);
  const std::vector<std::string>& lasting = recorded.lasting_states;
  for (State& s : rule.states) s.each_trial = std::find(lasting.begin(), lasting.end(), s.name) == lasting.end();
  const ParameterLayout layout(rule.parameters, 1);
  const std::vector<double> theta = recorded_values(rule, recorded.parameters, 1, path);
  const plan::Plan plan = plan::lower(rule);
  const json values = request.precision == Precision::float64 ? values_of<double>(recorded, plan, layout, theta, path)
                                                              : values_of<float>(recorded, plan, layout, theta, path);
  Replayed told;
  told.document = dump(values, 2);
  told.text = fmt::format("{} with {}: {} neurons, {} trials\n", recorded.name.empty() ? path : recorded.name,
                          rule.name, recorded.session.network.neurons, recorded.session.trials);
  double sum = 0;
  for (const json& error : values["errors"]) sum += error.get<double>();
  told.text += fmt::format("  mean error  {:.12g}\n", sum / recorded.session.trials);
  for (std::size_t k = 0; k < layout.names.size(); ++k) {
    double slope = 0;
    for (const json& of_trial : values["jacobian"]) slope += of_trial[k].get<double>();
    told.text += fmt::format("  d mean error / d {:<10} {:.12g}\n", layout.names[k], slope / recorded.session.trials);
  }
  return told;
}

}  // namespace rule_search
