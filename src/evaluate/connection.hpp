// One connection of the network carrying out a plan: its weights and everything the plan computes, with
// tangents.
#pragma once

#include <cstddef>
#include <vector>

#include "evaluate/kernels.hpp"
#include "plan/plan.hpp"

namespace rule_search {

/// Memory aligned for vector loads, filled with zeros.
template <class T>
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(std::size_t size);
  ~Buffer();
  Buffer(Buffer&& other) noexcept;
  Buffer& operator=(Buffer&& other) noexcept;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  T* data() { return data_; }
  const T* data() const { return data_; }
  std::size_t size() const { return size_; }

 private:
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

inline std::ptrdiff_t padded(int n) {
  return (n + kernels::padding - 1) / kernels::padding * kernels::padding;
}

/// A column of the network's state (activity or error of a layer) with its tangents.
template <class T>
struct Activity {
  explicit Activity(int cells = 0, int planes = 1)
      : size(cells), plane(padded(cells)), planes(planes), memory(static_cast<std::size_t>(plane * planes)) {}
  T* at(int p) { return memory.data() + p * plane; }
  const T* at(int p) const { return memory.data() + p * plane; }
  kernels::Column<T> column() const { return {memory.data(), plane, active && planes > 1}; }

  int size;
  std::ptrdiff_t plane;
  int planes;
  bool active = true;
  Buffer<T> memory;
};

/// What the plan of one connection reads. All must outlive the connection.
template <class T>
struct Surroundings {
  const Activity<T>* pre = nullptr;
  const Activity<T>* post = nullptr;
  const Activity<T>* err_pre = nullptr;  ///< may be null where the plan has no use for it
  const Activity<T>* err_post = nullptr;
  const Activity<T>* net = nullptr;  ///< w * pre
};

template <class T>
class Connection {
 public:
  /// n cells after, m cells before; `tangents` directions are carried along. Parameter r of the plan is
  /// direction `direction[r]` here, or has no tangent where that is -1.
  Connection(const plan::Plan& plan, int n, int m, int tangents, std::vector<int> direction,
             const Surroundings<T>& around);

  /// Weights row by row; their tangents become 0.
  void set_weights(const double* w);
  void get_weights(double* w) const;
  /// One value for every parameter of the plan.
  void set_parameters(const std::vector<double>& values) { values_ = values; }

  /// Computes dw from the surroundings as they are and adds it to the weights.
  void learn();

  const kernels::Weights<T>& weights() const { return weights_; }

 private:
  // The value of an instruction: element (r, c) of plane p is data[p * plane + r * down + c * right].
  struct Register {
    T* data = nullptr;
    std::ptrdiff_t plane = 0;
    std::ptrdiff_t down = 0;
    std::ptrdiff_t right = 0;
    int rows = 1;
    int cols = 1;
    bool active = false;
  };

  void run(const plan::Instruction& i, Register& out);
  void combine(const plan::Instruction& i, Register& out);
  void binary(const plan::Instruction& i, Register& out);
  void elementwise(const plan::Instruction& i, Register& out);
  void reduce(const plan::Instruction& i, Register& out);
  void matrix(const plan::Instruction& i, Register& out);
  void scale_by_cells();
  void add_dense();
  int extent(Side side) const { return side == Side::one ? 1 : side == Side::pre ? m_ : n_; }
  Register& reg(int v) { return registers_[static_cast<std::size_t>(v)]; }
  kernels::Column<T> column(int v) { return {reg(v).data, reg(v).plane, reg(v).active}; }
  const T* number_or_null(int v) { return v == plan::none ? nullptr : reg(v).data; }

  const plan::Plan& plan_;
  int n_, m_, planes_;
  std::vector<int> direction_;
  std::vector<double> values_;
  Buffer<T> weight_memory_;
  kernels::Weights<T> weights_;
  std::vector<Buffer<T>> memory_;
  std::vector<Register> registers_;
  std::vector<kernels::Column<T>> lefts_, rights_;
  std::vector<T> scale_;
};

}  // namespace rule_search
