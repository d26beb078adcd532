// Part of body.hpp, inside its namespace: products with some rows of a matrix alone.

// Dot products of four rows with `many` columns.
template <class T, int many>
inline void dots_of(const T* const* rows, int width, const T* x, std::ptrdiff_t x_plane, T* z, std::ptrdiff_t z_plane) {
  constexpr int lanes = Vector<T>::lanes;
  V<T> sum[many][tall] = {};
  for (int j = 0; j < width; j += lanes) {
    V<T> row[tall];
    for (int r = 0; r < tall; ++r) row[r] = load(rows[r] + j);
    for (int c = 0; c < many; ++c) {
      const V<T> xc = load(x + c * x_plane + j);
      for (int r = 0; r < tall; ++r) sum[c][r] += row[r] * xc;
    }
  }
  for (int c = 0; c < many; ++c) totals<T>(sum[c], z + c * z_plane);
}

template <class T>
void forward_rows(const Weights<T>& w, const int* rows, int count, const Column<T>& x, T* z, std::ptrdiff_t z_plane,
                  int planes) {
  // As many columns at once as there are registers for their sums.
  constexpr int many = KERNEL_BYTES == 64 ? 4 : 2;
  const int width = w.width();
  for (int k = 0; k < count; k += tall) {
    const T* four[tall];
    for (int r = 0; r < tall; ++r) four[r] = w.data + rows[k + r < count ? k + r : k] * w.stride;
    const auto multiply = [&]<int now>(int p) {
      dots_of<T, now>(four, width, x.data + p * x.plane, x.plane, z + p * z_plane + k, z_plane);
    };
    int p = 0;
    for (; p + many <= planes; p += many) multiply.template operator()<many>(p);
    if constexpr (many == 4) {
      if (planes - p == 3) multiply.template operator()<3>(p);
      if (planes - p == 2) multiply.template operator()<2>(p);
    }
    if (planes - p == 1) multiply.template operator()<1>(p);
  }
}
