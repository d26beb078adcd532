#include "expression/distinct.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <random>
#include <set>

#include "expression/numeric.hpp"

namespace rule_search {

namespace {

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

}  // namespace rule_search
