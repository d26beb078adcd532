#include "expression/print.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

namespace rule_search {

namespace {

// How tightly an expression holds together, loosest first.
enum Binding { sum_binding, product_binding, sign_binding, power_binding, atom_binding };

Binding binding(const Expr& e) {
  switch (e->op) {
    case Op::add:
      return sum_binding;
    case Op::negate:
      return sum_binding;  // a leading minus takes the whole product behind it
    case Op::multiply:
    case Op::divide:
    case Op::hadamard:
    case Op::hadamard_divide:
      return product_binding;
    case Op::power:
    case Op::transpose:
      return power_binding;
    default:
      return atom_binding;
  }
}

std::string text(const Expr& e, const std::vector<Parameter>& parameters);

std::string within(const Expr& e, Binding at_least, const std::vector<Parameter>& parameters) {
  const std::string inner = text(e, parameters);
  return binding(e) < at_least ? "(" + inner + ")" : inner;
}

std::string text(const Expr& e, const std::vector<Parameter>& parameters) {
  const auto sub = [&](std::size_t i, Binding b) { return within(e->args[i], b, parameters); };
  switch (e->op) {
    case Op::number:
      return shortest(e->number);
    case Op::parameter:
      return parameters.at(static_cast<std::size_t>(e->parameter)).name;
    case Op::quantity:
      return std::string(name(e->quantity));
    case Op::add: {
      std::string out = sub(0, e->args[0]->op == Op::negate ? sum_binding : product_binding);
      for (std::size_t i = 1; i < e->args.size(); ++i) {
        const bool minus = e->args[i]->op == Op::negate;
        out += minus ? " - " : " + ";
        out += within(minus ? e->args[i]->args[0] : e->args[i], product_binding, parameters);
      }
      return out;
    }
    case Op::negate:
      return "-" + sub(0, product_binding);
    case Op::multiply:
    case Op::divide:
    case Op::hadamard:
    case Op::hadamard_divide: {
      const std::string symbol(row(e->op).name);
      const std::string gap = symbol.size() > 1 ? " " : "";
      return sub(0, product_binding) + gap + symbol + gap + sub(1, sign_binding);
    }
    case Op::power: {
      // Powers of powers keep their parentheses; an exponent is an atom.
      const bool number = e->args[0]->shape.is_number();
      const bool plain = e->args[0]->op != Op::power;
      return (plain ? sub(0, power_binding) : "(" + sub(0, sum_binding) + ")") + (number ? "^" : ".^") +
             sub(1, atom_binding);
    }
    case Op::transpose:
      return sub(0, power_binding) + "'";
    default: {
      std::string out = std::string(row(e->op).name) + "(";
      for (std::size_t i = 0; i < e->args.size(); ++i) out += (i > 0 ? ", " : "") + sub(i, sum_binding);
      return out + ")";
    }
  }
}

std::string bound_text(double value) {
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  return shortest(value);
}

// --- One synapse
// ---------------------------------------------------------------------------------------------

class Synapse {
 public:
  Synapse(const std::vector<Parameter>& parameters, bool tex) : parameters_(parameters), tex_(tex) {}

  struct Piece {
    std::string text;
    Binding binding;
  };

  Piece entry(const Expr& e, const std::string& r, const std::string& c) {
    switch (e->op) {
      case Op::number:
        return {shortest(e->number), atom_binding};
      case Op::parameter: {
        const std::string& n = parameters_.at(static_cast<std::size_t>(e->parameter)).name;
        return {tex_ ? latex_name(n) : n, atom_binding};
      }
      case Op::quantity:
        return quantity(e->quantity, r, c);
      case Op::add: {
        std::string out;
        for (std::size_t i = 0; i < e->args.size(); ++i) {
          const bool minus = e->args[i]->op == Op::negate;
          const Piece p = entry(minus ? e->args[i]->args[0] : e->args[i], r, c);
          if (i > 0) out += minus ? " - " : " + ";
          if (i == 0 && minus) out += "-";
          out += wrap(p, product_binding);
        }
        return {out, sum_binding};
      }
      case Op::negate:
        return {"-" + wrap(entry(e->args[0], r, c), product_binding), sum_binding};
      case Op::transpose:
        return e->args[0]->op == Op::multiply ? product(e, r, c) : entry(e->args[0], c, r);
      case Op::multiply:
        return product(e, r, c);
      case Op::hadamard:
      case Op::hadamard_divide:
      case Op::divide: {
        const Piece a = entry(e->args[0], r, c);
        const Piece b = entry(e->args[1], r, c);
        if (e->op == Op::hadamard)
          return {wrap(a, product_binding) + times() + wrap(b, sign_binding), product_binding};
        if (tex_) return {"\\frac{" + a.text + "}{" + b.text + "}", atom_binding};
        return {wrap(a, product_binding) + "/" + wrap(b, sign_binding), product_binding};
      }
      case Op::power: {
        const Piece a = entry(e->args[0], r, c);
        const Piece b = entry(e->args[1], "", "");
        if (tex_) return {"{" + wrap(a, atom_binding) + "}^{" + b.text + "}", power_binding};
        return {wrap(a, atom_binding) + "^" + wrap(b, atom_binding), power_binding};
      }
      case Op::dot: {
        const std::string k = fresh();
        return summed(k,
                      {wrap(entry(e->args[0], k, ""), product_binding) + times() +
                           wrap(entry(e->args[1], k, ""), sign_binding),
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
        const Piece inner =
            summed(k + l, {wrap(entry(e->args[0], k, l), atom_binding) + "^2", power_binding}, "sum");
        return {tex_ ? "\\sqrt{" + inner.text + "}" : "sqrt(" + inner.text + ")", atom_binding};
      }
      default: {
        const Piece inner = entry(e->args[0], r, c);
        if (tex_) return {std::string(row(e->op).latex) + "\\left(" + inner.text + "\\right)", atom_binding};
        return {std::string(row(e->op).name) + "(" + inner.text + ")", atom_binding};
      }
    }
  }

 private:
  std::string times() const { return tex_ ? "\\," : "*"; }

  std::string wrap(const Piece& p, Binding at_least) const {
    if (p.binding >= at_least) return p.text;
    return tex_ ? "\\left(" + p.text + "\\right)" : "(" + p.text + ")";
  }

  std::string fresh() { return std::string(1, "klmnpqrs"[next_++ % 8]); }

  Piece summed(const std::string& index, const Piece& inner, const std::string& what) const {
    if (!tex_) return {what + "_" + index + "(" + inner.text + ")", atom_binding};
    const std::string sign = what == "sum" ? "\\sum" : "\\operatorname{mean}";
    return {sign + "_{" + index + "} " + wrap(inner, product_binding), product_binding};
  }

  Piece quantity(Quantity q, const std::string& r, const std::string& c) const {
    const std::string index = shape_of(q).is_matrix() ? r + c : (r.empty() ? c : r);
    if (q == Quantity::ones_pre || q == Quantity::ones_post) return {"1", atom_binding};
    if (!tex_) return {std::string(name(q)) + "_" + index, atom_binding};
    switch (q) {
      case Quantity::pre:
        return {"x_{" + index + "}", atom_binding};
      case Quantity::post:
        return {"y_{" + index + "}", atom_binding};
      case Quantity::err_pre:
        return {"e^{x}_{" + index + "}", atom_binding};
      case Quantity::err_post:
        return {"e^{y}_{" + index + "}", atom_binding};
      default:
        return {"w_{" + index + "}", atom_binding};
    }
  }

  static void chain(const Expr& e, std::vector<Expr>& factors) {
    if (e->op == Op::multiply) {
      chain(e->args[0], factors);
      chain(e->args[1], factors);
    } else if (e->op == Op::transpose && e->args[0]->op == Op::multiply) {
      chain(make_transpose(e->args[0]->args[1]), factors);
      chain(make_transpose(e->args[0]->args[0]), factors);
    } else {
      factors.push_back(e);
    }
  }

  // Along a chain of factors neighbours share an index; a shared side that is not one is summed over, and
  // what does not carry that index stands before the sum.
  Piece product(const Expr& e, const std::string& r, const std::string& c) {
    std::vector<Expr> factors;
    chain(e, factors);
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
        const Piece p = entry(run[i], index[i], index[i + 1]);
        if (p.text == "1" && run.size() > 1) continue;
        inner += (inner.empty() ? "" : times()) + wrap(p, inner.empty() ? product_binding : sign_binding);
      }
      if (inner.empty()) inner = "1";
      if (!summed_over.empty()) inner = summed(summed_over, {inner, product_binding}, "sum").text;
      if (inner != "1") pieces.push_back(inner);
      run.clear();
    };
    for (const Expr& f : factors) {
      if (f->shape.is_number()) {
        const Piece p = entry(f, "", "");
        pieces.push_back(wrap(p, pieces.empty() ? product_binding : sign_binding));
        continue;
      }
      if (!run.empty() && run.back()->shape.cols == Side::one) flush(r, c);
      run.push_back(f);
    }
    flush(r, c);
    if (pieces.empty()) return {"1", atom_binding};
    if (tex_) {
      // Sums go last, so that no factor seems to belong to them.
      std::stable_partition(pieces.begin(), pieces.end(),
                            [](const std::string& p) { return p.rfind("\\sum", 0) != 0; });
    }
    return {fmt::format("{}", fmt::join(pieces, times())), product_binding};
  }

  const std::vector<Parameter>& parameters_;
  bool tex_;
  int next_ = 0;
};

// --- LaTeX
// ---------------------------------------------------------------------------------------------------

std::string tex(const Expr& e, const std::vector<Parameter>& parameters);

std::string tex_within(const Expr& e, Binding at_least, const std::vector<Parameter>& parameters) {
  const std::string inner = tex(e, parameters);
  return binding(e) < at_least ? "\\left(" + inner + "\\right)" : inner;
}

std::string tex(const Expr& e, const std::vector<Parameter>& parameters) {
  const auto sub = [&](std::size_t i, Binding b) { return tex_within(e->args[i], b, parameters); };
  switch (e->op) {
    case Op::number:
      return shortest(e->number);
    case Op::parameter:
      return latex_name(parameters.at(static_cast<std::size_t>(e->parameter)).name);
    case Op::quantity:
      switch (e->quantity) {
        case Quantity::pre:
          return "\\mathbf{y}_{\\ell-1}";
        case Quantity::post:
          return "\\mathbf{y}_{\\ell}";
        case Quantity::err_pre:
          return "\\mathbf{e}_{\\ell-1}";
        case Quantity::err_post:
          return "\\mathbf{e}_{\\ell}";
        case Quantity::w:
          return "W_{\\ell}";
        case Quantity::ones_pre:
          return "\\mathbf{1}_{\\ell-1}";
        case Quantity::ones_post:
          return "\\mathbf{1}_{\\ell}";
      }
      return "";
    case Op::add: {
      std::string out = sub(0, e->args[0]->op == Op::negate ? sum_binding : product_binding);
      for (std::size_t i = 1; i < e->args.size(); ++i) {
        const bool minus = e->args[i]->op == Op::negate;
        out += minus ? " - " : " + ";
        out += tex_within(minus ? e->args[i]->args[0] : e->args[i], product_binding, parameters);
      }
      return out;
    }
    case Op::negate:
      return "-" + sub(0, product_binding);
    case Op::divide:
      return "\\frac{" + sub(0, sum_binding) + "}{" + sub(1, sum_binding) + "}";
    case Op::multiply:
    case Op::hadamard:
    case Op::hadamard_divide:
      return sub(0, product_binding) + " " + std::string(row(e->op).latex) + " " + sub(1, sign_binding);
    case Op::power: {
      const std::string hole = e->args[0]->shape.is_number() ? "" : "\\circ ";
      return "{" + tex_within(e->args[0], atom_binding, parameters) + "}^{" + hole + sub(1, sum_binding) +
             "}";
    }
    case Op::transpose:
      return "{" + tex_within(e->args[0], atom_binding, parameters) + "}^{\\top}";
    case Op::dot:
      return "\\left\\langle " + sub(0, sum_binding) + ", " + sub(1, sum_binding) + "\\right\\rangle";
    case Op::norm:
      return "\\left\\lVert " + sub(0, sum_binding) + "\\right\\rVert";
    default:
      return std::string(row(e->op).latex) + "\\left(" + sub(0, sum_binding) + "\\right)";
  }
}

}  // namespace

std::string shortest(double value) { return fmt::format("{}", value); }

std::string print(const Expr& e, const std::vector<Parameter>& parameters) { return text(e, parameters); }

std::string print(const Rule& rule) {
  std::string out;
  std::size_t at = 0;
  while (at < rule.heading.size()) {
    const std::size_t end = rule.heading.find('\n', at);
    const std::string line = rule.heading.substr(at, end - at);
    out += line.empty() ? "#\n" : "# " + line + "\n";
    if (end == std::string::npos) break;
    at = end + 1;
  }
  out += "rule " + rule.name + "\n";
  if (!rule.citation.empty()) out += "cite \"" + rule.citation + "\"\n";
  if (!rule.parameters.empty()) out += "\n";
  for (const Parameter& p : rule.parameters) {
    out += "param " + p.name + (p.per_layer ? "[layer]" : "") + " = ";
    if (p.initial.size() == 1) {
      out += shortest(p.initial[0]);
    } else {
      out += "[";
      for (std::size_t i = 0; i < p.initial.size(); ++i) out += (i > 0 ? ", " : "") + shortest(p.initial[i]);
      out += "]";
    }
    if (!(std::isinf(p.lower) && std::isinf(p.upper)))
      out += " in [" + bound_text(p.lower) + ", " + bound_text(p.upper) + "]";
    out += "\n";
  }
  out += "\ndw =";
  bool first = true;
  const bool is_sum = rule.dw->op == Op::add;
  for (const Expr& s : is_sum ? rule.dw->args : std::vector<Expr>{rule.dw}) {
    const bool minus = s->op == Op::negate;
    if (!first) out += "\n    ";
    out += minus ? " - " : first ? " " : " + ";
    out += within(minus ? s->args[0] : s, is_sum || minus ? product_binding : sum_binding, rule.parameters);
    first = false;
  }
  return out + "\n";
}

std::string synapse_form(const Expr& e, const std::vector<Parameter>& parameters) {
  return Synapse(parameters, false).entry(e, "i", "j").text;
}

std::string latex(const Expr& e, const std::vector<Parameter>& parameters) { return tex(e, parameters); }

std::string latex_synapse_form(const Expr& e, const std::vector<Parameter>& parameters) {
  return Synapse(parameters, true).entry(e, "i", "j").text;
}

std::string latex_name(const std::string& parameter) {
  static const std::vector<std::string> greek = {
      "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "kappa", "lambda",
      "mu",    "nu",   "xi",    "rho",   "sigma",   "tau",  "phi", "chi",   "psi",   "omega"};
  std::size_t digits = parameter.size();
  while (digits > 0 && std::isdigit(static_cast<unsigned char>(parameter[digits - 1])) != 0) --digits;
  std::string stem = parameter.substr(0, digits);
  const std::string tail = parameter.substr(digits);
  while (!stem.empty() && stem.back() == '_') stem.pop_back();
  std::string out;
  for (const std::string& g : greek) {
    if (stem == g) out = "\\" + g;
  }
  if (out.empty()) {
    std::string escaped;
    for (char ch : stem) escaped += ch == '_' ? std::string("\\_") : std::string(1, ch);
    out = stem.size() == 1 ? stem : "\\mathrm{" + escaped + "}";
  }
  return tail.empty() ? out : out + "_{" + tail + "}";
}

}  // namespace rule_search
