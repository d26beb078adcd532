#include "expression/candidates.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <random>
#include <set>

#include "expression/numeric.hpp"
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

Eigen::Index size(Side side) { return side == Side::one ? 1 : side == Side::pre ? 4 : 3; }

std::vector<Numbers> samples() {
  std::vector<Numbers> out;
  std::mt19937_64 random(20230331);
  for (int k = 0; k < 2; ++k) {
    // Both signs, none near 0: a product of many factors must not vanish in rounding.
    const auto draw = [&random](double) {
      const double x = 0.3 + 1.1 * static_cast<double>(random() >> 11) * 0x1p-53;
      return random() % 2 == 0 ? x : -x;
    };
    Numbers n;
    const auto draw_all = [&](auto which) {
      for (const QuantityRow& q : quantities()) {
        const Eigen::MatrixXd none = Eigen::MatrixXd::Zero(size(q.shape.rows), size(q.shape.cols));
        if (q.origin == Origin::ones)
          n[q.quantity] = none.array() + 1;
        else if (which(q))
          n[q.quantity] = none.unaryExpr(draw);
      }
    };
    // In this order, since another one draws other numbers.
    draw_all([](const QuantityRow& q) { return q.shape == pre_shape; });
    draw_all([](const QuantityRow& q) { return q.shape == post_shape && q.origin == Origin::decoy; });
    draw_all([](const QuantityRow& q) {
      return q.shape == post_shape && q.origin == Origin::network && q.quantity != Quantity::gate;
    });
    draw_all([](const QuantityRow& q) { return q.shape == weight_shape; });
    n.drawn = random();
    draw_all([](const QuantityRow& q) { return q.quantity == Quantity::gate; });
    out.push_back(std::move(n));
  }
  return out;
}

// The values of all elements for random numbers, scaled so that a factor makes no difference.
std::vector<double> fingerprint(const Expr& term, const std::vector<Numbers>& samples) {
  std::vector<double> out;
  for (const Numbers& n : samples) {
    const Eigen::MatrixXd v = value(term, n);
    out.insert(out.end(), v.data(), v.data() + v.size());
  }
  double largest = 0;
  for (double x : out) largest = std::isfinite(x) ? std::max(largest, std::abs(x)) : largest;
  double by = 0;
  for (double x : out) {
    if (by == 0 && std::isfinite(x) && std::abs(x) > 1e-3 * largest) by = x;
  }
  if (by != 0) {
    for (double& x : out) x /= by;
  }
  return out;
}

// Constant, or a plain function, on one side of something and another one beyond: numbers that do not lie on both sides cannot
// tell it from others.
bool has_sides(const Expr& e) {
  const bool own = is_step(e->op) || e->op == Op::relu || e->op == Op::abs || e->op == Op::min || e->op == Op::max;
  return own || std::any_of(e->args.begin(), e->args.end(), has_sides);
}

void add_literals(const Expr& e, std::set<double>& out) {
  if (e->op == Op::number && e->number > 0) out.insert(e->number);
  for (const Expr& arg : e->args) add_literals(arg, out);
}

// Looks at terms with many numbers: of three decades, and close to the literals of all terms, on both sides of each.
class CloseLook {
 public:
  explicit CloseLook(const std::set<double>& literals) {
    constexpr int count = 96;
    const std::vector<double> near(literals.begin(), literals.end());
    const auto draw = [near](std::mt19937_64& random) {
      const auto uniform = [&random] { return static_cast<double>(random() >> 11) * 0x1p-53; };
      double x = 0.02 * std::pow(250.0, uniform());
      if (!near.empty() && random() % 2 == 0) {
        const double offset = std::pow(10.0, -3 * uniform());
        x = near[random() % near.size()] * (random() % 2 == 0 ? 1 + offset : 1 - 0.9 * offset);
      }
      return random() % 2 == 0 ? x : -x;
    };
    std::mt19937_64 random(20261130);
    for (int k = 0; k < count; ++k) {
      Numbers n;
      n.draw = draw;
      n.drawn = random();
      for (const QuantityRow& q : quantities()) {
        const Eigen::MatrixXd none = Eigen::MatrixXd::Zero(size(q.shape.rows), size(q.shape.cols));
        if (q.origin == Origin::ones)
          n[q.quantity] = none.array() + 1;
        else
          n[q.quantity] = none.unaryExpr([&](double) { return draw(random); });
      }
      samples_.push_back(std::move(n));
    }
  }

  bool is_zero(const Expr& e) const {
    return std::all_of(samples_.begin(), samples_.end(), [&](const Numbers& n) { return value(e, n).isZero(0); });
  }

  /// Whether one is a multiple of the other.
  bool proportional(const Expr& a, const Expr& b) const {
    std::vector<Eigen::MatrixXd> of_a;
    std::vector<Eigen::MatrixXd> of_b;
    double largest = 0;
    double factor = 0;
    for (const Numbers& n : samples_) {
      const Eigen::MatrixXd x = value(a, n);
      const Eigen::MatrixXd y = value(b, n);
      for (Eigen::Index k = 0; k < x.size(); ++k) {
        if (!std::isfinite(x(k)) || std::abs(x(k)) <= largest) continue;
        largest = std::abs(x(k));
        factor = y(k) / x(k);
      }
      of_a.push_back(x);
      of_b.push_back(y);
    }
    if (!std::isfinite(factor) || (factor == 0 && largest > 0)) return false;
    for (std::size_t s = 0; s < of_a.size(); ++s) {
      const Eigen::MatrixXd x = factor * of_a[s];
      const Eigen::MatrixXd& y = of_b[s];
      const double scale = std::max(x.cwiseAbs().maxCoeff(), y.cwiseAbs().maxCoeff());
      for (Eigen::Index k = 0; k < x.size(); ++k) {
        if (std::isnan(x(k)) != std::isnan(y(k))) return false;
        if (std::isnan(x(k)) || x(k) == y(k)) continue;
        if (!(std::abs(x(k) - y(k)) <= 1e-9 * std::max(std::abs(x(k)), std::abs(y(k))) + 1e-13 * scale)) return false;
      }
    }
    return true;
  }

 private:
  std::vector<Numbers> samples_;
};

bool same(const std::vector<double>& a, const std::vector<double>& b) {
  for (std::size_t k = 0; k < a.size(); ++k) {
    if (std::isnan(a[k]) != std::isnan(b[k])) return false;
    if (std::isnan(a[k]) || a[k] == b[k]) continue;
    if (!(std::abs(a[k] - b[k]) <= 1e-9 * std::max({1.0, std::abs(a[k]), std::abs(b[k])}))) return false;
  }
  return true;
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

std::vector<Expr> distinct(const std::vector<Expr>& terms, const std::vector<Expr>& known) {
  const std::vector<Numbers> numbers = samples();
  std::optional<CloseLook> made;
  const auto close = [&]() -> const CloseLook& {
    if (made) return *made;
    std::set<double> literals;
    for (const std::vector<Expr>* all : {&terms, &known}) {
      for (const Expr& e : *all) add_literals(e, literals);
    }
    return made.emplace(literals);
  };
  struct Met {
    Expr term;
    std::vector<double> print;
    bool sides;
  };
  std::vector<Met> met;
  for (const Expr& e : known) met.push_back({e, fingerprint(e, numbers), has_sides(e)});
  std::vector<Expr> out;
  for (const Expr& e : terms) {
    Met now{e, fingerprint(e, numbers), has_sides(e)};
    // A few numbers tell plain terms apart, and where they do, others as well.
    const auto equals = [&](const Met& other) {
      return same(now.print, other.print) && (!(now.sides || other.sides) || close().proportional(e, other.term));
    };
    if (std::any_of(met.begin(), met.end(), equals) || (now.sides && close().is_zero(e))) continue;
    met.push_back(std::move(now));
    out.push_back(e);
  }
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
  if (state < 0) return print(term_of(rule, parameter), names);
  const State& s = rule.states[static_cast<std::size_t>(state)];
  return print(term_in(s.next, rule, parameter), names) + " into " + s.name;
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
