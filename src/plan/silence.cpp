#include "plan/silence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace rule_search::plan {

namespace {

/// How a value depends on what is remembered: states by their index, and the weight after them.
struct Form {
  bool constant = false;     // a part that is not 0 and depends on nothing
  std::set<std::size_t> of;  // linear parts
  bool nonlinear = false;

  bool zero() const { return !constant && of.empty() && !nonlinear; }
  bool fixed() const { return of.empty() && !nonlinear; }
};

const Form constant_form{true, {}, false};
const Form nonlinear_form{false, {}, true};

Form operator+(Form a, const Form& b) {
  a.constant = a.constant || b.constant;
  a.of.insert(b.of.begin(), b.of.end());
  a.nonlinear = a.nonlinear || b.nonlinear;
  return a;
}

Form operator*(const Form& a, const Form& b) {
  if (a.zero() || b.zero()) return {};
  if (!a.fixed() && !b.fixed()) return nonlinear_form;
  return a.fixed() ? b : a;
}

bool compares(const Instruction& i) {
  return (i.code == Code::function || i.code == Code::function_of_two) && is_step(i.function);
}

class Forms {
 public:
  // `gone`: states that are 0. `switches`: instructions that are taken to be constants.
  explicit Forms(const Plan& plan, std::set<std::size_t> gone = {}, std::set<int> switches = {})
      : plan_(plan), gone_(std::move(gone)), switches_(std::move(switches)) {
    for (std::size_t k = 0; k < plan.code.size(); ++k)
      forms_.push_back(switches_.count(static_cast<int>(k)) > 0 ? constant_form : of(plan.code[k]));
  }

  // Whether nothing but itself and numbers make the state what it becomes.
  bool decays(std::size_t state) const {
    const Form form = next(state);
    return !form.nonlinear && !form.constant && form.of == std::set<std::size_t>{state};
  }

  // The only state that the arguments of an instruction depend on.
  std::optional<std::size_t> only_state(const Instruction& i) const {
    Form all;
    for (const int a : i.args) all = all + at(a);
    if (all.nonlinear || all.of.size() != 1 || *all.of.begin() == plan_.states.size()) return std::nullopt;
    return *all.of.begin();
  }

  Form next(std::size_t state) const {
    const Memory& m = plan_.states[state];
    if (m.next != none) return at(m.next);
    Form out{false, {state}, false};
    for (const Outer& o : m.outers) out = out + of(o);
    return out;
  }

  Form dw() const {
    Form out;
    for (const Outer& o : plan_.outers) out = out + of(o);
    for (const Scaling& s : plan_.scalings) out = out + of(s.factor) * optional(s.rows) * optional(s.cols) * weight();
    for (const Term& t : plan_.dense) out = out + of(t);
    for (const int scale : {plan_.scale, plan_.scale_rows, plan_.scale_cols}) {
      if (scale != none) out = out + at(scale) * weight();
    }
    return out;
  }

 private:
  const Form& at(int value) const { return forms_[static_cast<std::size_t>(value)]; }
  Form optional(int value) const { return value == none ? constant_form : at(value); }
  Form weight() const { return {false, {plan_.states.size()}, false}; }
  Form of(const Factor& f) const { return f.number == 0 ? Form() : optional(f.coefficient); }
  Form of(const Term& t) const { return of(t.factor) * at(t.value); }
  Form of(const Outer& o) const { return of(o.factor) * at(o.left) * at(o.right); }

  Form of(const Instruction& i) const {
    const auto arg = [&](std::size_t k) -> const Form& { return at(i.args[k]); };
    // Of what depends on parameters alone, and is 0 where `stays_zero` and its operands are.
    const auto fixed = [&](bool stays_zero) {
      bool all_zero = true;
      for (const int a : i.args) {
        if (!at(a).fixed()) return nonlinear_form;
        all_zero = all_zero && at(a).zero();
      }
      return all_zero && stays_zero ? Form() : constant_form;
    };
    switch (i.code) {
      case Code::number:
        return i.number == 0 ? Form() : constant_form;
      case Code::parameter:
        return constant_form;
      case Code::quantity:
        return i.quantity == Quantity::w ? weight() : row(i.quantity).origin == Origin::ones ? constant_form : Form();
      case Code::state:
        if (gone_.count(static_cast<std::size_t>(i.variable)) > 0) return {};
        return {false, {static_cast<std::size_t>(i.variable)}, false};
      case Code::signal:
      case Code::net:  // w * pre
        return {};
      case Code::combine: {
        Form out;
        for (const Term& t : i.terms) out = out + of(t);
        return out;
      }
      case Code::hadamard:
      case Code::dot:
      case Code::outer:
      case Code::matrix_times:
      case Code::matrix_product:
        return arg(0) * arg(1);
      case Code::weight_times:
      case Code::weight_transposed_times:
        return weight() * arg(0);
      case Code::hadamard_divide:
        return arg(1).fixed() ? arg(0) : fixed(false);
      case Code::sum:
      case Code::mean:
      case Code::matrix_transpose:
      case Code::matrix_lower:
        return arg(0);
      case Code::function:
        return fixed(rule_search::row(i.function).value(0) == 0);
      case Code::function_of_two:
        return fixed(rule_search::row(i.function).value_of_two(0, 0) == 0);
      case Code::norm:
      case Code::clip:
        return fixed(true);
      case Code::power: {
        const Instruction& exponent = plan_.code[static_cast<std::size_t>(i.args[1])];
        const bool positive = exponent.code == Code::number && exponent.number > 0;
        return arg(0).zero() && positive ? Form() : fixed(false);
      }
      default:
        return nonlinear_form;
    }
  }

  const Plan& plan_;
  std::set<std::size_t> gone_;
  std::set<int> switches_;
  std::vector<Form> forms_;
};

bool is_linear(const Plan& plan, const Forms& forms) {
  bool out = !forms.dw().nonlinear;
  for (std::size_t k = 0; k < plan.states.size(); ++k) out = out && !forms.next(k).nonlinear;
  return out;
}

// What a delayed state sends on in silence is no function of what is remembered now.
bool sends(const Plan& plan, const std::set<std::size_t>& gone) {
  for (std::size_t k = 0; k < plan.states.size(); ++k) {
    if (plan.states[k].delay > 1 && gone.count(k) == 0) return true;
  }
  return false;
}

}  // namespace

std::set<std::size_t> gone(const Plan& plan) {
  const Forms forms(plan);
  std::set<std::size_t> out;
  for (std::size_t k = 0; k < plan.states.size(); ++k) {
    if (forms.next(k).zero()) out.insert(k);
  }
  return out;
}

std::vector<Switch> switches(const Plan& plan) {
  const std::set<std::size_t> away = gone(plan);
  if (sends(plan, away)) return {};
  const Forms forms(plan, away);
  std::vector<Switch> out;
  std::set<int> all;
  for (std::size_t k = 0; k < plan.code.size(); ++k) {
    const Instruction& i = plan.code[k];
    const std::optional<std::size_t> state = compares(i) ? forms.only_state(i) : std::nullopt;
    if (!state || !forms.decays(*state)) continue;
    out.push_back({static_cast<int>(k), *state});
    all.insert(static_cast<int>(k));
  }
  return is_linear(plan, Forms(plan, away, all)) ? out : std::vector<Switch>();
}

Plan with_switches_given(Plan plan, const std::vector<Switch>& switches) {
  for (const Switch& s : switches) {
    Instruction given;
    given.code = Code::parameter;
    given.shape = plan.code[static_cast<std::size_t>(s.instruction)].shape;
    given.parameter = static_cast<int>(plan.parameters.size());
    given.switches = true;
    plan.code[static_cast<std::size_t>(s.instruction)] = given;
    Parameter& p = plan.parameters.emplace_back();
    p.name = fmt::format("switch {}", given.parameter);
    p.initial = {0};
  }
  return plan;
}

int steps_to_settle(const Plan& plan) {
  int out = 0;
  for (const std::size_t k : gone(plan)) out = std::max(out, plan.states[k].delay);
  return out;
}

Silence silence(const Plan& plan) {
  if (plan.rests_between_spikes) return Silence::exponential;
  const std::set<std::size_t> away = gone(plan);
  if (sends(plan, away)) return Silence::other;
  const Forms forms(plan);
  const bool delays = std::any_of(plan.states.begin(), plan.states.end(), [](const Memory& s) { return s.delay > 1; });
  bool exponential = forms.dw().zero() && !delays;
  for (std::size_t k = 0; k < plan.states.size(); ++k) {
    const Form next = forms.next(k);
    const bool of_itself = std::all_of(next.of.begin(), next.of.end(), [k](std::size_t s) { return s == k; });
    exponential = exponential && of_itself && !next.constant;
  }
  if (exponential && is_linear(plan, forms)) return Silence::exponential;
  if (is_linear(plan, Forms(plan, away))) return Silence::linear;
  return switches(plan).empty() ? Silence::other : Silence::switched;
}

}  // namespace rule_search::plan
