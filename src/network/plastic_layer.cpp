#include "network/plastic_layer.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "evaluate/connection.hpp"
#include "network/known_quantities.hpp"
#include "plan/layout.hpp"

namespace rule_search {

std::size_t numbers_remembered(const plan::Plan& plan, int n, int m) {
  std::size_t out = 0;
  for (const plan::Memory& s : plan.states) out += numbers_remembered(s.shape, n, m);
  return out;
}

std::size_t numbers_remembered(Shape state, int n, int m) {
  const auto extent = [n, m](Side side) { return side == Side::one ? 1 : side == Side::post ? n : m; };
  return static_cast<std::size_t>(extent(state.rows)) * static_cast<std::size_t>(extent(state.cols));
}

struct PlasticLayer::State {
  State(const plan::Plan& p, int neurons, int inputs, const std::vector<int>& directions, Activation a,
        double sharpness, std::vector<int> initial, bool initial_states)
      : plan(p),
        n(neurons),
        m(inputs),
        of_theta(static_cast<int>(directions.size())),
        initial_weights(std::move(initial)),
        of_states(of_theta + static_cast<int>(initial_weights.size())),
        tangents(of_states + (initial_states ? static_cast<int>(numbers_remembered(p, neurons, inputs)) : 0)),
        activation(a),
        beta(sharpness),
        layout(plan.parameters, 1),
        pre(m, 1 + tangents),
        post(n, 1 + tangents),
        error(n, 1 + tangents),
        input_error(m, 1 + tangents),
        net(n, 1 + tangents),
        derivative(static_cast<std::size_t>(n)) {
    pre.active = input_error.active = false;
    // Not one by one: connections keep pointers to them.
    for (const Signal& s : plan.signals) {
      signals.emplace_back(s.shape.is_number() ? 1 : s.shape.rows == Side::pre ? m : n, 1);
      signals.back().active = false;
    }
    Inputs<double> columns;
    columns[Quantity::pre] = &pre;
    columns[Quantity::post] = &post;
    columns[Quantity::err_post] = &error;
    columns[Quantity::err_pre] = &input_error;
    columns[Quantity::net] = &net;
    refuse_unknown_quantities(plan, columns, "a single layer",
                              "write the rule with pre, post, w, signals and, where there is a target, err_post");
    for (const Activity<double>& s : signals) columns.signals.push_back(&s);
    connection = std::make_unique<Connection<double>>(plan, n, m, tangents, layout.directions_in(0, directions),
                                                      columns, Outputs<double>{&net, &post});
  }

  plan::Plan plan;
  int n, m;
  int of_theta;  // directions
  std::vector<int> initial_weights;
  int of_states;  // the first direction that is an initial state
  int tangents;
  Activation activation;
  double beta;
  ParameterLayout layout;
  Activity<double> pre, post, error, input_error, net;
  std::vector<double> derivative;  // of post by net
  std::vector<Activity<double>> signals;
  std::unique_ptr<Connection<double>> connection;
};

PlasticLayer::PlasticLayer(const plan::Plan& plan, int n, int m, const std::vector<int>& directions,
                           Activation activation, double beta, std::vector<int> initial_weights, bool initial_states)
    : state_(std::make_unique<State>(plan, n, m, directions, activation, beta, std::move(initial_weights),
                                     initial_states)) {}
PlasticLayer::~PlasticLayer() = default;
PlasticLayer::PlasticLayer(PlasticLayer&&) noexcept = default;

void PlasticLayer::start(const std::vector<double>& theta, const double* weights) {
  State& s = *state_;
  s.connection->set_parameters(s.layout.values_in(0, theta));
  s.connection->set_weights(weights);
  for (std::size_t k = 0; k < s.initial_weights.size(); ++k)
    s.connection->set_weight_derivative(s.of_theta + static_cast<int>(k), s.initial_weights[k] / s.m,
                                        s.initial_weights[k] % s.m);
}

void PlasticLayer::replace_weights(const double* weights) { state_->connection->replace_weights(weights); }

void PlasticLayer::set_weight(int weight, double value, int fitted) {
  State& s = *state_;
  s.connection->set_weight(weight / s.m, weight % s.m, value);
  if (fitted >= 0) s.connection->set_weight_derivative(s.of_theta + fitted, weight / s.m, weight % s.m);
}

std::size_t PlasticLayer::states() const { return state_->connection->states().size(); }
double PlasticLayer::state(std::size_t element) const { return state_->connection->states().value(element); }
void PlasticLayer::set_initial_state(std::size_t element, double value, double unit) {
  state_->connection->states().set(element, value, state_->of_states + static_cast<int>(element), unit);
}

bool PlasticLayer::forward(const double* x) {
  State& s = *state_;
  std::copy_n(x, s.m, s.pre.at(0));
  s.connection->forward(0, s.beta, nullptr, false);
  cell(s.activation).respond(s.beta, s.n, s.net.at(0), s.post.at(0), s.derivative.data());
  bool finite = true;
  for (int i = 0; i < s.n; ++i) {
    finite = finite && std::isfinite(s.post.at(0)[i]);
    for (int p = 1; p <= s.tangents; ++p) s.post.at(p)[i] = s.derivative[static_cast<std::size_t>(i)] * s.net.at(p)[i];
  }
  return finite;
}

void PlasticLayer::learn(const StepInput& given) {
  State& s = *state_;
  if (given.begins_trial) s.connection->states().begin_trial();
  for (int p = 0; p <= s.tangents; ++p) {
    for (int i = 0; i < s.n; ++i)
      s.error.at(p)[i] = given.target == nullptr ? 0 : s.post.at(p)[i] - (p == 0 ? given.target[i] : 0);
  }
  for (int j = 0; j < s.m; ++j) s.input_error.at(0)[j] = given.err_pre == nullptr ? 0 : given.err_pre[j];
  for (std::size_t k = 0; k < s.signals.size(); ++k)
    std::copy_n(given.signals.at(k), s.signals[k].size, s.signals[k].at(0));
  s.connection->learn();
}

double PlasticLayer::weight(int i, int j) const {
  const kernels::Weights<double>& w = state_->connection->weights();
  return w.data[i * w.stride + j];
}
double PlasticLayer::weight_derivative(int i, int j, int direction) const {
  const kernels::Weights<double>& w = state_->connection->weights();
  return w.data[i * w.stride + (1 + direction) * w.plane + j];
}
double PlasticLayer::output(int i) const { return state_->post.at(0)[i]; }
double PlasticLayer::output_derivative(int i, int direction) const { return state_->post.at(1 + direction)[i]; }

}  // namespace rule_search
