#include "expression/candidates.hpp"

#include <algorithm>

#include "expression/print.hpp"
#include "expression/rewrite.hpp"
#include "expression/simplify.hpp"

namespace rule_search {

namespace {

// A product of columns of one side, of matrices, or of numbers; null where it is empty.
struct Product {
  Expr value;
  int degree = 0;
};

Expr power_of(const Expr& base, int exponent) {
  return exponent == 1 ? base : make(Op::power, {base, make_number(exponent)});
}

// All products of these by element up to a degree, the empty one first; with `each` each of them up to this power.
std::vector<Product> products(const std::vector<Product>& of, int degree, bool each) {
  std::vector<Product> out = {{}};
  for (const Product& factor : of) {
    const std::size_t before = out.size();
    for (std::size_t k = 0; k < before && out.size() <= 20 * most_candidates; ++k) {
      for (int n = 1; (each ? 0 : out[k].degree) + n * factor.degree <= degree; ++n) {
        const Expr power = power_of(factor.value, n);
        out.push_back(
            {out[k].value ? make(Op::hadamard, {out[k].value, power}) : power, out[k].degree + n * factor.degree});
      }
    }
  }
  return out;
}

Expr or_ones(const Product& p, Quantity ones) { return p.value ? p.value : make_quantity(ones); }

// What a cell of one side can add up over its synapses: matrices by element times columns of the other side.
std::vector<Product> sums_over_synapses(const std::vector<Product>& matrices, const std::vector<Product>& others,
                                        Quantity ones, bool transposed, const CandidateAtoms& from) {
  std::vector<Product> out;
  for (const Product& m : matrices) {
    if (!m.value) continue;
    for (const Product& column : others) {
      if (!from.each && m.degree + column.degree > from.degree) continue;
      out.push_back({make(Op::multiply, {transposed ? make_transpose(m.value) : m.value, or_ones(column, ones)}),
                     m.degree + column.degree});
    }
  }
  return out;
}

Expr joined(const Product& number, const Product& post, const Product& matrix, const Product& pre) {
  Expr out;
  if (matrix.value) {
    out = matrix.value;
    if (post.value) out = make(Op::hadamard, {post.value, out});
    if (pre.value) out = make(Op::hadamard, {out, make_transpose(pre.value)});
    return number.value ? make(Op::multiply, {number.value, out}) : out;
  }
  out = or_ones(post, Quantity::ones_post);
  if (number.value) out = make(Op::multiply, {number.value, out});
  return make(Op::multiply, {out, make_transpose(or_ones(pre, Quantity::ones_pre))});
}

}  // namespace

std::vector<Expr> candidate_terms(const CandidateAtoms& from) {
  std::vector<Product> post;
  std::vector<Product> pre;
  std::vector<Product> matrix;
  std::vector<Product> number;
  for (const Expr& atom : from.atoms) {
    (atom->shape.is_number()     ? number
     : atom->shape.is_matrix()   ? matrix
     : atom->shape == post_shape ? post
                                 : pre)
        .push_back({atom, 1});
  }
  const auto all_products = [&](const std::vector<Product>& of) { return products(of, from.degree, from.each); };
  const std::vector<Product> matrices = all_products(matrix);
  if (from.reach >= Locality::cell) {
    const std::vector<Product> onto_post =
        sums_over_synapses(matrices, all_products(pre), Quantity::ones_pre, false, from);
    const std::vector<Product> onto_pre =
        sums_over_synapses(matrices, all_products(post), Quantity::ones_post, true, from);
    post.insert(post.end(), onto_post.begin(), onto_post.end());
    pre.insert(pre.end(), onto_pre.begin(), onto_pre.end());
  }
  const std::vector<Product> posts = all_products(post);
  const std::vector<Product> pres = all_products(pre);
  if (from.reach == Locality::layer) {
    for (const std::vector<Product>* side : {&posts, &pres}) {
      for (const Product& column : *side) {
        if (column.value) number.push_back({make(Op::sum, {column.value}), column.degree});
      }
    }
  }
  const std::vector<Product> numbers = all_products(number);

  struct Term {
    Expr value;
    int degree;
    Locality reach;
  };
  std::vector<Term> terms;
  for (const Product& n : numbers) {
    for (const Product& u : posts) {
      for (const Product& m : matrices) {
        for (const Product& v : pres) {
          const int d = n.degree + u.degree + m.degree + v.degree;
          if (!from.each && d > from.degree) continue;
          if (terms.size() > 4 * most_candidates) return {};
          const Expr term = joined(n, u, m, v);
          const Locality reach = locality(term);
          if (reach <= from.reach) terms.push_back({term, d, reach});
        }
      }
    }
  }
  std::stable_sort(terms.begin(), terms.end(), [](const Term& a, const Term& b) {
    return a.degree != b.degree ? a.degree < b.degree : a.reach < b.reach;
  });
  std::vector<Expr> out;
  for (const Term& t : terms) out.push_back(t.value);
  return out;
}

namespace {

std::vector<Expr> summands_with(const Expr& e, int parameter) {
  std::vector<Expr> out;
  for (const Expr& s : summands(e)) {
    if (depends_on_parameter(s, parameter)) out.push_back(s);
  }
  return out;
}

// The state whose next value holds the parameter, where dw does not; -1 where there is none.
int state_of_term(const Rule& rule, int parameter) {
  if (depends_on_parameter(rule.dw, parameter)) return -1;
  for (std::size_t k = 0; k < rule.states.size(); ++k) {
    if (depends_on_parameter(rule.states[k].next, parameter)) return static_cast<int>(k);
  }
  return -1;
}

}  // namespace

Expr term_of(const Rule& rule, int parameter) { return term_in(rule.dw, rule, parameter); }

Expr term_in(const Expr& sum, const Rule& rule, int parameter) {
  const std::vector<Expr> own = summands_with(sum, parameter);
  if (own.empty()) return make(Op::multiply, {make_number(0), make_quantity(Quantity::w)});
  std::vector<bool> replace(rule.parameters.size(), false);
  replace[static_cast<std::size_t>(parameter)] = true;
  return simplify(substitute(make_add(own), replace, std::vector<double>(replace.size(), 1)));
}

std::string text_of_term(const Rule& rule, int parameter, const std::vector<Parameter>& names) {
  const int state = state_of_term(rule, parameter);
  Symbols symbols(rule);
  symbols.parameters = &names;
  if (state < 0) return print(term_of(rule, parameter), symbols);
  const State& s = rule.states[static_cast<std::size_t>(state)];
  return print(term_in(s.next, rule, parameter), symbols) + " into " + s.name;
}

Locality locality_of(const Rule& rule, int parameter) {
  Locality worst = Locality::local;
  // What else the state is made of does not count.
  if (const int state = state_of_term(rule, parameter); state >= 0) {
    for (const Expr& s : summands_with(rule.states[static_cast<std::size_t>(state)].next, parameter))
      worst = std::max(worst, locality(rule, s));
  }
  for (const Expr& s : summands(rule.dw)) {
    if (depends_on_parameter(s, parameter))
      worst = std::max(worst, locality(rule, s));
    else if (depends_on_parameter(rule, s, parameter))
      worst = std::max(worst, locality(s));
  }
  return worst;
}

}  // namespace rule_search
