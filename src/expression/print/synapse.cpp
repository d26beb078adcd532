#include "expression/print/synapse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "expression/decay.hpp"
#include "expression/print/notation.hpp"

namespace rule_search {

namespace {

class Synapse {
 public:
  Synapse(const Symbols& symbols, const Notation& notation) : symbols_(symbols), notation_(notation) {}

  // The element of e in row r and column c; an index is empty where there is but one row or column.
  Piece entry(const Expr& e, const std::string& r, const std::string& c) {
    const Notation& to = notation_;
    switch (e->op) {
      case Op::number:
        return {to.number(e->number), atom_binding};
      case Op::parameter:
        return {to.name(symbols_.name(e->parameter)), atom_binding};
      case Op::quantity: {
        const QuantityRow& q = row(e->quantity);
        return {q.origin == Origin::ones ? one() : to.quantity(q, index_of(e->shape, r, c)), atom_binding};
      }
      case Op::state:
      case Op::signal: {
        if (const State* s = symbols_.delayed(*e))
          return {to.delayed(e->name, entry(s->next, r, c), s->delay, symbols_.step), atom_binding};
        const std::string index = e->shape.is_number() ? "" : index_of(e->shape, r, c);
        return {index.empty() ? to.name(e->name) : to.indexed(e->name, index), atom_binding};
      }
      case Op::add: {
        std::string out;
        for (std::size_t i = 0; i < e->args.size(); ++i) {
          const bool minus = e->args[i]->op == Op::negate;
          const Piece p = entry(minus ? e->args[i]->args[0] : e->args[i], r, c);
          if (i > 0) out += minus ? to.minus_between() : to.plus_between();
          if (i == 0 && minus) out += to.minus_before();
          out += to.wrap(p, product_binding);
        }
        return {out, sum_binding};
      }
      case Op::negate:
        return {to.minus_before() + to.wrap(entry(e->args[0], r, c), product_binding), sum_binding};
      case Op::transpose:
        return e->args[0]->op == Op::multiply ? product(e, r, c) : entry(e->args[0], c, r);
      case Op::multiply:
        return product(e, r, c);
      // One operand after the other: the order in which they are written out is the order of letters.
      case Op::hadamard: {
        const Piece left = entry(e->args[0], r, c);
        return times(left, entry(e->args[1], r, c));
      }
      case Op::hadamard_divide:
      case Op::divide: {
        const Piece above = entry(e->args[0], r, c);
        return to.quotient(above, entry(e->args[1], r, c));
      }
      case Op::power: {
        const Piece base = entry(e->args[0], r, c);
        return to.power(base, entry(e->args[1], "", ""));
      }
      case Op::dot: {
        // The second first, as printed rules have had their letters so far.
        const std::string k = fresh();
        const Piece right = entry(e->args[1], k, "");
        return to.reduced(Op::sum, k, times(entry(e->args[0], k, ""), right));
      }
      case Op::sum:
      case Op::mean: {
        if (e->args[0]->shape.is_number()) return entry(e->args[0], r, c);
        const auto [k, l] = fresh_pair(e->args[0]->shape);
        return to.reduced(e->op, k + l, entry(e->args[0], k, l));
      }
      case Op::norm: {
        const auto [k, l] = fresh_pair(e->args[0]->shape);
        const Piece square{to.squared(to.wrap(entry(e->args[0], k, l), atom_binding)), power_binding};
        const bool number = e->args[0]->shape.is_number();
        return {to.root((number ? square : to.reduced(Op::sum, k + l, square)).text), atom_binding};
      }
      case Op::lower: {
        const Piece inner = entry(e->args[0], r, c);
        return times({to.where(to.at_most(c, r)), atom_binding}, inner);
      }
      case Op::min:
      case Op::max: {
        const Piece first = entry(e->args[0], r, c);
        return {to.function(row(e->op), first.text, entry(e->args[1], r, c).text), atom_binding};
      }
      case Op::greater:
      case Op::at_least: {
        const Piece first = entry(e->args[0], r, c);
        return to.comparison(row(e->op), first, entry(e->args[1], r, c));
      }
      default:
        if (const Expr tau = time_constant_of_decay(e, symbols_.step, symbols_.parameters))
          return {to.decayed(*tau, entry(tau, "", "")), atom_binding};
        return {to.function(row(e->op), entry(e->args[0], r, c).text), atom_binding};
    }
  }

 private:
  static std::string index_of(Shape shape, const std::string& r, const std::string& c) {
    return shape.is_matrix() ? r + c : r.empty() ? c : r;
  }

  std::string one() const { return notation_.number(1); }

  Piece times(const Piece& a, const Piece& b) const {
    const std::string second = notation_.wrap(b, sign_binding);
    return {notation_.wrap(a, product_binding) + notation_.times_before(second) + second, product_binding};
  }

  // k, l, ... s, then k1, l1 and so on.
  std::string fresh() {
    const int n = next_++;
    return notation_.letter("klmnpqrs"[n % 8], n / 8);
  }

  // Indices of the rows and columns, where there are any.
  std::pair<std::string, std::string> fresh_pair(Shape shape) {
    std::string k = shape.rows == Side::one ? "" : fresh();
    std::string l = shape.cols == Side::one ? "" : fresh();
    return {std::move(k), std::move(l)};
  }

  // Along a chain of factors neighbours share an index; a shared side that is not one is summed over, and
  // what does not carry that index stands before the sum.
  Piece product(const Expr& e, const std::string& r, const std::string& c) {
    std::vector<std::string> pieces;
    std::vector<Expr> run;
    const auto flush = [&](const std::string& first, const std::string& last) {
      if (run.empty()) return;
      std::vector<std::string> index(run.size() + 1);
      index.front() = run.front()->shape.rows == Side::one ? "" : first;
      index.back() = run.back()->shape.cols == Side::one ? "" : last;
      std::string summed_over;
      for (std::size_t i = 1; i < run.size(); ++i) summed_over += index[i] = fresh();
      std::string inner;
      for (std::size_t i = 0; i < run.size(); ++i) {
        // Of lower(M) beside one other factor the sum says it: k <= i.
        const bool flipped = run[i]->op == Op::transpose;
        const Expr& triangle = flipped ? run[i]->args[0] : run[i];
        if (triangle->op == Op::lower && run.size() == 2) {
          const std::string& row = index[flipped ? i + 1 : i];
          const std::string& col = index[flipped ? i : i + 1];
          summed_over = index[1] == col ? notation_.at_most(col, row) : notation_.at_least(row, col);
          run[i] = flipped ? make_transpose(triangle->args[0]) : triangle->args[0];
        }
        const Piece p = entry(run[i], index[i], index[i + 1]);
        if (p.text == one() && run.size() > 1) continue;
        const std::string factor = notation_.wrap(p, inner.empty() ? product_binding : sign_binding);
        inner += (inner.empty() ? "" : notation_.times_before(factor)) + factor;
      }
      if (inner.empty()) inner = one();
      if (!summed_over.empty()) inner = notation_.reduced(Op::sum, summed_over, {inner, product_binding}).text;
      if (inner != one()) pieces.push_back(inner);
      run.clear();
    };
    for (const Expr& f : factors(e)) {
      if (f->shape.is_number()) {
        const Piece p = entry(f, "", "");
        pieces.push_back(notation_.wrap(p, pieces.empty() ? product_binding : sign_binding));
        continue;
      }
      if (!run.empty() && run.back()->shape.cols == Side::one) flush(r, c);
      run.push_back(f);
    }
    flush(r, c);
    if (pieces.empty()) return {one(), atom_binding};
    // Sums go last, so that no factor seems to belong to them.
    std::stable_partition(pieces.begin(), pieces.end(),
                          [this](const std::string& p) { return !notation_.is_open_sum(p); });
    std::string out;
    for (const std::string& p : pieces) out += (out.empty() ? "" : notation_.times_before(p)) + p;
    return {out, product_binding};
  }

  const Symbols& symbols_;
  const Notation& notation_;
  int next_ = 0;
};

// i after the synapse, j before it; h is another cell of the same side.
const char* row_index(const Expr& e) {
  return e->shape.rows != Side::pre ? "i" : e->shape.cols == Side::pre ? "h" : "j";
}
const char* column_index(const Expr& e) {
  return e->shape.cols != Side::post ? "j" : e->shape.rows == Side::post ? "h" : "i";
}

}  // namespace

std::string synapse_form(const Expr& e, const Symbols& symbols) {
  return Synapse(symbols, text_notation()).entry(e, row_index(e), column_index(e)).text;
}

std::string latex_synapse_form(const Expr& e, const Symbols& symbols) {
  return Synapse(symbols, latex_notation()).entry(e, row_index(e), column_index(e)).text;
}

std::vector<std::string> mathml_synapse_summands(const Expr& e, const Symbols& symbols) {
  const Notation& to = mathml_notation();
  Synapse synapse(symbols, to);
  std::vector<std::string> out;
  for (const Expr& s : summands(e)) {
    const bool minus = s->op == Op::negate;
    const Piece p = synapse.entry(minus ? s->args[0] : s, row_index(e), column_index(e));
    std::string sign = minus ? to.minus_before() : "";
    if (!out.empty()) sign = minus ? to.minus_between() : to.plus_between();
    out.push_back(sign + to.wrap(p, product_binding));
  }
  return out;
}

}  // namespace rule_search
