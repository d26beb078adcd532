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
template <class T>
inline T total(V<T> v) {
  T sum = 0;
  for (int k = 0; k < Vector<T>::lanes; ++k) sum += v[k];
  return sum;
}

template <class T>
struct Part {
  const T* left;   // one number a row
  const T* right;  // one number a column
};

// Rows of one plane: w = factor * w + shift * w0 + sum of parts. The tile stays in registers over all parts.
template <class T, bool scaled>
inline void update_rows(T* w, const T* w0, std::ptrdiff_t stride, int width, const Part<T>* parts, int count,
                        T factor, T shift) {
  constexpr int lanes = Vector<T>::lanes;
  constexpr int across = Vector<T>::across;
  for (int j = 0; j < width; j += lanes * across) {
    V<T> sum[tall][across];
    for (int r = 0; r < tall; ++r) {
      for (int c = 0; c < across; ++c) {
        sum[r][c] = load(w + r * stride + j + c * lanes);
        if (scaled) sum[r][c] = sum[r][c] * factor + load(w0 + r * stride + j + c * lanes) * shift;
      }
    }
    for (int k = 0; k < count; ++k) {
      V<T> right[across];
      for (int c = 0; c < across; ++c) right[c] = load(parts[k].right + j + c * lanes);
      for (int r = 0; r < tall; ++r) {
        for (int c = 0; c < across; ++c) sum[r][c] += right[c] * parts[k].left[r];
      }
    }
    for (int r = 0; r < tall; ++r) {
      for (int c = 0; c < across; ++c) store(w + r * stride + j + c * lanes, sum[r][c]);
    }
  }
}

template <class T>
void update(const Weights<T>& w, int count, const Column<T>* left, const Column<T>* right, const T* scale) {
  const int width = static_cast<int>(w.stride);
  Part<T> parts[most_parts];
  for (int i = 0; i < w.rows; i += tall) {
    T* const w0 = w.data + i * w.stride;
    // The value plane last: the tangents need what it was.
    for (int p = w.planes - 1; p >= 0; --p) {
      int k = 0;
      bool first = true;
      for (int o = 0; o < count || first;) {
        k = 0;
        for (; o < count && k + 2 <= most_parts; ++o) {
          if (p == 0) {
            parts[k++] = {left[o].data + i, right[o].data};
          } else {
            if (left[o].active) parts[k++] = {left[o].data + p * left[o].plane + i, right[o].data};
            if (right[o].active) parts[k++] = {left[o].data + i, right[o].data + p * right[o].plane};
          }
        }
        T* const rows = w0 + p * w.plane;
        if (scale != nullptr && first) {
          update_rows<T, true>(rows, w0, w.stride, width, parts, k, 1 + scale[0], p == 0 ? T(0) : scale[p]);
        } else {
          update_rows<T, false>(rows, w0, w.stride, width, parts, k, 1, 0);
        }
        first = false;
      }
    }
  }
}

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
    for (int r = 0; r < tall; ++r) z[c * z_plane + r] += total<T>(sum[c][r]);
  }
}

template <class T>
void forward(const Weights<T>& w, const Column<T>& x, T* z, std::ptrdiff_t z_plane) {
  const int width = static_cast<int>(w.stride);
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

template <class T>
inline void add_two(T* v, const T* a, const T* ya, const T* b, const T* yb, std::ptrdiff_t stride,
                    int width) {
  constexpr int lanes = Vector<T>::lanes;
  for (int j = 0; j < width; j += lanes) {
    V<T> sum = load(v + j);
    for (int r = 0; r < tall; ++r) sum += load(a + r * stride + j) * ya[r];
    for (int r = 0; r < tall; ++r) sum += load(b + r * stride + j) * yb[r];
    store(v + j, sum);
  }
}

template <class T>
void backward(const Weights<T>& w, const Column<T>& y, T* v, std::ptrdiff_t v_plane, int planes) {
  const int width = static_cast<int>(w.stride);
  for (int p = 0; p < planes; ++p) {
    for (int j = 0; j < width; ++j) v[p * v_plane + j] = 0;
  }
  for (int i = 0; i < w.rows; i += tall) {
    const T* const w0 = w.data + i * w.stride;
    add_rows<T>(v, w0, w.stride, width, y.data + i);
    for (int p = 1; p < planes; ++p) {
      T* const out = v + p * v_plane;
      const T* const yp = y.data + p * y.plane + i;
      if (p < w.planes && y.active) {
        add_two<T>(out, w0 + p * w.plane, y.data + i, w0, yp, w.stride, width);
      } else if (p < w.planes) {
        add_rows<T>(out, w0 + p * w.plane, w.stride, width, y.data + i);
      } else if (y.active) {
        add_rows<T>(out, w0, w.stride, width, yp);
      }
    }
  }
}

}  // namespace

extern const Table<float> floats;
extern const Table<double> doubles;
const Table<float> floats = {KERNEL_NAME, update<float>, forward<float>, backward<float>};
const Table<double> doubles = {KERNEL_NAME, update<double>, forward<double>, backward<double>};

}  // namespace rule_search::kernels::KERNEL_SPACE
