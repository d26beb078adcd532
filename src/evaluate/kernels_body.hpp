// Included once per instruction set, with KERNEL_SPACE (a namespace) and KERNEL_BYTES (width of a vector
// register). Nothing from the standard library is used here: an inline function compiled for a newer
// processor could be the copy that the linker keeps for the whole program.
#include "evaluate/kernels.hpp"

namespace rule_search::kernels::KERNEL_SPACE {
namespace {

template <class T>
struct Vector {
  typedef T type __attribute__((vector_size(KERNEL_BYTES), may_alias));
  static constexpr int lanes = KERNEL_BYTES / static_cast<int>(sizeof(T));
  static constexpr int across = padding / lanes < 2 ? padding / lanes : 2;  // vectors side by side in a tile
};
template <class T>
using V = typename Vector<T>::type;

constexpr int tall = 4;         // rows in a tile
constexpr int most_parts = 64;  // rank-one parts handled in one walk over a row tile

template <class T>
inline V<T> load(const T* p) {
  return *reinterpret_cast<const V<T>*>(p);
}
template <class T>
inline void store(T* p, V<T> v) {
  *reinterpret_cast<V<T>*>(p) = v;
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

template <class T>
struct Part {
  const T* left;   // one number a row
  const T* right;  // one number a column
};

// Dot products of `tall` rows with `many` columns, added to z.
template <class T, int many>
inline void dots(const T* rows, std::ptrdiff_t stride, int width, const T* x, std::ptrdiff_t x_plane, T* z,
                 std::ptrdiff_t z_plane) {
  constexpr int lanes = Vector<T>::lanes;
  V<T> sum[many][tall] = {};
  for (int j = 0; j < width; j += lanes) {
    V<T> row[tall];
    for (int r = 0; r < tall; ++r) row[r] = load(rows + r * stride + j);
    for (int c = 0; c < many; ++c) {
      const V<T> xc = load(x + c * x_plane + j);
      for (int r = 0; r < tall; ++r) sum[c][r] += row[r] * xc;
    }
  }
  for (int c = 0; c < many; ++c) {
    T each[tall];
    totals<T>(sum[c], each);
    for (int r = 0; r < tall; ++r) z[c * z_plane + r] += each[r];
  }
}

template <class T>
void forward(const Weights<T>& w, const Column<T>& x, T* z, std::ptrdiff_t z_plane) {
  const int width = w.width();
  for (int i = 0; i < w.rows; i += tall) {
    for (int p = 0; p < w.planes; ++p) {
      for (int r = 0; r < tall; ++r) z[p * z_plane + i + r] = 0;
      dots<T, 1>(w.data + p * w.plane + i * w.stride, w.stride, width, x.data, 0, z + p * z_plane + i, 0);
    }
    if (!x.active) continue;
    const T* const w0 = w.data + i * w.stride;
    int p = 1;
    for (; p + 1 < w.planes; p += 2) {
      dots<T, 2>(w0, w.stride, width, x.data + p * x.plane, x.plane, z + p * z_plane + i, z_plane);
    }
    if (p < w.planes) dots<T, 1>(w0, w.stride, width, x.data + p * x.plane, 0, z + p * z_plane + i, 0);
  }
  // Rows that exist only as padding must stay zero for whoever reads the column in whole vectors.
  for (int p = 0; p < w.planes; ++p) {
    for (int i = w.rows; i % tall != 0; ++i) z[p * z_plane + i] = 0;
  }
}

// v += sum over `tall` rows of y_r * row_r.
template <class T>
inline void add_rows(T* v, const T* rows, std::ptrdiff_t stride, int width, const T* y) {
  constexpr int lanes = Vector<T>::lanes;
  for (int j = 0; j < width; j += lanes) {
    V<T> sum = load(v + j);
    for (int r = 0; r < tall; ++r) sum += load(rows + r * stride + j) * y[r];
    store(v + j, sum);
  }
}

// A block of `deep` rows of a plane and of its value, for one plane of v or two that share the value's rows.
constexpr int deep = 8;

template <class T, int pair>
inline void add_block(T* v, std::ptrdiff_t v_plane, const T* w, std::ptrdiff_t w_plane, const T* w0,
                      std::ptrdiff_t stride, int width, const T* y0, const T* y, std::ptrdiff_t y_plane) {
  constexpr int lanes = Vector<T>::lanes;
  for (int j = 0; j < width; j += lanes) {
    V<T> sum[pair];
    for (int c = 0; c < pair; ++c) sum[c] = load(v + c * v_plane + j);
    for (int r = 0; r < deep; ++r) {
      const V<T> value = load(w0 + r * stride + j);
      for (int c = 0; c < pair; ++c)
        sum[c] += load(w + c * w_plane + r * stride + j) * y0[r] + value * y[c * y_plane + r];
    }
    for (int c = 0; c < pair; ++c) store(v + c * v_plane + j, sum[c]);
  }
}

// One plane of weights, all planes of y: a tile of v stays in registers over all rows.
constexpr int most_planes = KERNEL_BYTES == 64 ? 12 : 6;

template <class T, int many, int across, bool listed>
inline void columns_tile(const T* w, std::ptrdiff_t stride, const int* rows, int count, const T* y,
                         std::ptrdiff_t y_plane, T* v, std::ptrdiff_t v_plane) {
  constexpr int lanes = Vector<T>::lanes;
  V<T> sum[many][across] = {};
  for (int k = 0; k < count; ++k) {
    const int i = listed ? rows[k] : k;
    V<T> row[across];
    for (int c = 0; c < across; ++c) row[c] = load(w + i * stride + c * lanes);
    for (int p = 0; p < many; ++p) {
      const T by = y[p * y_plane + i];
      for (int c = 0; c < across; ++c) sum[p][c] += row[c] * by;
    }
  }
  for (int p = 0; p < many; ++p) {
    for (int c = 0; c < across; ++c) store(v + p * v_plane + c * lanes, sum[p][c]);
  }
}

template <class T, int many, bool listed>
inline void columns(const T* w, std::ptrdiff_t stride, int width, const int* rows, int count, const T* y,
                    std::ptrdiff_t y_plane, T* v, std::ptrdiff_t v_plane) {
  constexpr int lanes = Vector<T>::lanes;
  // As many sums at once as there are registers for, and enough that none waits for the one before.
  constexpr int registers = KERNEL_BYTES == 64 ? 24 : 12;
  constexpr int across = registers / many > 8 ? 8 : registers / many > 2 ? registers / many : 2;
  int j = 0;
  for (; j + across * lanes <= width; j += across * lanes)
    columns_tile<T, many, across, listed>(w + j, stride, rows, count, y, y_plane, v + j, v_plane);
  for (; j + 2 * lanes <= width; j += 2 * lanes)
    columns_tile<T, many, 2, listed>(w + j, stride, rows, count, y, y_plane, v + j, v_plane);
  for (; j < width; j += lanes)
    columns_tile<T, many, 1, listed>(w + j, stride, rows, count, y, y_plane, v + j, v_plane);
}

template <class T, int many, bool listed>
inline void columns_of(int planes, const T* w, std::ptrdiff_t stride, int width, const int* rows, int count, const T* y,
                       std::ptrdiff_t y_plane, T* v, std::ptrdiff_t v_plane) {
  if (planes == many) {
    columns<T, many, listed>(w, stride, width, rows, count, y, y_plane, v, v_plane);
  } else if constexpr (many > 1) {
    columns_of<T, many - 1, listed>(planes, w, stride, width, rows, count, y, y_plane, v, v_plane);
  }
}

template <class T, bool listed>
inline void one_plane(const Weights<T>& w, const int* rows, int count, const Column<T>& y, T* v, std::ptrdiff_t v_plane,
                      int planes) {
  for (int p = 0; p < planes;) {
    // In even parts: eleven planes are 6 and 5 where 6 fit, not 6 and 5 ones.
    const int parts = (planes - p + most_planes - 1) / most_planes;
    const int now = (planes - p + parts - 1) / parts;
    columns_of<T, most_planes, listed>(now, w.data, w.stride, w.width(), rows, count, y.data + p * y.plane, y.plane,
                                       v + p * v_plane, v_plane);
    p += now;
  }
}

// Listed rows of all planes, `deep` at a time.
template <class T>
void several_planes(const Weights<T>& w, const int* rows, int count, const Column<T>& y, T* v, std::ptrdiff_t v_plane,
                    int planes) {
  constexpr int lanes = Vector<T>::lanes;
  for (int p = 0; p < planes; ++p) {
    for (int j = 0; j < w.width(); ++j) v[p * v_plane + j] = 0;
  }
  for (int k = 0; k < count; k += deep) {
    const T* row[deep];
    for (int r = 0; r < deep; ++r) row[r] = w.data + rows[k + r < count ? k + r : k] * w.stride;
    T y0[deep];
    for (int r = 0; r < deep; ++r) y0[r] = k + r < count ? y.data[rows[k + r]] : 0;
    for (int p = 0; p < planes; ++p) {
      T yp[deep] = {};
      if (p > 0 && y.active) {
        for (int r = 0; r < deep && k + r < count; ++r) yp[r] = y.data[p * y.plane + rows[k + r]];
      }
      T* const out = v + p * v_plane;
      for (int j = 0; j < w.width(); j += lanes) {
        V<T> sum = load(out + j);
        for (int r = 0; r < deep; ++r) sum += load(row[r] + p * w.plane + j) * y0[r];
        if (p > 0 && y.active) {
          for (int r = 0; r < deep; ++r) sum += load(row[r] + j) * yp[r];
        }
        store(out + j, sum);
      }
    }
  }
}

template <class T>
void backward_rows(const Weights<T>& w, const int* rows, int count, const Column<T>& y, T* v, std::ptrdiff_t v_plane,
                   int planes) {
  if (w.planes > 1) {
    several_planes<T>(w, rows, count, y, v, v_plane, planes);
    return;
  }
  const int with = y.active ? planes : 1;
  one_plane<T, true>(w, rows, count, y, v, v_plane, with);
  for (int p = with; p < planes; ++p) {
    for (int j = 0; j < w.width(); ++j) v[p * v_plane + j] = 0;
  }
}

template <class T>
void walk(int steps, int count, const Stride<T>* strides, const T* scale, int planes, std::ptrdiff_t plane, T* h) {
  constexpr int lanes = Vector<T>::lanes;
  const std::ptrdiff_t column = plane * planes;
  T by[most_walked_outers][most_walked_planes];
  for (int s = 0; s < steps; ++s) {
    for (int o = 0; o < count; ++o) {
      const Stride<T>& stride = strides[o];
      if (stride.u == nullptr) {
        for (int p = 0; p < planes; ++p) by[o][p] = stride.numbers[p * stride.number_plane + s];
        continue;
      }
      const T* const u = stride.u + s * column;
      for (int p = 0; p < planes; ++p) {
        V<T> sum = {};
        for (int j = 0; j < plane; j += lanes) {
          sum += load(u + j) * load(h + p * plane + j);
          if (p > 0) sum += load(u + p * plane + j) * load(h + j);
        }
        by[o][p] = total<T>(sum);
      }
    }
    const T* const d = scale == nullptr ? nullptr : scale + s * planes;
    // The value last: the tangents need what it was.
    for (int p = planes - 1; p >= 0; --p) {
      T* const hp = h + p * plane;
      for (int j = 0; j < plane; j += lanes) {
        V<T> sum = load(hp + j);
        if (d != nullptr) {
          sum += sum * d[0];
          if (p > 0) sum += load(h + j) * d[p];
        }
        for (int o = 0; o < count; ++o) {
          const T* const left = strides[o].left + s * column;
          sum += load(left + p * plane + j) * by[o][0];
          if (p > 0) sum += load(left + j) * by[o][p];
        }
        store(hp + j, sum);
      }
    }
  }
}

template <class T>
void backward(const Weights<T>& w, const Column<T>& y, T* v, std::ptrdiff_t v_plane, int planes) {
  const int width = w.width();
  if (w.planes == 1) {
    const int with = y.active ? planes : 1;
    one_plane<T, false>(w, nullptr, w.rows, y, v, v_plane, with);
    for (int p = with; p < planes; ++p) {
      for (int j = 0; j < width; ++j) v[p * v_plane + j] = 0;
    }
    return;
  }
  for (int p = 0; p < planes; ++p) {
    for (int j = 0; j < width; ++j) v[p * v_plane + j] = 0;
  }
  int i = 0;
  if (y.active) {
    // Rows are padded with zeros to a multiple of `padding`, so that a block never reads past them.
    for (; i < w.rows; i += deep) {
      const T* const w0 = w.data + i * w.stride;
      const T* const y0 = y.data + i;
      for (int r = 0; r < deep; r += tall) add_rows<T>(v, w0 + r * w.stride, w.stride, width, y0 + r);
      int p = 1;
      for (; p + 1 < planes; p += 2)
        add_block<T, 2>(v + p * v_plane, v_plane, w0 + p * w.plane, w.plane, w0, w.stride, width, y0, y0 + p * y.plane,
                        y.plane);
      if (p < planes)
        add_block<T, 1>(v + p * v_plane, v_plane, w0 + p * w.plane, w.plane, w0, w.stride, width, y0, y0 + p * y.plane,
                        y.plane);
    }
    return;
  }
  for (; i < w.rows; i += tall) {
    for (int p = 0; p < planes; ++p)
      add_rows<T>(v + p * v_plane, w.data + p * w.plane + i * w.stride, w.stride, width, y.data + i);
  }
}

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
void softplus(int n, T beta, const T* z, std::ptrdiff_t z_plane, T* y, std::ptrdiff_t y_plane, int planes, T* slope) {
  constexpr int lanes = Vector<T>::lanes;
  for (int j = 0; j < n; j += lanes) {
    const V<T> s = load(z + j) * beta;
    const auto up = s >= V<T>{};
    const V<T> t = exp_minus<T>(up ? s : -s);
    store(y + j, ((up ? s : V<T>{}) + log_one_plus<T>(t)) / beta);
    const V<T> whole = t + T(1);
    const V<T> by = (up ? V<T>{} + T(1) : t) / whole;
    store(slope + j, by);
    for (int p = 1; p < planes; ++p) store(y + p * y_plane + j, by * load(z + p * z_plane + j));
  }
}

template <class T>
void input_slope(int n, T beta, const T* x, T* slope) {
  constexpr int lanes = Vector<T>::lanes;
  for (int j = 0; j < n; j += lanes) {
    // Inputs are intensities, but nothing keeps them from being negative.
    const V<T> s = load(x + j) * beta;
    const auto up = s >= V<T>{};
    const V<T> t = exp_minus<T>(up ? s : -s);
    store(slope + j, T(1) - (up ? t : T(1) / t));
  }
}

template <class T>
void error_slope(int n, T beta, const T* slope, const Column<T>& y, T* e, std::ptrdiff_t e_plane, int planes) {
  constexpr int lanes = Vector<T>::lanes;
  for (int j = 0; j < n; j += lanes) {
    const V<T> by = load(slope + j);
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
void multiply_add(int n, const T* a, const T* b, T* y) {
  constexpr int lanes = Vector<T>::lanes;
  for (int j = 0; j < n; j += lanes) store(y + j, load(y + j) + load(a + j) * load(b + j));
}

template <class T>
inline V<T> root(V<T> x) {
  for (int k = 0; k < Vector<T>::lanes; ++k)
    x[k] = sizeof(T) == 4 ? static_cast<T>(__builtin_sqrtf(static_cast<float>(x[k])))
                          : static_cast<T>(__builtin_sqrt(static_cast<double>(x[k])));
  return x;
}

// Value and slope of one vector.
template <class T, Function f>
inline V<T> function_of(V<T> x, V<T>& slope) {
  const V<T> zero = {};
  const V<T> one = zero + T(1);
  const auto up = x >= zero;
  const V<T> size = up ? x : -x;
  if constexpr (f == Function::exp) {
    // The square of half the way, so that nothing overflows before the result does.
    const V<T> t = exp_minus<T>(size * T(0.5));
    const V<T> part = up ? one / t : t;
    return slope = part * part;
  } else if constexpr (f == Function::sigmoid) {
    const V<T> t = exp_minus<T>(size);
    const V<T> whole = one + t;
    slope = t / (whole * whole);
    return (up ? one : t) / whole;
  } else if constexpr (f == Function::tanh) {
    const V<T> t = exp_minus<T>(size * T(2));
    const V<T> far = (one - t) / (one + t);
    // Near 0 the difference above has no digits left; Taylor's series does.
    const V<T> z = x * x;
    const V<T> near = size * (one + z * (T(-1.0 / 3) + z * (T(2.0 / 15) + z * T(-17.0 / 315))));
    const V<T> y = size < zero + T(0.15) ? near : far;
    slope = one - y * y;
    return up ? y : -y;
  } else if constexpr (f == Function::relu) {
    const auto positive = x > zero;
    slope = positive ? one : zero;
    return positive ? x : zero;
  } else if constexpr (f == Function::abs) {
    slope = x > zero ? one : (x < zero ? -one : zero);
    return size;
  } else if constexpr (f == Function::sign) {
    slope = zero;
    return x > zero ? one : (x < zero ? -one : zero);
  } else {
    const V<T> y = root<T>(x);
    slope = T(0.5) / y;
    return y;
  }
}

template <class T, Function f>
inline void each_of(int n, const T* x, T* y, T* slope) {
  constexpr int lanes = Vector<T>::lanes;
  for (int j = 0; j < n; j += lanes) {
    V<T> s;
    store(y + j, function_of<T, f>(load(x + j), s));
    store(slope + j, s);
  }
}

template <class T>
void function(Function f, int n, const T* x, T* y, T* slope) {
  switch (f) {
    case Function::exp:
      return each_of<T, Function::exp>(n, x, y, slope);
    case Function::tanh:
      return each_of<T, Function::tanh>(n, x, y, slope);
    case Function::sigmoid:
      return each_of<T, Function::sigmoid>(n, x, y, slope);
    case Function::relu:
      return each_of<T, Function::relu>(n, x, y, slope);
    case Function::abs:
      return each_of<T, Function::abs>(n, x, y, slope);
    case Function::sign:
      return each_of<T, Function::sign>(n, x, y, slope);
    case Function::sqrt:
      return each_of<T, Function::sqrt>(n, x, y, slope);
  }
}

#include "evaluate/kernels_pass.hpp"
#include "evaluate/kernels_rows.hpp"

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

}  // namespace

extern const Table<float> floats;
extern const Table<double> doubles;
const Table<float> floats = {KERNEL_NAME,        pass<float>,          forward<float>, forward_rows<float>,
                             backward<float>,    backward_rows<float>, walk<float>,    softplus<float>,
                             input_slope<float>, error_slope<float>,   add<float>,     multiply_add<float>,
                             function<float>,    multiply_adds<float>};
const Table<double> doubles = {KERNEL_NAME,         pass<double>,          forward<double>, forward_rows<double>,
                               backward<double>,    backward_rows<double>, walk<double>,    softplus<double>,
                               input_slope<double>, error_slope<double>,   add<double>,     multiply_add<double>,
                               function<double>,    multiply_adds<double>};

}  // namespace rule_search::kernels::KERNEL_SPACE
