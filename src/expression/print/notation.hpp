// How the pieces of an expression are written, over whole layers and for one synapse: as text, in LaTeX or in MathML.
#pragma once

#include <string>

#include "expression/expression.hpp"
#include "expression/operators.hpp"
#include "expression/quantities.hpp"
#include "expression/shape.hpp"

namespace rule_search {

/// Something written, and how tightly it holds together.
struct Piece {
  std::string text;
  Binding binding;
};

/// An index is letters side by side, as in "ij", each with digits behind it where letters have run out.
class Notation {
 public:
  virtual ~Notation() = default;

  virtual std::string number(double value) const = 0;
  virtual std::string name(const std::string& name) const = 0;
  virtual std::string times() const = 0;
  /// Between factors of which the second begins with a digit: it must not seem to belong to a number before it.
  virtual std::string times_number() const { return times(); }
  virtual bool begins_with_digit(const std::string&) const { return false; }
  std::string times_before(const std::string& next) const { return begins_with_digit(next) ? times_number() : times(); }
  virtual std::string minus_before() const = 0;
  virtual std::string minus_between() const = 0;
  virtual std::string plus_between() const = 0;
  virtual std::string parentheses(const std::string& inner) const = 0;
  virtual std::string function(const Operator& f, const std::string& argument) const = 0;
  virtual std::string function(const Operator& f, const std::string& first, const std::string& second) const = 0;
  /// 1 where it holds, else 0.
  virtual Piece comparison(const Operator& f, const Piece& a, const Piece& b) const = 0;
  virtual Piece quotient(const Piece& above, const Piece& below) const = 0;
  /// What is left after a step of length dt: exp(-dt/tau). `tau` is the expression that `written` is of.
  virtual std::string decayed(const Expression& tau, const Piece& written) const = 0;
  /// What something was so many steps of `step` seconds ago, or of a length that is not said. `name`: as it is in the language.
  virtual std::string delayed(const std::string& name, const Piece& of, int steps, double step) const = 0;

  // Over whole layers, where pieces are matrices, columns and numbers.

  virtual std::string quantity(const QuantityRow& q, Shape shape) const = 0;
  /// A state or signal.
  virtual std::string name(const std::string& name, Shape shape) const = 0;
  /// One of the infix operators but the quotient with a bar.
  virtual std::string product(const Operator& f, const Piece& a, const Piece& b) const = 0;
  virtual std::string power(const Piece& base, const Piece& exponent, Shape base_shape) const = 0;
  virtual std::string transposed(const Piece& a) const = 0;
  virtual std::string dot(const std::string& a, const std::string& b) const = 0;
  virtual std::string norm(const std::string& a) const = 0;

  // For one synapse, where all pieces are numbers.

  virtual std::string quantity(const QuantityRow& q, const std::string& index) const = 0;
  /// A state or signal with an index.
  virtual std::string indexed(const std::string& name, const std::string& index) const = 0;
  /// The letter of an index that is used for the `round`-th time, from 0.
  virtual std::string letter(char letter, int round) const = 0;
  virtual std::string squared(const std::string& base) const = 0;
  virtual std::string root(const std::string& inner) const = 0;
  virtual Piece power(const Piece& base, const Piece& exponent) const = 0;
  /// Of two indices: a <= b, and a >= b.
  virtual std::string at_most(const std::string& a, const std::string& b) const = 0;
  virtual std::string at_least(const std::string& a, const std::string& b) const = 0;
  /// Iverson's bracket: 1 where it holds, else 0.
  virtual std::string where(const std::string& condition) const = 0;
  /// Sum or mean of `inner` over an index, or over one with a condition.
  virtual Piece reduced(Op op, const std::string& index, const Piece& inner) const = 0;
  /// Whether a factor begins with a sum that seems to take all behind it.
  virtual bool is_open_sum(const std::string& factor) const = 0;

  std::string wrap(const Piece& p, Binding at_least) const {
    return p.binding >= at_least ? p.text : parentheses(p.text);
  }
};

const Notation& text_notation();
const Notation& latex_notation();
const Notation& mathml_notation();

}  // namespace rule_search
