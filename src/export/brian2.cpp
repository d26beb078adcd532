// Rules as synapses of Brian 2: equations of a synapse, of its two neurons, and sums over the synapses of one of them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "export/arrays.hpp"
#include "export/export.hpp"
#include "export/names.hpp"
#include "export/pieces.hpp"
#include "expression/print.hpp"

namespace rule_search {

namespace {

using Piece = PythonPiece;

std::string wrap(const Piece& p, PythonLevel least) { return p.at_least(least); }

constexpr std::array taken_in_brian = std::to_array<std::string_view>({"i",
                                                                       "j",
                                                                       "t",
                                                                       "dt",
                                                                       "N",
                                                                       "N_pre",
                                                                       "N_post",
                                                                       "N_incoming",
                                                                       "N_outgoing",
                                                                       "lastupdate",
                                                                       "xi",
                                                                       "pi",
                                                                       "e",
                                                                       "inf",
                                                                       "rand",
                                                                       "randn",
                                                                       "poisson",
                                                                       "exp",
                                                                       "log",
                                                                       "tanh",
                                                                       "sqrt",
                                                                       "abs",
                                                                       "sign",
                                                                       "clip",
                                                                       "activity",
                                                                       "error",
                                                                       "delay",
                                                                       "second",
                                                                       "ms",
                                                                       "b2",
                                                                       "connect",
                                                                       "source",
                                                                       "target",
                                                                       "synapses",
                                                                       "values",
                                                                       "change",
                                                                       "w",
                                                                       "SOURCE_MODEL",
                                                                       "TARGET_MODEL",
                                                                       "STEP",
                                                                       "not_refractory",
                                                                       "int",
                                                                       "floor",
                                                                       "ceil",
                                                                       "sin",
                                                                       "cos",
                                                                       "tan"});

// With a point, since whole numbers have no negative powers there.
std::string with_point(const std::string& text) {
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

// Whose code is written.
enum class Where { synapse, source, target };

class Brian {
 public:
  explicit Brian(const Rule& rule) : rule_(rule), names_(taken()) {
    for (const Parameter& p : rule.parameters) names_.give(p.name);
    for (const Signal& s : rule.signals) names_.give(s.name);
    for (const State& s : rule.states) names_.give(s.name);
  }

  std::string text();

 private:
  static std::vector<std::string_view> taken() {
    std::vector<std::string_view> out(taken_in_python().begin(), taken_in_python().end());
    out.insert(out.end(), taken_in_brian.begin(), taken_in_brian.end());
    return out;
  }

  [[noreturn]] void refuse(const Expr& e, const std::string& why) const {
    throw InputError(fmt::format(
        "{}: {} can't be written for Brian 2: {}\n  hint: {}", rule_.name, print(e, rule_.parameters), why,
        "a synapse there knows its two neurons, itself, numbers given to all, and sums over the synapses of one "
        "neuron"));
  }

  // The name of something that a neuron of this side has.
  std::string of_neuron(const std::string& name, Side side, const Expr& e) const {
    if (where_ == Where::synapse) return name + (side == Side::pre ? "_pre" : "_post");
    if ((where_ == Where::source) != (side == Side::pre))
      refuse(e, "a neuron does not know single neurons of the other population");
    return name;
  }

  std::string leaf(const std::string& name, const Expr& e) const {
    if (e->shape.is_matrix()) {
      if (where_ != Where::synapse) refuse(e, "a neuron does not know single synapses");
      if (e->shape != weight_shape) refuse(e, "it is no value of a synapse between the two populations");
      return name;
    }
    if (e->shape.is_number()) {
      if (where_ != Where::synapse && e->op != Op::parameter)
        refuse(e, "neurons there do not know what is shared by synapses");
      return name;
    }
    return of_neuron(name, e->shape.rows == Side::one ? e->shape.cols : e->shape.rows, e);
  }

  std::string quantity(const Expr& e) {
    const Quantity q = e->quantity;
    if (q == Quantity::w) return leaf("w", e);
    const char* const name = q == Quantity::pre || q == Quantity::post           ? "activity"
                             : q == Quantity::err_pre || q == Quantity::err_post ? "error"
                             : q == Quantity::net                                ? "net"
                             : q == Quantity::gate                               ? "gate"
                                                                                 : "noise";
    const bool shuffled = q == Quantity::shuffled_err_pre || q == Quantity::shuffled_err_post;
    const std::string own = shuffled ? "shuffled_error" : name;
    (e->shape.rows == Side::pre ? source_ : target_)[own] = std::string(row(q).meaning);
    return leaf(own, e);
  }

  // Over the synapses of each neuron of a side: `of` is what a synapse adds.
  std::string summed(const Expr& whole, Side onto, const std::string& of) {
    for (const Sum& s : sums_) {
      if (s.onto == onto && s.of == of) return of_neuron(s.name, onto, whole);
    }
    sums_.push_back({names_.take(fmt::format("sum{}", sums_.size() + 1)), onto, of});
    return of_neuron(sums_.back().name, onto, whole);
  }

  // A chain of products; what neighbours share is summed over.
  Piece product(const Expr& e) {
    std::vector<Piece> pieces;
    std::vector<Expr> run;
    const auto flush = [&] {
      if (run.empty()) return;
      if (run.size() == 1) {
        pieces.push_back(piece(run[0]));
      } else {
        const Side first = run.front()->shape.rows;
        const Side last = run.back()->shape.cols;
        const bool between = run.size() == 2 && (first == Side::one) != (last == Side::one);
        if (!between)
          refuse(e, first == Side::one && last == Side::one ? "it is a sum over a population"
                                                            : "it takes a sum of its own for every synapse");
        const Side inner = run[0]->shape.cols;
        const Side onto = first == Side::one ? last : first;
        if (inner == onto || summing_)
          refuse(e, summing_ ? "it is a sum of sums" : "it is a sum over a population for every neuron");
        summing_ = true;
        const Where before = where_;
        where_ = Where::synapse;
        const std::string of = wrap(piece(run[0]), product_level) + " * " + wrap(piece(run[1]), sign_level);
        where_ = before;
        summing_ = false;
        pieces.push_back({summed(e, onto, of), atom_level});
      }
      run.clear();
    };
    for (const Expr& f : factors(e)) {
      if (f->shape.is_number()) {
        pieces.push_back(piece(f));
        continue;
      }
      if (!run.empty() && run.back()->shape.cols == Side::one) flush();
      run.push_back(f);
    }
    flush();
    std::string out;
    for (const Piece& p : pieces) out += (out.empty() ? "" : " * ") + wrap(p, out.empty() ? product_level : sign_level);
    return pieces.size() == 1 ? pieces[0] : Piece{out, product_level};
  }

  Piece piece(const Expr& e) {
    if (is_constant(e)) {
      const std::string number = with_point(constant_text(e, rule_));
      return {number, number.front() == '-' ? sum_level : atom_level};
    }
    const auto infix = [&](const char* sign) {
      const Piece a = piece(e->args[0]);
      return Piece{wrap(a, product_level) + sign + wrap(piece(e->args[1]), sign_level), product_level};
    };
    switch (e->op) {
      case Op::number:
        return {python_number(e->number), atom_level};
      case Op::parameter:
        return {names_.of(rule_.parameters.at(static_cast<std::size_t>(e->parameter)).name), atom_level};
      case Op::quantity:
        if (row(e->quantity).origin == Origin::ones) return {"1", atom_level};
        return {quantity(e), atom_level};
      case Op::state:
      case Op::signal:
        if (e->op == Op::signal && !e->shape.is_number())
          (e->shape.rows == Side::pre ? source_ : target_)[names_.of(e->name)] = "signal";
        return {leaf(names_.of(e->name), e), atom_level};
      case Op::add:
        return python_sum(e, [&](const Expr& x) { return piece(x); });
      case Op::negate:
        return {"-" + wrap(piece(e->args[0]), product_level), sum_level};
      case Op::transpose:
        return e->args[0]->op == Op::multiply ? product(e) : piece(e->args[0]);
      case Op::multiply:
        return product(e);
      case Op::hadamard:
        return infix(" * ");
      case Op::divide:
      case Op::hadamard_divide:
        return infix(" / ");
      case Op::power: {
        const Piece base = piece(e->args[0]);
        return {wrap(base, atom_level) + "**" + wrap(piece(e->args[1]), atom_level), power_level};
      }
      case Op::sum:
        // The number of neurons is no sum there.
        if (e->args[0]->op == Op::quantity && row(e->args[0]->quantity).origin == Origin::ones &&
            where_ == Where::synapse)
          return {e->args[0]->quantity == Quantity::ones_pre ? "N_pre" : "N_post", atom_level};
        refuse(e, "it is a sum over a population");
      case Op::dot:
      case Op::mean:
      case Op::norm:
        refuse(e, "it is a sum over a population");
      case Op::lower:
        refuse(e, "it depends on the order of neurons");
      case Op::sigmoid:
        return {"1 / (1 + exp(-" + wrap(piece(e->args[0]), sign_level) + "))", product_level};
      case Op::relu:
        return {"clip(" + piece(e->args[0]).text + ", 0, inf)", atom_level};
      default:
        return {fmt::format("{}({})", row(e->op).name, piece(e->args[0]).text), atom_level};
    }
  }

  std::string model_of(Side side, const std::map<std::string, std::string>& read) const {
    std::string out;
    for (const auto& [name, meaning] : read) out += fmt::format("{} : 1  # {}\n", name, meaning);
    for (const State& s : rule_.states) {
      if (!s.shape.is_number() && !s.shape.is_matrix() && s.shape.rows == side)
        out += fmt::format("{} : 1  # remembered by the rule\n", names_.of(s.name));
    }
    for (const Sum& s : sums_) {
      if (s.onto == side) out += fmt::format("{} : 1  # a sum over synapses, which the rule reads\n", s.name);
    }
    return out;
  }

  struct Sum {
    std::string name;
    Side onto;
    std::string of;
  };

  const Rule& rule_;
  Names names_;
  Where where_ = Where::synapse;
  bool summing_ = false;
  std::vector<Sum> sums_;
  std::map<std::string, std::string> source_, target_;  // that neurons must have, with their meaning
};

std::string Brian::text() {
  // What synapses do, then what their neurons remember, then what is shared by synapses.
  // All new values first, since a state may read what another one was.
  struct Code {
    std::string computing, taking;
    std::string text() const { return computing + taking; }
  };
  Code of_synapses;
  Code of_source;
  Code of_target;
  Code shared;
  for (const State& s : rule_.states) {
    if (s.each_trial)
      throw InputError(fmt::format(
          "{}: the state {} begins anew at every trial, which Brian 2 has not\n  hint: export the rule for NumPy",
          rule_.name, s.name));
    const std::string& name = names_.of(s.name);
    where_ = s.shape.is_matrix() || s.shape.is_number() ? Where::synapse
             : s.shape.rows == Side::pre                ? Where::source
                                                        : Where::target;
    if (s.shape.is_matrix() && s.shape != weight_shape)
      throw InputError(fmt::format(
          "{}: the state {} is no value of a synapse between the two populations\n  hint: export the rule for NumPy",
          rule_.name, s.name));
    const std::string value = piece(s.next).text;
    Code& code = s.shape.is_matrix()       ? of_synapses
                 : s.shape.is_number()     ? shared
                 : where_ == Where::source ? of_source
                                           : of_target;
    const std::string next = names_.take("new_" + name);
    code.computing += fmt::format("        {} = {}\n", next, value);
    code.taking += fmt::format("        {} = {}\n", name, next);
  }
  where_ = Where::synapse;
  // Its parser takes no sum of hundreds.
  constexpr std::size_t together = 20;
  std::string change;
  const std::vector<Expr> terms = summands(rule_.dw);
  for (std::size_t k = 0; k < terms.size(); k += together) {
    const std::vector<Expr> some(terms.begin() + static_cast<std::ptrdiff_t>(k),
                                 terms.begin() + static_cast<std::ptrdiff_t>(std::min(k + together, terms.size())));
    const Piece p = piece(some.size() == 1 ? some[0] : make_add(some));
    change += fmt::format("        change = {}{}\n", k > 0 ? "change + " : "", k > 0 ? wrap(p, product_level) : p.text);
  }
  std::string out = fmt::format("\"\"\"The plasticity rule {} for Brian 2, written by rule-search.\n\n{}\n", rule_.name,
                                formula_block(rule_));
  if (!rule_.citation.empty()) out += quoted(rule_.citation) + "\n\n";
  if (rule_.step.seconds > 0)
    out += fmt::format("A step is {}: the clock of both populations must have this dt.\n\n",
                       time_text(rule_.step.seconds));
  out +=
      "Neurons must have the variables of SOURCE_MODEL and TARGET_MODEL; add them to their equations. Everything is "
      "read as it is at\n"
      "the slot `synapses` of a step; weights, and what synapses and neurons remember, change there and in the slot "
      "`resets`.\n\"\"\"\n"
      "import brian2 as b2\n\nPARAMETERS = {";
  for (const Parameter& p : rule_.parameters)
    out += fmt::format("\n    \"{}\": {},", names_.of(p.name),
                       with_point(python_number(p.initial.empty() ? 0 : p.initial[0])));
  out += rule_.parameters.empty() ? "}\n" : "\n}\n";
  if (rule_.step.seconds > 0) out += fmt::format("STEP = {} * b2.second\n", python_number(rule_.step.seconds));
  out += "SOURCE_MODEL = \"\"\"\n" + model_of(Side::pre, source_) + "\"\"\"\nTARGET_MODEL = \"\"\"\n" +
         model_of(Side::post, target_) + "\"\"\"\n";
  out +=
      "\n\ndef connect(source, target, **values):\n"
      "    \"\"\"Synapses from all neurons of `source` to all of `target` that change by the rule; set their weights, "
      "w, before a run.\n\n"
      "    values: coefficients by name in place of those of PARAMETERS; times in seconds.\n    \"\"\"\n"
      "    synapses = b2.Synapses(source, target, model=\"\"\"\n        w : 1\n";
  for (const Signal& s : rule_.signals) {
    if (s.shape.is_number()) out += fmt::format("        {} : 1 (shared)\n", names_.of(s.name));
  }
  for (const State& s : rule_.states) {
    if (s.shape.is_matrix()) out += fmt::format("        {} : 1\n", names_.of(s.name));
    if (s.shape.is_number()) out += fmt::format("        {} : 1 (shared)\n", names_.of(s.name));
  }
  for (const Sum& s : sums_)
    out += fmt::format("        {}_{} = {} : 1 (summed)\n", s.name, s.onto == Side::pre ? "pre" : "post", s.of);
  out += "        \"\"\", namespace={**PARAMETERS, **values})\n    synapses.connect()\n";
  for (const State& s : rule_.states) {
    const char* const of = s.shape.is_matrix() || s.shape.is_number() ? "synapses"
                           : s.shape.rows == Side::pre                ? "source"
                                                                      : "target";
    out += fmt::format("    {}.{} = {}\n", of, names_.of(s.name), python_number(s.initial));
  }
  out += "    synapses.run_regularly(\"\"\"\n" + of_synapses.computing + change + "        w = w + change\n" +
         of_synapses.taking + "        \"\"\", when=\"synapses\")\n";
  if (!shared.computing.empty())
    out += "    synapses.run_regularly(\"\"\"\n" + shared.text() + "        \"\"\", when=\"resets\")\n";
  const auto of_group = [&](const char* group, const Code& code) {
    if (code.computing.empty()) return;
    out += fmt::format("    {0}.namespace = {{**({0}.namespace or {{}}), **PARAMETERS, **values}}\n", group);
    out += fmt::format("    {}.run_regularly(\"\"\"\n{}        \"\"\", when=\"resets\")\n", group, code.text());
  };
  of_group("source", of_source);
  of_group("target", of_target);
  out += "    return synapses\n";
  out += "\n\nif __name__ == \"__main__\":\n    # Random numbers in place of what neurons do.\n";
  if (rule_.step.seconds > 0) out += "    b2.defaultclock.dt = STEP\n";
  out +=
      "    source = b2.NeuronGroup(5, SOURCE_MODEL + \"\\nunused : 1\")\n    target = b2.NeuronGroup(3, TARGET_MODEL + "
      "\"\\nunused : 1\")\n";
  const auto random = [&](const char* group, const std::map<std::string, std::string>& read) {
    std::string code;
    for (const auto& [name, meaning] : read) code += (code.empty() ? "" : "; ") + name + " = rand()";
    if (!code.empty()) out += fmt::format("    {}.run_regularly(\"{}\", when=\"start\")\n", group, code);
  };
  random("source", source_);
  random("target", target_);
  out +=
      "    synapses = connect(source, target)\n    synapses.w = \"0.1 * randn()\"\n"
      "    b2.Network(source, target, synapses).run(100 * b2.defaultclock.dt)\n    print(synapses.w)\n";
  return out;
}

}  // namespace

std::string to_brian2(const Rule& rule) { return Brian(rule).text(); }

}  // namespace rule_search
