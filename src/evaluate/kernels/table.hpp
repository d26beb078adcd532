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

/// A column of every step that a replay has kept, step by step.
template <class T>
struct History {
  const T* data;
  std::ptrdiff_t step;  ///< elements from step to step
  bool active;          ///< every step has all planes; without, the first alone
};

/// One of the outer products left * right' that every step has added to W, as a replay meets it: its left columns, and what its
/// right columns make of x, as numbers known beforehand or, where right is W' u, by way of u.
template <class T>
struct Replayed {
  History<T> left;
  /// Where the left column is a multiple of `left`: of every step that multiple, a number a plane; else null. `multiple_active`: the
  /// left column has tangents.
  const T* multiple;
  bool multiple_active;
  History<T> u;      ///< data is null where the numbers are known
  const T* numbers;  ///< a number a step, plane by plane
  std::ptrdiff_t number_plane;
};

/// One outer product that is added to a plane of a matrix.
template <class T>
struct Part {
  const T* left;   ///< a number a row
  const T* right;  ///< a number a column
};

/// What a step does with the weights of one connection, row after row:
///     W += sum_k left_k right_k' + scale W    in the columns from `from` on: what the step before has learnt
///     z  = W x, or a column of W              the input current
///     y  = softplus(z), derivative = dy/dz
///     v  = W' y                               in the columns from `v_from` on
/// all with tangents. Each of the four can be left out, but v needs y and y needs z.
template <class T>
struct Pass {
  const Part<T>* parts = nullptr;   ///< what the outer products come to, plane after plane
  const int* parts_from = nullptr;  ///< where those of each plane begin, and their number; null where there are none
  const T* scale = nullptr;         ///< a number a plane, or null for 0
  int from = 0;                     ///< 0 where x is given
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
  /// The same over `count` of the rows alone (those where y is not zero), for W without tangents.
  void (*backward_rows)(const Weights<T>& w, const int* rows, int count, const Column<T>& y, T* v,
                        std::ptrdiff_t v_plane, int planes);
  /// Of columns that are remembered in blocks of `padding` steps: number s of plane p becomes the product of x with the column
  /// of step s, over `count` of the rows alone. A block has all `rows` numbers of a column one after the other, each plane by
  /// plane for all steps of the block; columns have tangents where `history_planes` is `planes`, and none where it is 1.
  void (*products_with_history)(const T* blocks, int steps, int rows, int history_planes, const int* filled, int count,
                                const Column<T>& x, T* numbers, std::ptrdiff_t number_plane, int planes);
  /// h = W x goes from W at the start to W after `steps` steps, each of which was (1 + scale) W + sum of left
  /// right'. `scale` is `planes` numbers a step, or null for 0. `plane` elements from plane to plane of a
  /// column.
  void (*replay)(int steps, int count, const Replayed<T>* replayed, const T* scale, int planes, std::ptrdiff_t plane,
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
  /// to = |to| with the signs of `from`, n numbers (with their padding).
  void (*take_signs)(int n, const T* from, T* to);
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
