// A rule with one of its terms taken out, and where the fit of the rest begins.
#pragma once

#include "search/workbench.hpp"

namespace rule_search {

/// `whole` without the term of `parameter`. Its coefficients are, of three starts, those with the least loss
/// on the fit units: the rest as it stands; the rest moved to where the quadratic model of `slopes` has
/// its optimum then (optimal brain surgeon); and the best rule known of some of the rest's terms, without
/// which a fit that begins where nothing can be learnt would make a term look dearer than it is. The loss is
/// infinite where every start diverges.
Trial rest_without(Workbench& bench, const Trial& whole, const QuadraticModel& model, std::size_t parameter);

}  // namespace rule_search
