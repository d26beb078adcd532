#include "network/event_driven.hpp"

#include <fmt/format.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "base/error.hpp"
#include "evaluate/connection.hpp"
#include "network/known_quantities.hpp"
#include "plan/layout.hpp"
#include "plan/silence.hpp"
#include "plan/switch_values.hpp"

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
  State(const plan::Plan& p, const std::vector<int>& of)
      : plan(p),
        silence(plan::silence(plan)),
        switches(silence == plan::Silence::switched ? plan::switches(plan) : std::vector<plan::Switch>()),
        steps_to_settle(plan::steps_to_settle(plan)),
        gone(plan::gone(plan)),
        directions(of),
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

  void set_parameters(const std::vector<double>& theta) {
    parameters = layout.values_in(0, theta);
    connection->set_parameters(parameters);
    if (silence == plan::Silence::exponential) find_factors();
    if (silence == plan::Silence::linear) find_linear();
    regimes.clear();
    given = theta;
  }

  // What every state is multiplied by in a silent step.
  void find_factors() {
    // Of what other numbers give, powers of two, where a rule can't be computed at 1.
    for (const double probe : {1.0, 0.5, 2.0, 0.25}) {
      begin(1);
      std::fill(buffer.begin(), buffer.end(), 0.0);
      buffer[0] = probe;
      for (std::size_t k = 0; k < states().size(); ++k) states().set(k, buffer.data());
      step(0, 0);
      factors.clear();
      for (std::size_t k = 0; k < states().size(); ++k) {
        for (int p = 0; p <= tangents; ++p)
          factors.push_back((p == 0 ? states().value(k) : states().derivative(k, p - 1)) / probe);
      }
      if (std::all_of(factors.begin(), factors.end(), [](double f) { return std::isfinite(f); })) return;
    }
  }

  // A silent step as a function of (1, states, weight): what it makes of nothing, and of each of them alone.
  void find_linear() {
    const auto size = static_cast<Eigen::Index>(states().size() + 2);
    one_step.planes.assign(static_cast<std::size_t>(tangents) + 1, Eigen::MatrixXd::Zero(size, size));
    one_step.planes[0](0, 0) = 1;
    computable = true;
    for (Eigen::Index of = 0; of < size; ++of) {
      // What nothing comes into is 0 by then.
      if (of > 0 && gone.count(static_cast<std::size_t>(of - 1)) > 0) continue;
      begin(of == size - 1 ? 1 : 0);
      for (std::size_t k = 0; k < states().size(); ++k) {
        std::fill(buffer.begin(), buffer.end(), 0.0);
        buffer[0] = static_cast<Eigen::Index>(k) + 1 == of ? 1 : 0;
        states().set(k, buffer.data());
      }
      step(0, 0);
      for (int p = 0; p <= tangents; ++p) {
        Eigen::MatrixXd& to = one_step.planes[static_cast<std::size_t>(p)];
        for (Eigen::Index row = 1; row < size; ++row) {
          to(row, of) = value(row, p) - (of == 0 ? 0 : to(row, 0));
          computable = computable && std::isfinite(to(row, of));
        }
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
    apply(known->second);
  }

  void apply(const Linear& to) {
    const std::vector<Eigen::MatrixXd>& m = to.planes;
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

  // One, two, four ... silent steps at once, while switches have these values.
  std::vector<Linear>& doublings(const std::vector<double>& values) {
    std::vector<Linear>& out = regimes[values];
    if (!out.empty()) return out;
    if (!between) between = std::make_unique<State>(plan::with_switches_given(plan, switches), directions);
    std::vector<double> theta = given;
    theta.insert(theta.end(), values.begin(), values.end());
    between->set_parameters(theta);
    between->find_linear();
    out.push_back(between->one_step);
    return out;
  }

  // The first silent step, of so many, before which a switch has another value than now; `steps` where there is none. Its
  // state is multiplied by `factor` in each.
  std::size_t change_of(const plan::Switch& s, double factor, std::size_t steps) const {
    const double x = connection->states().value(s.state);
    const double now = plan::value_of(plan, s, parameters, x);
    const auto changed = [&](std::size_t k) {
      return plan::value_of(plan, s, parameters, x * std::pow(factor, static_cast<double>(k))) != now;
    };
    if ((factor > 0 && x != 0 && plan::compares_with_zero(plan, s, parameters)) || !changed(steps)) return steps;
    std::size_t before = 0;
    std::size_t from = steps;
    while (from - before > 1) {
      const std::size_t middle = before + (from - before) / 2;
      (changed(middle) ? from : before) = middle;
    }
    return from;
  }

  // The steps that are left, where the rule can't be computed where it is to be asked what it does.
  std::size_t pass_switched(std::size_t steps) {
    while (steps > 0) {
      std::vector<double> values;
      for (const plan::Switch& s : switches)
        values.push_back(plan::value_of(plan, s, parameters, states().value(s.state)));
      std::vector<Linear>& here = doublings(values);
      if (!between->computable) break;
      std::size_t at_once = steps;
      for (const plan::Switch& s : switches) {
        const auto row = static_cast<Eigen::Index>(s.state) + 1;
        const double factor = here[0].planes[0](row, row);
        at_once = factor >= 0 && factor <= 1 ? std::min(at_once, change_of(s, factor, at_once)) : 1;
      }
      steps -= at_once;
      std::vector<double> before;
      for (const plan::Switch& s : switches) before.push_back(states().value(s.state));
      for (std::size_t k = 0; at_once > 0; ++k, at_once >>= 1U) {
        if (k == here.size()) here.push_back(here.back() * here.back());
        if ((at_once & 1U) != 0) apply(here[k]);
      }
      for (std::size_t k = 0; k < switches.size(); ++k) keep_from_zero(switches[k].state, before[k], here[0]);
    }
    return steps;
  }

  // A state that decays is never 0 where it was not, and comparisons with 0 say so.
  void keep_from_zero(std::size_t state, double before, const Linear& one) {
    const auto row = static_cast<Eigen::Index>(state) + 1;
    const double least = std::numeric_limits<double>::min();
    if (before == 0 || !(one.planes[0](row, row) > 0) || std::abs(states().value(state)) >= least) return;
    std::fill(buffer.begin(), buffer.end(), 0.0);
    buffer[0] = std::copysign(least, before);
    states().set(state, buffer.data());
  }

  // So many silent steps; a part of one only where states decay exponentially.
  void pass(double steps) {
    if (steps == 0) return;
    if (silence == plan::Silence::exponential) return pass_exponential(steps);
    auto whole = static_cast<std::size_t>(std::llround(std::max(0.0, steps)));
    if (silence != plan::Silence::other && computable) {
      // What is on its way arrives first.
      for (int k = 0; k < steps_to_settle && whole > 0; ++k, --whole) step(0, 0);
    }
    if (silence == plan::Silence::linear && computable) {
      if (whole > 0) pass_linear(whole);
      return;
    }
    if (silence == plan::Silence::switched) whole = pass_switched(whole);
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
  std::vector<plan::Switch> switches;
  int steps_to_settle;
  std::set<std::size_t> gone;
  std::vector<int> directions;
  int tangents;
  ParameterLayout layout;
  Activity<double> pre, post, net;
  std::vector<double> buffer;  // a value and its derivatives
  std::unique_ptr<Connection<double>> connection;
  std::vector<double> factors;  // by state: a value and its derivatives
  Linear one_step;
  bool computable = true;  // one_step, which may be no number where a rule divides by a state, say
  std::map<std::size_t, Linear> powers;
  std::unique_ptr<State> between;                              // the rule to which the values of switches are given
  std::map<std::vector<double>, std::vector<Linear>> regimes;  // by the values of switches
  std::vector<double> parameters, given;                       // values in the rule, and theta
};

EventDrivenSynapse::EventDrivenSynapse(const plan::Plan& plan, const std::vector<int>& directions)
    : state_(std::make_unique<State>(plan, directions)) {}
EventDrivenSynapse::~EventDrivenSynapse() = default;
EventDrivenSynapse::EventDrivenSynapse(EventDrivenSynapse&&) noexcept = default;

bool EventDrivenSynapse::takes_any_time() const { return state_->silence == plan::Silence::exponential; }

bool EventDrivenSynapse::run(const std::vector<double>& theta, double weight, const std::vector<SpikeEvent>& events,
                             double after) {
  State& s = *state_;
  s.set_parameters(theta);
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
