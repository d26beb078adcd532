// Part of body.hpp, inside its namespace: functions by element, with derivatives.

// exp and log by polynomials. Single precision has enough of them at these degrees; double needs more and is
// the reference that single is held against.
template <class T>
struct Integers;
template <>
struct Integers<float> {
  typedef int type __attribute__((vector_size(KERNEL_BYTES)));
  static constexpr int bias = 127;
  static constexpr int fraction = 23;
};
template <>
struct Integers<double> {
  typedef long long type __attribute__((vector_size(KERNEL_BYTES)));
  static constexpr int bias = 1023;
  static constexpr int fraction = 52;
};

// exp(-x) for x >= 0, 0 where x is above 80. Cody & Waite's reduction; Taylor's polynomial on |r| <= ln(2)
// / 2.
template <class T>
inline V<T> exp_minus(V<T> x) {
  using I = typename Integers<T>::type;
  const V<T> most = V<T>{} + T(80);
  const auto small = x < most;
  const V<T> in = small ? x : most;
  const V<T> turns = in * T(1.4426950408889634) + T(0.5);
  const I n = __builtin_convertvector(turns, I);
  const V<T> k = __builtin_convertvector(n, V<T>);
  const V<T> r = k * T(1.42860682030941723212e-6) - (in - k * T(0.693145751953125));
  constexpr int degree = sizeof(T) == 4 ? 7 : 13;
  V<T> p = V<T>{} + T(1);
  for (int d = degree; d > 0; --d) p = p * r * (T(1) / static_cast<T>(d)) + T(1);
  const I power = (I{} + Integers<T>::bias - n) << Integers<T>::fraction;
  p *= reinterpret_cast<const V<T>&>(power);
  // Not a number compares false and must stay what it is.
  return small ? p : (x >= most ? V<T>{} : x);
}

// log(1 + t) for 0 <= t <= 1, by 2 atanh(f / (2 + f)).
template <class T>
inline V<T> log_one_plus(V<T> t) {
  const auto large = t > V<T>{} + T(0.41421356);
  const V<T> f = large ? (t - T(1)) * T(0.5) : t;
  const V<T> s = f / (f + T(2));
  const V<T> z = s * s;
  constexpr int terms = sizeof(T) == 4 ? 5 : 12;
  V<T> p = V<T>{} + T(1) / static_cast<T>(2 * terms + 1);
  for (int d = terms - 1; d >= 0; --d) p = p * z + T(1) / static_cast<T>(2 * d + 1);
  const V<T> log = s * p * T(2);
  return large ? log + T(0.6931471805599453) : log;
}

template <class T>
void softplus(int n, T beta, const T* z, std::ptrdiff_t z_plane, T* y, std::ptrdiff_t y_plane, int planes,
              T* derivative) {
  constexpr int lanes = Vector<T>::lanes;
  for (int j = 0; j < n; j += lanes) {
    const V<T> s = load(z + j) * beta;
    const auto up = s >= V<T>{};
    const V<T> t = exp_minus<T>(up ? s : -s);
    store(y + j, ((up ? s : V<T>{}) + log_one_plus<T>(t)) / beta);
    const V<T> whole = t + T(1);
    const V<T> by = (up ? V<T>{} + T(1) : t) / whole;
    store(derivative + j, by);
    for (int p = 1; p < planes; ++p) store(y + p * y_plane + j, by * load(z + p * z_plane + j));
  }
}

template <class T>
void input_derivative(int n, T beta, const T* x, T* derivative) {
  constexpr int lanes = Vector<T>::lanes;
  for (int j = 0; j < n; j += lanes) {
    // Inputs are intensities, but nothing keeps them from being negative.
    const V<T> s = load(x + j) * beta;
    const auto up = s >= V<T>{};
    const V<T> t = exp_minus<T>(up ? s : -s);
    store(derivative + j, T(1) - (up ? t : T(1) / t));
  }
}

template <class T>
void error_derivative(int n, T beta, const T* derivative, const Column<T>& y, T* e, std::ptrdiff_t e_plane,
                      int planes) {
  constexpr int lanes = Vector<T>::lanes;
  for (int j = 0; j < n; j += lanes) {
    const V<T> by = load(derivative + j);
    const V<T> carried = load(e + j);
    const V<T> bend = carried * beta * (T(1) - by);
    store(e + j, carried * by);
    for (int p = 1; p < planes; ++p) {
      V<T> d = load(e + p * e_plane + j) * by;
      if (y.active) d += bend * load(y.data + p * y.plane + j);
      store(e + p * e_plane + j, d);
    }
  }
}

template <class T>
void add(int n, T factor, const T* x, T* y) {
  constexpr int lanes = Vector<T>::lanes;
  for (int j = 0; j < n; j += lanes) store(y + j, load(y + j) + load(x + j) * factor);
}

template <class T>
void sum(int n, int count, const T* factors, const T* const* x, T* y) {
  constexpr int lanes = Vector<T>::lanes;
  for (int j = 0; j < n; j += lanes) {
    V<T> all = {};
    for (int k = 0; k < count; ++k) all += load(x[k] + j) * factors[k];
    store(y + j, all);
  }
}

template <class T>
void multiply_add(int n, const T* a, const T* b, T* y) {
  constexpr int lanes = Vector<T>::lanes;
  for (int j = 0; j < n; j += lanes) store(y + j, load(y + j) + load(a + j) * load(b + j));
}

template <class T>
void take_signs(int n, const T* from, T* to) {
  for (int j = 0; j < n; ++j) {
    if constexpr (sizeof(T) == 4)
      to[j] = __builtin_copysignf(to[j], from[j]);
    else
      to[j] = __builtin_copysign(to[j], from[j]);
  }
}

template <class T>
T square_norm(int n, const T* x) {
  constexpr int lanes = Vector<T>::lanes;
  V<T> sums = {};
  for (int j = 0; j < n; j += lanes) sums += load(x + j) * load(x + j);
  T out = 0;
  for (int k = 0; k < lanes; ++k) out += sums[k];
  return out;
}

template <class T>
inline V<T> root(V<T> x) {
  for (int k = 0; k < Vector<T>::lanes; ++k)
    x[k] = sizeof(T) == 4 ? static_cast<T>(__builtin_sqrtf(static_cast<float>(x[k])))
                          : static_cast<T>(__builtin_sqrt(static_cast<double>(x[k])));
  return x;
}

// What functions are made of that are symmetric, or antisymmetric but for a shift.
template <class T>
struct SignAndSize {
  V<T> one;
  decltype(V<T>{} >= V<T>{}) up;
  V<T> size;
};

template <class T>
inline SignAndSize<T> sign_and_size(V<T> x) {
  const V<T> zero = {};
  const auto up = x >= zero;
  return {zero + T(1), up, up ? x : -x};
}

// Value and derivative of one vector, a struct a function. To add one, write it here and name it in `functions` below.
template <class T>
struct Exp {
  static inline V<T> of(V<T> x, V<T>& derivative) {
    const auto [one, up, size] = sign_and_size<T>(x);
    // The square of half the way, so that nothing overflows before the result does.
    const V<T> t = exp_minus<T>(size * T(0.5));
    const V<T> part = up ? one / t : t;
    return derivative = part * part;
  }
};

template <class T>
struct Sigmoid {
  static inline V<T> of(V<T> x, V<T>& derivative) {
    const auto [one, up, size] = sign_and_size<T>(x);
    const V<T> t = exp_minus<T>(size);
    const V<T> whole = one + t;
    derivative = t / (whole * whole);
    return (up ? one : t) / whole;
  }
};

template <class T>
struct Tanh {
  static inline V<T> of(V<T> x, V<T>& derivative) {
    const auto [one, up, size] = sign_and_size<T>(x);
    const V<T> t = exp_minus<T>(size * T(2));
    const V<T> far = (one - t) / (one + t);
    // Near 0 the difference above has no digits left; Taylor's series does.
    const V<T> z = x * x;
    const V<T> near = size * (one + z * (T(-1.0 / 3) + z * (T(2.0 / 15) + z * T(-17.0 / 315))));
    const V<T> y = size < V<T>{} + T(0.15) ? near : far;
    derivative = one - y * y;
    return up ? y : -y;
  }
};

template <class T>
struct Relu {
  static inline V<T> of(V<T> x, V<T>& derivative) {
    const V<T> zero = {};
    const V<T> one = zero + T(1);
    const auto positive = x > zero;
    derivative = positive ? one : zero;
    return positive ? x : zero;
  }
};

template <class T>
struct Abs {
  static inline V<T> of(V<T> x, V<T>& derivative) {
    const V<T> zero = {};
    const V<T> one = zero + T(1);
    derivative = x > zero ? one : (x < zero ? -one : zero);
    return x >= zero ? x : -x;
  }
};

template <class T>
struct Sign {
  static inline V<T> of(V<T> x, V<T>& derivative) {
    const V<T> zero = {};
    const V<T> one = zero + T(1);
    derivative = zero;
    return x > zero ? one : (x < zero ? -one : zero);
  }
};

template <class T>
struct Step {
  static inline V<T> of(V<T> x, V<T>& derivative) {
    const V<T> zero = {};
    const V<T> one = zero + T(1);
    derivative = zero;
    return x > zero ? one : zero;
  }
};

template <class T>
struct Sqrt {
  static inline V<T> of(V<T> x, V<T>& derivative) {
    const V<T> y = root<T>(x);
    // None at 0. What is cut off there, as by relu, depends on nothing.
    const V<T> zero = {};
    derivative = x == zero ? zero : T(0.5) / y;
    return y;
  }
};

template <class T, template <class> class F>
void each(int n, const T* x, T* y, T* derivative) {
  constexpr int lanes = Vector<T>::lanes;
  for (int j = 0; j < n; j += lanes) {
    V<T> d;
    store(y + j, F<T>::of(load(x + j), d));
    store(derivative + j, d);
  }
}

template <class T, int n>
constexpr int count_of(const NamedFunction<T> (&)[n]) {
  return n;
}

template <class T>
constexpr NamedFunction<T> functions[] = {
    {"exp", each<T, Exp>}, {"tanh", each<T, Tanh>}, {"sigmoid", each<T, Sigmoid>}, {"relu", each<T, Relu>},
    {"abs", each<T, Abs>}, {"sign", each<T, Sign>}, {"sqrt", each<T, Sqrt>},       {"step", each<T, Step>}};
