// What the axes of the arrays of a recording are, by all their shapes together.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rule_search {

/// `axes`: what each axis is to be, T (time), n (postsynaptic neuron) or m (presynaptic neuron), one letter each.
struct ShapedArray {
  std::string name, axes;
  std::vector<std::uint64_t> shape;
};

/// Throws InputError where arrays don't fit together. It names an array whose axes are in another order, where all fit
/// together then; or else the one that is not as all others are; or else the first that doesn't fit those before it.
void refuse_contradicting_shapes(const std::string& path, const std::vector<ShapedArray>& arrays);

}  // namespace rule_search
