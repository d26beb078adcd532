#include "reference.hpp"

#include <algorithm>
#include <stdexcept>

#include "objectives/few_shot/decoy.hpp"
#include "reference_value.hpp"

namespace reference {

namespace {

using Numbers = std::vector<double>;

struct Arrow {
  std::size_t from, to;
};

class Network {
 public:
  Network(const Rule& rule, const Numbers& theta, const Episode& episode);
  void forward(const Samples& samples, int t);
  void learn_feedback(int t);
  void carry_errors(int label);
  void learn(int t);
  Dual loss(int label) const;
  Result result(std::vector<Dual> query_losses) const { return {std::move(query_losses), w_, b_}; }

 private:
  bool is(Feedback kind) const { return episode_.feedback == kind; }
  Matrix column(std::size_t l) const { return shaped(n_[l], 1, k_.constant(0)); }
  Matrix column(const Numbers& numbers) const { return matrix(numbers, numbers.size(), 1); }
  Matrix matrix(const Numbers& numbers, std::size_t rows, std::size_t cols) const;
  Matrix product(const Matrix& a, const Matrix& x) const;
  Matrix product_of_transposed(const Matrix& a, const Matrix& x) const;
  Dual softplus(const Dual& z) const;
  void give_parameters(const Rule& rule, const Numbers& theta);
  void begin_states(const Rule& rule);
  Dual changed(const Dual& w, const Dual& change) const;
  /// Whether the transposed forward weights stand where those of feedback would.
  bool transposed(std::size_t c) const {
    return is(Feedback::symmetric) ||
           (is(Feedback::dtp) && how_.top == TargetPropagation::Top::symmetric && arrows_[c].to == last_);
  }
  Matrix back(std::size_t c) const;
  Matrix error_of_readers(std::size_t l, const std::vector<Matrix>& sent) const;

  const Episode& episode_;
  Rule rule_;  // with a plain state for every step of a delay
  Walk k_;
  TargetPropagation how_;
  double beta_;
  std::vector<std::size_t> n_;  // neurons by layer
  std::size_t last_;
  std::vector<Arrow> arrows_;
  std::vector<std::vector<Dual>> theta_;  // by connection, by parameter
  std::vector<Matrix> w_, b_;             // b: by connection, or by layer where the output reaches all of them
  std::vector<std::vector<Matrix>> memory_;
  std::vector<Matrix> y_, z_, e_;  // by layer
};

std::size_t entries(const Rule& rule, std::size_t connections) {
  std::size_t all = 0;
  for (const Parameter& p : rule.parameters) all += p.per_layer ? connections : 1;
  return all;
}

Network::Network(const Rule& rule, const Numbers& theta, const Episode& episode)
    : episode_(episode),
      rule_(with_delays_written_out(rule, 1000)),
      k_(theta.size()),
      how_(episode.network.dtp),
      beta_(episode.network.beta),
      last_(episode.network.layers.size() - 1) {
  for (const int n : episode.network.layers) n_.push_back(static_cast<std::size_t>(n));
  for (std::size_t to = 1; to <= last_; ++to) {
    for (std::size_t from = 0; from < to; ++from) {
      bool there = from + 1 == to;
      for (const Projection& p : episode.network.skips)
        there = there || (static_cast<std::size_t>(p.from) == from && static_cast<std::size_t>(p.to) == to);
      if (there) arrows_.push_back({from, to});
    }
  }
  if (theta.size() != entries(rule, arrows_.size())) throw std::invalid_argument("theta of another size");
  for (std::size_t c = 0; c < arrows_.size(); ++c)
    w_.push_back(matrix(episode.weights[c], n_[arrows_[c].to], n_[arrows_[c].from]));
  if (is(Feedback::direct)) {
    for (std::size_t l = 0; l < last_; ++l) b_.push_back(matrix(episode.feedback_weights[l], n_[last_], n_[l]));
  } else if (!is(Feedback::symmetric)) {
    for (std::size_t c = 0; c < arrows_.size(); ++c)
      b_.push_back(matrix(episode.feedback_weights[c], w_[c].rows, w_[c].cols));
  }
  give_parameters(rule, theta);
  begin_states(rule_);
}

void Network::give_parameters(const Rule& rule, const Numbers& theta) {
  for (std::size_t c = 0; c < arrows_.size(); ++c) {
    theta_.emplace_back();
    std::size_t at = 0;
    for (const Parameter& p : rule.parameters) {
      const std::size_t entry = at + (p.per_layer ? c : 0);
      theta_[c].push_back(k_.variable(theta[entry], entry));
      at += p.per_layer ? arrows_.size() : 1;
    }
  }
}

void Network::begin_states(const Rule& rule) {
  for (const Matrix& w : w_) {
    const auto size = [&](Side side) {
      return side == Side::one ? std::size_t{1} : side == Side::pre ? w.cols : w.rows;
    };
    memory_.emplace_back();
    for (const State& s : rule.states) {
      memory_.back().push_back(shaped(size(s.shape.rows), size(s.shape.cols), k_.constant(s.initial)));
      for (std::size_t k = 0; k < s.elements.size(); ++k) memory_.back().back().x[k] = k_.constant(s.elements[k]);
    }
  }
}

Matrix Network::matrix(const Numbers& numbers, std::size_t rows, std::size_t cols) const {
  Matrix m = shaped(rows, cols, k_.constant(0));
  for (std::size_t i = 0; i < m.x.size(); ++i) m.x[i] = k_.constant(numbers.at(i));
  return m;
}

Matrix Network::product(const Matrix& a, const Matrix& x) const {
  Matrix out = shaped(a.rows, 1, k_.constant(0));
  for (std::size_t r = 0; r < a.rows; ++r) {
    for (std::size_t c = 0; c < a.cols; ++c) out.x[r] = k_.add(out.x[r], k_.times(a.at(r, c), x.x[c]));
  }
  return out;
}

Matrix Network::product_of_transposed(const Matrix& a, const Matrix& x) const {
  Matrix out = shaped(a.cols, 1, k_.constant(0));
  for (std::size_t c = 0; c < a.cols; ++c) {
    for (std::size_t r = 0; r < a.rows; ++r) out.x[c] = k_.add(out.x[c], k_.times(a.at(r, c), x.x[r]));
  }
  return out;
}

// log(1 + exp(beta z)) / beta; where z is above 0 that is z + log(1 + exp(-beta z)) / beta, which can't overflow.
Dual Network::softplus(const Dual& z) const {
  const double by = z.v > 0 ? -beta_ : beta_;
  const Dual soft = k_.log(k_.add(k_.exp(k_.map(z, by * z.v, by)), k_.constant(1)));
  const Dual out = k_.map(soft, soft.v / beta_, 1 / beta_);
  return z.v > 0 ? k_.add(z, out) : out;
}

void Network::forward(const Samples& samples, int t) {
  const auto first = samples.x.begin() + static_cast<std::ptrdiff_t>(t) * static_cast<std::ptrdiff_t>(n_[0]);
  y_.assign(last_ + 1, {});
  z_ = y_;
  y_[0] = column(Numbers(first, first + static_cast<std::ptrdiff_t>(n_[0])));
  for (std::size_t l = 1; l <= last_; ++l) {
    z_[l] = column(l);
    for (std::size_t c = 0; c < arrows_.size(); ++c) {
      if (arrows_[c].to != l) continue;
      const Matrix brought = product(w_[c], y_[arrows_[c].from]);
      for (std::size_t r = 0; r < n_[l]; ++r) z_[l].x[r] = k_.add(z_[l].x[r], brought.x[r]);
    }
    y_[l] = z_[l];
    for (Dual& x : y_[l].x) x = l < last_ ? softplus(x) : x;
  }
  // The softmax is the same for inputs that are all smaller by a number. The square of a sum of exponentials, by which
  // the slope of a quotient is divided, overflows beyond 355.
  Matrix& out = y_[last_];
  double most = out.x[0].v;
  for (const Dual& x : out.x) most = std::max(most, x.v);
  for (Dual& x : out.x) x = k_.exp(k_.map(x, x.v - most, 1));
  Dual sum = k_.constant(0);
  for (const Dual& x : out.x) sum = k_.add(sum, x);
  for (Dual& x : out.x) x = k_.over(x, sum);
}

// Every matrix V by itself, from W, V, y and z of the step.
void Network::learn_feedback(int t) {
  if (!is(Feedback::dtp)) return;
  const FeedbackNoise noise = noise_of(episode_);
  for (std::size_t c = 0; c < arrows_.size(); ++c) {
    if (transposed(c)) continue;
    const std::size_t to = arrows_[c].to;
    Matrix& v = b_[c];
    Matrix n = column(noise(t, static_cast<int>(c)));  // what is drawn is an input; how it is used is not shared
    for (Dual& x : n.x) x = k_.constant(how_.noise * x.v);
    Matrix answer = product(w_[c], n);
    for (std::size_t r = 0; r < answer.rows && to != last_; ++r)
      answer.x[r] = k_.add(softplus(k_.add(z_[to].x[r], answer.x[r])), y_[to].x[r], -1);
    Dual size = k_.constant(how_.floor * how_.noise * how_.noise);
    for (const Dual& x : answer.x) size = k_.add(size, k_.times(x, x));
    const Dual rate = k_.over(k_.constant(how_.rate), size);
    const Matrix given_back = product_of_transposed(v, answer);
    for (std::size_t j = 0; j < v.cols; ++j) {
      const Dual off = k_.times(rate, k_.add(given_back.x[j], n.x[j], -1));
      for (std::size_t i = 0; i < v.rows; ++i) {
        Dual& x = v.at(i, j);
        const double kept = 1 - how_.rate * how_.decay;
        x = k_.add(k_.map(x, kept * x.v, kept), k_.times(off, answer.x[i]), -1);
      }
    }
  }
}

Matrix Network::back(std::size_t c) const {
  if (transposed(c)) return w_[c];
  Matrix out = b_[c];
  for (std::size_t i = 0; i < out.x.size() && is(Feedback::sign); ++i)
    out.x[i] = k_.constant(std::copysign(out.x[i].v, w_[c].x[i].v));
  return out;
}

// What the layers that read layer l send back to it.
Matrix Network::error_of_readers(std::size_t l, const std::vector<Matrix>& sent) const {
  Matrix sum = column(l);
  double readers = 0;
  for (std::size_t c = 0; c < arrows_.size(); ++c) {
    if (arrows_[c].from != l) continue;
    readers += 1;
    const Matrix one = product_of_transposed(back(c), sent[arrows_[c].to]);
    for (std::size_t i = 0; i < n_[l]; ++i) sum.x[i] = k_.add(sum.x[i], one.x[i]);
  }
  if (!is(Feedback::dtp) || how_.readers == TargetPropagation::Readers::sum) return sum;
  for (Dual& x : sum.x) x = k_.map(x, x.v / readers, 1 / readers);
  return sum;
}

void Network::carry_errors(int label) {
  e_.assign(last_ + 1, {});
  e_[last_] = y_[last_];
  Dual& own = e_[last_].x[static_cast<std::size_t>(label)];
  own = k_.add(own, k_.constant(1), -1);
  std::vector<Matrix> sent = e_;  // what a layer sends back: its error, or with targets its difference from it
  for (std::size_t l = last_; l-- > 0;) {
    e_[l] = is(Feedback::direct) ? product_of_transposed(b_[l], e_[last_]) : error_of_readers(l, sent);
    if (is(Feedback::dtp)) sent[l] = e_[l];
    for (std::size_t i = 0; i < n_[l]; ++i) {
      const Dual& y = y_[l].x[i];
      const Dual slope = k_.add(k_.constant(1), k_.exp(k_.map(y, -beta_ * y.v, -beta_)), -1);
      e_[l].x[i] = k_.times(e_[l].x[i], slope);
    }
    if (!is(Feedback::dtp)) sent[l] = e_[l];
  }
}

void Network::learn(int t) {
  std::vector<Matrix> drawn, shuffled;
  for (std::size_t l = 0; l <= last_; ++l) {
    drawn.push_back(column(noise(episode_, t, static_cast<int>(l))));
    const Shuffle from = error_shuffle(episode_, t, static_cast<int>(l));
    shuffled.push_back(e_[l]);
    for (std::size_t i = 0; i < n_[l]; ++i)
      shuffled[l].x[i] = k_.times(k_.constant(from.sign[i]), e_[l].x[static_cast<std::size_t>(from.from[i])]);
  }
  for (std::size_t c = 0; c < arrows_.size(); ++c) {
    const auto [pre, post] = arrows_[c];
    const Place here = {k_,         theta_[c],   y_[pre],       y_[post],       e_[pre],  e_[post],  w_[c],
                        drawn[pre], drawn[post], shuffled[pre], shuffled[post], z_[post], memory_[c]};
    const Matrix change = value(rule_.dw, here);
    std::vector<Matrix> next;
    for (const State& s : rule_.states) next.push_back(value(s.next, here));
    memory_[c] = std::move(next);
    // Nothing of another connection reads these weights any more in this step.
    for (std::size_t i = 0; i < w_[c].x.size(); ++i) w_[c].x[i] = changed(w_[c].x[i], change.x[i]);
  }
}

// Within the bounds of the rule, where it has any.
Dual Network::changed(const Dual& w, const Dual& change) const {
  if (!rule_.bound) return k_.add(w, change);
  const WeightBound& b = *rule_.bound;
  if (!b.soft) {
    const Dual grown = k_.add(w, change);
    return grown.v > b.upper ? k_.constant(b.upper) : grown.v < b.lower ? k_.constant(b.lower) : grown;
  }
  const Dual distance = change.v > 0 ? k_.add(k_.constant(b.upper), w, -1) : k_.add(w, k_.constant(b.lower), -1);
  const Dual product = k_.times(change, distance);
  const double range = b.upper - b.lower;
  return k_.add(w, k_.map(product, product.v / range, 1 / range));
}

Dual Network::loss(int label) const {
  const Dual p = k_.log(y_[last_].x[static_cast<std::size_t>(label)]);
  return k_.map(p, -p.v, -1);
}

}  // namespace

Result result(const Rule& rule, const Numbers& theta, const Episode& episode) {
  Network network(rule, theta, episode);
  for (int t = 0; t < episode.train.size; ++t) {
    const int label = episode.train.label[static_cast<std::size_t>(t)];
    network.forward(episode.train, t);
    network.learn_feedback(t);
    network.carry_errors(label);
    network.learn(t);
  }
  std::vector<Dual> losses;
  for (int q = 0; q < episode.query.size; ++q) {
    network.forward(episode.query, q);
    losses.push_back(network.loss(episode.query.label[static_cast<std::size_t>(q)]));
  }
  return network.result(std::move(losses));
}

Dual query_loss(const Result& result) {
  const Walk k(result.query_losses.front().d.size());
  const double share = 1 / static_cast<double>(result.query_losses.size());
  Dual mean = k.constant(0);
  for (const Dual& loss : result.query_losses) mean = k.add(mean, k.map(loss, share * loss.v, share));
  return mean;
}

Dual query_loss(const Rule& rule, const Numbers& theta, const Episode& episode) {
  return query_loss(result(rule, theta, episode));
}

}  // namespace reference
