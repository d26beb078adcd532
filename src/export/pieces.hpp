// Pieces of code in Python's notation, which SymPy and Brian 2 share.
#pragma once

#include <string>

#include "expression/expression.hpp"

namespace rule_search {

/// How tightly Python holds things together, loosest first.
enum PythonLevel { sum_level, product_level, sign_level, power_level, atom_level };

/// Something written, and how tightly it holds together.
struct PythonPiece {
  std::string text;
  PythonLevel level;

  /// In parentheses where it holds together less tightly than that.
  std::string at_least(PythonLevel least) const { return level >= least ? text : "(" + text + ")"; }
};

/// A sum, Op::add, with `write` for its summands without their signs.
template <class Write>
PythonPiece python_sum(const Expr& e, const Write& write) {
  std::string out;
  for (const Expr& s : e->args) {
    const bool minus = s->op == Op::negate;
    if (!out.empty()) out += minus ? " - " : " + ";
    if (out.empty() && minus) out += "-";
    out += write(minus ? s->args[0] : s).at_least(product_level);
  }
  return {out, sum_level};
}

/// a and b with an operator of products between them.
inline PythonPiece python_product(const PythonPiece& a, const std::string& sign, const PythonPiece& b) {
  return {a.at_least(product_level) + sign + b.at_least(sign_level), product_level};
}

}  // namespace rule_search
