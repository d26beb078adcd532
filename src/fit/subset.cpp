#include "fit/subset.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/linear.hpp"

namespace rule_search {

namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using MatrixMap = Eigen::Map<const Matrix>;

// What is left of a coefficient's curvature once others follow; with less it is the same as these.
constexpr double told_apart = 1e-9;

// Of every coefficient, what the model is once those of `in` stay where they are best.
struct Rest {
  bool usable = false;
  double least = 0;
  Matrix curvature;
  Eigen::VectorXd pull;
  Eigen::VectorXd whole;  // curvature of each alone
};

Rest rest_after(const Quadratic& model, const std::vector<int>& in) {
  const MatrixMap h(model.curvature.data(), model.size, model.size);
  const Eigen::Map<const Eigen::VectorXd> b(model.pull.data(), model.size);
  Rest out{true, model.constant, h, b, h.diagonal()};
  // One after the other, as in Cholesky's factorisation.
  for (int k : in) {
    const double left = out.curvature(k, k);
    if (!(left > told_apart * out.whole(k))) return {};
    const double step = out.pull(k) / left;
    out.least -= 0.5 * step * out.pull(k);
    const Eigen::VectorXd column = out.curvature.col(k);
    out.pull -= step * column;
    out.curvature.noalias() -= column * (column / left).transpose();
  }
  out.usable = std::isfinite(out.least);
  return out;
}

// Those to add to `kept`, as many as `count`, one or two, and the model's least with them.
struct Addition {
  double least = std::numeric_limits<double>::infinity();
  std::vector<int> entries;
};

Addition best_addition(const Quadratic& model, const std::vector<int>& kept, std::size_t count) {
  const Rest rest = rest_after(model, kept);
  Addition best;
  if (!rest.usable) return best;
  std::vector<int> others;
  for (int k = 0; k < model.size; ++k) {
    if (std::find(kept.begin(), kept.end(), k) == kept.end() && rest.curvature(k, k) > told_apart * rest.whole(k))
      others.push_back(k);
  }
  const auto offer = [&](double gain, std::vector<int> entries) {
    if (rest.least - gain < best.least) best = {rest.least - gain, std::move(entries)};
  };
  for (std::size_t a = 0; a < others.size(); ++a) {
    const int i = others[a];
    const double hii = rest.curvature(i, i);
    const double bi = rest.pull(i);
    if (count == 1) {
      offer(0.5 * bi * bi / hii, {i});
      continue;
    }
    for (std::size_t c = a + 1; c < others.size(); ++c) {
      const int j = others[c];
      const double hjj = rest.curvature(j, j);
      const double hij = rest.curvature(i, j);
      const double bj = rest.pull(j);
      const double left = hjj - hij * hij / hii;
      if (!(left > told_apart * hjj)) continue;
      const double beyond = bj - hij * bi / hii;  // what the second adds to the first
      const double gain = 0.5 * (bi * bi / hii + beyond * beyond / left);
      if (rest.least - gain < best.least) offer(gain, {i, j});
    }
  }
  return best;
}

}  // namespace

double least(const Quadratic& model, const std::vector<int>& in) {
  const Rest rest = rest_after(model, in);
  return rest.usable ? rest.least : std::numeric_limits<double>::infinity();
}

std::vector<double> where_least(const Quadratic& model, const std::vector<int>& in) {
  const auto n = static_cast<Eigen::Index>(in.size());
  const MatrixMap h(model.curvature.data(), model.size, model.size);
  Eigen::MatrixXd part(n, n);
  Eigen::VectorXd pull(n);
  for (Eigen::Index a = 0; a < n; ++a) {
    pull(a) = model.pull[static_cast<std::size_t>(in[static_cast<std::size_t>(a)])];
    for (Eigen::Index c = 0; c < n; ++c)
      part(a, c) = h(in[static_cast<std::size_t>(a)], in[static_cast<std::size_t>(c)]);
  }
  const Eigen::VectorXd found = part.ldlt().solve(pull);
  std::vector<double> theta(static_cast<std::size_t>(model.size), 0.0);
  for (std::size_t a = 0; a < in.size(); ++a)
    theta[static_cast<std::size_t>(in[a])] = found(static_cast<Eigen::Index>(a));
  return theta;
}

std::vector<int> exchanged(const Quadratic& model, std::vector<int> in, const std::vector<bool>& always) {
  // By rounding alone sets could be exchanged for each other for ever, and where next to nothing is left all is rounding.
  constexpr double lower = 1 - 1e-6;
  const double nothing = 1e-12 * model.constant;
  double now = least(model, in);
  while (now > nothing) {
    Addition best;
    std::vector<int> kept;
    const auto without = [&](const std::vector<int>& rest, std::size_t gone) {
      Addition found = best_addition(model, rest, gone);
      if (!(found.least < best.least)) return;
      best = std::move(found);
      kept = rest;
    };
    for (std::size_t a = 0; a < in.size(); ++a) {
      if (always[static_cast<std::size_t>(in[a])]) continue;
      std::vector<int> fewer = in;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(a));
      without(fewer, 1);
      for (std::size_t c = a; c < fewer.size(); ++c) {  // what stood behind the first
        if (always[static_cast<std::size_t>(fewer[c])]) continue;
        std::vector<int> fewest = fewer;
        fewest.erase(fewest.begin() + static_cast<std::ptrdiff_t>(c));
        without(fewest, 2);
      }
    }
    kept.insert(kept.end(), best.entries.begin(), best.entries.end());
    std::sort(kept.begin(), kept.end());
    // Judged in the same arithmetic as what it is to replace.
    const double then = best.entries.empty() ? now : least(model, kept);
    if (!(then < lower * now)) break;
    in = std::move(kept);
    now = then;
  }
  return in;
}

}  // namespace rule_search
