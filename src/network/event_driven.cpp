#include "network/event_driven.hpp"

#include <fmt/format.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.hpp"
#include "evaluate/connection.hpp"
#include "network/known_quantities.hpp"
#include "plan/layout.hpp"
#include "plan/silence.hpp"

namespace rule_search {

namespace {

constexpr double simultaneous = 1e-9;  // s

/// A linear function of (1, states, weight), with its derivatives.
struct Linear {
  std::vector<Eigen::MatrixXd> planes;  // the function, and its derivative by every direction

  Linear operator*(const Linear& b) const {
    Linear out;
    out.planes.push_back(planes[0] * b.planes[0]);
    for (std::size_t p = 1; p < planes.size(); ++p)
      out.planes.emplace_back(planes[p] * b.planes[0] + planes[0] * b.planes[p]);
    return out;
  }
};

// By repeated squaring.
Linear power(Linear base, std::size_t exponent) {
  Linear out = base;
  const Eigen::Index n = base.planes[0].rows();
  for (Eigen::MatrixXd& p : out.planes) p = Eigen::MatrixXd::Zero(n, n);
  out.planes[0].setIdentity();
  for (;; base = base * base) {
    if ((exponent & 1U) != 0) out = out * base;
    exponent >>= 1U;
    if (exponent == 0) return out;
  }
}

}  // namespace

std::vector<SpikeEvent> events_of(const std::vector<double>& pre, const std::vector<double>& post) {
  std::vector<SpikeEvent> all;
  for (const double t : pre) all.push_back({t, 1, 0});
  for (const double t : post) all.push_back({t, 0, 1});
  std::sort(all.begin(), all.end(), [](const SpikeEvent& a, const SpikeEvent& b) { return a.time < b.time; });
  std::vector<SpikeEvent> out;
  for (const SpikeEvent& e : all) {
    if (out.empty() || e.time - out.back().time > simultaneous) {
      out.push_back(e);
      continue;
    }
    out.back().pre += e.pre;
    out.back().post += e.post;
  }
  return out;
}

struct EventDrivenSynapse::State {
  State(const plan::Plan& p, const std::vector<int>& directions)
      : plan(p),
        silence(plan::silence(plan)),
        tangents(static_cast<int>(directions.size())),
        layout(plan.parameters, 1),
        pre(1, 1 + tangents),
        post(1, 1 + tangents),
        net(1, 1 + tangents),
        buffer(static_cast<std::size_t>(tangents) + 1) {
    pre.active = post.active = false;
    Inputs<double> columns;
    columns[Quantity::pre] = &pre;
    columns[Quantity::post] = &post;
    columns[Quantity::net] = &net;
    const std::string hint =
        "pre and post are the numbers of spikes in a step, and so is a signal `spike: post`; write the rule with "
        "these, w and states";
    refuse_unknown_quantities(plan, columns, "a protocol of spikes", hint);
    for (const Signal& s : plan.signals) {
      if (s.name != "spike" || s.shape.is_number())
        throw InputError(fmt::format(
            "the rule asks for the signal {}, which a protocol of spikes does not have\n  hint: {}", s.name, hint));
      columns.signals.push_back(s.shape.rows == Side::pre ? &pre : &post);
    }
    if (!(plan.step.seconds > 0))
      throw InputError(
          "the rule does not say how long its step is, and spikes have times in seconds\n  hint: write it into the "
          "rule, as in `step 1 ms`, and decay as decay(tau)");
    connection = std::make_unique<Connection<double>>(plan, 1, 1, tangents, layout.directions_in(0, directions),
                                                      columns, Outputs<double>{&net, &post});
  }

  States<double>& states() { return connection->states(); }

  void step(int pre_spikes, int post_spikes) {
    pre.at(0)[0] = pre_spikes;
    post.at(0)[0] = post_spikes;
    connection->forward(0, 1, nullptr, true);
    connection->learn();
    connection->settle();
    states().settle();
  }

  const double* plane_of_weight(int p) const {
    const kernels::Weights<double>& w = connection->weights();
    return w.data + p * w.plane;
  }

  // The states begin as the rule says, all other than that as given.
  void begin(double weight) { connection->set_weights(&weight); }

  // What every state is multiplied by in a silent step.
  void find_factors() {
    begin(1);
    std::fill(buffer.begin(), buffer.end(), 0.0);
    buffer[0] = 1;
    for (std::size_t k = 0; k < states().size(); ++k) states().set(k, buffer.data());
    step(0, 0);
    factors.clear();
    for (std::size_t k = 0; k < states().size(); ++k) {
      for (int p = 0; p <= tangents; ++p) factors.push_back(p == 0 ? states().value(k) : states().derivative(k, p - 1));
    }
  }

  // A silent step as a function of (1, states, weight): what it makes of nothing, and of each of them alone.
  void find_linear() {
    const auto size = static_cast<Eigen::Index>(states().size() + 2);
    one_step.planes.assign(static_cast<std::size_t>(tangents) + 1, Eigen::MatrixXd::Zero(size, size));
    one_step.planes[0](0, 0) = 1;
    for (Eigen::Index of = 0; of < size; ++of) {
      begin(of == size - 1 ? 1 : 0);
      for (std::size_t k = 0; k < states().size(); ++k) {
        std::fill(buffer.begin(), buffer.end(), 0.0);
        buffer[0] = static_cast<Eigen::Index>(k) + 1 == of ? 1 : 0;
        states().set(k, buffer.data());
      }
      step(0, 0);
      for (int p = 0; p <= tangents; ++p) {
        Eigen::MatrixXd& to = one_step.planes[static_cast<std::size_t>(p)];
        for (Eigen::Index row = 1; row < size; ++row) to(row, of) = value(row, p) - (of == 0 ? 0 : to(row, 0));
      }
    }
    powers.clear();
  }

  // Of (1, states, weight).
  double value(Eigen::Index row, int plane) const {
    const auto k = static_cast<std::size_t>(row - 1);
    if (k == connection->states().size()) return *plane_of_weight(plane);
    return plane == 0 ? connection->states().value(k) : connection->states().derivative(k, plane - 1);
  }

  void pass_exponential(double steps) {
    for (std::size_t k = 0; k < states().size(); ++k) {
      const double* const factor = factors.data() + k * buffer.size();
      const double x = states().value(k);
      // Two spikes less than a step apart: what is forgotten at once can't be brought back.
      if (steps < 0 && !(factor[0] > 0)) continue;
      const double whole = std::pow(factor[0], steps);
      const double slope = steps * std::pow(factor[0], steps - 1);
      buffer[0] = whole * x;
      for (int p = 1; p <= tangents; ++p) {
        const double by_factor = factor[p] == 0 || x == 0 ? 0 : x * slope * factor[p];
        buffer[static_cast<std::size_t>(p)] = whole * states().derivative(k, p - 1) + by_factor;
      }
      states().set(k, buffer.data());
    }
  }

  void pass_linear(std::size_t steps) {
    auto known = powers.find(steps);
    if (known == powers.end()) known = powers.emplace(steps, power(one_step, steps)).first;
    const std::vector<Eigen::MatrixXd>& m = known->second.planes;
    const Eigen::Index size = m[0].rows();
    std::vector<Eigen::VectorXd> z;
    for (int p = 0; p <= tangents; ++p) {
      z.emplace_back(Eigen::VectorXd::Zero(size));
      z.back()(0) = p == 0 ? 1 : 0;
      for (Eigen::Index row = 1; row < size; ++row) z.back()(row) = value(row, p);
    }
    std::vector<Eigen::VectorXd> out;
    for (std::size_t p = 0; p < z.size(); ++p)
      out.emplace_back(p == 0 ? m[0] * z[0] : Eigen::VectorXd(m[0] * z[p] + m[p] * z[0]));
    for (Eigen::Index row = 1; row < size; ++row) {
      for (std::size_t p = 0; p < z.size(); ++p) buffer[p] = out[p](row);
      if (row == size - 1)
        connection->set_weight(0, 0, buffer.data());
      else
        states().set(static_cast<std::size_t>(row - 1), buffer.data());
    }
  }

  // So many silent steps; a part of one only where states decay exponentially.
  void pass(double steps) {
    if (steps == 0) return;
    if (silence == plan::Silence::exponential) return pass_exponential(steps);
    const auto whole = static_cast<std::size_t>(std::llround(std::max(0.0, steps)));
    if (silence == plan::Silence::linear) {
      if (whole > 0) pass_linear(whole);
      return;
    }
    for (std::size_t k = 0; k < whole; ++k) step(0, 0);
  }

  // In steps; whole ones where only those can pass.
  double in_steps(double seconds) const {
    const double steps = seconds / plan.step.seconds;
    return silence == plan::Silence::exponential ? steps : std::round(steps);
  }

  bool finite() const {
    for (int p = 0; p <= tangents; ++p) {
      if (!std::isfinite(*plane_of_weight(p))) return false;
    }
    return true;
  }

  plan::Plan plan;
  plan::Silence silence;
  int tangents;
  ParameterLayout layout;
  Activity<double> pre, post, net;
  std::vector<double> buffer;  // a value and its derivatives
  std::unique_ptr<Connection<double>> connection;
  std::vector<double> factors;  // by state: a value and its derivatives
  Linear one_step;
  std::map<std::size_t, Linear> powers;
};

EventDrivenSynapse::EventDrivenSynapse(const plan::Plan& plan, const std::vector<int>& directions)
    : state_(std::make_unique<State>(plan, directions)) {}
EventDrivenSynapse::~EventDrivenSynapse() = default;
EventDrivenSynapse::EventDrivenSynapse(EventDrivenSynapse&&) noexcept = default;

bool EventDrivenSynapse::takes_any_time() const { return state_->silence == plan::Silence::exponential; }

bool EventDrivenSynapse::run(const std::vector<double>& theta, double weight, const std::vector<SpikeEvent>& events,
                             double after) {
  State& s = *state_;
  s.connection->set_parameters(s.layout.values_in(0, theta));
  if (s.silence == plan::Silence::exponential) s.find_factors();
  if (s.silence == plan::Silence::linear) s.find_linear();
  s.begin(weight);
  for (std::size_t k = 0; k < events.size();) {
    SpikeEvent now = events[k];
    const double at = s.in_steps(now.time - events[0].time);
    // Where steps are whole, several events can be in one.
    for (++k; k < events.size() && s.in_steps(events[k].time - events[0].time) == at; ++k) {
      now.pre += events[k].pre;
      now.post += events[k].post;
    }
    s.step(now.pre, now.post);
    if (k < events.size()) s.pass(s.in_steps(events[k].time - events[0].time) - at - 1);
  }
  s.pass(s.in_steps(after));
  return s.finite();
}

double EventDrivenSynapse::weight() const { return *state_->plane_of_weight(0); }
double EventDrivenSynapse::weight_derivative(int direction) const { return *state_->plane_of_weight(1 + direction); }

}  // namespace rule_search
