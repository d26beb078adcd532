// The parts of an episode on their own, at the sizes they have in the network 784-170-130-100-70-47.
//   cmake --build --preset release --target rule-search-kernels-bench &&
//   build/release/tests/rule-search-kernels-bench
#include <benchmark/benchmark.h>

#include <vector>

#include "evaluate/connection.hpp"
#include "evaluate/work.hpp"

namespace {

using namespace rule_search;

// A layer with everything a pass reads and writes; small numbers, so that thousands of steps stay finite.
struct Layer {
  Layer(int n, int m, int planes)
      : weights_memory(static_cast<std::size_t>(padded(n) * padded(m) * planes)),
        x(m, planes),
        z(n, planes),
        y(n, planes),
        v(m, planes),
        derivative(static_cast<std::size_t>(padded(n))),
        weights{weights_memory.data(), n, m, padded(m) * planes, padded(m), planes} {
    for (int k = 0; k < 3; ++k) {
      lefts.emplace_back(n, planes);
      rights.emplace_back(m, planes);
    }
    for (std::size_t k = 0; k < x.memory.size(); ++k) x.memory.data()[k] = 1e-3F * static_cast<float>(k % 7);
    for (int k = 0; k < 3; ++k) {
      left.push_back(lefts[static_cast<std::size_t>(k)].column());
      right.push_back(rights[static_cast<std::size_t>(k)].column());
    }
  }

  kernels::Pass<float> pass(bool learns, bool back) {
    kernels::Pass<float> p;
    if (learns) {
      parts.find(weights.planes, left, right);
      parts.add_to(p);
    }
    p.x = x.column();
    p.z = z.at(0);
    p.z_plane = z.plane;
    p.beta = 10;
    p.y = y.at(0);
    p.y_plane = y.plane;
    p.derivative = derivative.data();
    if (back) {
      p.v = v.at(0);
      p.v_plane = v.plane;
      p.v_planes = v.planes;
    }
    return p;
  }

  Buffer<float> weights_memory;
  Activity<float> x, z, y, v;
  std::vector<Activity<float>> lefts, rights;
  std::vector<kernels::Column<float>> left, right;
  Parts<float> parts;
  Buffer<float> derivative;
  kernels::Weights<float> weights;
};

void rate(benchmark::State& state, std::uint64_t before) {
  state.counters["multiply_adds"] =
      benchmark::Counter(static_cast<double>(work::multiply_adds - before), benchmark::Counter::kIsRate);
}

void pass(benchmark::State& state, bool learns, bool back) {
  const int n = static_cast<int>(state.range(0));
  const int m = static_cast<int>(state.range(1));
  const int planes = static_cast<int>(state.range(2));
  Layer layer(n, m, planes);
  const kernels::Pass<float> p = layer.pass(learns, back);
  const std::uint64_t before = work::multiply_adds;
  for (auto _ : state) {
    kernels::table<float>().pass(layer.weights, p);
    if (learns) work::count_update(layer.weights, p);
    work::count_product(layer.weights, n, planes > 1, planes);
    if (back) work::count_product(layer.weights, n, planes > 1, planes);
  }
  rate(state, before);
}

void feedback(benchmark::State& state) {
  const int planes = static_cast<int>(state.range(0));
  Layer layer(170, 784, 1);
  const Activity<float> error(170, planes);
  Activity<float> out(784, planes);
  const std::uint64_t before = work::multiply_adds;
  for (auto _ : state) {
    kernels::table<float>().backward(layer.weights, error.column(), out.at(0), out.plane, planes);
    work::count_product(layer.weights, 170, true, planes);
  }
  rate(state, before);
}

void hidden_feedback(benchmark::State& state) {
  const int n = static_cast<int>(state.range(0));
  const int m = static_cast<int>(state.range(1));
  const int planes = static_cast<int>(state.range(2));
  Layer layer(n, m, 1);
  const Activity<float> error(n, planes);
  Activity<float> out(m, planes);
  const std::uint64_t before = work::multiply_adds;
  for (auto _ : state) {
    kernels::table<float>().backward(layer.weights, error.column(), out.at(0), out.plane, planes);
    work::count_product(layer.weights, n, true, planes);
  }
  rate(state, before);
}

void peak(benchmark::State& state) {
  float sink = 0;
  double count = 0;
  for (auto _ : state) count += kernels::table<float>().multiply_adds(10000, &sink);
  state.counters["multiply_adds"] = benchmark::Counter(count, benchmark::Counter::kIsRate);
}

void sizes(benchmark::internal::Benchmark* b) {
  for (int planes : {1, 3, 4, 11}) {
    b->Args({16, 170, planes});
    b->Args({170, 176, planes});
    b->Args({130, 170, planes});
    b->Args({70, 100, planes});
  }
}

BENCHMARK(peak);
BENCHMARK_CAPTURE(pass, learn_forward_back, true, true)->Apply(sizes);
BENCHMARK_CAPTURE(pass, learn_forward, true, false)->Apply(sizes);
BENCHMARK_CAPTURE(pass, forward_back, false, true)->Apply(sizes);
BENCHMARK_CAPTURE(pass, forward, false, false)->Apply(sizes);
BENCHMARK(hidden_feedback)
    ->Args({130, 170, 1})
    ->Args({100, 130, 1})
    ->Args({70, 100, 1})
    ->Args({260, 300, 1})
    ->Args({260, 200, 1})
    ->Args({130, 170, 4})
    ->Args({100, 130, 4})
    ->Args({130, 170, 3});
BENCHMARK(feedback)->Arg(1)->Arg(4)->Arg(11);

}  // namespace

BENCHMARK_MAIN();
