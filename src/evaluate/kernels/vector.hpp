// Part of body.hpp, inside its namespace: vectors as wide as a register, and sums of their lanes.

template <class T>
struct Vector {
  typedef T type __attribute__((vector_size(KERNEL_BYTES), may_alias));
  static constexpr int lanes = KERNEL_BYTES / static_cast<int>(sizeof(T));
  static constexpr int across = padding / lanes < 2 ? padding / lanes : 2;  // vectors side by side in a tile
};
template <class T>
using V = typename Vector<T>::type;

constexpr int tall = 4;  // rows in a tile

template <class T>
inline V<T> load(const T* p) {
  return *reinterpret_cast<const V<T>*>(p);
}
template <class T>
inline void store(T* p, V<T> v) {
  *reinterpret_cast<V<T>*>(p) = v;
}
// What was multiplied is rounded here. Without this, the compiler fuses it with what is added next, unless a loop begins between
// the two.
template <class T>
inline __attribute__((always_inline)) void round_here([[maybe_unused]] V<T>& v) {
#if defined(__x86_64__)
  asm("" : "+v"(v));
#endif
}

// Sum of the lanes, in halves: the additions of a round do not wait for one another.
template <int lanes, class Lanes>
inline auto total_of(Lanes v) {
  if constexpr (lanes == 1) {
    return v[0];
  } else {
    constexpr int h = lanes / 2;
    if constexpr (h == 8) {
      return total_of<h>(__builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) +
                         __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15));
    } else if constexpr (h == 4) {
      return total_of<h>(__builtin_shufflevector(v, v, 0, 1, 2, 3) + __builtin_shufflevector(v, v, 4, 5, 6, 7));
    } else if constexpr (h == 2) {
      return total_of<h>(__builtin_shufflevector(v, v, 0, 1) + __builtin_shufflevector(v, v, 2, 3));
    } else {
      return v[0] + v[1];
    }
  }
}
template <class T>
inline T total(V<T> v) {
  return total_of<Vector<T>::lanes>(v);
}

// Totals of four vectors; side by side they take half the additions of four totals alone.
template <class T>
inline void totals(const V<T>* v, T* to) {
  if constexpr (Vector<T>::lanes == 16) {
    const auto half = [](V<T> a, V<T> b) {
      return __builtin_shufflevector(a, b, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29) +
             __builtin_shufflevector(a, b, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31);
    };
    const V<T> ab = half(v[0], v[1]);
    const V<T> cd = half(v[2], v[3]);
    // a b a b | ... and c d c d | ...: both halves of every quarter added, one of each kept.
    const V<T> all = __builtin_shufflevector(ab, cd, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29) +
                     __builtin_shufflevector(ab, cd, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
    const auto eight = __builtin_shufflevector(all, all, 0, 1, 2, 3, 4, 5, 6, 7) +
                       __builtin_shufflevector(all, all, 8, 9, 10, 11, 12, 13, 14, 15);
    const auto four =
        __builtin_shufflevector(eight, eight, 0, 1, 2, 3) + __builtin_shufflevector(eight, eight, 4, 5, 6, 7);
    for (int r = 0; r < 4; ++r) to[r] = four[r];
  } else if constexpr (Vector<T>::lanes == 8) {
    const auto half = [](V<T> a, V<T> b) {
      return __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13) +
             __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15);
    };
    const V<T> ab = half(v[0], v[1]);
    const V<T> cd = half(v[2], v[3]);
    const V<T> all = __builtin_shufflevector(ab, cd, 0, 1, 8, 9, 4, 5, 12, 13) +
                     __builtin_shufflevector(ab, cd, 2, 3, 10, 11, 6, 7, 14, 15);
    const auto four = __builtin_shufflevector(all, all, 0, 1, 2, 3) + __builtin_shufflevector(all, all, 4, 5, 6, 7);
    for (int r = 0; r < 4; ++r) to[r] = four[r];
  } else {
    for (int r = 0; r < 4; ++r) to[r] = total<T>(v[r]);
  }
}
