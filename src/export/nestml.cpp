// Rules on spikes as synapses in NESTML, which NEST compiles and runs.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "export/arrays.hpp"
#include "export/export.hpp"
#include "export/synapse_code.hpp"
#include "expression/print.hpp"
#include "expression/rewrite.hpp"
#include "expression/simplify.hpp"

namespace rule_search {

namespace {

// Words of NESTML, its functions, units of one or two letters that it gives a meaning, and words of C++, into which it is
// translated.
constexpr std::array taken_in_nestml = std::to_array<std::string_view>({"integer",
                                                                        "real",
                                                                        "string",
                                                                        "boolean",
                                                                        "void",
                                                                        "function",
                                                                        "inline",
                                                                        "return",
                                                                        "if",
                                                                        "elif",
                                                                        "else",
                                                                        "for",
                                                                        "while",
                                                                        "in",
                                                                        "step",
                                                                        "inf",
                                                                        "and",
                                                                        "or",
                                                                        "not",
                                                                        "recordable",
                                                                        "kernel",
                                                                        "model",
                                                                        "state",
                                                                        "parameters",
                                                                        "internals",
                                                                        "update",
                                                                        "equations",
                                                                        "input",
                                                                        "output",
                                                                        "continuous",
                                                                        "onReceive",
                                                                        "onCondition",
                                                                        "spike",
                                                                        "inhibitory",
                                                                        "excitatory",
                                                                        "true",
                                                                        "false",
                                                                        "resolution",
                                                                        "timestep",
                                                                        "steps",
                                                                        "emit_spike",
                                                                        "print",
                                                                        "println",
                                                                        "exp",
                                                                        "ln",
                                                                        "log10",
                                                                        "cos",
                                                                        "sin",
                                                                        "tan",
                                                                        "cosh",
                                                                        "sinh",
                                                                        "tanh",
                                                                        "erf",
                                                                        "erfc",
                                                                        "info",
                                                                        "warning",
                                                                        "random_normal",
                                                                        "random_poisson",
                                                                        "random_uniform",
                                                                        "expm1",
                                                                        "clip",
                                                                        "pow",
                                                                        "max",
                                                                        "min",
                                                                        "abs",
                                                                        "ceil",
                                                                        "floor",
                                                                        "round",
                                                                        "delta",
                                                                        "integrate_odes",
                                                                        "convolve",
                                                                        "e",
                                                                        "pi",
                                                                        "t",
                                                                        "w",
                                                                        "delay",
                                                                        "pre_spikes",
                                                                        "post_spikes",
                                                                        "pre_spiked",
                                                                        "post_spiked",
                                                                        "steps_left",
                                                                        "change",
                                                                        "auto",
                                                                        "bool",
                                                                        "break",
                                                                        "case",
                                                                        "catch",
                                                                        "char",
                                                                        "class",
                                                                        "const",
                                                                        "continue",
                                                                        "default",
                                                                        "delete",
                                                                        "do",
                                                                        "double",
                                                                        "enum",
                                                                        "explicit",
                                                                        "export",
                                                                        "extern",
                                                                        "float",
                                                                        "friend",
                                                                        "goto",
                                                                        "int",
                                                                        "long",
                                                                        "mutable",
                                                                        "namespace",
                                                                        "new",
                                                                        "operator",
                                                                        "private",
                                                                        "protected",
                                                                        "public",
                                                                        "register",
                                                                        "short",
                                                                        "signed",
                                                                        "sizeof",
                                                                        "static",
                                                                        "struct",
                                                                        "switch",
                                                                        "template",
                                                                        "this",
                                                                        "throw",
                                                                        "try",
                                                                        "typedef",
                                                                        "typename",
                                                                        "union",
                                                                        "unsigned",
                                                                        "using",
                                                                        "virtual",
                                                                        "volatile",
                                                                        "nest",
                                                                        "std",
                                                                        "names",
                                                                        "weight"});

constexpr const char* steps_left = "steps_left";

// By how much of itself e is made of the leaf that `is_leaf` knows; nothing where it is not a multiple of it.
template <class IsLeaf>
std::optional<Expr> share_of(const Expr& e, const IsLeaf& is_leaf) {
  if (is_leaf(e)) return make_number(1);
  const auto times = [](const Expr& number, const std::optional<Expr>& share) -> std::optional<Expr> {
    if (!share || !is_fixed(number) || !number->shape.is_number()) return {};
    return make(Op::multiply, {number, *share});
  };
  switch (e->op) {
    case Op::negate: {
      const auto share = share_of(e->args[0], is_leaf);
      return share ? std::optional(make_negate(*share)) : std::nullopt;
    }
    case Op::add: {
      std::vector<Expr> shares;
      for (const Expr& a : e->args) {
        const auto share = share_of(a, is_leaf);
        if (!share) return {};
        shares.push_back(*share);
      }
      return make_add(shares);
    }
    case Op::multiply:
    case Op::hadamard:
      // What simplification leaves of nothing: 0 times ones.
      if (e->args[0]->op == Op::number && e->args[0]->number == 0) return make_number(0);
      return is_fixed(e->args[0]) ? times(e->args[0], share_of(e->args[1], is_leaf))
                                  : times(e->args[1], share_of(e->args[0], is_leaf));
    case Op::divide: {
      const auto share = share_of(e->args[0], is_leaf);
      if (!share || !is_fixed(e->args[1])) return {};
      return make(Op::divide, {*share, e->args[1]});
    }
    case Op::number:
      return e->number == 0 ? std::optional(make_number(0)) : std::nullopt;
    default:
      return {};
  }
}

class Nestml final : public SynapseCode {
 public:
  explicit Nestml(const Rule& rule) : SynapseCode(rule, Names(taken_in_nestml)) {}

  std::string text();

 private:
  std::string simulator() const override { return "NESTML"; }
  std::string hint() const override {
    return "a synapse there knows spikes of its two neurons, and itself. The formats brian2 and numpy know more";
  }

  PythonPiece leaf(const Expr& e) override {
    if (e->op == Op::signal) refuse(e, "it is a signal");
    if (e->op == Op::state) return {names_.of(e->name), atom_level};
    if (e->quantity == Quantity::pre) return {"pre_spiked", atom_level};
    if (e->quantity == Quantity::post) return {"post_spiked", atom_level};
    if (e->quantity == Quantity::w) return {"w", atom_level};
    refuse(e, "no spike tells it");
  }

  // PyNESTML keeps nine digits of a number: others are sums.
  PythonPiece number(double x) const override {
    std::string out;
    int parts = 0;
    double left = std::abs(x);
    do {
      const std::string nine = fmt::format("{:.9g}", std::abs(left));
      out += (out.empty() ? "" : left < 0 ? " - " : " + ") + literal(nine);
      left -= std::copysign(std::stod(nine), left);
      ++parts;
    } while (std::abs(left) > 1e-17 * std::abs(x));
    const PythonLevel level = parts > 1 ? sum_level : out.find('*') != std::string::npos ? product_level : atom_level;
    if (x < 0) return {"-" + PythonPiece{out, level}.at_least(product_level), sum_level};
    return {out, level};
  }

  // It also takes zeros away from the end of exponents: 1e-10 would become 1e-1.
  static std::string literal(const std::string& number) {
    const std::size_t e = number.find('e');
    if (e == std::string::npos) return number.find('.') == std::string::npos ? number + ".0" : number;
    const int exponent = std::stoi(number.substr(e + 1));
    if (exponent % 10 != 0) return number;
    return fmt::format("{}e{:+03d} * 10.0", number.substr(0, e), exponent - 1);
  }

  PythonPiece power(const PythonPiece& base, const PythonPiece& exponent) const override {
    return {fmt::format("pow({}, {})", base.text, exponent.text), atom_level};
  }

  PythonPiece function(Op op, const PythonPiece& of) const override {
    const std::string& x = of.text;
    switch (op) {
      case Op::log:
        return {"ln(" + x + ")", atom_level};
      case Op::sqrt:
        return {"pow(" + x + ", 0.5)", atom_level};
      case Op::sigmoid:
        return {"1.0 / (1.0 + exp(-" + of.at_least(sign_level) + "))", product_level};
      case Op::relu:
        return {"max(" + x + ", 0.0)", atom_level};
      case Op::step:
        return {"(" + of.at_least(sum_level) + " > 0.0 ? 1.0 : 0.0)", atom_level};
      case Op::sign:
        return {fmt::format("({0} > 0.0 ? 1.0 : ({0} < 0.0 ? -1.0 : 0.0))", of.at_least(atom_level)), atom_level};
      default:
        return {fmt::format("{}({})", row(op).name, x), atom_level};
    }
  }

  PythonPiece function_of_two(Op op, const PythonPiece& a, const PythonPiece& b) const override {
    if (op == Op::min || op == Op::max) return {fmt::format("{}({}, {})", row(op).name, a.text, b.text), atom_level};
    return {fmt::format("({} {} {} ? 1.0 : 0.0)", a.at_least(sum_level), row(op).name, b.at_least(sum_level)),
            atom_level};
  }

  // By how much of itself something is after a step without spikes, where that is so for all that a synapse holds: of
  // weights, then of states. Empty where it is not.
  std::vector<Expr> decays() const {
    std::vector<Expr> out;
    const auto add = [&](const Expr& next, const auto& is_leaf) {
      const auto share = share_of(simplify(with_zero_activities(next)), is_leaf);
      if (share) out.push_back(simplify(*share));
    };
    add(make_add({make_quantity(Quantity::w), rule_.dw}),
        [](const Expr& e) { return e->op == Op::quantity && e->quantity == Quantity::w; });
    for (std::size_t k = 0; k < rule_.states.size(); ++k) {
      add(rule_.states[k].next,
          [&](const Expr& e) { return e->op == Op::state && e->variable == static_cast<int>(k); });
    }
    if (out.size() != 1 + rule_.states.size()) out.clear();
    return out;
  }

  std::string head() const;
};

std::string Nestml::head() const {
  std::string out = fmt::format("The plasticity rule {} for NESTML, written by rule-search.\n\n{}\n", rule_.name,
                                formula_block(rule_));
  if (!rule_.citation.empty()) out += rule_.citation + "\n\n";
  out += "A step of the rule is a step of NEST's clock";
  if (rule_.step.seconds > 0)
    out += fmt::format(": nest.resolution must be {} ms", python_number(1000 * rule_.step.seconds));
  out +=
      ".\npre and post are 1 in a step with a spike, and 0 in others. A postsynaptic spike reaches the synapse after "
      "its "
      "delay.\nThe weight w changes at the end of a step; NEST shows the change from the next presynaptic spike on.\n"
      "Coefficients have the units of the rule; times are in seconds.\n\n";
  out += fmt::format(
      "generate_nest_target([\"{0}.nestml\", \"iaf_psc_exp_neuron.nestml\"], codegen_opts={{\n"
      "    \"neuron_synapse_pairs\": [{{\"neuron\": \"iaf_psc_exp_neuron\",\n"
      "                              \"synapses\": {{\"{0}_synapse\": {{\"post_ports\": [\"post_spikes\"]}}}}}}],\n"
      "    \"weight_variable\": {{\"{0}_synapse\": \"w\"}}, \"delay_variable\": {{\"{0}_synapse\": \"delay\"}}}})\n",
      rule_.name);
  std::string commented;
  std::istringstream lines(out);
  for (std::string line; std::getline(lines, line);) commented += line.empty() ? "#\n" : "# " + line + "\n";
  return commented;
}

std::string Nestml::text() {
  check_states();
  std::string computing = fmt::format("            change real = {}\n", piece(rule_.dw).text);
  std::string taking = "            w = w + change\n";
  for (const State& s : rule_.states) {
    const std::string next = names_.take("new_" + names_.of(s.name));
    computing += fmt::format("            {} real = {}\n", next, piece(s.next).text);
    taking += fmt::format("            {} = {}\n", names_.of(s.name), next);
  }
  taking += fmt::format("            pre_spiked = 0.0\n            post_spiked = 0.0\n            {0} = {0} - 1.0\n",
                        steps_left);

  for (const State& s : rule_.states) {
    if (!s.elements.empty())
      throw InputError(
          fmt::format("{}: the state {} begins with another number in each element, and a model of NESTML has "
                      "one for all\n  hint: write one number, and set the others in the simulation",
                      rule_.name, s.name));
  }
  std::string out = head() + fmt::format("model {}_synapse:\n    state:\n        w real = 1.0\n", rule_.name);
  for (const State& s : rule_.states)
    out += fmt::format("        {} real = {}\n", names_.of(s.name), initial(s.initial));
  out += "        pre_spiked real = 0.0\n        post_spiked real = 0.0\n\n    parameters:\n        delay ms = 1 ms\n";
  for (const Parameter& p : rule_.parameters)
    out += fmt::format("        {} real = {}\n", names_.of(p.name), initial(p));
  out +=
      "\n    input:\n        pre_spikes <- spike\n        post_spikes <- spike\n\n    output:\n        spike\n\n"
      "    onReceive(post_spikes):\n        post_spiked = 1.0\n\n"
      "    onReceive(pre_spikes):\n        pre_spiked = 1.0\n        emit_spike(w)\n\n"
      "    update:\n        # Steps since the last spike; that was in the first of them.\n";
  out += fmt::format("        {} real = round(timestep() / resolution())\n", steps_left);
  const std::vector<Expr> kept = decays();
  if (kept.empty()) {
    out += fmt::format("        while {} > 0.5:\n", steps_left);
    return out + computing + taking;
  }
  out += fmt::format("        if {} > 0.5:\n", steps_left) + computing + taking;
  std::string decaying;
  for (std::size_t k = 0; k < kept.size(); ++k) {
    if (kept[k]->op == Op::number && kept[k]->number == 1) continue;
    const std::string name = k == 0 ? "w" : names_.of(rule_.states[k - 1].name);
    decaying += fmt::format("            {0} = {0} * pow({1}, {2})\n", name, piece(kept[k]).text, steps_left);
  }
  if (!decaying.empty()) out += "            # Between spikes there is nothing but decay.\n" + decaying;
  return out;
}

}  // namespace

std::string to_nestml(const Rule& rule) { return Nestml(rule).text(); }

}  // namespace rule_search
