#include "export/synapse_code.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/error.hpp"
#include "export/arrays.hpp"
#include "expression/print.hpp"

namespace rule_search {

namespace {

const char* const over_population = "it is a sum over a population";

}  // namespace

SynapseCode::SynapseCode(const Rule& rule, Names names) : rule_(rule), names_(std::move(names)) {
  for (const Parameter& p : rule.parameters) names_.give(p.name);
  for (const Signal& s : rule.signals) names_.give(s.name);
  for (const State& s : rule.states) names_.give(s.name);
}

void SynapseCode::refuse(const Expr& e, const std::string& why) const {
  throw InputError(fmt::format("{}: {} can't be written for {}: {}\n  hint: {}", rule_.name, print(e, rule_.parameters),
                               simulator(), why, hint()));
}

void SynapseCode::check_states() const {
  const auto refuse_state = [&](const State& s, const std::string& why) {
    throw InputError(fmt::format("{}: the state {} {}\n  hint: export the rule for NumPy", rule_.name, s.name, why));
  };
  for (const State& s : rule_.states) {
    if (s.each_trial) refuse_state(s, fmt::format("begins anew at every trial, which {} has not", simulator()));
    if (s.shape.is_matrix() && s.shape != weight_shape)
      refuse_state(s, "is no value of a synapse between the two populations");
  }
}

PythonPiece SynapseCode::number(double x) const {
  const std::string text = python_number(x);
  return {text.find_first_of(".e") == std::string::npos ? text + ".0" : text, x < 0 ? sum_level : atom_level};
}

PythonPiece SynapseCode::summed_product(const Expr& whole, const std::vector<Expr>&) { refuse(whole, over_population); }

PythonPiece SynapseCode::count(const Expr& e) { refuse(e, over_population); }

// A chain of products; what neighbours share is summed over.
PythonPiece SynapseCode::product(const Expr& e) {
  std::vector<PythonPiece> pieces;
  std::vector<Expr> run;
  const auto flush = [&] {
    if (!run.empty()) pieces.push_back(run.size() == 1 ? piece(run[0]) : summed_product(e, run));
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
  PythonPiece out = pieces[0];
  for (std::size_t k = 1; k < pieces.size(); ++k) out = python_product(out, " * ", pieces[k]);
  return out;
}

PythonPiece SynapseCode::piece(const Expr& e) {
  if (is_constant(e)) return number(constant_value(e, rule_));
  switch (e->op) {
    case Op::parameter:
      return {names_.of(rule_.parameters.at(static_cast<std::size_t>(e->parameter)).name), atom_level};
    case Op::quantity:
      if (row(e->quantity).origin == Origin::ones) return {"1", atom_level};
      return leaf(e);
    case Op::state:
    case Op::signal:
      return leaf(e);
    case Op::add:
      return python_sum(e, [&](const Expr& x) { return piece(x); });
    case Op::negate:
      return {"-" + piece(e->args[0]).at_least(product_level), sum_level};
    case Op::transpose:
      return e->args[0]->op == Op::multiply ? product(e) : piece(e->args[0]);
    case Op::multiply:
      return product(e);
    case Op::hadamard:
      return python_product(piece(e->args[0]), " * ", piece(e->args[1]));
    case Op::divide:
    case Op::hadamard_divide:
      return python_product(piece(e->args[0]), " / ", piece(e->args[1]));
    case Op::power:
      return power(piece(e->args[0]), piece(e->args[1]));
    case Op::sum:
      // The number of neurons is no sum there.
      if (e->args[0]->op == Op::quantity && row(e->args[0]->quantity).origin == Origin::ones) return count(e);
      refuse(e, over_population);
    case Op::dot:
    case Op::mean:
    case Op::norm:
      refuse(e, over_population);
    case Op::lower:
      refuse(e, "it depends on the order of neurons");
    case Op::min:
    case Op::max:
    case Op::greater:
    case Op::at_least:
      return function_of_two(e->op, piece(e->args[0]), piece(e->args[1]));
    default:
      return function(e->op, piece(e->args[0]));
  }
}

}  // namespace rule_search
