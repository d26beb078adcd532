#include "search/prune.hpp"

#include <fmt/format.h>

#include <limits>

namespace rule_search {

void prune(Workbench& bench, Front& front) {
  const std::size_t largest = front.rbegin()->first;
  for (std::size_t size = largest; size > 1; --size) {
    const auto at = front.find(size);
    if (at == front.end()) continue;
    bench.tell("prune", fmt::format("{} terms", size), at->second.loss,
               0.5 + 0.05 * (1 - static_cast<double>(size) / static_cast<double>(largest)));
    const QuadraticModel model = bench.model_among_all(at->second);
    if (!model.usable) continue;
    // Where few terms are left the quadratic model is far from the truth, and every one is tried.
    const auto before = front.find(size - 1);
    keep(front, reduced(bench, at->second, model, size <= 4 ? size : 2, size <= 4 ? 10 : 6,
                        before == front.end() ? std::numeric_limits<double>::infinity() : before->second.loss));
  }
}

}  // namespace rule_search
