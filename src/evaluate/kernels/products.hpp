// Part of body.hpp, inside its namespace: products of a matrix with columns, w x and w' y, with tangents.

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
  V<T> by[tall];
  for (int r = 0; r < tall; ++r) by[r] = V<T>{} + y[r];
  for (int j = 0; j < width; j += lanes) {
    V<T> sum = load(v + j);
    for (int r = 0; r < tall; ++r) sum += load(rows + r * stride + j) * by[r];
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

template <class T, int many, bool listed, int across>
inline void columns_across(int now, const T* w, std::ptrdiff_t stride, const int* rows, int count, const T* y,
                           std::ptrdiff_t y_plane, T* v, std::ptrdiff_t v_plane) {
  if (now == across) {
    columns_tile<T, many, across, listed>(w, stride, rows, count, y, y_plane, v, v_plane);
  } else if constexpr (across > 1) {
    columns_across<T, many, listed, across - 1>(now, w, stride, rows, count, y, y_plane, v, v_plane);
  }
}

template <class T, int many, bool listed>
inline void columns(const T* w, std::ptrdiff_t stride, int width, const int* rows, int count, const T* y,
                    std::ptrdiff_t y_plane, T* v, std::ptrdiff_t v_plane) {
  constexpr int lanes = Vector<T>::lanes;
  // As many sums at once as there are registers for, and enough that none waits for the one before: so in even parts.
  constexpr int registers = KERNEL_BYTES == 64 ? 24 : 12;
  constexpr int across = registers / many > 8 ? 8 : registers / many > 2 ? registers / many : 2;
  for (int left = width / lanes; left > 0;) {
    const int parts = (left + across - 1) / across;
    const int now = (left + parts - 1) / parts;
    const int j = width - left * lanes;
    columns_across<T, many, listed, across>(now, w + j, stride, rows, count, y, y_plane, v + j, v_plane);
    left -= now;
  }
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

template <class T>
void backward_rows(const Weights<T>& w, const int* rows, int count, const Column<T>& y, T* v, std::ptrdiff_t v_plane,
                   int planes) {
  const int with = y.active ? planes : 1;
  one_plane<T, true>(w, rows, count, y, v, v_plane, with);
  for (int p = with; p < planes; ++p) {
    for (int j = 0; j < w.width(); ++j) v[p * v_plane + j] = 0;
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
