// Part of body.hpp, inside its namespace: w x where w is not at hand but all changes since the start are.

// A block of steps, `many` planes from plane p on, which share the value's numbers: sum over the rows of the column by the value
// of x, and of the column's value by x, some rows of each at a time.
template <class T, int many, bool by_column, bool by_x>
inline void history_tile(const T* block, std::ptrdiff_t row, const int* filled, int count, const T* x0, const T* x,
                         std::ptrdiff_t x_plane, int p, T* numbers, std::ptrdiff_t number_plane) {
  constexpr int lanes = Vector<T>::lanes;
  constexpr int across = padding / lanes;
  // Two vectors of sums at once, or one where a block is one.
  constexpr int wide = across < 2 ? across : 2;
  for (int j = 0; j < across; j += wide) {
    V<T> sum[many][wide] = {};
    for (int first = 0; first < count; first += deep) {
      const int end = first + deep < count ? first + deep : count;
      if constexpr (by_column) {
        for (int k = first; k < end; ++k) {
          const int i = filled[k];
          const T* const at = block + i * row + j * lanes + p * padding;
          for (int q = 0; q < many; ++q) {
            for (int c = 0; c < wide; ++c) sum[q][c] += load(at + q * padding + c * lanes) * x0[i];
          }
        }
      }
      if constexpr (by_x) {
        for (int k = first; k < end; ++k) {
          const int i = filled[k];
          const T* const at = block + i * row + j * lanes;
          V<T> value[wide];
          for (int c = 0; c < wide; ++c) value[c] = load(at + c * lanes);
          for (int q = 0; q < many; ++q) {
            const T by = x[q * x_plane + i];
            for (int c = 0; c < wide; ++c) sum[q][c] += value[c] * by;
          }
        }
      }
    }
    for (int q = 0; q < many; ++q) {
      for (int c = 0; c < wide; ++c) store(numbers + q * number_plane + (j + c) * lanes, sum[q][c]);
    }
  }
}

template <class T, bool by_column, bool by_x>
inline void history_block(const T* block, std::ptrdiff_t row, const int* filled, int count, const Column<T>& x,
                          T* numbers, std::ptrdiff_t number_plane, int planes) {
  constexpr int most = KERNEL_BYTES == 64 ? 10 : 5;
  const auto tile = [&]<int many>(int p) {
    history_tile<T, many, by_column, by_x>(block, row, filled, count, x.data, x.data + p * x.plane, x.plane, p,
                                           numbers + p * number_plane, number_plane);
  };
  int p = 1;
  for (; p + most <= planes; p += most) tile.template operator()<most>(p);
  if constexpr (most > 5) {
    for (; p + 5 <= planes; p += 5) tile.template operator()<5>(p);
  }
  for (; p + 2 <= planes; p += 2) tile.template operator()<2>(p);
  if (p < planes) tile.template operator()<1>(p);
}

template <class T>
void products_with_history(const T* blocks, int steps, int rows, int history_planes, const int* filled, int count,
                           const Column<T>& x, T* numbers, std::ptrdiff_t number_plane, int planes) {
  const std::ptrdiff_t row = std::ptrdiff_t{padding} * history_planes;
  for (int s = 0; s < steps; s += padding) {
    const T* const block = blocks + s * std::ptrdiff_t{rows} * history_planes;
    T* const to = numbers + s;
    history_tile<T, 1, true, false>(block, row, filled, count, x.data, x.data, 0, 0, to, 0);
    const bool by_column = history_planes > 1;
    if (by_column && x.active) {
      history_block<T, true, true>(block, row, filled, count, x, to, number_plane, planes);
    } else if (by_column) {
      history_block<T, true, false>(block, row, filled, count, x, to, number_plane, planes);
    } else if (x.active) {
      history_block<T, false, true>(block, row, filled, count, x, to, number_plane, planes);
    } else {
      for (int p = 1; p < planes; ++p) {
        for (int j = 0; j < padding; ++j) to[p * number_plane + j] = 0;
      }
    }
  }
}

// `many` planes of u' h from plane p on.
template <class T, int many>
inline void walked_tile(const T* u, bool active, int p, std::ptrdiff_t plane, const T* h, T* out) {
  constexpr int lanes = Vector<T>::lanes;
  V<T> sum[many] = {};
  for (int j = 0; j < plane; j += lanes) {
    const V<T> u0 = load(u + j);
    const V<T> h0 = load(h + j);
    for (int q = 0; q < many; ++q) {
      const std::ptrdiff_t at = (p + q) * plane + j;
      if (p + q == 0) {
        sum[q] += u0 * h0;
      } else {
        sum[q] += u0 * load(h + at);
        if (active) sum[q] += load(u + at) * h0;
      }
    }
  }
  for (int q = 0; q < many; ++q) out[p + q] = total<T>(sum[q]);
}

template <class T>
inline void walked(const T* u, bool active, int planes, std::ptrdiff_t plane, const T* h, T* out) {
  walked_tile<T, 1>(u, active, 0, plane, h, out);
  int p = 1;
  for (; p + 4 <= planes; p += 4) walked_tile<T, 4>(u, active, p, plane, h, out);
  for (; p < planes; ++p) walked_tile<T, 1>(u, active, p, plane, h, out);
}

// One outer product of a step: h += left * by, plane p. It asks for the same numbers of the next step.
template <class T>
inline void add_replayed(const History<T>& column, int step, int p, std::ptrdiff_t plane, const T* by, T* h) {
  constexpr int lanes = Vector<T>::lanes;
  const std::ptrdiff_t ahead = column.step;
  const T* const left = column.data + step * ahead;
  const T* const tangent = left + p * plane;
  const bool own = p == 0 || column.active;
  for (int j = 0; j < plane; j += lanes) {
    V<T> sum = load(h + j);
    if (own) {
      __builtin_prefetch(tangent + j + ahead);
      sum += load(tangent + j) * by[0];
    }
    if (p > 0) sum += load(left + j) * by[p];
    store(h + j, sum);
  }
}

// The same where left is a multiple of another column, which is at hand: all = 0 + x_p f_0 + x_0 f_p, as Table::sum has it.
template <class T>
inline void add_multiple(const Replayed<T>& change, int step, int p, int planes, std::ptrdiff_t plane, const T* by,
                         T* h) {
  constexpr int lanes = Vector<T>::lanes;
  const T* const column = change.left.data + step * change.left.step;
  const T* const multiple = change.multiple + std::ptrdiff_t{step} * planes;
  const bool own = p == 0 || change.multiple_active;
  const bool by_column = own && (p == 0 || change.left.active) && multiple[0] != 0;
  const bool by_multiple = p > 0 && own && multiple[p] != 0;
  for (int j = 0; j < plane; j += lanes) {
    V<T> sum = load(h + j);
    if (own) {
      V<T> tangent = {};
      if (by_column) tangent += load(column + p * plane + j) * multiple[0];
      if (by_multiple) tangent += load(column + j) * multiple[p];
      sum += tangent * by[0];
    }
    if (p > 0) {
      V<T> left = {};
      left += load(column + j) * multiple[0];
      sum += left * by[p];
    }
    store(h + j, sum);
  }
}

template <class T>
void replay(int steps, int count, const Replayed<T>* replayed, const T* scale, int planes, std::ptrdiff_t plane, T* h) {
  constexpr int lanes = Vector<T>::lanes;
  T by[most_replayed_outers][most_replayed_planes];
  for (int s = 0; s < steps; ++s) {
    for (int o = 0; o < count; ++o) {
      const Replayed<T>& change = replayed[o];
      if (change.u.data != nullptr) {
        walked<T>(change.u.data + s * change.u.step, change.u.active, planes, plane, h, by[o]);
      } else {
        for (int p = 0; p < planes; ++p) by[o][p] = change.numbers[p * change.number_plane + s];
      }
    }
    const T* const d = scale == nullptr ? nullptr : scale + std::ptrdiff_t{s} * planes;
    // The value last: the tangents need what it was.
    for (int p = planes - 1; p >= 0; --p) {
      T* const hp = h + p * plane;
      for (int j = 0; j < plane && d != nullptr; j += lanes) {
        V<T> sum = load(hp + j);
        sum += sum * d[0];
        if (p > 0) sum += load(h + j) * d[p];
        store(hp + j, sum);
      }
      for (int o = 0; o < count; ++o) {
        if (replayed[o].multiple != nullptr)
          add_multiple<T>(replayed[o], s, p, planes, plane, by[o], hp);
        else
          add_replayed<T>(replayed[o].left, s, p, plane, by[o], hp);
      }
    }
  }
}
