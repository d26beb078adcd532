#include "expression/quantities.hpp"

#include <doctest/doctest.h>

#include <set>

#include "expression/print.hpp"

using namespace rule_search;

TEST_CASE("every quantity has its row, can be written in a rule and is printed with its own letters") {
  REQUIRE(quantities().size() == quantity_count);
  std::set<std::string> names;
  std::set<std::string> in_matrix_form;
  for (std::size_t k = 0; k < quantity_count; ++k) {
    const QuantityRow& q = quantities()[k];
    CAPTURE(std::string(q.name));
    CHECK(q.quantity == static_cast<Quantity>(k));
    CHECK_FALSE(q.meaning.empty());
    CHECK_FALSE(q.letter.mathml.empty());
    CHECK_FALSE(q.of_synapse.latex.empty());
    CHECK_FALSE(q.of_synapse.mathml.empty());
    const Expr e = make_quantity(q.quantity);
    names.insert(print(e, {}));
    in_matrix_form.insert(latex(e, {}));
    // Written in a rule the name is this quantity.
    const Expr w = make_quantity(Quantity::w);
    const Expr dw = q.shape == weight_shape ? e
                    : q.shape == post_shape ? make(Op::hadamard, {e, w})
                                            : make(Op::hadamard, {w, make_transpose(e)});
    CHECK(equal(check_rule({"quantity", "dw = " + print(dw, {})}).dw, dw));
  }
  CHECK(names.size() == quantity_count);
  CHECK(in_matrix_form.size() == quantity_count);
}

TEST_CASE("the letters of a quantity for one synapse") {
  const auto forms = [](Quantity q) {
    return synapse_form(make_quantity(q), {}) + " " + latex_synapse_form(make_quantity(q), {});
  };
  CHECK(forms(Quantity::pre) == "pre_j x_{j}");
  CHECK(forms(Quantity::err_post) == "err_post_i e^{y}_{i}");
  CHECK(forms(Quantity::w) == "w_ij w_{ij}");
  CHECK(forms(Quantity::ones_pre) == "1 1");
  CHECK(forms(Quantity::shuffled_err_pre) == "shuffled_err_pre_j \\tilde{e}^{x}_{j}");
}
