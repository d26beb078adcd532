#include "expression/locality.hpp"

#include <algorithm>

namespace rule_search {

const char* name(Locality locality) {
  return locality == Locality::local ? "local" : locality == Locality::cell ? "cell" : "layer";
}

std::optional<Locality> locality_named(const std::string& n) {
  for (Locality l : {Locality::local, Locality::cell, Locality::layer}) {
    if (n == name(l)) return l;
  }
  return std::nullopt;
}

namespace {

// A matrix whose elements belong to synapses: w by element, whatever else each element is made of.
bool holds_weights(const Expr& e) {
  if (!e->shape.is_matrix()) return false;
  switch (e->op) {
    case Op::quantity:
    case Op::state:
      return e->shape == weight_shape || e->shape == weight_shape.transposed();
    case Op::multiply:
      return (e->args[0]->shape.is_number() && holds_weights(e->args[1])) ||
             (e->args[1]->shape.is_number() && holds_weights(e->args[0]));
    default:
      return std::any_of(e->args.begin(), e->args.end(), holds_weights);
  }
}

// Factors joined over sides that are not one, and so summed over them: post' * w is one sum, post * pre' is
// none.
Locality of_run(const std::vector<Expr>& run) {
  Locality inner = Locality::local;
  for (const Expr& f : run) inner = std::max(inner, locality(f));
  if (run.size() == 1) return inner;
  // One matrix of synapses and a column, summed over the synapses of one cell; anything else reaches further.
  const bool column_first = run[0]->shape.is_row() && holds_weights(run[1]);
  const bool column_last = holds_weights(run[0]) && run[1]->shape.is_column();
  const bool one_cell = run.size() == 2 && (column_first || column_last) && inner == Locality::local;
  return one_cell ? Locality::cell : Locality::layer;
}

// The summands of a matrix, a transposed or negative sum included.
std::vector<Expr> matrix_summands(const Expr& e) {
  if (!e->shape.is_matrix()) return {e};
  if (e->op != Op::transpose) return summands(e);
  std::vector<Expr> out;
  for (const Expr& s : summands(e->args[0])) out.push_back(make_transpose(s));
  return out;
}

Locality of_factors(const std::vector<Expr>& all, int& budget) {
  // Written out: in (w + post*pre') * pre the one summand is of one cell, the other of a layer.
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::vector<Expr> parts = matrix_summands(all[i]);
    if (parts.size() < 2 || all.size() == 1) continue;
    budget -= static_cast<int>(parts.size());
    if (budget < 0) return Locality::layer;
    Locality worst = Locality::local;
    for (const Expr& part : parts) {
      std::vector<Expr> one(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(i));
      for (const Expr& f : factors(part->op == Op::negate ? part->args[0] : part)) one.push_back(f);
      one.insert(one.end(), all.begin() + static_cast<std::ptrdiff_t>(i) + 1, all.end());
      worst = std::max(worst, of_factors(one, budget));
    }
    return worst;
  }
  Locality worst = Locality::local;
  std::vector<Expr> run;
  const auto finish = [&] {
    if (!run.empty()) worst = std::max(worst, of_run(run));
    run.clear();
  };
  for (const Expr& f : all) {
    // A number scales the whole, wherever it stands.
    if (f->shape.is_number()) {
      worst = std::max(worst, locality(f));
      continue;
    }
    if (!run.empty() && run.back()->shape.cols == Side::one) finish();
    run.push_back(f);
  }
  finish();
  return worst;
}

Locality of_product(const Expr& e) {
  int budget = 1000;
  return of_factors(factors(e), budget);
}

}  // namespace

Locality locality(const Expr& e) {
  switch (row(e->op).shape) {
    case ShapeRule::leaf:
      return Locality::local;
    case ShapeRule::product:
      return of_product(e);
    case ShapeRule::two_columns:
    case ShapeRule::to_number:
      // The sum of a number is that number.
      return e->args[0]->shape.is_number() ? locality(e->args[0]) : Locality::layer;
    case ShapeRule::square:
      return Locality::layer;  // which neurons come before this one
    default: {
      Locality worst = Locality::local;
      for (const Expr& arg : e->args) worst = std::max(worst, locality(arg));
      return worst;
    }
  }
}

Locality locality(const Rule& rule, const Expr& term) {
  Locality worst = locality(term);
  const std::vector<bool> behind = states_behind(rule, term);
  for (std::size_t k = 0; k < behind.size(); ++k) {
    if (behind[k]) worst = std::max(worst, locality(rule.states[k].next));
  }
  return worst;
}

Locality locality(const Rule& rule) {
  Locality worst = Locality::local;
  for (const Expr& s : summands(rule.dw)) worst = std::max(worst, locality(rule, s));
  return worst;
}

}  // namespace rule_search
