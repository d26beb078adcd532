// Which rule of the front is reported, decided on validation units alone.
#pragma once

#include "fit/uncertainty.hpp"
#include "search/front.hpp"

namespace rule_search {

struct Choice {
  std::vector<PathStep> path;  ///< from the largest rule to the smallest
  std::size_t chosen = 0;
  std::string why;
  std::vector<ChoiceStep> steps;
  Trial exact;                 ///< the chosen rule, fitted on the refit units
  Certainty certainty;         ///< of the entries of the chosen rule
  QuadraticModel model;        ///< towards them on the refit units, not tempered
  std::vector<Trial> without;  ///< for each term of it: the rest, fitted on the same units
};

/// The smallest rule of the front within the noise of the best; then its terms are dropped one by one for as
/// long as the rest, refitted on more units, loses nothing beyond the noise.
Choice choose(Workbench& bench, const Front& front);

/// Takes how sure the coefficients of the chosen rule are, on the refit units.
void be_certain(Workbench& bench, Choice& choice);
/// The same by profiles where the objective asks for them; see add_profiles(). Only for what is reported: they take many fits.
void be_certain_by_profiles(Workbench& bench, Choice& choice);

}  // namespace rule_search
