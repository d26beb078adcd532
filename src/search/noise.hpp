// Whether held-out units can tell two rules apart.
#pragma once

#include "search/workbench.hpp"

namespace rule_search {

/// By what a rule is told to be worse than another.
enum class Worse {
  no,          ///< it does as well as far as the units can tell
  loss,        ///< the interval of the loss, or of the accuracy, on held-out units
  ratio,       ///< the interval of the ratio of losses on held-out units
  exact,       ///< it leaves something and the other one nothing
  likelihood,  ///< of the units that both were fitted to
};

/// Whether a rule is worse than another, both fitted on the refit units. By loss and by accuracy on held-out units, since
/// a few units at the edge of stability can widen the interval of the loss until anything fits; by the ratio of losses where
/// the objective says so, since the interval of the mean says nothing where a rule misses one unit by thousands of times what
/// it misses another by. Units for which both do exactly the same don't count. Where all terms of the rule are the other's too
/// and the objective knows their likelihood, the other is better as well where the units that both were fitted to leave no
/// doubt. A rule that leaves something is never as good as one that leaves nothing.
Worse worse(Workbench& bench, const Trial& rule, const Trial& other, double confidence);

}  // namespace rule_search
