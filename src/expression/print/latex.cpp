#include "expression/print/latex.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/text.hpp"

namespace rule_search {

namespace {

// A connection belongs to the layer that it leads to.
const char* layer_index(Shape shape) { return shape.rows == Side::pre && !shape.is_matrix() ? "\\ell-1" : "\\ell"; }

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
      return fmt::format("{}_{{{}}}", row(e->quantity).letter.latex, layer_index(e->shape));
    case Op::state:
    case Op::signal: {
      const std::string letter = latex_name(e->name);
      if (e->shape.is_number()) return letter;
      return fmt::format("{{{}}}_{{{}}}", e->shape.is_matrix() ? letter : "\\boldsymbol{" + letter + "}",
                         layer_index(e->shape));
    }
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
      return "{" + tex_within(e->args[0], atom_binding, parameters) + "}^{" + hole + sub(1, sum_binding) + "}";
    }
    case Op::transpose:
      return "{" + tex_within(e->args[0], atom_binding, parameters) + "}" + std::string(row(e->op).latex);
    case Op::dot:
      return "\\left\\langle " + sub(0, sum_binding) + ", " + sub(1, sum_binding) + "\\right\\rangle";
    case Op::norm:
      return "\\left\\lVert " + sub(0, sum_binding) + "\\right\\rVert";
    default:
      return std::string(row(e->op).latex) + "\\left(" + sub(0, sum_binding) + "\\right)";
  }
}

}  // namespace

std::string latex(const Expr& e, const std::vector<Parameter>& parameters) { return tex(e, parameters); }

std::string latex_name(const std::string& parameter) {
  static const std::vector<std::string> greek = {"alpha", "beta",  "gamma",  "delta", "epsilon", "zeta", "eta",
                                                 "theta", "kappa", "lambda", "mu",    "nu",      "xi",   "rho",
                                                 "sigma", "tau",   "phi",    "chi",   "psi",     "omega"};
  std::size_t digits = parameter.size();
  while (digits > 0 && std::isdigit(static_cast<unsigned char>(parameter[digits - 1])) != 0) --digits;
  std::string stem = parameter.substr(0, digits);
  const std::string tail = parameter.substr(digits);
  while (stem.size() > 1 && stem.back() == '_') stem.pop_back();
  std::string out;
  for (const std::string& g : greek) {
    if (stem == g) out = "\\" + g;
  }
  if (out.empty()) {
    std::string escaped;
    for (char ch : stem) escaped += ch == '_' ? std::string("\\_") : std::string(1, ch);
    out = stem.size() == 1 && stem != "_" ? stem : "\\mathrm{" + escaped + "}";
  }
  return tail.empty() ? out : out + "_{" + tail + "}";
}

}  // namespace rule_search
