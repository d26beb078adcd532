#include "network/plastic_layer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "evaluate/connection.hpp"
#include "plan/layout.hpp"

namespace rule_search {

namespace {

constexpr std::array<std::pair<Activation, const char*>, 5> activations = {{{Activation::linear, "linear"},
                                                                            {Activation::softplus, "softplus"},
                                                                            {Activation::relu, "relu"},
                                                                            {Activation::sigmoid, "sigmoid"},
                                                                            {Activation::tanh, "tanh"}}};

struct Response {
  double value, slope;
};

Response response(Activation activation, double beta, double z) {
  switch (activation) {
    case Activation::linear:
      return {z, 1};
    case Activation::softplus: {
      const double s = beta * z;
      const double t = std::exp(-std::abs(s));
      return {(std::max(s, 0.0) + std::log1p(t)) / beta, (s >= 0 ? 1 : t) / (1 + t)};
    }
    case Activation::relu:
      return z > 0 ? Response{z, 1} : Response{0, 0};
    case Activation::sigmoid: {
      const double t = std::exp(-std::abs(z));
      return {(z >= 0 ? 1 : t) / (1 + t), t / ((1 + t) * (1 + t))};
    }
    case Activation::tanh: {
      const double y = std::tanh(z);
      return {y, 1 - y * y};
    }
  }
  return {z, 1};
}

}  // namespace

const char* name(Activation activation) {
  return std::find_if(activations.begin(), activations.end(), [&](const auto& a) { return a.first == activation; })
      ->second;
}

std::optional<Activation> activation_named(const std::string& name) {
  for (const auto& [activation, text] : activations) {
    if (name == text) return activation;
  }
  return std::nullopt;
}

struct PlasticLayer::State {
  State(const plan::Plan& p, int cells, int inputs, std::vector<int> d, Activation a, double sharpness,
        std::vector<int> first)
      : plan(p),
        n(cells),
        m(inputs),
        of_theta(static_cast<int>(d.size())),
        first_weights(std::move(first)),
        tangents(of_theta + static_cast<int>(first_weights.size())),
        activation(a),
        beta(sharpness),
        layout(plan.parameters, 1),
        pre(m, 1 + tangents),
        post(n, 1 + tangents),
        error(n, 1 + tangents),
        input_error(m, 1 + tangents),
        net(n, 1 + tangents) {
    for (Quantity q :
         {Quantity::noise_pre, Quantity::noise_post, Quantity::shuffled_err_pre, Quantity::shuffled_err_post}) {
      if (plan.uses(q))
        throw InputError(fmt::format(
            "a single layer has no {}\n  hint: write the rule with pre, post, w, signals and, where there is a target, "
            "err_post",
            name(q)));
    }
    pre.active = input_error.active = false;
    // Not one by one: connections keep pointers to them.
    for (const Signal& s : plan.signals) {
      signals.emplace_back(s.shape.is_number() ? 1 : s.shape.rows == Side::pre ? m : n, 1);
      signals.back().active = false;
    }
    std::vector<int> direction(plan.parameters.size(), -1);
    for (std::size_t r = 0; r < plan.parameters.size(); ++r) {
      const auto at = std::find(d.begin(), d.end(), layout.entry(static_cast<int>(r), 0));
      if (at != d.end()) direction[r] = static_cast<int>(at - d.begin());
    }
    Inputs<double> columns;
    columns[Quantity::pre] = &pre;
    columns[Quantity::post] = &post;
    columns[Quantity::err_post] = &error;
    columns[Quantity::err_pre] = &input_error;
    for (const Activity<double>& s : signals) columns.signals.push_back(&s);
    connection = std::make_unique<Connection<double>>(plan, n, m, tangents, std::move(direction), columns,
                                                      Outputs<double>{&net, &post});
  }

  plan::Plan plan;
  int n, m;
  int of_theta;  // directions
  std::vector<int> first_weights;
  int tangents;
  Activation activation;
  double beta;
  ParameterLayout layout;
  Activity<double> pre, post, error, input_error, net;
  std::vector<Activity<double>> signals;
  std::unique_ptr<Connection<double>> connection;
};

PlasticLayer::PlasticLayer(const plan::Plan& plan, int n, int m, std::vector<int> directions, Activation activation,
                           double beta, std::vector<int> first_weights)
    : state_(std::make_unique<State>(plan, n, m, std::move(directions), activation, beta, std::move(first_weights))) {}
PlasticLayer::~PlasticLayer() = default;
PlasticLayer::PlasticLayer(PlasticLayer&&) noexcept = default;

void PlasticLayer::start(const std::vector<double>& theta, const double* weights) {
  State& s = *state_;
  std::vector<double> values;
  for (std::size_t r = 0; r < s.plan.parameters.size(); ++r)
    values.push_back(theta[static_cast<std::size_t>(s.layout.entry(static_cast<int>(r), 0))]);
  s.connection->set_parameters(values);
  s.connection->set_weights(weights);
  for (std::size_t k = 0; k < s.first_weights.size(); ++k)
    s.connection->set_weight_derivative(s.of_theta + static_cast<int>(k), s.first_weights[k] / s.m,
                                        s.first_weights[k] % s.m);
}

void PlasticLayer::replace_weights(const double* weights) { state_->connection->replace_weights(weights); }

bool PlasticLayer::forward(const double* x) {
  State& s = *state_;
  std::copy_n(x, s.m, s.pre.at(0));
  s.connection->forward(0, s.beta, nullptr, false);
  bool finite = true;
  for (int i = 0; i < s.n; ++i) {
    const Response r = response(s.activation, s.beta, s.net.at(0)[i]);
    s.post.at(0)[i] = r.value;
    finite = finite && std::isfinite(r.value);
    for (int p = 1; p <= s.tangents; ++p) s.post.at(p)[i] = r.slope * s.net.at(p)[i];
  }
  return finite;
}

void PlasticLayer::learn(const Told& told) {
  State& s = *state_;
  for (int p = 0; p <= s.tangents; ++p) {
    for (int i = 0; i < s.n; ++i)
      s.error.at(p)[i] = told.target == nullptr ? 0 : s.post.at(p)[i] - (p == 0 ? told.target[i] : 0);
  }
  for (int j = 0; j < s.m; ++j) s.input_error.at(0)[j] = told.err_pre == nullptr ? 0 : told.err_pre[j];
  for (std::size_t k = 0; k < s.signals.size(); ++k)
    std::copy_n(told.signals.at(k), s.signals[k].size, s.signals[k].at(0));
  s.connection->learn();
}

double PlasticLayer::weight(int i, int j) const {
  const kernels::Weights<double>& w = state_->connection->weights();
  return w.data[i * w.stride + j];
}
double PlasticLayer::weight_slope(int i, int j, int direction) const {
  const kernels::Weights<double>& w = state_->connection->weights();
  return w.data[i * w.stride + (1 + direction) * w.plane + j];
}
double PlasticLayer::output(int i) const { return state_->post.at(0)[i]; }
double PlasticLayer::output_slope(int i, int direction) const { return state_->post.at(1 + direction)[i]; }

}  // namespace rule_search
