// Part of body.hpp, inside its namespace: all that a step does with a matrix of weights, in one pass
// over it.

// Four rows of a plane: w = factor * w + shift * w0 + sum of parts, while they are in registers; then their
// products with x are added to `sum`.
enum class Scaled { not_at_all, by_factor, with_value };

// `known` parts, or `count` where that is 0.
template <class T, int across, Scaled scaled, bool product, bool fetch, int known>
inline __attribute__((always_inline)) void learn_tile(T* w, const T* w0, std::ptrdiff_t stride, const Part<T>* parts,
                                                      int count, int i, int j, T factor, T shift, const T* x, V<T>* sum,
                                                      std::ptrdiff_t ahead) {
  constexpr int lanes = Vector<T>::lanes;
  V<T> tile[tall][across];
  for (int r = 0; r < tall; ++r) {
    for (int c = 0; c < across; ++c) {
      const std::ptrdiff_t at = r * stride + j + std::ptrdiff_t{c} * lanes;
      if constexpr (fetch) __builtin_prefetch(w + at + ahead, 1);
      tile[r][c] = load(w + at);
      if (scaled != Scaled::not_at_all) tile[r][c] = tile[r][c] * factor;
      if (scaled == Scaled::by_factor) round_here<T>(tile[r][c]);
      if (scaled == Scaled::with_value) tile[r][c] += load(w0 + at) * shift;
    }
  }
  const int n = known > 0 ? known : count;
#pragma GCC unroll 6
  for (int k = 0; k < n; ++k) {
    V<T> right[across];
    for (int c = 0; c < across; ++c) right[c] = load(parts[k].right + j + c * lanes);
    for (int r = 0; r < tall; ++r) {
      const T left = parts[k].left[i + r];
      for (int c = 0; c < across; ++c) tile[r][c] += right[c] * left;
    }
  }
  for (int r = 0; r < tall; ++r) {
    for (int c = 0; c < across; ++c) store(w + r * stride + j + c * lanes, tile[r][c]);
  }
  if (!product) return;
  for (int c = 0; c < across; ++c) {
    const V<T> xc = load(x + j + c * lanes);
    for (int r = 0; r < tall; ++r) sum[r] += tile[r][c] * xc;
  }
}

// Kept a function of its own: what surrounds it would take registers that the tile needs. With `fetch` it
// asks for the weights `ahead` of these, since a row of one plane is too short for the processor to foresee
// the next.
template <class T, Scaled scaled, bool product, bool fetch, int known = 0>
__attribute__((noinline)) void learn_rows(T* w, const T* w0, std::ptrdiff_t stride, int from, int width,
                                          const Part<T>* parts, int count, int i, T factor, T shift, const T* x, T* z,
                                          std::ptrdiff_t ahead) {
  constexpr int lanes = Vector<T>::lanes;
  // Three: tiles of four or six take a third more time with AVX-512 (Zen 4).
  constexpr int wide = KERNEL_BYTES == 64 ? 3 : 2;
  V<T> sum[tall] = {};
  int j = from;
  // Four vectors are two and two, since one alone would wait for its own sums.
  const auto whole = [&](int left) { return left >= wide && (wide == 2 || left != wide + 1); };
  for (; whole((width - j) / lanes); j += wide * lanes)
    learn_tile<T, wide, scaled, product, fetch, known>(w, w0, stride, parts, count, i, j, factor, shift, x, sum, ahead);
  for (; wide > 2 && j + 2 * lanes <= width; j += 2 * lanes)
    learn_tile<T, 2, scaled, product, fetch, known>(w, w0, stride, parts, count, i, j, factor, shift, x, sum, ahead);
  if (j < width)
    learn_tile<T, 1, scaled, product, fetch, known>(w, w0, stride, parts, count, i, j, factor, shift, x, sum, ahead);
  if (!product) return;
  totals<T>(sum, z);
}

// The same. Up to so many parts, which most rules have, there is no loop over them.
constexpr int most_known = 6;

template <class T, Scaled scaled, bool product, bool fetch, int known = most_known>
inline __attribute__((always_inline)) void learn_parts(T* w, const T* w0, std::ptrdiff_t stride, int from, int width,
                                                       const Part<T>* parts, int count, int i, T factor, T shift,
                                                       const T* x, T* z, std::ptrdiff_t ahead) {
  if constexpr (known > 0) {
    if (count != known)
      return learn_parts<T, scaled, product, fetch, known - 1>(w, w0, stride, from, width, parts, count, i, factor,
                                                               shift, x, z, ahead);
  }
  learn_rows<T, scaled, product, fetch, known>(w, w0, stride, from, width, parts, count, i, factor, shift, x, z, ahead);
}

// Four rows of all planes: what was learnt is added, and z = W x is computed, at the place of these rows.
template <class T, bool fetch>
inline void learn_and_multiply(const Weights<T>& w, const Pass<T>& k, int i) {
  const int width = w.width();
  T* const w0 = w.data + i * w.stride;
  T* const z = k.z == nullptr ? nullptr : k.z + i;
  const bool learns = k.parts_from != nullptr || k.scale != nullptr;
  // In the order in which planes lie; where the weights are scaled the value last: the tangents need what it was.
  const bool down = k.scale != nullptr;
  const std::ptrdiff_t next = down ? -w.plane : w.plane;
  for (int q = 0; q < w.planes && learns; ++q) {
    const int p = down ? w.planes - 1 - q : q;
    T* const rows = w0 + p * w.plane;
    const T factor = k.scale == nullptr ? T(1) : 1 + k.scale[0];
    const T shift = k.scale == nullptr || p == 0 ? T(0) : k.scale[p];
    const Part<T>* const parts = k.parts_from == nullptr ? nullptr : k.parts + k.parts_from[p];
    const int n = k.parts_from == nullptr ? 0 : k.parts_from[p + 1] - k.parts_from[p];
    T* const out = z == nullptr ? nullptr : z + p * k.z_plane;
    const T* const x = k.x.data;
    // The plane that is next; after the last one the first of the next rows.
    const std::ptrdiff_t ahead = q + 1 < w.planes ? next : tall * w.stride - (w.planes - 1) * next;
    const auto learn = [&]<bool product>() {
      const auto parts_of = [&]<Scaled scaled>() {
        learn_parts<T, scaled, product, fetch>(rows, w0, w.stride, k.from, width, parts, n, i, factor, shift, x, out,
                                               ahead);
      };
      if (shift != 0)
        parts_of.template operator()<Scaled::with_value>();
      else if (factor != 1)
        parts_of.template operator()<Scaled::by_factor>();
      else
        parts_of.template operator()<Scaled::not_at_all>();
    };
    if (x != nullptr)
      learn.template operator()<true>();
    else
      learn.template operator()<false>();
  }
  if (k.x.data == nullptr) {
    if (k.z == nullptr) return;
    for (int p = 0; p < w.planes; ++p) {
      for (int r = 0; r < tall; ++r) z[p * k.z_plane + r] = w0[p * w.plane + r * w.stride + k.column];
    }
    return;
  }
  if (!learns) {
    for (int p = 0; p < w.planes; ++p) {
      for (int r = 0; r < tall; ++r) z[p * k.z_plane + r] = 0;
      dots<T, 1>(w0 + p * w.plane, w.stride, width, k.x.data, 0, z + p * k.z_plane, 0);
    }
  }
  if (!k.x.active) return;
  // Few planes at once would wait for their own sums.
  constexpr int many = KERNEL_BYTES == 64 ? 4 : 2;
  const auto multiply = [&]<int now>(int p) {
    dots<T, now>(w0, w.stride, width, k.x.data + p * k.x.plane, k.x.plane, z + p * k.z_plane, k.z_plane);
  };
  int p = 1;
  for (; p + many < w.planes; p += many) multiply.template operator()<many>(p);
  const int left = w.planes - p;
  if constexpr (many == 4) {
    if (left == 4) multiply.template operator()<4>(p);
    if (left == 3) multiply.template operator()<3>(p);
  }
  if (left == 2) multiply.template operator()<2>(p);
  if (left == 1) multiply.template operator()<1>(p);
}

// v_p += sum over rows of y_0 w_p + y_p w_0, for `pair` planes that share the value's rows.
template <class T, int high, int pair>
inline void add_rows_of(T* v, std::ptrdiff_t v_plane, const T* w, std::ptrdiff_t w_plane, const T* w0,
                        std::ptrdiff_t stride, int from, int width, const T* y0, const T* y, std::ptrdiff_t y_plane) {
  constexpr int lanes = Vector<T>::lanes;
  V<T> by0[high];
  V<T> by[pair][high];
  for (int r = 0; r < high; ++r) {
    by0[r] = V<T>{} + y0[r];
    for (int c = 0; c < pair; ++c) by[c][r] = V<T>{} + y[c * y_plane + r];
  }
  for (int j = from; j < width; j += lanes) {
    V<T> sum[pair];
    for (int c = 0; c < pair; ++c) sum[c] = load(v + c * v_plane + j);
    for (int r = 0; r < high; ++r) {
      const V<T> value = load(w0 + r * stride + j);
      for (int c = 0; c < pair; ++c) sum[c] += load(w + c * w_plane + r * stride + j) * by0[r] + value * by[c][r];
    }
    for (int c = 0; c < pair; ++c) store(v + c * v_plane + j, sum[c]);
  }
}

template <class T, int high>
inline void add_value_rows(T* v, const T* w0, std::ptrdiff_t stride, int from, int width, const T* y0) {
  constexpr int lanes = Vector<T>::lanes;
  V<T> by[high];
  for (int r = 0; r < high; ++r) by[r] = V<T>{} + y0[r];
  for (int j = from; j < width; j += lanes) {
    V<T> sum = load(v + j);
    for (int r = 0; r < high; ++r) sum += load(w0 + r * stride + j) * by[r];
    store(v + j, sum);
  }
}

template <class T, int high>
inline void multiply_back(const Weights<T>& w, const Pass<T>& k, int i) {
  const int width = w.width();
  const T* const w0 = w.data + i * w.stride;
  const T* const y0 = k.y + i;
  int p = 1;
  for (; p + 1 < k.v_planes; p += 2)
    add_rows_of<T, high, 2>(k.v + p * k.v_plane, k.v_plane, w0 + p * w.plane, w.plane, w0, w.stride, k.v_from, width,
                            y0, y0 + p * k.y_plane, k.y_plane);
  if (p < k.v_planes)
    add_rows_of<T, high, 1>(k.v + p * k.v_plane, k.v_plane, w0 + p * w.plane, w.plane, w0, w.stride, k.v_from, width,
                            y0, y0 + p * k.y_plane, k.y_plane);
  add_value_rows<T, high>(k.v, w0, w.stride, k.v_from, width, y0);
}

// Rows that exist only as padding stay 0, which softplus(0) is not.
template <class T>
inline void clear_padding(const Weights<T>& w, const Pass<T>& k, int until) {
  for (int r = w.rows; r < until; ++r) k.y[r] = T(0);
}

// Activity of `count` rows from number i on, from their input current; whole vectors of them.
template <class T>
inline void activate(const Weights<T>& w, const Pass<T>& k, int i, int count) {
  softplus<T>(count, k.beta, k.z + i, k.z_plane, k.y + i, k.y_plane, w.planes, k.derivative + i);
  clear_padding(w, k, i + count);
}

// The same of fewer rows than make a vector.
template <class T, int group>
inline void activate_part(const Weights<T>& w, const Pass<T>& k, int i) {
  alignas(64) T z[padding] = {};
  alignas(64) T y[padding];
  alignas(64) T derivative[padding];
  for (int r = 0; r < group; ++r) z[r] = k.z[i + r];
  softplus<T>(padding, k.beta, z, 0, y, 0, 1, derivative);
  for (int r = 0; r < group; ++r) {
    k.y[i + r] = y[r];
    k.derivative[i + r] = derivative[r];
  }
  clear_padding(w, k, i + group);
  for (int p = 1; p < w.planes; ++p) {
    const T* const from = k.z + p * k.z_plane + i;
    T* const to = k.y + p * k.y_plane + i;
    for (int r = 0; r < group; ++r) to[r] = derivative[r] * from[r];
  }
}

// Where it was measured fetching ahead saves Intel's processors 9 % of an episode, and costs AMD's (Zen 4) 3 %.
#if defined(__x86_64__)
const bool fetches = (__builtin_cpu_init(), __builtin_cpu_is("intel") != 0);
#else
const bool fetches = true;
#endif

template <class T>
void pass(const Weights<T>& w, const Pass<T>& k) {
  // As many rows at once as stay in the first cache with all their planes until they are read again.
  constexpr std::ptrdiff_t cache = std::ptrdiff_t{36} * 1024;
  const std::ptrdiff_t row =
      std::ptrdiff_t{w.planes} * std::ptrdiff_t{w.width()} * static_cast<std::ptrdiff_t>(sizeof(T));
  // One vector alone would wait for its own logarithm.
  int group = 2 * padding;
  while (group > tall && group * row > cache) group /= 2;
  if (k.v != nullptr) {
    for (int p = 0; p < k.v_planes; ++p) {
      for (int j = k.v_from; j < w.width(); ++j) k.v[p * k.v_plane + j] = 0;
    }
  }
  const int rows = padded(w.rows);
  const bool activates = k.y != nullptr && !k.y_known;
  for (int i = 0; i < w.rows; i += group) {
    const int now = i + group < rows ? group : rows - i;
    for (int r = i; r < i + now; r += tall) {
      // Values alone stay in the second cache, where fetching ahead only costs.
      if (w.planes > 1 && fetches)
        learn_and_multiply<T, true>(w, k, r);
      else
        learn_and_multiply<T, false>(w, k, r);
    }
    if (k.y == nullptr || k.v == nullptr) continue;
    if (activates) {
      if (group >= padding)
        activate<T>(w, k, i, now);
      else if (group == padding / 2)
        activate_part<T, padding / 2>(w, k, i);
      else
        activate_part<T, tall>(w, k, i);
    }
    if (group == tall) {
      multiply_back<T, tall>(w, k, i);
    } else {
      for (int r = i; r < i + now; r += 2 * tall) multiply_back<T, 2 * tall>(w, k, r);
    }
  }
  // Where nothing waits for them, all at once.
  if (activates && k.v == nullptr) activate<T>(w, k, 0, rows);
}
