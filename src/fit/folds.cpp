#include "fit/folds.hpp"

namespace rule_search {

UnitSplit fold_of(const UnitSplit& whole, std::size_t f, std::size_t folds, std::vector<std::size_t>& places) {
  UnitSplit out;
  const std::vector<std::size_t>& all = whole[static_cast<std::size_t>(Part::search)];
  for (std::size_t k = 0; k < all.size(); ++k) {
    out[static_cast<std::size_t>(k % folds == f ? Part::validation : Part::search)].push_back(all[k]);
    if (k % folds == f) places.push_back(k);
  }
  return out;
}

}  // namespace rule_search
