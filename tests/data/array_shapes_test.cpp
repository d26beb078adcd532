#include "data/array_shapes.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "../files.hpp"

using namespace rule_search;
using namespace rule_search::test;

namespace {

using Sizes = std::vector<std::uint64_t>;

// Of a layer of 2 neurons with 3 inputs at 25 times, if not said otherwise; an empty shape is no array.
struct Shapes {
  Sizes pre = {25, 3}, w = {25, 2, 3}, post = {25, 2}, time = {};
};

std::string refused(const Shapes& s) {
  std::vector<ShapedArray> arrays;
  for (const ShapedArray& a : {ShapedArray{"pre", "Tm", s.pre}, ShapedArray{"w", "Tnm", s.w},
                               ShapedArray{"post", "Tn", s.post}, ShapedArray{"time", "T", s.time}}) {
    if (!a.shape.empty()) arrays.push_back(a);
  }
  return error_of([&] { refuse_contradicting_shapes("x", arrays); });
}

}  // namespace

TEST_CASE("axes in another order are told with what gives them their places") {
  CHECK(refused({}) == "");
  CHECK(refused({.pre = {3, 25}, .post = {2, 25}}) ==
        "x: pre: its shape (3, 25) is presynaptic x time, expected time x presynaptic; w is (25, 2, 3)\n"
        "  hint: pre.T and post.T");
  CHECK_HAS(refused({.pre = {3, 25}}), "hint: pre.T");
  CHECK_HAS(refused({.post = {2, 25}}), "post: its shape (2, 25) is postsynaptic x time, expected time x postsynaptic");
  CHECK(refused({.w = {2, 3, 25}}) ==
        "x: w: its shape (2, 3, 25) is postsynaptic x presynaptic x time, expected time x postsynaptic x presynaptic; "
        "pre is (25, 3), post is (25, 2)\n  hint: numpy.moveaxis(w, 2, 0)");
  CHECK_HAS(refused({.w = {25, 3, 2}}), "hint: numpy.swapaxes(w, 1, 2)");
  CHECK_HAS(refused({.w = {2, 25, 3}}), "hint: numpy.moveaxis(w, 1, 0)");
  CHECK_HAS(refused({.w = {3, 25, 2}}), "hint: numpy.moveaxis(w, 0, 2)");
  CHECK_HAS(refused({.w = {3, 2, 25}}), "hint: w.T");
  CHECK_HAS(refused({.w = {2, 3, 25}, .post = {}}), "hint: numpy.moveaxis(w, 2, 0)");
  // Nothing but w says what the axes of pre are: there are more times than neurons.
  CHECK_HAS(refused({.pre = {3, 25}, .post = {}}), "pre: its shape (3, 25) is presynaptic x time");
}

TEST_CASE("the array that is not as the others are is told, and what they are") {
  CHECK(refused({.pre = {24, 3}}) ==
        "x: pre: expected the shape (25, 3), found (24, 3); w is (25, 2, 3), post is (25, 2)");
  CHECK_HAS(refused({.post = {25, 4}, .time = {25}}), "post: expected the shape (25, 2), found (25, 4); pre is");
  CHECK_HAS(refused({.post = {24, 2}}), "post: expected the shape (25, 2), found (24, 2); pre is (25, 3), w is");
  CHECK_HAS(refused({.w = {}, .post = {25, 2}, .time = {24}}), "time: expected the shape (25), found (24)");
  CHECK(refused({.w = {24, 2, 3}, .post = {}}) ==
        "x: w: expected the shape (25, 2, 3), found (24, 2, 3); pre is (25, 3)");
}
