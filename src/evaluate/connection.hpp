// One connection of the network carrying out a plan: its weights and everything the plan computes, with
// tangents.
#pragma once

#include <cstddef>
#include <vector>

#include "evaluate/kernels/table.hpp"
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

inline std::ptrdiff_t padded(int n) { return kernels::padded(n); }

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
  bool listed = false;      ///< all cells but those of `filled` are zero, tangents included
  std::vector<int> filled;  ///< in ascending order
  Buffer<T> memory;
};

/// What the plan of one connection reads. All must outlive the connection.
template <class T>
struct Surroundings {
  const Activity<T>* pre = nullptr;
  Activity<T>* post = nullptr;           ///< written by forward()
  const Activity<T>* err_pre = nullptr;  ///< may be null where the plan has no use for it
  const Activity<T>* err_post = nullptr;
  Activity<T>* net = nullptr;  ///< w * pre, written by forward()
  // Decoys; null where no plan uses them.
  const Activity<T>* noise_pre = nullptr;
  const Activity<T>* noise_post = nullptr;
  const Activity<T>* shuffled_err_pre = nullptr;
  const Activity<T>* shuffled_err_post = nullptr;
  std::vector<const Activity<T>*> signals;  ///< by index of the plan's; of size 1 for a number
};

/// All inputs of an episode, for a connection that sees its weights through them (plan::in_sample_space).
template <class T>
class SampleSpace {
 public:
  /// X is m x T with one sample a column: `inputs` holds T samples of m numbers, one after the other, the
  /// first `steps` of them to learn from. `weights` are n x m, as they are at the start.
  void set(const double* inputs, int samples, int steps, int m, const double* weights, int n);
  int size() const { return samples_.cols; }
  const kernels::Weights<T>& samples() const { return samples_; }  ///< X
  const T* start() const { return start_.data(); }                 ///< W X, padded(T) numbers a row
  /// X' x_t for a step t; numbers of samples before t's block of `padding` are not there.
  const T* gram(int t) const { return gram_.data() + t * samples_.stride; }

 private:
  Buffer<T> memory_, rows_, gram_, start_;
  kernels::Weights<T> samples_{};
};

template <class T>
class Connection {
 public:
  /// n cells after, m cells before; `tangents` directions are carried along. Parameter r of the plan is
  /// direction `direction[r]` here, or has no tangent where that is -1.
  Connection(const plan::Plan& plan, int n, int m, int tangents, std::vector<int> direction,
             const Surroundings<T>& around, const SampleSpace<T>* space = nullptr);

  /// Another one of the same size.
  void set_space(const SampleSpace<T>* space) { space_ = space; }
  /// Weights row by row; their tangents become 0, and states what they are at the start.
  void set_weights(const double* w);
  /// The same in the middle of an episode: states stay what they are.
  void replace_weights(const double* w);
  /// After set_weights(): the slope of weight (i, j) in a direction is 1, as where the direction is that weight.
  void set_weight_slope(int direction, int i, int j) {
    weights_.data[i * weights_.stride + (1 + direction) * weights_.plane + j] = T(1);
  }
  void get_weights(double* w);
  /// One value for every parameter of the plan. What is multiplied by a parameter that is exactly 0 needs no
  /// tangents, and gets none: at the start of a search that is most of what the candidates are made of.
  void set_parameters(const std::vector<double>& values);

  /// What the cells make of the input: net, and for cells with softplus also post and its slope, all with
  /// tangents; without `slope` net alone. In sample space the input is sample `t`, otherwise pre. `learning`:
  /// learn() follows.
  void forward(int t, T beta, T* slope, bool learning);
  /// Computes dw from the surroundings as they are and adds it to the weights, where it can at the next walk
  /// over them. In sample space: after sample `t`, for the samples after it alone.
  void learn(int t = 0);

  /// As they are after forward().
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

  static void shape(Register& r, Shape shape);
  void reset_states();
  void run(const plan::Instruction& i, Register& out);
  void combine(const plan::Instruction& i, Register& out);
  void binary(const plan::Instruction& i, Register& out);
  void elementwise(const plan::Instruction& i, Register& out);
  struct Line;
  Line line(const Register& x, bool as_row, bool of_matrix, int r, int p) const;
  static const T* spread(const Line& x, Buffer<T>& scratch, int n);
  void reduce(const plan::Instruction& i, Register& out);
  void matrix(const plan::Instruction& i, Register& out);
  void find_needed();
  kernels::Weights<T> weights_for(const Register& out) const;
  void wait(bool scaled);
  kernels::Pass<T> take_waiting();
  void flush();
  void scale_by_cells();
  void add_dense();
  void remember_states();
  void project(const plan::Instruction& i, Register& out);
  void walk(const plan::Instruction& i, Register& out);
  void find_filled(const Register& x, int planes);
  void remember();
  int extent(Side side, bool by_sample) const {
    return side == Side::one ? 1 : side == Side::post ? n_ : by_sample ? space_->size() : inputs_;
  }
  Register& reg(int v) { return registers_[static_cast<std::size_t>(v)]; }
  kernels::Column<T> column(int v) { return {reg(v).data, reg(v).plane, reg(v).active}; }
  const T* number_or_null(int v) { return v == plan::none ? nullptr : reg(v).data; }

  const plan::Plan& plan_;
  const SampleSpace<T>* space_;  ///< null for a connection that has its weights
  int inputs_;                   ///< cells before
  int n_, m_, planes_;           ///< m_: columns of the weights, or samples
  int first_ = 0;                ///< column of the weights from which on there is something to do
  std::vector<unsigned char> any_;
  std::vector<int> filled_;  ///< cells before that are not zero

  // For walks: the weights at the start, turned round, and of every step so far what it has added.
  struct Remembered {
    Buffer<T> left;   // columns, step by step, each with its planes
    Buffer<T> u;      // as left, where right is w' * u
    Buffer<T> right;  // a cell before a row, a step a column, plane by plane, where right is no sample
    Buffer<T> numbers;
  };
  Buffer<T> start_;
  std::vector<Remembered> remembered_;
  Buffer<T> scales_;
  std::vector<kernels::Replayed<T>> strides_;
  int steps_ = 0;
  std::vector<int> direction_;
  std::vector<double> values_;
  Buffer<T> weight_memory_;
  kernels::Weights<T> weights_;
  std::vector<Buffer<T>> memory_;
  std::vector<Register> registers_;
  std::vector<bool> varies_;  // by instruction: has tangents where anything needs them
  std::vector<bool> zero_;    // by instruction: 0 at these parameters
  int walk_planes_ = 1;       // that walks need
  std::vector<T> scale_;
  Buffer<T> scratch_[4];  // a line each

  // What was learnt last and still has to be added to the weights. Columns that the next forward() writes
  // over are copies.
  std::vector<kernels::Column<T>> lefts_, rights_;
  std::vector<Buffer<T>> left_copies_, right_copies_;
  bool waiting_ = false;
  bool waiting_scale_ = false;
  int waiting_from_ = 0;
  Surroundings<T> around_;
  int along_ = plan::none;  ///< the instruction w' * post, which forward() can compute along the way
  bool along_done_ = false;

  // By state: what it is, and what it is about to become.
  std::vector<Register> states_;
  std::vector<Buffer<T>> state_memory_, next_memory_;
};

}  // namespace rule_search
