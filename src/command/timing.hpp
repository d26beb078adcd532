// What the benchmarks measure with.
#pragma once

#include <functional>
#include <vector>

namespace rule_search::command {

double seconds_of(const std::function<void()>& f);
double median(std::vector<double> x);
/// Multiply-adds a second in registers alone, in single precision.
double peak_multiply_adds();

}  // namespace rule_search::command
