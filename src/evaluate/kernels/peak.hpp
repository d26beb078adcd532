// Part of body.hpp, inside its namespace: what the processor can do in registers alone, for benchmarks.

// Chains of multiply-adds, each in a register of its own.
template <class T, int chains>
struct Chains {
  V<T> sum = {};
  Chains<T, chains - 1> rest;

  inline __attribute__((always_inline)) void step(V<T> a, V<T> b) {
    sum = sum * a + b;
    // Keeps the chain in its register, and the compiler from seeing that it converges.
#if defined(__x86_64__)
    __asm__ volatile("" : "+x"(sum));
#elif defined(__aarch64__)
    __asm__ volatile("" : "+w"(sum));
#endif
    rest.step(a, b);
  }
  V<T> all() const { return sum + rest.all(); }
};
template <class T>
struct Chains<T, 0> {
  void step(V<T>, V<T>) {}
  V<T> all() const { return V<T>{}; }
};

template <class T>
double multiply_adds(long rounds, T* sink) {
  constexpr int count = 10;  // enough to hide the latency of two units of four cycles
  Chains<T, count> chains;
  const V<T> a = V<T>{} + (T(0.5) + sink[0]);
  const V<T> b = V<T>{} + (T(0.25) + sink[0]);
  for (long r = 0; r < rounds; ++r) chains.step(a, b);
  sink[0] = total<T>(chains.all()) * 0;
  return static_cast<double>(rounds) * count * Vector<T>::lanes;
}
