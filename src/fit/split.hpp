// Derivatives by some coefficients at a time, side by side: where there are more workers than units.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "fit/objective.hpp"

namespace rule_search {

/// An evaluator of an objective that splits derivatives (LossTraits::splits_derivatives), of all that the request asks for. Every
/// unit is carried out once for each part of the derivatives, values among them. Results never depend on the parts.
/// `beside`: see Execution.
std::unique_ptr<Evaluator> split(const Objective& objective, EvaluatorRequest request,
                                 std::function<std::size_t()> beside = {});

/// How many parts `directions` derivatives of each of `units` units are carried out in by so many workers. `uneven`: some
/// derivatives may take many times as long as others, and as what is carried out beside them.
std::size_t parts_of(std::size_t directions, std::size_t units, std::size_t workers, std::size_t beside = 1,
                     bool uneven = false);

}  // namespace rule_search
