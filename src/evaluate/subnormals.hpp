// Subnormal numbers (below 1.2e-38 in single precision) cost many processors far more time than others do, and a cell
// that is all but silent makes plenty of them.
#pragma once

#if defined(__SSE2__)
#include <xmmintrin.h>
#elif defined(__aarch64__)
#include <cstdint>
#endif

namespace rule_search {

/// While it lives, this thread takes subnormal numbers for 0, in what it reads and in what it computes.
class SubnormalsAreZero {
 public:
#if defined(__SSE2__)
  SubnormalsAreZero() : before_(_mm_getcsr()) { _mm_setcsr(before_ | flush_results | read_as_zero); }
  ~SubnormalsAreZero() { _mm_setcsr(before_); }
#elif defined(__aarch64__)
  SubnormalsAreZero() {
    __asm__ volatile("mrs %0, fpcr" : "=r"(before_));
    __asm__ volatile("msr fpcr, %0" : : "r"(before_ | flush));
  }
  ~SubnormalsAreZero() { __asm__ volatile("msr fpcr, %0" : : "r"(before_)); }
#else
  SubnormalsAreZero() = default;
#endif
  SubnormalsAreZero(const SubnormalsAreZero&) = delete;
  SubnormalsAreZero& operator=(const SubnormalsAreZero&) = delete;

 private:
#if defined(__SSE2__)
  static constexpr unsigned flush_results = 0x8000;
  static constexpr unsigned read_as_zero = 0x0040;
  unsigned before_;
#elif defined(__aarch64__)
  static constexpr std::uint64_t flush = std::uint64_t{1} << 24;
  std::uint64_t before_;
#endif
};

}  // namespace rule_search
