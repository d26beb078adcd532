// What a network hands to one of its connections.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "evaluate/activity.hpp"
#include "expression/quantities.hpp"

namespace rule_search {

/// What the plan of a connection reads. All must outlive the connection.
template <class T>
struct Inputs {
  /// The column of a quantity that the network provides; null for one that it doesn't, that no plan uses, or that
  /// connections know themselves (w, ones_pre, ones_post).
  const Activity<T>*& operator[](Quantity q) { return columns[static_cast<std::size_t>(q)]; }
  const Activity<T>* operator[](Quantity q) const { return columns[static_cast<std::size_t>(q)]; }

  std::array<const Activity<T>*, quantity_count> columns = {};
  std::vector<const Activity<T>*> signals;  ///< by index of the plan's; of size 1 for a number
};

/// What forward() writes. Both must outlive the connection.
template <class T>
struct Outputs {
  Activity<T>* net = nullptr;   ///< w * pre
  Activity<T>* post = nullptr;  ///< may be null where forward() is never asked for activities
};

}  // namespace rule_search
