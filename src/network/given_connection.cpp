#include "network/given_connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "evaluate/connection.hpp"
#include "expression/quantities.hpp"

namespace rule_search {

struct GivenConnection::State {
  State(const plan::Plan& p, int postsynaptic, int presynaptic)
      : plan(p), n(postsynaptic), m(presynaptic), product(n, 1) {
    Inputs<double> columns;
    for (const QuantityRow& q : quantities()) {
      if (q.shape.is_matrix() || q.origin == Origin::ones) continue;
      Activity<double>& a = given[static_cast<std::size_t>(q.quantity)];
      a = Activity<double>(q.shape.rows == Side::pre ? m : n, 1);
      a.active = false;
      columns[q.quantity] = &a;
    }
    for (const Signal& s : plan.signals) {
      signals.emplace_back(s.shape.is_number() ? 1 : s.shape.rows == Side::pre ? m : n, 1);
      signals.back().active = false;
    }
    for (const Activity<double>& s : signals) columns.signals.push_back(&s);
    connection = std::make_unique<Connection<double>>(plan, n, m, 0, std::vector<int>(plan.parameters.size(), -1),
                                                      columns, Outputs<double>{&product, nullptr});
  }

  bool reads(Quantity q) const {
    return std::any_of(plan.code.begin(), plan.code.end(), [q](const plan::Instruction& i) {
      // w * pre is read as well where the forward pass makes it.
      return (i.code == plan::Code::quantity && i.quantity == q) || (i.code == plan::Code::net && q == Quantity::pre);
    });
  }

  plan::Plan plan;
  int n, m;
  std::array<Activity<double>, quantity_count> given;
  Activity<double> product;  // w * pre
  std::vector<Activity<double>> signals;
  std::unique_ptr<Connection<double>> connection;
};

GivenConnection::GivenConnection(const plan::Plan& plan, int n, int m, const std::vector<double>& values,
                                 const double* weights)
    : state_(std::make_unique<State>(plan, n, m)) {
  state_->connection->set_parameters(values);
  state_->connection->set_weights(weights);
}
GivenConnection::~GivenConnection() = default;
GivenConnection::GivenConnection(GivenConnection&&) noexcept = default;

void GivenConnection::learn(const std::map<std::string, std::vector<double>>& given) {
  State& s = *state_;
  const auto take = [&](const std::string& name, Activity<double>& to, bool needed) {
    const auto found = given.find(name);
    if (found == given.end()) {
      if (needed)
        throw InputError(fmt::format("learn: {}: expected {} number{}, since the rule reads it, found none", name,
                                     to.size, to.size == 1 ? "" : "s"));
      return;
    }
    if (found->second.size() != static_cast<std::size_t>(to.size))
      throw InputError(fmt::format("learn: {}: expected {} number{}, found {}", name, to.size, to.size == 1 ? "" : "s",
                                   found->second.size()));
    std::copy(found->second.begin(), found->second.end(), to.at(0));
  };
  std::vector<std::string> known;
  for (const QuantityRow& q : quantities()) {
    if (q.shape.is_matrix() || q.origin == Origin::ones) continue;
    known.emplace_back(q.name);
    // A signal may have the name of a quantity that gives way.
    const bool is_signal =
        std::any_of(s.plan.signals.begin(), s.plan.signals.end(), [&](const Signal& x) { return x.name == q.name; });
    if (!is_signal) take(known.back(), s.given[static_cast<std::size_t>(q.quantity)], s.reads(q.quantity));
  }
  for (std::size_t k = 0; k < s.signals.size(); ++k) {
    known.push_back(s.plan.signals[k].name);
    take(known.back(), s.signals[k], true);
  }
  for (const auto& [name, numbers] : given) {
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw InputError(fmt::format("learn: expected one of {}, found {}", fmt::join(known, ", "), name));
  }
  s.connection->forward(0, 1, nullptr, false);
  s.connection->learn();
}

void GivenConnection::begin_trial() { state_->connection->states().begin_trial(); }

std::vector<double> GivenConnection::weights() const {
  std::vector<double> out(static_cast<std::size_t>(state_->n) * static_cast<std::size_t>(state_->m));
  state_->connection->get_weights(out.data());
  return out;
}

std::vector<double> GivenConnection::states() const {
  State& s = *state_;
  s.connection->states().settle();
  std::vector<double> out;
  for (std::size_t k = 0; k < s.connection->states().size(); ++k) out.push_back(s.connection->states().value(k));
  return out;
}

int GivenConnection::post() const { return state_->n; }
int GivenConnection::pre() const { return state_->m; }

}  // namespace rule_search
