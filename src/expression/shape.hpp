// Shapes of the language: every side of a quantity is 1, the presynaptic neurons or the postsynaptic
// neurons.
#pragma once

#include <string>

namespace rule_search {

enum class Side { one, pre, post };

struct Shape {
  Side rows = Side::one;
  Side cols = Side::one;
  friend bool operator==(const Shape&, const Shape&) = default;

  bool is_number() const { return rows == Side::one && cols == Side::one; }
  bool is_column() const { return rows != Side::one && cols == Side::one; }
  bool is_row() const { return rows == Side::one && cols != Side::one; }
  bool is_matrix() const { return rows != Side::one && cols != Side::one; }
  Shape transposed() const { return {cols, rows}; }
};

inline constexpr Shape number_shape{Side::one, Side::one};
inline constexpr Shape pre_shape{Side::pre, Side::one};
inline constexpr Shape post_shape{Side::post, Side::one};
inline constexpr Shape weight_shape{Side::post, Side::pre};

/// "1", "pre" or "post".
const char* name(Side side);
/// "post x pre", "a number" for 1 x 1.
std::string name(Shape shape);

}  // namespace rule_search
