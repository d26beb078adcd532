// The one table of quantities: what a connection knows at every step, and how each of it is written.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "expression/shape.hpp"

namespace rule_search {

enum class Quantity {
  pre,
  post,
  err_pre,
  err_post,
  w,
  ones_pre,
  ones_post,
  noise_pre,
  noise_post,
  shuffled_err_pre,
  shuffled_err_post,
  net,
  gate
};
inline constexpr Quantity last_quantity = Quantity::gate;
inline constexpr std::size_t quantity_count = static_cast<std::size_t>(last_quantity) + 1;

/// Who provides the values of a quantity.
enum class Origin {
  network,  ///< the network, at every step
  ones,     ///< nobody: every element is 1
  decoy,    ///< the network, but they can't help: a search that takes such a term has found nothing
};

/// A letter in both notations, without its index.
struct Letter {
  std::string_view latex;
  std::string_view mathml;  ///< content of <mi>
};

struct QuantityRow {
  Quantity quantity;
  std::string_view name;  ///< in the language; its text for one synapse is the name with an index, as in pre_j
  Shape shape;
  Origin origin;
  Letter letter;           ///< in matrix form; MathML sets a column in bold by itself
  Letter of_synapse;       ///< for one synapse; a quantity of ones is the number 1 there
  std::string_view above;  ///< superscript for one synapse: the letter of the neuron that it belongs to, or nothing
  std::string_view meaning;
  /// Rules had parameters and parts of this name before it was known: what they declare takes its place.
  bool gives_way = false;
};

const QuantityRow& row(Quantity quantity);
/// In the order of the enumeration.
std::span<const QuantityRow> quantities();

inline std::string_view name(Quantity quantity) { return row(quantity).name; }
inline Shape shape_of(Quantity quantity) { return row(quantity).shape; }

}  // namespace rule_search
