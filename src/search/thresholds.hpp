// Thresholds inside of steps in a search: where it begins, and where they end.
#pragma once

#include "search/choice.hpp"

namespace rule_search {

/// All that follows begins with the thresholds at which all candidates together leave least, where the objective's units are
/// quickly carried out; else, and without thresholds, it does nothing.
void begin_at_thresholds(Workbench& bench);

/// The thresholds of the chosen rule where it leaves least, see with_scanned_thresholds(). Not where every step of a fit takes
/// units of its own.
void settle_thresholds(Workbench& bench, Choice& choice);

/// The ends of their intervals, see add_scans().
void be_certain_of_thresholds(Workbench& bench, Choice& choice);

}  // namespace rule_search
