#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "evaluate/buffer.hpp"
#include "evaluate/kernels/table.hpp"
#include "expression/operators.hpp"

using namespace rule_search;

TEST_CASE("functions of the kernels agree with the library's") {
  struct Known {
    const char* name;
    double low, high;
  };
  alignas(64) float x[kernels::padding], y[kernels::padding], derivative[kernels::padding];
  for (const Known& k : {Known{"exp", -80, 85}, Known{"tanh", -12, 12}, Known{"sigmoid", -79, 79}, Known{"relu", -3, 3},
                         Known{"abs", -3, 3}, Known{"sign", -3, 3}, Known{"sqrt", 1e-6, 40}}) {
    CAPTURE(k.name);
    const Operator& expected = *find_function(k.name);
    const auto function = kernels::function_named<float>(k.name);
    REQUIRE(bool(function != nullptr));
    double worst = 0;
    for (int step = 0; step < 4000; ++step) {
      for (int lane = 0; lane < kernels::padding; ++lane)
        x[lane] = static_cast<float>(k.low + (k.high - k.low) * (step * kernels::padding + lane) / 64000.0);
      function(kernels::padding, x, y, derivative);
      for (int lane = 0; lane < kernels::padding; ++lane) {
        const auto at = static_cast<double>(x[lane]);
        const double value = expected.value(at);
        const double by = expected.derivative(at);
        worst = std::max(worst, std::abs(y[lane] - value) / std::max(std::abs(value), 1e-30));
        // Of a function that levels out the derivative is as good as the value allows.
        worst = std::max(
            worst, std::abs(derivative[lane] - by) / std::max(std::abs(by), std::abs(value)) * (by == value ? 1 : 0.5));
      }
    }
    CHECK(worst < 2e-6);
  }
  // Where exp leaves the range of a float it is infinite, and what is not a number stays so.
  for (float& v : x) v = 200;
  x[1] = std::nanf("");
  kernels::function_named<float>("exp")(kernels::padding, x, y, derivative);
  CHECK(std::isinf(y[0]));
  CHECK(std::isnan(y[1]));
}

namespace {

// Products of x with the columns of `steps` steps, by sums over elements.
template <class T>
void agrees_with_sums(int rows, int steps, int planes, bool history, bool active) {
  const int history_planes = history ? planes : 1;
  const auto column = [](int step, int plane, int row) { return 0.1 * ((step * 7 + plane * 5 + row * 3) % 11) - 0.4; };
  const auto x_at = [](int plane, int row) { return 0.2 * ((plane * 3 + row) % 7) - 0.5; };
  constexpr int block = kernels::padding;
  const int blocks = (steps + block - 1) / block;
  Buffer<T> memory(static_cast<std::size_t>(blocks * rows * history_planes * block));
  for (int s = 0; s < steps; ++s) {
    for (int p = 0; p < history_planes; ++p) {
      for (int r = 0; r < rows; ++r)
        memory.data()[((s / block * rows + r) * history_planes + p) * block + s % block] =
            static_cast<T>(column(s, p, r));
    }
  }
  Buffer<T> x(static_cast<std::size_t>(rows * planes));
  for (int p = 0; p < planes; ++p) {
    for (int r = 0; r < rows; ++r) x.data()[p * rows + r] = static_cast<T>(x_at(p, r));
  }
  std::vector<int> filled;
  for (int r = 0; r < rows; r += 1 + r % 2) filled.push_back(r);
  Buffer<T> numbers(static_cast<std::size_t>(planes * blocks * block));
  kernels::table<T>().products_with_history(memory.data(), steps, rows, history_planes, filled.data(),
                                            static_cast<int>(filled.size()), {x.data(), rows, active}, numbers.data(),
                                            blocks * block, planes);
  for (int s = 0; s < steps; ++s) {
    for (int p = 0; p < planes; ++p) {
      double sum = 0;
      for (int r : filled) {
        if (p == 0) sum += column(s, 0, r) * x_at(0, r);
        if (p > 0 && history) sum += column(s, p, r) * x_at(0, r);
        if (p > 0 && active) sum += column(s, 0, r) * x_at(p, r);
      }
      CHECK(static_cast<double>(numbers.data()[p * blocks * block + s]) == doctest::Approx(sum).epsilon(1e-4));
    }
  }
}

}  // namespace

TEST_CASE("products with a history are sums over its elements") {
  for (int planes : {1, 2, 3, 7, 11, 13, 22}) {
    for (bool history : {false, true}) {
      for (bool active : {false, true}) {
        CAPTURE(planes);
        CAPTURE(history);
        CAPTURE(active);
        agrees_with_sums<float>(23, 37, planes, history, active);
        agrees_with_sums<double>(9, 16, planes, history, active);
      }
    }
  }
}

namespace {

// W = factor W + outer products, one after the other, and W x, as a pass has them. The kernels for newer processors round a
// multiply-add once; what was scaled is rounded before.
template <class T>
void agrees_with_steps(int rows, int cols, int count, T scale, bool with_x) {
  // Of other machines nothing is known of how the portable kernels round.
#if defined(__x86_64__)
  const bool exact = true;
#else
  const bool exact = false;
#endif
  const bool fused = std::string(kernels::processor_path()) != "portable";
  const int down = kernels::padded(cols);
  Buffer<T> weights(static_cast<std::size_t>(kernels::padded(rows) * down));
  const auto drawn = [](int k) { return static_cast<T>(std::sin(1.0 + 0.7 * k)); };
  for (int r = 0; r < rows; ++r) {
    for (int c = 0; c < cols; ++c) weights.data()[r * down + c] = drawn(r * cols + c);
  }
  std::vector<Buffer<T>> columns;
  std::vector<kernels::Part<T>> parts;
  for (int k = 0; k < count; ++k) {
    Buffer<T>& left = columns.emplace_back(static_cast<std::size_t>(kernels::padded(rows)));
    for (int r = 0; r < rows; ++r) left.data()[r] = drawn(31 * k + r);
    parts.push_back({left.data(), nullptr});
    Buffer<T>& right = columns.emplace_back(static_cast<std::size_t>(down));
    for (int c = 0; c < cols; ++c) right.data()[c] = drawn(57 * k + 3 * c);
    parts.back().right = right.data();
  }
  Buffer<T> x(static_cast<std::size_t>(down));
  for (int c = 0; c < cols; ++c) x.data()[c] = drawn(5 * c);
  Buffer<T> z(static_cast<std::size_t>(kernels::padded(rows)));

  std::vector<T> expected;
  std::vector<double> product;
  for (int r = 0; r < rows; ++r) {
    double sum = 0;
    for (int c = 0; c < cols; ++c) {
      volatile T w = weights.data()[r * down + c];
      if (scale != 0) w = w * (1 + scale);
      for (const kernels::Part<T>& part : parts) {
        const volatile T change = part.left[r] * part.right[c];
        w = fused ? std::fma(part.left[r], part.right[c], static_cast<T>(w)) : w + change;
      }
      expected.push_back(static_cast<T>(w));
      sum += static_cast<double>(w) * static_cast<double>(x.data()[c]);
    }
    product.push_back(sum);
  }

  const int parts_from[] = {0, count};
  kernels::Pass<T> pass;
  pass.parts = parts.data();
  pass.parts_from = parts_from;
  if (scale != 0) pass.scale = &scale;
  if (with_x) {
    pass.x = {x.data(), 0, false};
    pass.z = z.data();
  }
  kernels::table<T>().pass({weights.data(), rows, cols, down, 0, 1}, pass);
  for (int r = 0; r < rows; ++r) {
    for (int c = 0; c < cols; ++c) {
      const T found = weights.data()[r * down + c];
      const T right =
          expected[static_cast<std::size_t>(r) * static_cast<std::size_t>(cols) + static_cast<std::size_t>(c)];
      REQUIRE((exact ? found == right : std::abs(found - right) < T(1e-5)));
    }
    if (with_x)
      CHECK(static_cast<double>(z.data()[r]) == doctest::Approx(product[static_cast<std::size_t>(r)]).epsilon(1e-4));
  }
}

}  // namespace

TEST_CASE("a pass adds any number of outer products one after the other, to weights that are scaled as well") {
  for (int count = 0; count <= 8; ++count) {
    for (const double scale : {0.0, -0.037}) {
      for (const bool with_x : {false, true}) {
        CAPTURE(count);
        CAPTURE(scale);
        CAPTURE(with_x);
        agrees_with_steps<float>(37, 170, count, static_cast<float>(scale), with_x);
        agrees_with_steps<float>(4, 20, count, static_cast<float>(scale), with_x);
        agrees_with_steps<double>(21, 70, count, scale, with_x);
      }
    }
  }
}

TEST_CASE("a function that the kernels do not know is left to the library") {
  CHECK(bool(kernels::function_named<float>("log") == nullptr));
  CHECK(bool(kernels::function_named<double>("tanh") != nullptr));
}

TEST_CASE("the kernels are those that were asked for") {
  const char* const wanted = std::getenv("RULE_SEARCH_KERNELS");
  const std::string path = kernels::processor_path();
  CHECK((path == "avx512" || path == "avx2" || path == "portable"));
  if (wanted != nullptr) CHECK((path == wanted || path == "portable"));
}
