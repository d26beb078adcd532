// What is said where shapes don't fit. Nothing here looks at more than shapes.
#pragma once

#include <string>
#include <vector>

#include "expression/operators.hpp"
#include "expression/shape.hpp"
#include "grammar/diagnostic.hpp"

namespace rule_search::check {

/// A summand of another shape than the first. `sign` is the + or - before it.
Diagnostic unequal_summands(Shape first, Shape other, const std::string& sign, Span other_span);
/// Of two operands joined by `*`, `/`, `.*` or `./`.
Diagnostic unfit_factors(const Operator& by, Shape left, Shape right, Span span);
/// Of the arguments of a function.
Diagnostic unfit_arguments(const Operator& function, const std::vector<Shape>& arguments, Span span);
/// Of what dw is set to.
Diagnostic unfit_update(Shape shape, Span span);
/// Of what a state becomes.
Diagnostic unfit_next(const std::string& state, Shape of_state, Shape shape, Span span);

}  // namespace rule_search::check
