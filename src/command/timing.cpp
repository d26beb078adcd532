#include "command/timing.hpp"

#include <algorithm>
#include <chrono>

#include "evaluate/kernels/table.hpp"

namespace rule_search::command {

double seconds_of(const std::function<void()>& f) {
  const auto start = std::chrono::steady_clock::now();
  f();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> x) {
  std::sort(x.begin(), x.end());
  return x[x.size() / 2];
}

// The best of several short runs, since anything else is disturbance.
double peak_multiply_adds() {
  float sink = 0;
  double best = 0;
  for (int k = 0; k < 20; ++k) {
    double count = 0;
    const double s = seconds_of([&] { count = kernels::table<float>().multiply_adds(1000000, &sink); });
    best = std::max(best, count / s);
  }
  return best;
}

}  // namespace rule_search::command
