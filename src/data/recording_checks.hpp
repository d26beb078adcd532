// Checks of recordings that are the same for every file format. A reader says where a number stands; what must hold of
// it, and the message where it does not, stands here.
#pragma once

#include <cmath>
#include <cstddef>
#include <optional>
#include <string>

#include "data/recording.hpp"

namespace rule_search {

/// A quantity that recordings hold under a name of its own. Any other name is a signal.
struct RecordedQuantity {
  const char* name;
  std::size_t indices;  ///< of one number at one time: 0, 1 (neuron), or 2 (postsynaptic, then presynaptic neuron)
  bool may_have_gaps;   ///< whether single numbers may be missing
};

/// Null where the name is none of them.
const RecordedQuantity* quantity_named(const std::string& name);

/// What a name that is none of them may be meant as.
struct MeantQuantity {
  const RecordedQuantity* quantity = nullptr;
  bool surely = false;  ///< by capital letters alone; else it is a usual word, as activity is for post
};
std::optional<MeantQuantity> quantity_meant_by(const std::string& name);

/// "did you mean post by activity?", of a signal whose name may be meant as something that was not recorded; else "".
std::string asked_for_meant_quantity(const LayerRecording& recording);

/// Letters, digits and _, at most 64, no digit first.
bool is_signal_name(const std::string& text);

/// Squares, and products of several quantities, must still be numbers.
constexpr double largest_number = 1e30;

[[noreturn]] void refuse_magnitude(const std::string& where, double value);
[[noreturn]] void refuse_choice(const std::string& where, double value);
[[noreturn]] void refuse_error(const std::string& where, double value);
[[noreturn]] void refuse_time(const std::string& where, double value, double before, const char* entry);

// `where()` says in words where the number stands. It is called for what is wrong alone, since there are many numbers.

/// Throws InputError where the number is larger than largest_number.
template <class Where>
void check_magnitude(double value, const Where& where) {
  if (std::abs(value) > largest_number) refuse_magnitude(where(), value);
}
/// Throws InputError where a choice is neither 0 nor 1.
template <class Where>
void check_choice(double value, const Where& where) {
  if (value != 0 && value != 1) refuse_choice(where(), value);
}
/// Throws InputError where a standard error is not above 0.
template <class Where>
void check_error(double value, const Where& where) {
  if (!(value > 0)) refuse_error(where(), value);
}
/// Throws InputError where a time is not after the one before it. `entry`: what holds the numbers of one time, a line or a
/// row.
template <class Where>
void check_time(double value, double before, const char* entry, const Where& where) {
  if (!(value > before)) refuse_time(where(), value, before, entry);
}

/// Throws InputError where there are fewer than two times. `layout`: how times stand in such a file, or nothing.
void check_number_of_times(int steps, const std::string& where, const char* layout);

/// Gives a recording whose sizes are known weights that nobody saw. Throws InputError where they are more than fit in
/// memory.
void add_unseen_weights(LayerRecording& recording);

}  // namespace rule_search
