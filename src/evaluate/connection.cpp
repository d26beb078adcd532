#include "evaluate/connection.hpp"

#include <algorithm>
#include <utility>

#include "evaluate/work.hpp"

namespace rule_search {

using plan::Code;
using plan::Instruction;
using plan::none;

namespace {

int backward_of_post(const plan::Plan& plan) {
  int found = none;
  for (std::size_t k = 0; k < plan.code.size(); ++k) {
    if (plan.code[k].code != Code::weight_transposed_times) continue;
    const Instruction& of = plan.code[static_cast<std::size_t>(plan.code[k].args[0])];
    if (of.code == Code::quantity && of.quantity == Quantity::post && !of.by_sample) found = static_cast<int>(k);
  }
  return found;
}

// Where all matrices fit into the cache together, each is computed whole.
constexpr double large = 1 << 20;  // bytes

template <class T>
plan::Rows rows_of(const plan::Plan& plan, const Extents& e, bool in_sample_space) {
  if (in_sample_space) return plan::matrix_by_matrix(plan);
  plan::Rows rows = plan::row_by_row(plan);
  const double bytes = 1. * e.post * e.pre * e.planes * static_cast<double>(sizeof(T) * rows.by_row.size());
  return bytes > large ? rows : plan::matrix_by_matrix(plan);
}

// The first column that a block of vectors holds of what comes after sample t.
int after(int t) { return (t + 1) / kernels::padding * kernels::padding; }

}  // namespace

template <class T>
Connection<T>::Connection(const plan::Plan& plan, int n, int m, int tangents, std::vector<int> direction,
                          const Inputs<T>& inputs, const Outputs<T>& outputs, const SampleSpace<T>* space)
    : plan_(plan),
      space_(space),
      extents_{n, m, space == nullptr ? m : space->size(), 1 + tangents},
      rows_(rows_of<T>(plan, extents_, space != nullptr)),
      pre_(inputs[Quantity::pre]),
      err_pre_(inputs[Quantity::err_pre]),
      outputs_(outputs),
      weight_memory_(static_cast<std::size_t>(padded(n) * padded(extents_.columns) * extents_.planes)),
      // Row by row with all planes, so that a few rows are one stretch of memory.
      weights_{weight_memory_.data(),    n,
               extents_.columns,         padded(extents_.columns) * extents_.planes,
               padded(extents_.columns), extents_.planes},
      states_(plan, extents_, rows_),
      registers_(plan, extents_, std::move(direction), inputs, outputs.net, states_, weights_, rows_),
      arithmetic_(plan, extents_, registers_),
      fused_backward_(backward_of_post(plan)),
      pending_(plan, registers_, extents_.planes, fused_backward_, space != nullptr),
      scale_(static_cast<std::size_t>(extents_.planes)),
      replay_(plan, extents_) {
  const auto is_number = [](const Signal& s) { return s.shape.is_number(); };
  if (space != nullptr || std::none_of(plan.signals.begin(), plan.signals.end(), is_number)) return;
  plan::AtRest rest = plan::at_rest(plan, rows_);
  if (rest.less) at_rest_ = std::move(rest);
}

template <class T>
bool Connection<T>::rests() const {
  for (std::size_t k = 0; k < plan_.code.size(); ++k) {
    const Instruction& i = plan_.code[k];
    if (i.code != Code::signal || !i.shape.is_number()) continue;
    const Register<T>& signal = registers_[static_cast<int>(k)];
    for (int p = 0; p < (signal.active ? extents_.planes : 1); ++p) {
      if (signal.data[p * signal.plane] != 0) return false;
    }
  }
  return true;
}

template <class T>
void Connection<T>::set_weights(const double* w) {
  states_.reset();
  replace_weights(w);
}

template <class T>
void Connection<T>::replace_weights(const double* w) {
  std::fill_n(weights_.data, weight_memory_.size(), T(0));
  pending_.drop();
  fused_backward_done_ = pass_waits_ = false;
  if (in_sample_space()) {
    for (int i = 0; i < extents_.post; ++i)
      std::copy_n(space_->start(start_) + i * weights_.plane, weights_.plane, weights_.data + i * weights_.stride);
    replay_.start(w, registers_);
    return;
  }
  for (int i = 0; i < extents_.post; ++i) {
    T* const row = weights_.data + i * weights_.stride;
    for (int j = 0; j < extents_.pre; ++j)
      row[j] = static_cast<T>(w[static_cast<std::ptrdiff_t>(i) * extents_.pre + j]);
  }
}

template <class T>
void Connection<T>::settle() {
  if (pending_.waiting()) kernels::table<T>().pass(weights_, pending_.take(weights_));
}

template <class T>
void Connection<T>::bound_rows(double most) {
  settle();
  rule_search::bound_rows(weights_, static_cast<T>(most));
}

template <class T>
void Connection<T>::get_weights(double* w) {
  settle();
  const int columns = extents_.columns;
  for (int i = 0; i < extents_.post; ++i) {
    for (int j = 0; j < columns; ++j)
      w[static_cast<std::ptrdiff_t>(i) * columns + j] = static_cast<double>(weights_.data[i * weights_.stride + j]);
  }
}

template <class T>
void Connection<T>::forward(int t, T beta, T* derivative, bool learning) {
  Activity<T>& net = *outputs_.net;
  pass_waits_ =
      in_sample_space() && derivative == nullptr && learning && fused_backward_ != none && after(t) < extents_.columns;
  if (pass_waits_) return pending_.column(weights_, t, net);
  kernels::Pass<T> pass = pending_.take(weights_);
  pass.z = net.at(0);
  pass.z_plane = net.plane;
  if (in_sample_space()) {
    pass.column = t;
  } else {
    pass.x = pre_->column();
    work::count_product(weights_, extents_.post, pass.x.active, extents_.planes);
  }
  if (derivative != nullptr) {
    Activity<T>& post = *outputs_.post;
    pass.beta = beta;
    pass.y = post.at(0);
    pass.y_plane = post.plane;
    pass.derivative = derivative;
    const int from = in_sample_space() ? after(t) : 0;
    if (learning && fuses_backward() && from < extents_.columns) ask_backward(pass, from);
  }
  kernels::table<T>().pass(weights_, pass);
}

// v = w' * post in the columns from `from` on, in the same pass.
template <class T>
void Connection<T>::ask_backward(kernels::Pass<T>& pass, int from) {
  const Register<T>& v = registers_[fused_backward_];
  pass.v = v.data;
  pass.v_plane = v.plane;
  pass.v_from = from;
  pass.v_planes = v.active ? extents_.planes : 1;
  fused_backward_done_ = true;
  work::count_product(weights_.from_column(from), extents_.post, true, pass.v_planes);
}

template <class T>
void Connection<T>::learn(int t) {
  if (in_sample_space()) {
    first_ = after(t);
    if (first_ >= extents_.columns) return;  // no sample is left
    registers_.look_at_gram(space_->gram(t));
  }
  if (pass_waits_) {
    kernels::Pass<T> pass = pending_.take(weights_);
    pass.y = outputs_.post->at(0);
    pass.y_plane = outputs_.post->plane;
    pass.y_known = true;
    if (fuses_backward()) ask_backward(pass, first_);
    kernels::table<T>().pass(weights_, pass);
    pass_waits_ = false;
  }
  states_.settle();
  if (at_rest_ && rests()) {
    for (const int k : at_rest_->zeroed) {
      const Register<T>& r = registers_[k];
      std::fill_n(r.data, r.plane * extents_.planes, T(0));
    }
    compute(at_rest_->rows, true);
  } else {
    compute(rows_, true);
  }
  fused_backward_done_ = false;

  states_.take_next(registers_);
  if (!rows_.changes) change_rows({0, extents_.post});
  const bool waits = scale_waits();
  if (waits) {
    const Register<T>& scale = registers_[plan_.scale];
    for (int p = 0; p < extents_.planes; ++p)
      scale_[static_cast<std::size_t>(p)] = p == 0 || scale.active ? scale.data[p * scale.plane] : T(0);
  }
  replay_.remember(registers_, scale_.data());
  if (!plan_.outers.empty() || waits) pending_.hold(registers_, waits ? scale_.data() : nullptr, first_);
  for (const int k : rows_.late) run(k);
  states_.update(registers_);
}

template <class T>
void Connection<T>::remember() {
  if (!rows_of_states_) {
    rows_of_states_ = plan::of_states(plan_, rows_);
    unread_ = plan::states_read_by(plan_, *rows_of_states_);
    unread_.flip();
  }
  compute(*rows_of_states_, false);
  states_.take_next(registers_);
  for (const int k : rows_of_states_->late) run(k);
  states_.update(registers_, unread_);
}

// Where rows can change one by one they have changed when this ends: states, and with `changes_weights` weights.
template <class T>
void Connection<T>::compute(const plan::Rows& rows, bool changes_weights) {
  for (int k : rows.before) run(k);
  // Weights and states may change by rows of which nothing is to be computed.
  for (int r = 0; r < (rows.by_row.empty() && !rows.changes ? 0 : extents_.post); ++r) {
    for (int k : rows.by_row) {
      if (registers_.used(k)) arithmetic_.run_row(static_cast<std::size_t>(k), r);
    }
    if (!rows.changes) continue;
    if (changes_weights) change_rows({r, r + 1});
    states_.update_row(registers_, r);
  }
  for (int k : rows.after) run(k);
}

// dw is made of values before the change: what scales or reads w comes before what is added to it.
template <class T>
void Connection<T>::change_rows(RowRange rows) {
  const bool scales = plan_.scale != none || scales_rows_or_columns();
  if (scales && !scale_waits()) {
    if (rows.from == 0) look_at_scale_of_columns(plan_, registers_, weights_, scale_cols_);
    scale_weights(plan_, registers_, scale_cols_, weights_, rows, first_);
  }
  add_dense(plan_, registers_, weights_, rows);
}

template <class T>
void Connection<T>::run(int k) {
  const Instruction& i = plan_.code[static_cast<std::size_t>(k)];
  if (is_given(i.code) || !registers_.used(k)) return;
  Register<T>& out = registers_[k];
  switch (i.code) {
    case Code::weight_times:
      return multiply(i, out);
    case Code::weight_transposed_times:
      if (!fused_backward_done_ || k != fused_backward_) multiply_back(i, out);
      return;
    case Code::project:
      return project(i, out);
    case Code::replay: {
      const Register<T>& x = registers_[i.args[0]];
      return replay_.multiply(x.column(), filled_.of(x, registers_.replay_planes(), err_pre_), *space_, out);
    }
    default:
      return arithmetic_.run(static_cast<std::size_t>(k));
  }
}

// The weights take part without tangents where the product has none.
template <class T>
void Connection<T>::multiply(const Instruction& i, const Register<T>& out) {
  kernels::Weights<T> w = weights_;
  kernels::Column<T> x = registers_[i.args[0]].column();
  if (!out.active) {
    w.planes = 1;
    x.active = false;
  }
  work::count_product(w, extents_.post, x.active, w.planes);
  kernels::table<T>().forward(w, x, out.data, out.plane);
}

template <class T>
void Connection<T>::multiply_back(const Instruction& i, const Register<T>& out) {
  kernels::Weights<T> w = weights_.from_column(first_);
  if (!out.active) w.planes = 1;
  kernels::Column<T> y = registers_[i.args[0]].column();
  y.active = y.active && out.active;
  work::count_product(w, extents_.post, y.active, w.planes);
  kernels::table<T>().backward(w, y, out.data + first_, out.plane, w.planes);
}

// X' x for the samples to come. A column that the network provides is the same for all connections from its neurons.
template <class T>
void Connection<T>::project(const Instruction& i, const Register<T>& out) {
  const int planes = out.active ? extents_.planes : 1;
  if (shared_ == nullptr || registers_.owned(i.args[0])) return project(i, out, planes);
  const auto [at, known] = shared_->place(registers_[i.args[0]].data, first_, planes, out.plane);
  const std::ptrdiff_t size = planes * out.plane;
  if (known) {
    std::copy_n(at, size, out.data);
    return;
  }
  project(i, out, planes);
  std::copy_n(out.data, size, at);
}

template <class T>
void Connection<T>::project(const Instruction& i, const Register<T>& out, int planes) {
  kernels::Column<T> x = registers_[i.args[0]].column();
  x.active = x.active && out.active;
  const std::vector<int>& filled = filled_.of(registers_[i.args[0]], planes, err_pre_);
  const int count = static_cast<int>(filled.size());
  const kernels::Weights<T> ahead = space_->samples().from_column(first_);
  work::count_product(ahead, count, x.active, planes);
  kernels::table<T>().backward_rows(ahead, filled.data(), count, x, out.data + first_, out.plane, planes);
}

template class Connection<float>;
template class Connection<double>;

}  // namespace rule_search
