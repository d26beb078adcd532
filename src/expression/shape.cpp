#include "expression/shape.hpp"

namespace rule_search {

const char* name(Side side) { return side == Side::one ? "1" : side == Side::pre ? "pre" : "post"; }

std::string name(Shape shape) {
  if (shape.is_number()) return "a number";
  return std::string(name(shape.rows)) + " x " + name(shape.cols);
}

}  // namespace rule_search
