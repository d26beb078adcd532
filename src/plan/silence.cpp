#include "plan/silence.hpp"

#include <algorithm>
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

class Forms {
 public:
  explicit Forms(const Plan& plan) : plan_(plan) {
    for (const Instruction& i : plan.code) forms_.push_back(of(i));
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
  std::vector<Form> forms_;
};

}  // namespace

Silence silence(const Plan& plan) {
  if (plan.rests_between_spikes) return Silence::exponential;
  // What is on its way is no function of what is remembered now.
  if (std::any_of(plan.states.begin(), plan.states.end(), [](const Memory& s) { return s.delay > 1; }))
    return Silence::other;
  const Forms forms(plan);
  const Form dw = forms.dw();
  bool exponential = dw.zero();
  bool linear = !dw.nonlinear;
  for (std::size_t k = 0; k < plan.states.size(); ++k) {
    const Form next = forms.next(k);
    linear = linear && !next.nonlinear;
    const bool of_itself = std::all_of(next.of.begin(), next.of.end(), [k](std::size_t s) { return s == k; });
    exponential = exponential && of_itself && !next.constant;
  }
  return exponential && linear ? Silence::exponential : linear ? Silence::linear : Silence::other;
}

}  // namespace rule_search::plan
