// The inner loops over weight matrices, in one build per instruction set, chosen at run time.
//
// Layout: a quantity with P tangents is P + 1 planes, the value first, each plane a whole matrix or column.
// Rows and columns are padded with zeros to multiples of `padding`, so that no kernel has a remainder to
// treat.
#pragma once

#include <cstddef>

namespace rule_search::kernels {

constexpr int padding = 16;

template <class T>
struct Weights {
  T* data;
  int rows, cols;         ///< without padding
  std::ptrdiff_t stride;  ///< elements from row to row, a multiple of `padding`
  std::ptrdiff_t plane;   ///< elements from plane to plane
  int planes;             ///< 1 + tangents

  /// Columns from `first` on, a multiple of `padding`.
  Weights from_column(int first) const { return {data + first, rows, cols - first, stride, plane, planes}; }
  /// Columns with their padding.
  int width() const { return (cols + padding - 1) / padding * padding; }
};

template <class T>
struct Column {
  const T* data;
  std::ptrdiff_t plane;
  bool active;  ///< has tangents; without, planes beyond the first are not read
  /// By plane, other than 0 where all of its numbers are 0; null where nobody has looked.
  const unsigned char* zeros = nullptr;

  bool zero(int p) const { return zeros != nullptr && zeros[p] != 0; }
};

/// One of the outer products left * right' that every step has added to W, as a replay meets it: its left
/// columns, and what its right columns make of x, as numbers known beforehand or, where right is W' u, by way
/// of u.
template <class T>
struct Replayed {
  const T* left;     ///< step by step, each with its planes
  const T* u;        ///< as left, or null
  const T* numbers;  ///< a number a step, plane by plane; used where u is null
  std::ptrdiff_t number_plane;
};

/// What a step does with the weights of one connection, row after row:
///     W += sum_k left_k right_k' + scale W    in the columns from `from` on: what the step before has learnt
///     z  = W x, or a column of W              the input current
///     y  = softplus(z), derivative = dy/dz
///     v  = W' y                               in the columns from `v_from` on
/// all with tangents. Each of the four can be left out, but v needs y and y needs z.
template <class T>
struct Pass {
  int count = 0;  ///< outer products
  const Column<T>* left = nullptr;
  const Column<T>* right = nullptr;
  const T* scale = nullptr;  ///< a number a plane, or null for 0
  int from = 0;              ///< 0 where x is given
  Column<T> x = {nullptr, 0, false};
  int column = 0;  ///< where x is null
  T* z = nullptr;
  std::ptrdiff_t z_plane = 0;
  T beta = 1;
  T* y = nullptr;
  std::ptrdiff_t y_plane = 0;
  bool y_known = false;  ///< y is given, and neither z nor derivative is asked for
  T* derivative = nullptr;
  T* v = nullptr;
  std::ptrdiff_t v_plane = 0;
  int v_from = 0;
  int v_planes = 0;  ///< all, or 1 where the tangents of v are not wanted
};

/// Of Table::replay.
constexpr int most_replayed_planes = 64;
constexpr std::size_t most_replayed_outers = 32;

/// y = f(x) and its derivative by element, n numbers (with their padding). In single precision within 4 units of the last
/// place.
template <class T>
using Function = void (*)(int n, const T* x, T* y, T* derivative);

/// A function by element that the kernels know themselves, by the name that rules call it by.
template <class T>
struct NamedFunction {
  const char* name;
  Function<T> function;
};

template <class T>
struct Table {
  const char* name;
  void (*pass)(const Weights<T>& w, const Pass<T>& pass);
  /// z = W x, with tangents.
  void (*forward)(const Weights<T>& w, const Column<T>& x, T* z, std::ptrdiff_t z_plane);
  /// The same for `count` of the rows alone and W without tangents: plane p of z is, side by side, what the
  /// listed rows make of plane p of x. z has room for a multiple of 4 numbers a plane.
  void (*forward_rows)(const Weights<T>& w, const int* rows, int count, const Column<T>& x, T* z,
                       std::ptrdiff_t z_plane, int planes);
  /// v = W' y, with tangents; v has `planes` planes even where W has one only.
  void (*backward)(const Weights<T>& w, const Column<T>& y, T* v, std::ptrdiff_t v_plane, int planes);
  /// The same over `count` of the rows alone (those where y is not zero).
  void (*backward_rows)(const Weights<T>& w, const int* rows, int count, const Column<T>& y, T* v,
                        std::ptrdiff_t v_plane, int planes);
  /// h = W x goes from W at the start to W after `steps` steps, each of which was (1 + scale) W + sum of left
  /// right'. `scale` is `planes` numbers a step, or null for 0. `plane` elements from plane to plane of a
  /// column.
  void (*replay)(int steps, int count, const Replayed<T>* strides, const T* scale, int planes, std::ptrdiff_t plane,
                 T* h);
  /// y = log(1 + exp(beta z)) / beta and derivative = dy/dz, n numbers (with their padding), y's tangents from
  /// z's.
  void (*softplus)(int n, T beta, const T* z, std::ptrdiff_t z_plane, T* y, std::ptrdiff_t y_plane, int planes,
                   T* derivative);
  /// derivative = 1 - exp(-beta x), n numbers (with their padding).
  void (*input_derivative)(int n, T beta, const T* x, T* derivative);
  /// e = e .* derivative with tangents, where derivative = 1 - exp(-beta y) has tangents if y has.
  void (*error_derivative)(int n, T beta, const T* derivative, const Column<T>& y, T* e, std::ptrdiff_t e_plane,
                           int planes);
  /// y += factor x, n numbers (with their padding).
  void (*add)(int n, T factor, const T* x, T* y);
  /// y = factors[0] x[0] + factors[1] x[1] + ..., `count` of them, n numbers each (with their padding).
  void (*sum)(int n, int count, const T* factors, const T* const* x, T* y);
  /// y += a .* b, n numbers (with their padding).
  void (*multiply_add)(int n, const T* a, const T* b, T* y);
  /// Sum of x .* x, n numbers (with their padding).
  T (*square_norm)(int n, const T* x);
  const NamedFunction<T>* functions;
  int function_count;
  /// As many multiply-adds a second as the processor can do, in registers alone: does `rounds` rounds and
  /// returns how many that were. What it computes goes into `sink`.
  double (*multiply_adds)(long rounds, T* sink);
};

/// Numbers with their padding.
constexpr int padded(int n) { return (n + padding - 1) / padding * padding; }

/// The best build for this processor; the environment variable RULE_SEARCH_KERNELS (avx512, avx2 or portable)
/// asks for a lesser one, to get the bits that another machine gets. "float" and "double" tables always come
/// from the same instruction set.
template <class T>
const Table<T>& table();

/// The function that rules call by this name, or null where the kernels have none.
template <class T>
Function<T> function_named(const char* name);

/// Name of the instruction set in use: "avx512", "avx2" or "portable".
const char* processor_path();

}  // namespace rule_search::kernels
