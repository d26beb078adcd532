// Candidate terms made from a few quantities: every product up to a degree that has the shape of dw.
#pragma once

#include <string>
#include <vector>

#include "expression/locality.hpp"
#include "expression/rule.hpp"

namespace rule_search {

constexpr int highest_degree = 6;
constexpr std::size_t most_candidates = 5000;

/// What products are made of. Each atom has degree 1; columns of post, of pre, numbers and matrices post x pre.
struct CandidateAtoms {
  std::vector<Expr> atoms;
  int degree = 1;
  bool each = false;  ///< the degree is that of every atom in a product, not of the product
  Locality reach = Locality::layer;
};

/// One candidate for every product that differs from all others by more than a factor, of degree 0 to `degree`,
/// lower degrees and nearer reaches first:
///   local   of the activities, errors and weight of one synapse
///   cell    also of sums over the synapses of its cells, as (w * pre) or (w' * post); the degree of a sum is that
///           of what it adds up
///   layer   also of sums over a population, as sum(post .* err_post)
/// Products of matrices with matrices are no candidates: a step would cost n times as much. Empty where there
/// would be more than most_candidates.
std::vector<Expr> candidate_terms(const CandidateAtoms& from);

/// What the parameter multiplies: its summands of dw with the parameter at 1.
Expr term_of(const Rule& rule, int parameter);
/// The same of another sum, as what a state becomes; 0 * w where it does not stand there.
Expr term_in(const Expr& sum, const Rule& rule, int parameter);
/// As a reader is told it: "post*pre'", or "post*pre' into trace" for a term of what a state becomes.
std::string text_of_term(const Rule& rule, int parameter, const std::vector<Parameter>& names);
/// How far the synapses must reach for the terms of a parameter, those of states included.
Locality locality_of(const Rule& rule, int parameter);

}  // namespace rule_search
