// How the found rule does on held-out units while its coefficients are fitted.
#pragma once

#include "search/choice.hpp"

namespace rule_search {

/// Fits the chosen rule once more, from the standard start of zeros, and scores the points the fit went
/// through. That it ends at the reported coefficients, which were reached by way of other rules, is not
/// certain.
Curve curve_of_found(Workbench& bench, const Choice& choice);
/// That fit alone, which may be carried out ahead.
FittedRule fit_of_curve(Workbench& bench, const Choice& choice);

}  // namespace rule_search
