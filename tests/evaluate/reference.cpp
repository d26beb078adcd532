#include "reference.hpp"

#include <algorithm>

#include "objectives/few_shot/decoy.hpp"

namespace reference {

namespace {

struct Place {
  const Walk& walk;
  const std::vector<Dual>& theta;
  Matrix pre, post, err_pre, err_post, w;
  Matrix noise_pre, noise_post, shuffled_err_pre, shuffled_err_post;
  const std::vector<Matrix>& states;
};

Matrix shaped(std::size_t rows, std::size_t cols, const Dual& fill) {
  return {rows, cols, std::vector<Dual>(rows * cols, fill)};
}

Matrix value(const Expr& e, const Place& p) {
  const Walk& k = p.walk;
  const auto arg = [&](std::size_t i) { return value(e->args[i], p); };
  const auto each = [&](Matrix a, auto f) {
    for (Dual& x : a.x) x = f(x);
    return a;
  };
  const auto both = [&](const Matrix& a, const Matrix& b, auto f) {
    Matrix out = shaped(std::max(a.rows, b.rows), std::max(a.cols, b.cols), k.constant(0));
    for (std::size_t r = 0; r < out.rows; ++r) {
      for (std::size_t c = 0; c < out.cols; ++c) {
        out.at(r, c) =
            f(a.at(a.rows == 1 ? 0 : r, a.cols == 1 ? 0 : c), b.at(b.rows == 1 ? 0 : r, b.cols == 1 ? 0 : c));
      }
    }
    return out;
  };
  const auto total = [&](const Matrix& a) {
    Dual sum = k.constant(0);
    for (const Dual& x : a.x) sum = k.add(sum, x);
    return Matrix{1, 1, {sum}};
  };
  switch (e->op) {
    case Op::number:
      return {1, 1, {k.constant(e->number)}};
    case Op::parameter:
      return {1, 1, {p.theta[static_cast<std::size_t>(e->parameter)]}};
    case Op::quantity:
      switch (e->quantity) {
        case Quantity::pre:
          return p.pre;
        case Quantity::post:
          return p.post;
        case Quantity::err_pre:
          return p.err_pre;
        case Quantity::err_post:
          return p.err_post;
        case Quantity::w:
          return p.w;
        case Quantity::ones_pre:
          return shaped(p.pre.rows, 1, k.constant(1));
        case Quantity::ones_post:
          return shaped(p.post.rows, 1, k.constant(1));
        case Quantity::noise_pre:
          return p.noise_pre;
        case Quantity::noise_post:
          return p.noise_post;
        case Quantity::shuffled_err_pre:
          return p.shuffled_err_pre;
        case Quantity::shuffled_err_post:
          return p.shuffled_err_post;
      }
      return {};
    case Op::state:
      return p.states[static_cast<std::size_t>(e->variable)];
    case Op::signal:
      return {};  // no task tells one
    case Op::add: {
      Matrix sum = arg(0);
      for (std::size_t i = 1; i < e->args.size(); ++i)
        sum = both(sum, arg(i), [&](const Dual& a, const Dual& b) { return k.add(a, b); });
      return sum;
    }
    case Op::negate:
      return each(arg(0), [&](const Dual& x) { return k.map(x, -x.v, -1); });
    case Op::transpose: {
      const Matrix a = arg(0);
      Matrix out = shaped(a.cols, a.rows, k.constant(0));
      for (std::size_t r = 0; r < a.rows; ++r) {
        for (std::size_t c = 0; c < a.cols; ++c) out.at(c, r) = a.at(r, c);
      }
      return out;
    }
    case Op::multiply: {
      const Matrix a = arg(0);
      const Matrix b = arg(1);
      if (e->args[0]->shape.is_number() || e->args[1]->shape.is_number())
        return both(a, b, [&](const Dual& x, const Dual& y) { return k.times(x, y); });
      Matrix out = shaped(a.rows, b.cols, k.constant(0));
      for (std::size_t r = 0; r < a.rows; ++r) {
        for (std::size_t c = 0; c < b.cols; ++c) {
          for (std::size_t i = 0; i < a.cols; ++i) out.at(r, c) = k.add(out.at(r, c), k.times(a.at(r, i), b.at(i, c)));
        }
      }
      return out;
    }
    case Op::hadamard:
      return both(arg(0), arg(1), [&](const Dual& a, const Dual& b) { return k.times(a, b); });
    case Op::divide:
    case Op::hadamard_divide:
      return both(arg(0), arg(1), [&](const Dual& a, const Dual& b) { return k.over(a, b); });
    case Op::power:
      return both(arg(0), arg(1), [&](const Dual& a, const Dual& b) { return k.power(a, b); });
    case Op::dot:
      return total(both(arg(0), arg(1), [&](const Dual& a, const Dual& b) { return k.times(a, b); }));
    case Op::sum:
      return total(arg(0));
    case Op::mean: {
      const Matrix a = arg(0);
      const double n = static_cast<double>(a.x.size());
      return each(total(a), [&](const Dual& x) { return k.map(x, x.v / n, 1 / n); });
    }
    case Op::norm:
      return each(total(each(arg(0), [&](const Dual& x) { return k.times(x, x); })),
                  [&](const Dual& x) { return k.map(x, std::sqrt(x.v), 0.5 / std::sqrt(x.v)); });
    case Op::lower: {
      Matrix a = arg(0);
      for (std::size_t r = 0; r < a.rows; ++r) {
        for (std::size_t c = r + 1; c < a.cols; ++c) a.at(r, c) = k.constant(0);
      }
      return a;
    }
    case Op::exp:
      return each(arg(0), [&](const Dual& x) { return k.exp(x); });
    case Op::log:
      return each(arg(0), [&](const Dual& x) { return k.log(x); });
    case Op::tanh:
      return each(arg(0),
                  [&](const Dual& x) { return k.map(x, std::tanh(x.v), 1 / (std::cosh(x.v) * std::cosh(x.v))); });
    case Op::sigmoid:
      return each(arg(0), [&](const Dual& x) {
        return k.map(x, 1 / (1 + std::exp(-x.v)), std::exp(-x.v) / ((1 + std::exp(-x.v)) * (1 + std::exp(-x.v))));
      });
    case Op::relu:
      return each(arg(0), [&](const Dual& x) { return k.map(x, x.v > 0 ? x.v : 0, x.v > 0 ? 1 : 0); });
    case Op::abs:
      return each(arg(0), [&](const Dual& x) { return k.map(x, std::fabs(x.v), x.v < 0 ? -1 : 1); });
    case Op::sign:
      return each(arg(0), [&](const Dual& x) { return k.map(x, x.v > 0 ? 1 : x.v < 0 ? -1 : 0, 0); });
    case Op::sqrt:
      return each(arg(0), [&](const Dual& x) { return k.map(x, std::sqrt(x.v), 0.5 / std::sqrt(x.v)); });
  }
  return {};
}

}  // namespace

Dual query_loss(const Rule& rule, const std::vector<double>& values, const Episode& episode) {
  const Walk k(values.size());
  std::vector<Dual> theta;
  for (std::size_t r = 0; r < values.size(); ++r) theta.push_back(k.variable(values[r], r));
  const std::vector<int>& n = episode.network.layers;
  const std::size_t last = n.size() - 1;
  const double beta = episode.network.beta;
  const auto matrix = [&](const std::vector<double>& from, int rows, int cols) {
    Matrix m = shaped(static_cast<std::size_t>(rows), static_cast<std::size_t>(cols), k.constant(0));
    for (std::size_t i = 0; i < from.size(); ++i) m.x[i] = k.constant(from[i]);
    return m;
  };
  std::vector<Matrix> w;
  std::vector<Matrix> b;
  for (std::size_t l = 0; l < last; ++l) {
    w.push_back(matrix(episode.weights[l], n[l + 1], n[l]));
    if (episode.feedback != Feedback::symmetric)
      b.push_back(matrix(episode.feedback_weights[l], episode.feedback == Feedback::direct ? n[last] : n[l + 1], n[l]));
  }
  std::vector<Matrix> y(last + 1);
  const auto forward = [&](const Samples& samples, int t) {
    y[0] = shaped(static_cast<std::size_t>(n[0]), 1, k.constant(0));
    for (int i = 0; i < n[0]; ++i)
      y[0].x[static_cast<std::size_t>(i)] = k.constant(samples.x[static_cast<std::size_t>(t * n[0] + i)]);
    for (std::size_t l = 0; l < last; ++l) {
      y[l + 1] = shaped(w[l].rows, 1, k.constant(0));
      for (std::size_t r = 0; r < w[l].rows; ++r) {
        Dual z = k.constant(0);
        for (std::size_t c = 0; c < w[l].cols; ++c) z = k.add(z, k.times(w[l].at(r, c), y[l].x[c]));
        y[l + 1].x[r] = z;
        if (l + 1 == last) continue;
        const Dual soft = k.log(k.add(k.exp(k.map(z, beta * z.v, beta)), k.constant(1)));
        y[l + 1].x[r] = k.map(soft, soft.v / beta, 1 / beta);
      }
    }
    // The softmax is the same for inputs that are all smaller by a number. The square of a sum of exponentials, by which
    // the slope of a quotient is divided, overflows beyond 355.
    double most = y[last].x[0].v;
    for (const Dual& x : y[last].x) most = std::max(most, x.v);
    for (Dual& x : y[last].x) x = k.exp(k.map(x, x.v - most, 1));
    Dual sum = k.constant(0);
    for (const Dual& x : y[last].x) sum = k.add(sum, x);
    for (Dual& x : y[last].x) x = k.over(x, sum);
  };
  std::vector<std::vector<Matrix>> memory(last);  // by connection, by state
  for (std::size_t l = 0; l < last; ++l) {
    const auto size = [&](Side side) {
      return side == Side::one ? std::size_t{1} : side == Side::pre ? w[l].cols : w[l].rows;
    };
    for (const State& s : rule.states)
      memory[l].push_back(shaped(size(s.shape.rows), size(s.shape.cols), k.constant(s.initial)));
  }
  for (int t = 0; t < episode.train.size; ++t) {
    forward(episode.train, t);
    std::vector<Matrix> e(last + 1);
    e[last] = y[last];
    Dual& own = e[last].x[static_cast<std::size_t>(episode.train.label[static_cast<std::size_t>(t)])];
    own = k.add(own, k.constant(1), -1);
    for (std::size_t l = last; l-- > 0;) {
      const Matrix& from = episode.feedback == Feedback::direct ? e[last] : e[l + 1];
      e[l] = shaped(static_cast<std::size_t>(n[l]), 1, k.constant(0));
      for (std::size_t c = 0; c < e[l].rows; ++c) {
        Dual sum = k.constant(0);
        for (std::size_t r = 0; r < from.rows; ++r) {
          Dual back = episode.feedback == Feedback::symmetric ? w[l].at(r, c) : b[l].at(r, c);
          if (episode.feedback == Feedback::sign) back = k.constant(std::copysign(back.v, w[l].at(r, c).v));
          sum = k.add(sum, k.times(back, from.x[r]));
        }
        const Dual& a = y[l].x[c];
        const Dual slope = k.add(k.constant(1), k.exp(k.map(a, -beta * a.v, -beta)), -1);
        e[l].x[c] = k.times(sum, slope);
      }
    }
    // What is drawn is an input; how it is used is not shared.
    std::vector<Matrix> drawn, shuffled;
    for (std::size_t l = 0; l <= last; ++l) {
      drawn.push_back(matrix(noise(episode, t, static_cast<int>(l)), n[l], 1));
      const Shuffle from = error_shuffle(episode, t, static_cast<int>(l));
      shuffled.push_back(e[l]);
      for (std::size_t c = 0; c < e[l].rows; ++c)
        shuffled[l].x[c] = k.times(k.constant(from.sign[c]), e[l].x[static_cast<std::size_t>(from.from[c])]);
    }
    std::vector<Matrix> change;
    for (std::size_t l = 0; l < last; ++l) {
      const Place here = {k,        theta,        y[l],        y[l + 1],        e[l],     e[l + 1], w[l],
                          drawn[l], drawn[l + 1], shuffled[l], shuffled[l + 1], memory[l]};
      change.push_back(value(rule.dw, here));
      std::vector<Matrix> next;
      for (const State& s : rule.states) next.push_back(value(s.next, here));
      memory[l] = std::move(next);
    }
    for (std::size_t l = 0; l < last; ++l) {
      for (std::size_t i = 0; i < w[l].x.size(); ++i) w[l].x[i] = k.add(w[l].x[i], change[l].x[i]);
    }
  }
  Dual loss = k.constant(0);
  for (int q = 0; q < episode.query.size; ++q) {
    forward(episode.query, q);
    const Dual p = k.log(y[last].x[static_cast<std::size_t>(episode.query.label[static_cast<std::size_t>(q)])]);
    loss = k.add(loss, k.map(p, -p.v / episode.query.size, -1.0 / episode.query.size));
  }
  return loss;
}

}  // namespace reference
