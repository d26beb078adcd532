// Expression to instructions, associated so that no matrix is formed where columns do: post*post'*w becomes
// post*(post'*w), and a product that ends in a number is a dot product. A matrix is kept as a sum of outer
// products, scalings of w, and (only where nothing else will do) matrices computed by element.
#pragma once

#include <vector>

#include "plan/builder.hpp"

namespace rule_search::plan {

/// A matrix as a sum. Of shape post x pre scalings are of w, of pre x post of w'.
struct Form {
  Shape shape;
  std::vector<Outer> outers;
  std::vector<Scaling> scalings;
  std::vector<Term> dense;
};

/// e' with the transposition carried down to the leaves.
Expr transposed(const Expr& e);

/// Appends to a plan what a rule computes; the members call one another as shapes nest.
class Reassociation : private Builder {
 public:
  explicit Reassociation(Plan& plan) : Builder(plan.code), plan_(plan) {}
  void run(const Rule& rule);

 private:
  int variable(const Expr& e);

  // numbers.cpp
  Factor factor(const Expr& e);
  int numeric(const Expr& e);
  /// The value of a number, or of any column or matrix taken by element.
  int any(const Expr& e);
  /// Powers and functions, of any shape.
  int elementwise(const Expr& e);

  // columns.cpp
  Term scaled_column(const Expr& e);
  int column(const Expr& e);

  // matrices.cpp
  Form matrix(const Expr& e);
  Form element(const Expr& e);
  Form outer(const Expr& left, const Expr& right, Shape shape);
  /// A column beside a matrix of the same rows, or a row beside one of the same columns, scales it.
  Form stretched(const Expr& vector, Form f);
  Form hadamard_form(const Expr& a, const Expr& b, Shape shape);
  Form quotient(const Expr& e);

  // forms.cpp
  /// matrix * column, from the right: (A*B)*x is A*(B*x).
  int apply(const Expr& m, int x);
  int apply(const Form& form, int x);
  Form flip(const Form& f);
  Form scaled(Form f, const Factor& by);
  static void append(Form& a, const Form& b);
  Form product(const Form& x, const Form& y);
  int materialise(const Form& form);

  Plan& plan_;
};

}  // namespace rule_search::plan
