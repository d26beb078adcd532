// Which matrices of a plan can be computed a row after the other.
#pragma once

#include <vector>

#include "plan/plan.hpp"

namespace rule_search::plan {

/// The instructions of a plan in three groups, each in the order of the plan. Matrices whose rows know nothing of one another
/// are computed row by row, so that a row of all of them stays in the cache. Every value is the same, bit by bit, as where
/// one matrix comes after the other.
struct Rows {
  std::vector<int> before;  ///< that need no matrix of `by_row`
  std::vector<int> by_row;
  std::vector<int> after;         ///< that need one
  bool changes = false;           ///< weights and states can change row by row as well: nothing reads them later
  std::vector<bool> kept;         ///< by instruction: its whole value is asked for, not a row at a time alone
  std::vector<bool> next_by_row;  ///< by state: its next value is one of `by_row`, and `changes` is set
  /// By state: its next value is computed where the state itself lies, since nothing else reads the state then.
  std::vector<bool> in_place;
  std::vector<int> late;  ///< such values that wait until the weights have changed, which reads the state
};

/// All instructions are in `before`, and all values are kept.
Rows matrix_by_matrix(const Plan& plan);
Rows row_by_row(const Plan& plan);
/// Those instructions of `rows` that what states become is made of.
Rows of_states(const Plan& plan, const Rows& rows);
/// What there is to do in a step in which all signals that are numbers are 0.
struct AtRest {
  Rows rows;                ///< all but what is only there to be multiplied by 0
  std::vector<int> zeroed;  ///< values that are 0 then, and are read by others
  bool less = false;        ///< whether that is less than in other steps
};
AtRest at_rest(const Plan& plan, const Rows& rows);
/// By state: whether one of the instructions of `rows` reads it.
std::vector<bool> states_read_by(const Plan& plan, const Rows& rows);

}  // namespace rule_search::plan
