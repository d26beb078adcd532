// One connection of a network carrying out a plan: its weights and everything the plan computes, with tangents.
#pragma once

#include <optional>
#include <vector>

#include "evaluate/arithmetic.hpp"
#include "evaluate/filled.hpp"
#include "evaluate/inputs.hpp"
#include "evaluate/pending.hpp"
#include "evaluate/registers.hpp"
#include "evaluate/replay.hpp"
#include "evaluate/sample_space.hpp"
#include "evaluate/scaling.hpp"
#include "evaluate/states.hpp"
#include "plan/plan.hpp"
#include "plan/rows.hpp"

namespace rule_search {

/// The weights between two populations, changed by a plan. Not thread-safe. With `space` it keeps W X in place of the
/// weights W; the plan is one of plan::in_sample_space() then.
template <class T>
class Connection {
 public:
  /// n postsynaptic and m presynaptic neurons; `tangents` directions are carried along. Parameter r of the plan is
  /// direction `direction[r]` here, or has no tangent where that is -1. Plan, inputs, outputs and space must outlive it.
  Connection(const plan::Plan& plan, int n, int m, int tangents, std::vector<int> direction, const Inputs<T>& inputs,
             const Outputs<T>& outputs, const SampleSpace<T>* space = nullptr);
  Connection(const Connection&) = delete;  // its parts look at one another
  Connection& operator=(const Connection&) = delete;

  /// Another one of the same size; `start`: which of its starts is of this connection. `shared`: what connections from the
  /// same neurons share, or null.
  void set_space(const SampleSpace<T>* space, std::size_t start, Projections<T>* shared) {
    space_ = space;
    start_ = start;
    shared_ = shared;
  }
  /// One value for every parameter of the plan, before the weights are set. What is multiplied by a parameter that is
  /// exactly 0 needs no tangents, and gets none.
  void set_parameters(const std::vector<double>& values) { registers_.set_parameters(values); }
  /// n x m weights row by row; their tangents become 0, and states what they are at the start.
  void set_weights(const double* w);
  /// The same in the middle of an episode: states stay what they are.
  void replace_weights(const double* w);
  /// After set_weights(): the derivative of weight (i, j) in a direction is 1, as where the direction is that weight.
  void set_weight_derivative(int direction, int i, int j) {
    weights_.data[i * weights_.stride + (1 + direction) * weights_.plane + j] = T(1);
  }
  /// After forward(), which leaves no change waiting: weight (i, j) becomes this, which depends on nothing.
  void set_weight(int i, int j, double value) {
    T* const at = weights_.data + i * weights_.stride + j;
    for (int p = 0; p < extents_.planes; ++p) at[p * weights_.plane] = p == 0 ? static_cast<T>(value) : T(0);
  }
  /// The same with its derivatives, in the order of the directions, after the value.
  void set_weight(int i, int j, const T* value_and_derivatives) {
    T* const at = weights_.data + i * weights_.stride + j;
    for (int p = 0; p < extents_.planes; ++p) at[p * weights_.plane] = value_and_derivatives[p];
  }
  /// What the rule remembers; what is set holds until the next set_weights().
  States<T>& states() { return states_; }
  /// n x m weights row by row.
  void get_weights(double* w);
  /// What waits to be added to the weights is added.
  void settle();
  /// The same, and then every row of the weights whose norm is above `most` is scaled down to it.
  void bound_rows(double most);

  /// What the neurons make of the input: net, and for neurons with softplus also post and its derivative, all with
  /// tangents; without `derivative` net alone. In sample space the input is sample `t`, otherwise pre. `learning`:
  /// learn() follows.
  void forward(int t, T beta, T* derivative, bool learning);
  /// Computes dw from the inputs as they are and adds it to the weights, where it can at the next pass over them. In
  /// sample space: after sample `t`, for the samples after it alone.
  void learn(int t = 0);
  /// The same where dw is known to be 0: states alone change. Not in sample space.
  void remember();

  /// As they are after forward().
  const kernels::Weights<T>& weights() const { return weights_; }

 private:
  void run(int k);
  void compute(const plan::Rows& rows, bool changes_weights);
  /// Whether all signals that are numbers are 0.
  bool rests() const;
  void change_rows(RowRange rows);
  bool scales_rows_or_columns() const { return plan_.scale_rows != plan::none || plan_.scale_cols != plan::none; }
  /// A number that scales the weights waits with the outer products; with dense parts it is applied before they are added.
  bool scale_waits() const { return plan_.scale != plan::none && !scales_rows_or_columns() && plan_.dense.empty(); }
  void multiply(const plan::Instruction& i, const Register<T>& out);
  void multiply_back(const plan::Instruction& i, const Register<T>& out);
  bool fuses_backward() const { return fused_backward_ != plan::none && registers_.used(fused_backward_); }
  void ask_backward(kernels::Pass<T>& pass, int from);
  void project(const plan::Instruction& i, const Register<T>& out);
  void project(const plan::Instruction& i, const Register<T>& out, int planes);
  bool in_sample_space() const { return space_ != nullptr; }

  const plan::Plan& plan_;
  const SampleSpace<T>* space_;
  std::size_t start_ = 0;
  Projections<T>* shared_ = nullptr;
  Extents extents_;
  plan::Rows rows_;
  std::optional<plan::AtRest> at_rest_;       // where steps without signals have less to do
  std::optional<plan::Rows> rows_of_states_;  // made when they are first asked for
  std::vector<bool> unread_;                  // by state: nothing of `rows_of_states_` reads it
  const Activity<T>* pre_;
  const Activity<T>* err_pre_;
  Outputs<T> outputs_;
  Buffer<T> weight_memory_;
  kernels::Weights<T> weights_;
  int first_ = 0;  // column of the weights from which on there is something to do
  States<T> states_;
  Registers<T> registers_;
  Arithmetic<T> arithmetic_;
  int fused_backward_;  // the instruction w' * post, which forward() can compute in the same pass, or none
  bool fused_backward_done_ = false;
  bool pass_waits_ = false;  // until post is known: of several connections to a layer in sample space
  Pending<T> pending_;
  std::vector<T> scale_;              // of the weights, a number a plane
  std::vector<const T*> scale_cols_;  // the same by column; see look_at_scale_of_columns()
  Replay<T> replay_;
  Filled<T> filled_;
};

}  // namespace rule_search
