// Part of body.hpp, inside its namespace: w x where w is not at hand but all changes since the start are.

template <class T>
void replay(int steps, int count, const Replayed<T>* replayed, const T* scale, int planes, std::ptrdiff_t plane, T* h) {
  constexpr int lanes = Vector<T>::lanes;
  const std::ptrdiff_t column = plane * planes;
  T by[most_replayed_outers][most_replayed_planes];
  for (int s = 0; s < steps; ++s) {
    for (int o = 0; o < count; ++o) {
      const Replayed<T>& change = replayed[o];
      if (change.u == nullptr) {
        for (int p = 0; p < planes; ++p) by[o][p] = change.numbers[p * change.number_plane + s];
        continue;
      }
      const T* const u = change.u + s * column;
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
          const T* const left = replayed[o].left + s * column;
          sum += load(left + p * plane + j) * by[o][0];
          if (p > 0) sum += load(left + j) * by[o][p];
        }
        store(hp + j, sum);
      }
    }
  }
}
