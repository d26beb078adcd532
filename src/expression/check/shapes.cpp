#include "expression/check/shapes.hpp"

#include <fmt/format.h>

#include "expression/expression.hpp"

namespace rule_search::check {

namespace {

std::string hint_for_sum(Shape a, Shape b) {
  if (a.is_number() || b.is_number()) {
    const Shape other = a.is_number() ? b : a;
    if (other == post_shape) return "a number becomes a column by `number * ones_post`";
    if (other == pre_shape) return "a number becomes a column by `number * ones_pre`";
    return "a number becomes a matrix by `number * ones_post * ones_pre'`";
  }
  if (a == b.transposed()) return "transpose one of them with '";
  if (a.is_matrix() && b == post_shape) return "make it a matrix, as in x * pre' or x * ones_pre'";
  if (a.is_matrix() && b == pre_shape) return "make it a matrix, as in post * x' or ones_post * x'";
  return "";
}

std::string hint_for_product(Shape a, Shape b) {
  std::string hint = a == b ? "for a product element by element write `.*`" : "";
  if (a.is_column() && b.is_column())
    hint = "for an outer product transpose the second: x * y'" + (hint.empty() ? std::string() : "; " + hint);
  if (hint.empty() && a.is_row() && b.is_column()) hint = "for an outer product the second is transposed: post * pre'";
  Shape shape;
  if (hint.empty() && result_shape(Op::multiply, {a.transposed(), b}, shape))
    hint = a.is_row() ? "take the transpose of the first away" : "transpose the first with '";
  if (!a.is_row() && result_shape(Op::hadamard, {a, b}, shape) && a != b)
    hint = "for a product element by element write `.*`" + (hint.empty() ? "" : "; for a matrix product " + hint);
  return hint;
}

}  // namespace

Diagnostic unequal_summands(Shape first, Shape other, const std::string& sign, Span other_span) {
  return {other_span, fmt::format("both sides of `{}` need the same shape", sign), name(first), name(other),
          hint_for_sum(first, other)};
}

Diagnostic unfit_factors(const Operator& by, Shape left, Shape right, Span span) {
  const std::string found = by.writing == Writing::function ? fmt::format("{} and {}", name(left), name(right))
                                                            : fmt::format("{} {} {}", name(left), by.name, name(right));
  if (by.shape == ShapeRule::product)
    return {span, "these shapes can't be multiplied", "as many columns on the left as rows on the right", found,
            hint_for_product(left, right)};
  if (by.shape == ShapeRule::by_number)
    return {span, fmt::format("`{}` divides by a number only", by.name),
            fmt::format("{} {} a number", name(left), by.name), found, "for a quotient element by element write `./`"};
  return {span, fmt::format("`{}` needs shapes that fit", by.name),
          "equal shapes, or a column or row that is stretched along the other side", found,
          "a column of post stands before a matrix of post x pre, a row of pre, as in pre', behind it"};
}

Diagnostic unfit_arguments(const Operator& function, const std::vector<Shape>& arguments, Span span) {
  const Shape first = arguments.at(0);
  if (function.shape == ShapeRule::square)
    return {span, fmt::format("`{}` needs a matrix over the same neurons on both sides", function.name),
            "post x post or pre x pre", name(first),
            first == post_shape  ? "x * x' is post x post, as in lower(post*post') * w"
            : first == pre_shape ? "x * x' is pre x pre, as in w * lower(pre*pre')"
                                 : "as in lower(post*post') * w"};
  return {span, fmt::format("`{}` needs two columns of equal shape", function.name),
          "two columns over the same neurons", fmt::format("{} and {}", name(first), name(arguments.at(1))),
          first.is_matrix() && first == arguments.at(1) ? "for matrices write sum(x .* y)"
                                                        : "both of post, or both of pre"};
}

Diagnostic unfit_update(Shape shape, Span span) {
  return {span, "dw has the wrong shape", name(weight_shape), name(shape),
          shape == weight_shape.transposed()
              ? "transpose it: the product of a post column and a pre row, as in post * pre'"
          : shape.is_number() ? "multiply a column of post by a row of pre, as in post * pre'"
                              : "an outer product such as post * pre' has this shape"};
}

Diagnostic unfit_next(const std::string& state, Shape of_state, Shape shape, Span span) {
  return {span, fmt::format("`{}` becomes something of another shape", state), name(of_state), name(shape),
          of_state.is_number() && shape.is_column() ? "a number of a column is its mean or sum"
          : shape == of_state.transposed()          ? "transpose it with '"
                                                    : "declare the state with this shape, or mend the expression"};
}

}  // namespace rule_search::check
