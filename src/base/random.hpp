// Random numbers with the same bits everywhere: xoshiro256** (Blackman & Vigna 2018), seeded by splitmix64.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace rule_search {

class Random {
 public:
  /// Streams with different (seed, stream, index) are independent for all practical purposes.
  explicit Random(std::uint64_t seed, std::uint64_t stream = 0, std::uint64_t index = 0) {
    std::uint64_t x =
        mixed(seed) ^ mixed(stream + 0x632BE59BD9B4E019ULL) * 3 ^ mixed(index + 0x9E6C63D0876A9A62ULL) * 5;
    for (std::uint64_t& s : state_) s = mixed(x += 0x9E3779B97F4A7C15ULL);
  }

  std::uint64_t next() {
    const std::uint64_t result = rotated(state_[1] * 5, 7) * 9;
    const std::uint64_t t = state_[1] << 17U;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = rotated(state_[3], 45);
    return result;
  }

  /// In [0, 1).
  double uniform() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }
  /// Between low and high. 2u - 1 is exact, so for low = -high there is a single rounding, and a compiler
  /// that fuses multiplication and addition gets the same bits as one that does not.
  double uniform(double low, double high) { return 0.5 * (low + high) + 0.5 * (high - low) * (2 * uniform() - 1); }
  /// In 0 .. n-1, every one equally likely; n is at least 1.
  std::uint64_t below(std::uint64_t n) {
    const std::uint64_t reject = (0 - n) % n;
    std::uint64_t x = next();
    while (x < reject) x = next();
    return x % n;
  }

  template <class T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t k = items.size(); k > 1; --k) std::swap(items[k - 1], items[below(k)]);
  }

 private:
  static std::uint64_t mixed(std::uint64_t z) {
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31U);
  }
  static std::uint64_t rotated(std::uint64_t x, unsigned k) { return (x << k) | (x >> (64 - k)); }

  std::uint64_t state_[4];
};

/// Of the normal distribution with mean 0 and variance 1 (Box & Muller, Ann. Math. Stat. 29:610 (1958)).
double normal(Random& random);
/// Of Laplace's distribution with mean 0 and variance 1: most often near 0, now and then large.
double laplace(Random& random);
/// An orthogonal matrix, size x size, row by row, every rotation and reflection equally likely.
std::vector<double> rotation(Random& random, int size);

}  // namespace rule_search
