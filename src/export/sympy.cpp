// Rules as expressions of SymPy: for one synapse with indices, and over whole layers with matrix symbols.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "export/arrays.hpp"
#include "export/export.hpp"
#include "export/names.hpp"
#include "export/pieces.hpp"

namespace rule_search {

namespace {

using Piece = PythonPiece;

std::string wrap(const Piece& p, PythonLevel least) { return p.at_least(least); }

std::string size_of(Side side) { return side == Side::one ? "1" : side == Side::pre ? "n_pre" : "n_post"; }

constexpr std::array own_names =
    std::to_array<std::string_view>({"sp", "i", "j", "n_post", "n_pre", "synapse", "matrix", "VALUES", "INITIAL", "k1",
                                     "k2", "k3", "k4", "k5", "k6", "k7", "k8", "k9", "x"});

// What both forms have in common: sums, quotients and names.
class SympyForm {
 public:
  SympyForm(const Rule& rule, const Names& names) : rule_(rule), names_(names) {}
  virtual ~SympyForm() = default;

 protected:
  const std::string& name_of(const Expr& e) const {
    return e->op == Op::parameter  ? names_.of(rule_.parameters.at(static_cast<std::size_t>(e->parameter)).name)
           : e->op == Op::quantity ? names_.of(std::string(name(e->quantity)))
                                   : names_.of(e->name);
  }
  Piece constant(const Expr& e) const {
    const std::string text = constant_text(e, rule_);
    return {text, text.front() == '-' ? sum_level : atom_level};
  }
  // Of a number.
  static std::string function(Op op, const std::string& x) {
    switch (op) {
      case Op::sigmoid:
        return "1 / (1 + sp.exp(-(" + x + ")))";
      case Op::relu:
        return "sp.Max(0, " + x + ")";
      case Op::abs:
        return "sp.Abs(" + x + ")";
      case Op::step:
        return "sp.Piecewise((1, " + x + " > 0), (0, True))";
      default:
        return fmt::format("sp.{}({})", row(op).name, x);
    }
  }

 private:
  const Rule& rule_;
  const Names& names_;
};

class SynapseForm final : public SympyForm {
 public:
  using SympyForm::SympyForm;
  // The element in row r and column c.
  std::string of(const Expr& e) {
    next_ = 0;
    return entry(e, index_of(e->shape.rows), index_of(e->shape.cols)).text;
  }
  int letters() const { return most_; }

 private:
  static std::string index_of(Side side) { return side == Side::one ? "" : side == Side::pre ? "j" : "i"; }
  std::string fresh() {
    most_ = std::max(most_, ++next_);
    return fmt::format("k{}", next_);
  }
  static Piece times(const Piece& a, const Piece& b) { return python_product(a, " * ", b); }
  static Piece summed(const Piece& inner, const std::string& k, Side side) {
    return {fmt::format("sp.Sum({}, ({}, 0, {} - 1))", inner.text, k, size_of(side)), atom_level};
  }
  static Piece indexed(const std::string& name, Shape shape, const std::string& r, const std::string& c) {
    if (shape.is_number()) return {name, atom_level};
    return {shape.is_matrix() ? fmt::format("{}[{}, {}]", name, r, c) : fmt::format("{}[{}]", name, r.empty() ? c : r),
            atom_level};
  }

  // Over all elements.
  template <class Write>
  Piece total(const Expr& e, const Write& write) {
    const std::string r = e->shape.rows == Side::one ? "" : fresh();
    const std::string c = e->shape.cols == Side::one ? "" : fresh();
    Piece out = write(entry(e, r, c));
    if (!c.empty()) out = summed(out, c, e->shape.cols);
    if (!r.empty()) out = summed(out, r, e->shape.rows);
    return out;
  }

  Piece entry(const Expr& e, const std::string& r, const std::string& c) {
    if (is_constant(e)) return constant(e);
    switch (e->op) {
      case Op::number:
        return {python_number(e->number), atom_level};
      case Op::quantity:
        if (row(e->quantity).origin == Origin::ones) return {"1", atom_level};
        return indexed(name_of(e), e->shape, r, c);
      case Op::parameter:
      case Op::state:
      case Op::signal:
        return indexed(name_of(e), e->shape, r, c);
      case Op::add:
        return python_sum(e, [&](const Expr& s) { return entry(s, r, c); });
      case Op::negate:
        return {"-" + wrap(entry(e->args[0], r, c), product_level), sum_level};
      case Op::transpose:
        return entry(e->args[0], c, r);
      case Op::multiply: {
        const Expr& a = e->args[0];
        const Expr& b = e->args[1];
        if (a->shape.is_number() || b->shape.is_number())
          return times(entry(a, a->shape.is_number() ? "" : r, a->shape.is_number() ? "" : c),
                       entry(b, b->shape.is_number() ? "" : r, b->shape.is_number() ? "" : c));
        if (a->shape.cols == Side::one) return times(entry(a, r, ""), entry(b, "", c));
        const std::string k = fresh();
        return summed(times(entry(a, r, k), entry(b, k, c)), k, a->shape.cols);
      }
      case Op::hadamard:
        return times(stretched(e->args[0], r, c), stretched(e->args[1], r, c));
      case Op::divide:
      case Op::hadamard_divide:
        return {
            wrap(stretched(e->args[0], r, c), product_level) + " / " + wrap(stretched(e->args[1], r, c), sign_level),
            product_level};
      case Op::power:
        return {wrap(entry(e->args[0], r, c), atom_level) + "**" + wrap(entry(e->args[1], "", ""), atom_level),
                power_level};
      case Op::dot: {
        const std::string k = fresh();
        return summed(times(entry(e->args[0], k, ""), entry(e->args[1], k, "")), k, e->args[0]->shape.rows);
      }
      case Op::sum:
        return total(e->args[0], [](const Piece& p) { return p; });
      case Op::mean: {
        const Shape of = e->args[0]->shape;
        std::string count = size_of(of.rows);
        if (of.cols != Side::one)
          count = of.rows == Side::one ? size_of(of.cols) : "(" + count + " * " + size_of(of.cols) + ")";
        return {wrap(total(e->args[0], [](const Piece& p) { return p; }), product_level) + " / " + count,
                product_level};
      }
      case Op::norm:
        return {"sp.sqrt(" +
                    total(e->args[0],
                          [](const Piece& p) {
                            return Piece{wrap(p, atom_level) + "**2", power_level};
                          })
                        .text +
                    ")",
                atom_level};
      case Op::min:
      case Op::max: {
        const std::string first = stretched(e->args[0], r, c).text;
        return {fmt::format("sp.{}({}, {})", e->op == Op::min ? "Min" : "Max", first, stretched(e->args[1], r, c).text),
                atom_level};
      }
      case Op::greater:
      case Op::at_least: {
        const std::string first = wrap(stretched(e->args[0], r, c), sum_level);
        return {fmt::format("sp.Piecewise((1, {} {} {}), (0, True))", first, row(e->op).name,
                            wrap(stretched(e->args[1], r, c), sum_level)),
                atom_level};
      }
      case Op::lower:
        return {fmt::format("sp.Piecewise(({}, {} <= {}), (0, True))", entry(e->args[0], r, c).text, c, r), atom_level};
      default: {
        const std::string text = function(e->op, entry(e->args[0], r, c).text);
        return {text, e->op == Op::sigmoid ? product_level : atom_level};
      }
    }
  }

  // A number, row or column beside something larger.
  Piece stretched(const Expr& e, const std::string& r, const std::string& c) {
    return entry(e, e->shape.rows == Side::one ? "" : r, e->shape.cols == Side::one ? "" : c);
  }

  int next_ = 0, most_ = 0;
};

class MatrixForm final : public SympyForm {
 public:
  using SympyForm::SympyForm;
  std::string of(const Expr& e) const { return piece(e).text; }

 private:
  static std::string ones(Side rows, Side cols) {
    return fmt::format("sp.OneMatrix({}, {})", size_of(rows), size_of(cols));
  }
  static Piece call(const std::string& text) { return {text, atom_level}; }

  // Of this shape, by products with ones.
  Piece stretched(const Expr& e, Shape shape) const {
    Piece p = piece(e);
    if (e->shape.is_number() && !shape.is_number())
      return {wrap(p, product_level) + " * " + ones(shape.rows, shape.cols), product_level};
    if (e->shape.cols == Side::one && shape.cols != Side::one)
      p = {wrap(p, product_level) + " * " + ones(Side::one, shape.cols), product_level};
    if (e->shape.rows == Side::one && shape.rows != Side::one)
      p = {ones(shape.rows, Side::one) + " * " + wrap(p, sign_level), product_level};
    return p;
  }

  // Of a matrix of one element. Asked for the element itself, SymPy writes all products out.
  static std::string element(const std::string& p) { return "sp.Trace(" + p + ")"; }

  std::string total(const Piece& p, Shape shape) const {
    std::string text = wrap(p, product_level);
    if (shape.rows != Side::one) text = ones(Side::one, shape.rows) + " * " + wrap(p, sign_level);
    if (shape.cols != Side::one) text += " * " + ones(shape.cols, Side::one);
    return element(text);
  }

  // By a function of the difference alone, since SymPy applies none to two matrices.
  Piece of_two(const Expr& e) const {
    const std::string a = wrap(stretched(e->args[0], e->shape), product_level);
    const std::string b = wrap(stretched(e->args[1], e->shape), sign_level);
    const std::string difference = a + " - " + b;
    const auto applied = [&](const std::string& of_x) -> std::string {
      if (!e->shape.is_number()) return "(" + difference + ").applyfunc(sp.Lambda(x, " + of_x + "))";
      return "sp.Lambda(x, " + of_x + ")(" + difference + ")";
    };
    if (e->op == Op::min) return {b + " + " + applied("sp.Min(x, 0)"), sum_level};
    if (e->op == Op::max) return {b + " + " + applied("sp.Max(x, 0)"), sum_level};
    return call(applied(fmt::format("sp.Piecewise((1, x {} 0), (0, True))", row(e->op).name)));
  }

  Piece piece(const Expr& e) const {
    if (is_constant(e)) return constant(e);
    const auto arg = [&](std::size_t k) { return piece(e->args[k]); };
    const bool number = e->shape.is_number();
    switch (e->op) {
      case Op::number:
        return call(python_number(e->number));
      case Op::quantity:
        if (row(e->quantity).origin == Origin::ones) return call(ones(e->shape.rows, e->shape.cols));
        return call(name_of(e));
      case Op::parameter:
      case Op::state:
      case Op::signal:
        return call(name_of(e));
      case Op::add:
        return python_sum(e, [&](const Expr& s) { return piece(s); });
      case Op::negate:
        return {"-" + wrap(arg(0), product_level), sum_level};
      case Op::transpose:
        return call(wrap(arg(0), atom_level) + ".T");
      case Op::multiply: {
        const Piece p{wrap(arg(0), product_level) + " * " + wrap(arg(1), sign_level), product_level};
        const bool scales = e->args[0]->shape.is_number() || e->args[1]->shape.is_number();
        return number && !scales ? call(element(p.text)) : p;
      }
      case Op::hadamard:
        if (number) return {wrap(arg(0), product_level) + " * " + wrap(arg(1), sign_level), product_level};
        return call(fmt::format("sp.HadamardProduct({}, {})", stretched(e->args[0], e->shape).text,
                                stretched(e->args[1], e->shape).text));
      case Op::divide:
        return {wrap(arg(0), product_level) + " / " + wrap(arg(1), sign_level), product_level};
      case Op::hadamard_divide:
        if (number || e->args[1]->shape.is_number())
          return {wrap(arg(0), product_level) + " / " + wrap(arg(1), sign_level), product_level};
        return call(fmt::format("sp.HadamardProduct({}, sp.HadamardPower({}, -1))",
                                stretched(e->args[0], e->shape).text, stretched(e->args[1], e->shape).text));
      case Op::power:
        if (number) return {wrap(arg(0), atom_level) + "**" + wrap(arg(1), atom_level), power_level};
        return call(fmt::format("sp.HadamardPower({}, {})", arg(0).text, arg(1).text));
      case Op::dot:
        return call(element(wrap(arg(0), atom_level) + ".T * " + wrap(arg(1), sign_level)));
      case Op::sum:
        return call(e->args[0]->shape.is_number() ? "(" + arg(0).text + ")" : total(arg(0), e->args[0]->shape));
      case Op::mean: {
        const Shape of = e->args[0]->shape;
        if (of.is_number()) return arg(0);
        return {total(arg(0), of) + " / (" + size_of(of.rows) + " * " + size_of(of.cols) + ")", product_level};
      }
      case Op::norm: {
        const Shape of = e->args[0]->shape;
        if (of.is_number()) return call("sp.Abs(" + arg(0).text + ")");
        return call("sp.sqrt(" + total(call("sp.HadamardPower(" + arg(0).text + ", 2)"), of) + ")");
      }
      case Op::lower: {
        const std::string size = size_of(e->shape.rows);
        return call(
            fmt::format("sp.HadamardProduct({}, sp.FunctionMatrix({}, {}, sp.Lambda((i, j), sp.Piecewise((1, j <= i), "
                        "(0, True)))))",
                        arg(0).text, size, size));
      }
      case Op::min:
      case Op::max:
      case Op::greater:
      case Op::at_least:
        return of_two(e);
      default:
        if (number) return {function(e->op, arg(0).text), e->op == Op::sigmoid ? product_level : atom_level};
        return call(wrap(arg(0), atom_level) + ".applyfunc(sp.Lambda(x, " + function(e->op, "x") + "))");
    }
  }
};

}  // namespace

std::string to_sympy(const Rule& rule) {
  for (const State& s : rule.states) {
    if (s.shape.is_matrix() && s.shape.rows == s.shape.cols)
      throw InputError(
          fmt::format("the state {} has the shape {}, and no synapse has a number of it, so the rule has no form for "
                      "one synapse\n  hint: NumPy, PyTorch and "
                      "JAX take it over whole layers",
                      s.name, name(s.shape)));
  }
  std::vector<std::string_view> taken(taken_in_python().begin(), taken_in_python().end());
  taken.insert(taken.end(), own_names.begin(), own_names.end());
  std::erase(taken, "w");
  Names names(taken);
  struct Symbol {
    std::string name;
    Shape shape;
  };
  std::vector<Symbol> symbols;
  for (const Quantity q : quantities_of(rule)) {
    const std::string& own = names.give(std::string(name(q)));
    if (row(q).origin != Origin::ones) symbols.push_back({own, shape_of(q)});
  }
  for (const Signal& s : rule.signals) symbols.push_back({names.give(s.name), s.shape});
  for (const State& s : rule.states) symbols.push_back({names.give(s.name), s.shape});
  std::vector<std::string> parameters;
  for (const Parameter& p : rule.parameters) parameters.push_back(names.give(p.name));

  SynapseForm synapse(rule, names);
  const MatrixForm matrix(rule, names);
  const auto body = [&](auto& form) {
    std::string out = fmt::format("    dw = {}\n    new = {{", form.of(rule.dw));
    for (const State& s : rule.states) out += fmt::format("\n        {}: {},", names.of(s.name), form.of(s.next));
    return out + (rule.states.empty() ? "}\n" : "\n    }\n") + "    return dw, new\n";
  };
  const std::string of_synapse = body(synapse);
  const std::string of_matrix = body(matrix);

  std::string out =
      fmt::format("\"\"\"The plasticity rule {} as SymPy expressions, written by rule-search.\n\n", rule.name);
  if (!rule.citation.empty()) out += quoted(rule.citation) + "\n\n";
  out +=
      "synapse(): dw and next values of states for the synapse from presynaptic neuron j to postsynaptic neuron i; "
      "numbers of\n"
      "neurons begin at 0. matrix(): the same over whole layers. VALUES: coefficients, times in seconds. INITIAL: "
      "values of\n"
      "states before the first step. Weights become w + dw.\n\"\"\"\n"
      "import sympy as sp\n\n"
      "n_post, n_pre = sp.symbols(\"n_post n_pre\", integer=True, positive=True)\n"
      "i, j = sp.symbols(\"i j\", integer=True)\n";
  for (const std::string& p : parameters) out += fmt::format("{0} = sp.Symbol(\"{0}\", real=True)\n", p);
  out += "VALUES = {";
  for (std::size_t k = 0; k < parameters.size(); ++k)
    out += fmt::format("{}{}: {}", k > 0 ? ", " : "", parameters[k],
                       python_number(rule.parameters[k].initial.empty() ? 0 : rule.parameters[k].initial[0]));
  out += "}\nINITIAL = {";
  for (std::size_t k = 0; k < rule.states.size(); ++k)
    out +=
        fmt::format("{}\"{}\": {}", k > 0 ? ", " : "", names.of(rule.states[k].name), python_initial(rule.states[k]));
  out += "}\n\n\ndef synapse():\n";
  for (const Symbol& s : symbols)
    out += s.shape.is_number() ? fmt::format("    {0} = sp.Symbol(\"{0}\", real=True)\n", s.name)
                               : fmt::format("    {0} = sp.IndexedBase(\"{0}\", real=True)\n", s.name);
  for (int k = 1; k <= synapse.letters(); ++k) out += fmt::format("    k{0} = sp.Symbol(\"k{0}\", integer=True)\n", k);
  out += of_synapse + "\n\ndef matrix():\n    x = sp.Symbol(\"x\")\n";
  for (const Symbol& s : symbols)
    out += s.shape.is_number() ? fmt::format("    {0} = sp.Symbol(\"{0}\", real=True)\n", s.name)
                               : fmt::format("    {0} = sp.MatrixSymbol(\"{0}\", {1}, {2})\n", s.name,
                                             size_of(s.shape.rows), size_of(s.shape.cols));
  return out + of_matrix;
}

}  // namespace rule_search
