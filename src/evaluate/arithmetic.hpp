// What instructions make of the values of other instructions, with tangents; no weights.
#pragma once

#include <vector>

#include "evaluate/registers.hpp"

namespace rule_search {

/// Carries out the instructions of a plan that read registers alone. `plan` and `registers` must outlive it.
template <class T>
class Arithmetic {
 public:
  Arithmetic(const plan::Plan& plan, const Extents& extents, Registers<T>& registers);
  /// Computes instruction k. Others than sums, products, functions, reductions and matrices by element are not its own.
  void run(std::size_t k);
  /// Row r of a matrix, of an instruction that plan::Rows has among those by row.
  void run_row(std::size_t k, int r);

 private:
  // A row of a matrix, or a whole column: what lies in memory side by side.
  struct Stretch {
    const T* data = nullptr;
    bool alike = false;  // one number for all elements
  };
  // Elements of an instruction's value as stretches, all but matrices one stretch alone.
  struct Stretches {
    int from, to, size;
  };
  Stretches stretches(const plan::Instruction& i, const Register<T>& out) const;
  Stretch stretch(const Register<T>& x, bool as_row, bool of_matrix, int r, int p) const;
  static const T* spread(const Stretch& x, Buffer<T>& scratch, int n);

  void combine(const plan::Instruction& i, Register<T>& out);
  void add_up(const plan::Instruction& i, int p, Register<T>& out);
  void binary(const plan::Instruction& i, Register<T>& out);
  void function(std::size_t k, Register<T>& out);
  void clip(const plan::Instruction& i, Register<T>& out);
  void reduce(const plan::Instruction& i, Register<T>& out);
  void transpose(const plan::Instruction& i, Register<T>& out);
  void lower(const plan::Instruction& i, Register<T>& out);
  void multiply(const plan::Instruction& i, Register<T>& out);
  void multiply_column(const plan::Instruction& i, Register<T>& out);

  const plan::Plan& plan_;
  Registers<T>& registers_;
  int planes_;
  int row_ = plan::none;                         // of a matrix, the only one to compute
  std::vector<kernels::Function<T>> functions_;  // by instruction; null where the operator's own is taken
  Buffer<T> scratch_[4];                         // a stretch each
  // What a plane of a sum is made of, with the elements from row to row.
  struct Summand {
    const T* data;
    std::ptrdiff_t down;
  };
  std::vector<Summand> summands_;
  std::vector<T> factors_;
  std::vector<const T*> addresses_;  // of the summands' row
};

}  // namespace rule_search
