// From the front of no terms upwards.
#pragma once

#include "search/front.hpp"

namespace rule_search {

/// Adds terms one by one, dropping others again where that gives a better rule of a smaller size (floating
/// selection: Pudil, Novovicova & Kittler 1994), until more terms no longer lower the loss.
Front grow(Workbench& bench);

}  // namespace rule_search
