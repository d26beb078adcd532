#include "expression/print/synapse.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "expression/print/latex.hpp"
#include "expression/print/mathml.hpp"

namespace rule_search {

namespace {

enum class Notation { text, tex, mathml };

class Synapse {
 public:
  Synapse(const std::vector<Parameter>& parameters, Notation notation)
      : parameters_(parameters), tex_(notation == Notation::tex), mathml_(notation == Notation::mathml) {}

  struct Piece {
    std::string text;
    Binding binding;
  };

  Piece entry(const Expr& e, const std::string& r, const std::string& c) {
    switch (e->op) {
      case Op::number:
        return {mathml_ ? mathml_number(e->number) : shortest(e->number), atom_binding};
      case Op::parameter: {
        const std::string& n = parameters_.at(static_cast<std::size_t>(e->parameter)).name;
        return {mathml_ ? mathml_name(n) : tex_ ? latex_name(n) : n, atom_binding};
      }
      case Op::quantity:
        return quantity(row(e->quantity), r, c);
      case Op::state:
      case Op::signal: {
        const std::string index = e->shape.is_matrix() ? r + c : e->shape.is_number() ? "" : r.empty() ? c : r;
        const std::string letter = mathml_ ? mathml_name(e->name) : tex_ ? latex_name(e->name) : e->name;
        if (index.empty()) return {letter, atom_binding};
        if (mathml_) return {"<msub><mrow>" + letter + "</mrow>" + indices(index) + "</msub>", atom_binding};
        return {tex_ ? "{" + letter + "}_{" + index + "}" : letter + "_" + index, atom_binding};
      }
      case Op::add: {
        std::string out;
        for (std::size_t i = 0; i < e->args.size(); ++i) {
          const bool minus = e->args[i]->op == Op::negate;
          const Piece p = entry(minus ? e->args[i]->args[0] : e->args[i], r, c);
          if (i > 0) out += minus ? minus_between() : plus_between();
          if (i == 0 && minus) out += minus_before();
          out += wrap(p, product_binding);
        }
        return {out, sum_binding};
      }
      case Op::negate:
        return {minus_before() + wrap(entry(e->args[0], r, c), product_binding), sum_binding};
      case Op::transpose:
        return e->args[0]->op == Op::multiply ? product(e, r, c) : entry(e->args[0], c, r);
      case Op::multiply:
        return product(e, r, c);
      case Op::hadamard:
      case Op::hadamard_divide:
      case Op::divide: {
        const Piece a = entry(e->args[0], r, c);
        const Piece b = entry(e->args[1], r, c);
        if (e->op == Op::hadamard) return {wrap(a, product_binding) + times() + wrap(b, sign_binding), product_binding};
        if (mathml_) return {"<mfrac><mrow>" + a.text + "</mrow><mrow>" + b.text + "</mrow></mfrac>", atom_binding};
        if (tex_) return {"\\frac{" + a.text + "}{" + b.text + "}", atom_binding};
        return {wrap(a, product_binding) + "/" + wrap(b, sign_binding), product_binding};
      }
      case Op::power: {
        const Piece a = entry(e->args[0], r, c);
        const Piece b = entry(e->args[1], "", "");
        // A fraction is no base without parentheses.
        const bool fraction = a.text.rfind("\\frac", 0) == 0 || a.text.rfind("<mfrac", 0) == 0;
        if (mathml_)
          return {"<msup><mrow>" + wrap({a.text, fraction ? product_binding : a.binding}, atom_binding) +
                      "</mrow><mrow>" + b.text + "</mrow></msup>",
                  power_binding};
        if (tex_)
          return {"{" + wrap({a.text, fraction ? product_binding : a.binding}, atom_binding) + "}^{" + b.text + "}",
                  power_binding};
        return {wrap(a, atom_binding) + "^" + wrap(b, atom_binding), power_binding};
      }
      case Op::dot: {
        const std::string k = fresh();
        return summed(
            k,
            {wrap(entry(e->args[0], k, ""), product_binding) + times() + wrap(entry(e->args[1], k, ""), sign_binding),
             product_binding},
            "sum");
      }
      case Op::sum:
      case Op::mean: {
        if (e->args[0]->shape.is_number()) return entry(e->args[0], r, c);
        std::string k = e->args[0]->shape.rows == Side::one ? "" : fresh();
        const std::string l = e->args[0]->shape.cols == Side::one ? "" : fresh();
        return summed(k + l, entry(e->args[0], k, l), e->op == Op::sum ? "sum" : "mean");
      }
      case Op::norm: {
        std::string k = e->args[0]->shape.rows == Side::one ? "" : fresh();
        const std::string l = e->args[0]->shape.cols == Side::one ? "" : fresh();
        const Piece inner = summed(k + l, {squared(wrap(entry(e->args[0], k, l), atom_binding)), power_binding}, "sum");
        if (mathml_) return {"<msqrt>" + inner.text + "</msqrt>", atom_binding};
        return {tex_ ? "\\sqrt{" + inner.text + "}" : "sqrt(" + inner.text + ")", atom_binding};
      }
      case Op::lower: {
        // Iverson's bracket: 1 where it holds, else 0.
        const Piece inner = entry(e->args[0], r, c);
        const std::string holds = mathml_ ? mathml_fence("[", at_most(c, r), "]") : "[" + at_most(c, r) + "]";
        return {holds + times() + wrap(inner, sign_binding), product_binding};
      }
      default: {
        const Piece inner = entry(e->args[0], r, c);
        if (mathml_)
          return {
              fmt::format("<mi mathvariant=\"normal\">{}</mi>", row(e->op).mathml) + mathml_fence("(", inner.text, ")"),
              atom_binding};
        if (tex_) return {std::string(row(e->op).latex) + "\\left(" + inner.text + "\\right)", atom_binding};
        return {std::string(row(e->op).name) + "(" + inner.text + ")", atom_binding};
      }
    }
  }

  std::string times() const {
    const Operator& product = row(Op::multiply);
    return std::string(mathml_ ? product.mathml : tex_ ? product.latex : product.name);
  }
  // Of "kj" two letters, since one name of two is set upright. "k1", where letters have run out, stays one.
  static std::string indices(const std::string& index) {
    std::string out;
    for (std::size_t k = 0; k < index.size();) {
      const std::size_t end = std::min(index.find_first_not_of("0123456789", k + 1), index.size());
      out += "<mi>" + index.substr(k, end - k) + "</mi>";
      k = end;
    }
    return "<mrow>" + out + "</mrow>";
  }
  // a <= b, and a >= b.
  std::string at_most(const std::string& a, const std::string& b) const {
    return mathml_ ? indices(a) + "<mo>&#x2264;</mo>" + indices(b) : a + (tex_ ? " \\le " : "<=") + b;
  }
  std::string at_least(const std::string& a, const std::string& b) const {
    return mathml_ ? indices(a) + "<mo>&#x2265;</mo>" + indices(b) : a + (tex_ ? " \\ge " : ">=") + b;
  }
  std::string one() const { return mathml_ ? mathml_number(1) : "1"; }
  std::string minus_before() const { return mathml_ ? "<mo form=\"prefix\">&#x2212;</mo>" : "-"; }
  std::string minus_between() const { return mathml_ ? "<mo form=\"infix\">&#x2212;</mo>" : " - "; }
  std::string plus_between() const { return mathml_ ? "<mo form=\"infix\">+</mo>" : " + "; }
  std::string squared(const std::string& base) const {
    return mathml_ ? "<msup><mrow>" + base + "</mrow><mn>2</mn></msup>" : base + "^2";
  }

  std::string wrap(const Piece& p, Binding at_least) const {
    if (p.binding >= at_least) return p.text;
    if (mathml_) return mathml_fence("(", p.text, ")");
    return tex_ ? "\\left(" + p.text + "\\right)" : "(" + p.text + ")";
  }

 private:
  // k, l, ... s, then k1, l1 and so on.
  std::string fresh() {
    const int n = next_++;
    const std::string letter(1, "klmnpqrs"[n % 8]);
    if (n < 8) return letter;
    // As an index within an index MathML takes plain characters.
    return tex_ ? fmt::format("{}_{{{}}}", letter, n / 8) : fmt::format("{}{}", letter, n / 8);
  }

  Piece summed(const std::string& index, const Piece& inner, const std::string& what) const {
    if (index.empty()) return inner;
    if (mathml_) {
      const std::string sign = what == "sum" ? "<mo>&#x2211;</mo>" : "<mi mathvariant=\"normal\">mean</mi>";
      const std::string below = index.front() == '<' ? "<mrow>" + index + "</mrow>" : indices(index);
      return {"<munder>" + sign + below + "</munder>" + wrap(inner, product_binding), product_binding};
    }
    if (!tex_)
      return {what + "_" + (index.find('=') == std::string::npos ? index : "{" + index + "}") + "(" + inner.text + ")",
              atom_binding};
    const std::string sign = what == "sum" ? "\\sum" : "\\operatorname{mean}";
    return {sign + "_{" + index + "} " + wrap(inner, product_binding), product_binding};
  }

  Piece quantity(const QuantityRow& q, const std::string& r, const std::string& c) const {
    if (q.origin == Origin::ones) return {one(), atom_binding};
    const std::string index = q.shape.is_matrix() ? r + c : (r.empty() ? c : r);
    if (mathml_) {
      const std::string_view letter = q.of_synapse.mathml;
      return {q.above.empty()
                  ? fmt::format("<msub><mi>{}</mi>{}</msub>", letter, indices(index))
                  : fmt::format("<msubsup><mi>{}</mi>{}<mi>{}</mi></msubsup>", letter, indices(index), q.above),
              atom_binding};
    }
    if (!tex_) return {fmt::format("{}_{}", q.name, index), atom_binding};
    const std::string above = q.above.empty() ? "" : fmt::format("^{{{}}}", q.above);
    return {fmt::format("{}{}_{{{}}}", q.of_synapse.latex, above, index), atom_binding};
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
          summed_over = index[1] == col ? at_most(col, row) : at_least(row, col);
          run[i] = flipped ? make_transpose(triangle->args[0]) : triangle->args[0];
        }
        const Piece p = entry(run[i], index[i], index[i + 1]);
        if (p.text == one() && run.size() > 1) continue;
        inner += (inner.empty() ? "" : times()) + wrap(p, inner.empty() ? product_binding : sign_binding);
      }
      if (inner.empty()) inner = one();
      if (!summed_over.empty()) inner = summed(summed_over, {inner, product_binding}, "sum").text;
      if (inner != one()) pieces.push_back(inner);
      run.clear();
    };
    for (const Expr& f : factors(e)) {
      if (f->shape.is_number()) {
        const Piece p = entry(f, "", "");
        pieces.push_back(wrap(p, pieces.empty() ? product_binding : sign_binding));
        continue;
      }
      if (!run.empty() && run.back()->shape.cols == Side::one) flush(r, c);
      run.push_back(f);
    }
    flush(r, c);
    if (pieces.empty()) return {one(), atom_binding};
    if (tex_ || mathml_) {
      // Sums go last, so that no factor seems to belong to them.
      std::stable_partition(pieces.begin(), pieces.end(), [](const std::string& p) {
        return p.rfind("\\sum", 0) != 0 && p.rfind("<munder>", 0) != 0;
      });
    }
    return {fmt::format("{}", fmt::join(pieces, times())), product_binding};
  }

  const std::vector<Parameter>& parameters_;
  bool tex_, mathml_;
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

std::string synapse_form(const Expr& e, const std::vector<Parameter>& parameters) {
  return Synapse(parameters, Notation::text).entry(e, row_index(e), column_index(e)).text;
}

std::string latex_synapse_form(const Expr& e, const std::vector<Parameter>& parameters) {
  return Synapse(parameters, Notation::tex).entry(e, row_index(e), column_index(e)).text;
}

std::vector<std::string> mathml_synapse_summands(const Expr& e, const std::vector<Parameter>& parameters) {
  Synapse synapse(parameters, Notation::mathml);
  std::vector<std::string> out;
  for (const Expr& s : summands(e)) {
    const bool minus = s->op == Op::negate;
    const Synapse::Piece p = synapse.entry(minus ? s->args[0] : s, row_index(e), column_index(e));
    std::string sign = minus ? synapse.minus_before() : "";
    if (!out.empty()) sign = minus ? synapse.minus_between() : synapse.plus_between();
    out.push_back(sign + synapse.wrap(p, product_binding));
  }
  return out;
}

}  // namespace rule_search
