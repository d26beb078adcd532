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
#include "export/synapse_code.hpp"
#include "expression/print.hpp"

namespace rule_search {

namespace {

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

// Whether Brian 2 reads the name as a unit, whatever else is given by that name: millivolt, mV, meter2.
bool is_unit_in_brian(std::string_view name) {
  static constexpr std::string_view prefixes[] = {"",  "da", "d", "c", "m", "u", "n", "p", "f", "a", "z",
                                                  "y", "h",  "k", "M", "G", "T", "P", "E", "Z", "Y"};
  static constexpr std::string_view units[] = {
      "Hz",     "amp",     "ampere",  "becquerel", "candle", "coulomb",  "farad",      "gram",  "gramme", "gray",
      "henry",  "hertz",   "joule",   "katal",     "kelvin", "kilogram", "kilogramme", "liter", "litre",  "lumen",
      "lux",    "meter",   "metre",   "mol",       "molar",  "mole",     "newton",     "ohm",   "pascal", "radian",
      "second", "siemens", "sievert", "steradian", "tesla",  "volt",     "watt",       "weber", "cm",     "mm",
      "um",     "ms",      "us",      "mA",        "nA",     "pA",       "uA",         "mM",    "nM",     "uM",
      "mV",     "nF",      "pF",      "uF",        "nS",     "uS"};
  if (name.ends_with('2') || name.ends_with('3')) name.remove_suffix(1);
  return std::any_of(std::begin(prefixes), std::end(prefixes), [&](std::string_view prefix) {
    return name.starts_with(prefix) &&
           std::find(std::begin(units), std::end(units), name.substr(prefix.size())) != std::end(units);
  });
}

// Whose code is written.
enum class Where { synapse, source, target };

class Brian final : public SynapseCode {
 public:
  // There x_ is x without its unit.
  explicit Brian(const Rule& rule) : SynapseCode(rule, Names(taken(), is_unit_in_brian, "_rule")) {}

  std::string text();

 private:
  static std::vector<std::string_view> taken() {
    std::vector<std::string_view> out(taken_in_python().begin(), taken_in_python().end());
    out.insert(out.end(), taken_in_brian.begin(), taken_in_brian.end());
    return out;
  }

  std::string simulator() const override { return "Brian 2"; }
  std::string hint() const override {
    return "a synapse there knows its two neurons, itself, numbers given to all, and sums over the synapses of one "
           "neuron";
  }

  // The name of something that a neuron of this side has.
  std::string of_neuron(const std::string& name, Side side, const Expr& e) const {
    if (where_ == Where::synapse) return name + (side == Side::pre ? "_pre" : "_post");
    if ((where_ == Where::source) != (side == Side::pre))
      refuse(e, "a neuron does not know single neurons of the other population");
    return name;
  }

  std::string named(const std::string& name, const Expr& e) const {
    if (e->shape.is_matrix()) {
      if (where_ != Where::synapse) refuse(e, "a neuron does not know single synapses");
      if (e->shape != weight_shape) refuse(e, "it is no value of a synapse between the two populations");
      return name;
    }
    if (e->shape.is_number()) {
      if (where_ != Where::synapse) refuse(e, "neurons there do not know what is shared by synapses");
      return name;
    }
    return of_neuron(name, e->shape.rows == Side::one ? e->shape.cols : e->shape.rows, e);
  }

  std::map<std::string, std::string>& read_of(const Expr& e) { return e->shape.rows == Side::pre ? source_ : target_; }

  PythonPiece leaf(const Expr& e) override {
    if (e->op == Op::quantity) return {quantity(e), atom_level};
    if (e->op == Op::signal && !e->shape.is_number()) read_of(e)[names_.of(e->name)] = "signal";
    return {named(names_.of(e->name), e), atom_level};
  }

  std::string quantity(const Expr& e) {
    const Quantity q = e->quantity;
    if (q == Quantity::w) return named("w", e);
    const char* const name = q == Quantity::pre || q == Quantity::post           ? "activity"
                             : q == Quantity::err_pre || q == Quantity::err_post ? "error"
                             : q == Quantity::net                                ? "net"
                             : q == Quantity::gate                               ? "gate"
                                                                                 : "noise";
    const bool shuffled = q == Quantity::shuffled_err_pre || q == Quantity::shuffled_err_post;
    const std::string own = shuffled ? "shuffled_error" : name;
    read_of(e)[own] = std::string(row(q).meaning);
    return named(own, e);
  }

  // Over the synapses of each neuron of a side: `of` is what a synapse adds.
  std::string summed(const Expr& whole, Side onto, const std::string& of) {
    for (const Sum& s : sums_) {
      if (s.onto == onto && s.of == of) return of_neuron(s.name, onto, whole);
    }
    sums_.push_back({names_.take(fmt::format("sum{}", sums_.size() + 1)), onto, of});
    return of_neuron(sums_.back().name, onto, whole);
  }

  PythonPiece summed_product(const Expr& whole, const std::vector<Expr>& run) override {
    const Side first = run.front()->shape.rows;
    const Side last = run.back()->shape.cols;
    const bool between = run.size() == 2 && (first == Side::one) != (last == Side::one);
    if (!between)
      refuse(whole, first == Side::one && last == Side::one ? "it is a sum over a population"
                                                            : "it takes a sum of its own for every synapse");
    const Side onto = first == Side::one ? last : first;
    if (run[0]->shape.cols == onto || summing_)
      refuse(whole, summing_ ? "it is a sum of sums" : "it is a sum over a population for every neuron");
    summing_ = true;
    const Where before = where_;
    where_ = Where::synapse;
    const std::string of = python_product(piece(run[0]), " * ", piece(run[1])).text;
    where_ = before;
    summing_ = false;
    return {summed(whole, onto, of), atom_level};
  }

  PythonPiece count(const Expr& e) override {
    if (where_ != Where::synapse) return SynapseCode::count(e);
    return {e->args[0]->quantity == Quantity::ones_pre ? "N_pre" : "N_post", atom_level};
  }

  PythonPiece power(const PythonPiece& base, const PythonPiece& exponent) const override {
    return {base.at_least(atom_level) + "**" + exponent.at_least(atom_level), power_level};
  }

  PythonPiece function(Op op, const PythonPiece& of) const override {
    if (op == Op::sigmoid) return {"1 / (1 + exp(-" + of.at_least(sign_level) + "))", product_level};
    if (op == Op::relu) return {"clip(" + of.text + ", 0, inf)", atom_level};
    if (op == Op::step) return {"int(" + of.at_least(sum_level) + " > 0)", atom_level};
    return {fmt::format("{}({})", row(op).name, of.text), atom_level};
  }

  PythonPiece function_of_two(Op op, const PythonPiece& a, const PythonPiece& b) const override {
    if (op == Op::min) return {"clip(" + a.text + ", -inf, " + b.text + ")", atom_level};
    if (op == Op::max) return {"clip(" + a.text + ", " + b.text + ", inf)", atom_level};
    return {fmt::format("int({} {} {})", a.at_least(sum_level), row(op).name, b.at_least(sum_level)), atom_level};
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

  Where where_ = Where::synapse;
  bool summing_ = false;
  std::vector<Sum> sums_;
  std::map<std::string, std::string> source_, target_;  // that neurons must have, with their meaning
};

// Brian 2 numbers synapses by the neuron before, then by the one behind.
State by_synapse(State s) {
  if (s.elements.empty() || !s.shape.is_matrix()) return s;
  const std::vector<double> rows = std::move(s.elements);
  const auto columns = static_cast<std::size_t>(s.columns);
  s.elements.clear();
  for (std::size_t c = 0; c < columns; ++c) {
    for (std::size_t k = c; k < rows.size(); k += columns) s.elements.push_back(rows[k]);
  }
  s.shape = post_shape;
  return s;
}

std::string Brian::text() {
  check_states();
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
  const auto numbers =
      std::count_if(rule_.states.begin(), rule_.states.end(), [](const State& s) { return s.shape.is_number(); });
  for (const State& s : rule_.states) {
    const std::string& name = names_.of(s.name);
    where_ = s.shape.is_matrix() || s.shape.is_number() ? Where::synapse
             : s.shape.rows == Side::pre                ? Where::source
                                                        : Where::target;
    const std::string value = piece(s.next).text;
    Code& code = s.shape.is_matrix()       ? of_synapses
                 : s.shape.is_number()     ? shared
                 : where_ == Where::source ? of_source
                                           : of_target;
    // A number for all synapses is written before anything else.
    if (s.shape.is_number() && numbers == 1) {
      code.computing += fmt::format("        {} = {}\n", name, value);
      continue;
    }
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
    const PythonPiece p = piece(some.size() == 1 ? some[0] : make_add(some));
    change +=
        fmt::format("        change = {}{}\n", k > 0 ? "change + " : "", k > 0 ? p.at_least(product_level) : p.text);
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
  for (const Parameter& p : rule_.parameters) out += fmt::format("\n    \"{}\": {},", names_.of(p.name), initial(p));
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
    out += fmt::format("    {}.{} = {}\n", of, names_.of(s.name), python_initial(by_synapse(s)));
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
  // As many neurons as the rule has initial values for.
  std::size_t sources = 5;
  std::size_t targets = 3;
  for (const State& s : rule_.states) {
    if (s.elements.empty()) continue;
    const std::size_t columns = s.shape.is_matrix() ? static_cast<std::size_t>(s.columns) : 1;
    if (s.shape.is_matrix()) sources = columns;
    (s.shape.rows == Side::pre ? sources : targets) = s.elements.size() / columns;
  }
  out += fmt::format(
      "    source = b2.NeuronGroup({}, SOURCE_MODEL + \"\\nunused : 1\")\n    target = b2.NeuronGroup({}, TARGET_MODEL "
      "+ "
      "\"\\nunused : 1\")\n",
      sources, targets);
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
