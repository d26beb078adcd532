#include "objectives/recordings/columns.hpp"

#include <fmt/format.h>

namespace rule_search {

void for_each_column(const LayerRecording& r, bool others, const std::function<void(const RecordedColumn&)>& look) {
  const auto neurons = static_cast<std::size_t>(r.n);
  const auto inputs = static_cast<std::size_t>(r.m);
  const auto each = [&](const char* name, const std::vector<double>& values, const std::vector<char>* seen,
                        std::size_t width) {
    for (std::size_t k = 0; k < width && !values.empty(); ++k)
      look({name, fmt::format("{}[{}]", name, k + 1), values, seen, width, k});
  };
  each("pre", r.pre, nullptr, inputs);
  each("post", r.post, &r.post_seen, neurons);
  for (std::size_t k = 0; k < neurons * inputs; ++k)
    look({"w", fmt::format("w[{}][{}]", k / inputs + 1, k % inputs + 1), r.w, &r.w_seen, neurons * inputs, k});
  each("target", r.target, nullptr, neurons);
  if (!others) return;
  for (const auto& [name, series] : r.others) {
    const auto width = static_cast<std::size_t>(series.width);
    for (std::size_t k = 0; k < width; ++k)
      look({name, width == 1 ? name : fmt::format("{}[{}]", name, k + 1), series.values, nullptr, width, k});
  }
}

}  // namespace rule_search
