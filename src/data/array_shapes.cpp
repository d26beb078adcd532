#include "data/array_shapes.hpp"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <iterator>
#include <map>
#include <optional>
#include <span>

#include "base/error.hpp"

namespace rule_search {

namespace {

using Sizes = std::vector<std::uint64_t>;
using Arrays = std::vector<ShapedArray>;

// An order of axes in which an array may have been written, and what gives them their places. Axis k is to be what is
// now axis `from[k]`.
struct Turn {
  std::array<std::size_t, 3> from;
  const char* mend;  // of the name of the array; nothing where they are in their places
};
constexpr std::array<Turn, 1> of_one_axis = {{{{0, 0, 0}, nullptr}}};
constexpr std::array<Turn, 2> of_two_axes = {{{{0, 1, 0}, nullptr}, {{1, 0, 0}, "{}.T"}}};
constexpr std::array<Turn, 6> of_three_axes = {{{{0, 1, 2}, nullptr},
                                                {{0, 2, 1}, "numpy.swapaxes({}, 1, 2)"},
                                                {{2, 0, 1}, "numpy.moveaxis({}, 2, 0)"},
                                                {{1, 0, 2}, "numpy.moveaxis({}, 1, 0)"},
                                                {{1, 2, 0}, "numpy.moveaxis({}, 0, 2)"},
                                                {{2, 1, 0}, "{}.T"}}};

std::span<const Turn> turns_of(const ShapedArray& array) {
  switch (array.axes.size()) {
    case 1:
      return of_one_axis;
    case 2:
      return of_two_axes;
    default:
      return of_three_axes;
  }
}

// Of T, n and m, as far as arrays tell.
using AxisSizes = std::map<char, std::uint64_t>;

// Whether an array fits what is known; then more is known.
bool fits(const ShapedArray& array, const Turn& turn, AxisSizes& known) {
  for (std::size_t k = 0; k < array.axes.size(); ++k) {
    const std::uint64_t size = array.shape[turn.from[k]];
    if (known.try_emplace(array.axes[k], size).first->second != size) return false;
  }
  return true;
}

// Sizes by all arrays but one, as they were written; nothing where these don't fit together.
std::optional<AxisSizes> sizes_without(const Arrays& arrays, const ShapedArray* left_out) {
  AxisSizes out;
  for (const ShapedArray& a : arrays) {
    if (&a != left_out && !fits(a, turns_of(a)[0], out)) return std::nullopt;
  }
  return out;
}

struct Reading {
  std::vector<const Turn*> turns;  // of each array
  std::size_t turned = 0;
  std::uint64_t times = 0;
};

// A recording has more times than neurons, mostly.
bool is_likelier(const Reading& a, const std::optional<Reading>& than) {
  return !than || a.turned < than->turned || (a.turned == than->turned && a.times > than->times);
}

// The likeliest order of axes in which all arrays fit together.
void read_further(const Arrays& arrays, const Reading& so_far, const AxisSizes& known, std::optional<Reading>& best) {
  const std::size_t k = so_far.turns.size();
  if (k == arrays.size()) {
    if (is_likelier(so_far, best)) best = so_far;
    return;
  }
  for (const Turn& turn : turns_of(arrays[k])) {
    AxisSizes sizes = known;
    if (!fits(arrays[k], turn, sizes)) continue;
    Reading next = so_far;
    next.turns.push_back(&turn);
    next.turned += turn.mend == nullptr ? 0 : 1;
    next.times = sizes['T'];
    read_further(arrays, next, sizes, best);
  }
}

std::string axes_in_order(const ShapedArray& array, const Turn& turn) {
  std::array<const char*, 3> names{};
  for (std::size_t k = 0; k < array.axes.size(); ++k) {
    const char axis = array.axes[k];
    names.at(turn.from.at(k)) = axis == 'T' ? "time" : axis == 'n' ? "postsynaptic" : "presynaptic";
  }
  return fmt::format("{}", fmt::join(names.begin(), std::next(names.begin(), std::ssize(array.axes)), " x "));
}

std::string shape_of(const Sizes& shape) { return fmt::format("({})", fmt::join(shape, ", ")); }

// "; w is (25, 2, 3) and post is (25, 2)", of all that are as they are to be.
template <class Is>
std::string others(const Arrays& arrays, const Is& is_right) {
  std::vector<std::string> out;
  for (std::size_t k = 0; k < arrays.size(); ++k) {
    if (is_right(k)) out.push_back(fmt::format("{} is {}", arrays[k].name, shape_of(arrays[k].shape)));
  }
  return out.empty() ? "" : fmt::format("; {}", fmt::join(out, ", "));
}

[[noreturn]] void refuse_order(const std::string& path, const Arrays& arrays, const Reading& as_written) {
  const ShapedArray* first = nullptr;
  std::string order;
  std::vector<std::string> mended;
  for (std::size_t k = 0; k < arrays.size(); ++k) {
    const Turn& turn = *as_written.turns[k];
    if (turn.mend == nullptr) continue;
    mended.push_back(fmt::format(fmt::runtime(turn.mend), arrays[k].name));
    if (first != nullptr) continue;
    first = &arrays[k];
    order = axes_in_order(arrays[k], turn);
  }
  throw InputError(fmt::format("{}: {}: its shape {} is {}, expected {}{}\n  hint: {}", path, first->name,
                               shape_of(first->shape), order, axes_in_order(*first, turns_of(*first)[0]),
                               others(arrays, [&](std::size_t k) { return as_written.turns[k]->mend == nullptr; }),
                               fmt::join(mended, " and ")));
}

[[noreturn]] void refuse_shape(const std::string& path, const Arrays& arrays, const ShapedArray& wrong,
                               AxisSizes sizes) {
  Sizes expected;
  for (std::size_t k = 0; k < wrong.axes.size(); ++k)
    expected.push_back(sizes.try_emplace(wrong.axes[k], wrong.shape[k]).first->second);
  throw InputError(fmt::format("{}: {}: expected the shape {}, found {}{}", path, wrong.name, shape_of(expected),
                               shape_of(wrong.shape),
                               others(arrays, [&](std::size_t k) { return &arrays[k] != &wrong; })));
}

}  // namespace

void refuse_contradicting_shapes(const std::string& path, const Arrays& arrays) {
  if (sizes_without(arrays, nullptr)) return;
  std::optional<Reading> as_written;
  read_further(arrays, {}, {}, as_written);
  if (as_written) refuse_order(path, arrays, *as_written);
  std::vector<const ShapedArray*> odd;
  for (const ShapedArray& a : arrays) {
    if (sizes_without(arrays, &a)) odd.push_back(&a);
  }
  if (odd.size() == 1) refuse_shape(path, arrays, *odd[0], *sizes_without(arrays, odd[0]));
  AxisSizes known;
  for (const ShapedArray& a : arrays) {
    const AxisSizes before = known;
    if (!fits(a, turns_of(a)[0], known)) refuse_shape(path, arrays, a, before);
  }
}

}  // namespace rule_search
