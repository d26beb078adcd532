#include "evaluate/connection.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <new>
#include <utility>

#include "evaluate/work.hpp"

namespace rule_search {

using plan::Code;
using plan::Instruction;
using plan::none;

namespace {
constexpr std::align_val_t alignment{64};
}

template <class T>
Buffer<T>::Buffer(std::size_t size) : data_(static_cast<T*>(::operator new(size * sizeof(T), alignment))), size_(size) {
  std::fill_n(data_, size, T(0));
}
template <class T>
Buffer<T>::~Buffer() {
  ::operator delete(data_, alignment);
}
template <class T>
Buffer<T>::Buffer(Buffer&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
template <class T>
Buffer<T>& Buffer<T>::operator=(Buffer&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

template <class T>
Connection<T>::Connection(const plan::Plan& plan, int n, int m, int tangents, std::vector<int> direction,
                          const Surroundings<T>& around, const SampleSpace<T>* space)
    : plan_(plan),
      space_(space),
      inputs_(m),
      n_(n),
      m_(space == nullptr ? m : space->size()),
      planes_(1 + tangents),
      direction_(std::move(direction)),
      weight_memory_(static_cast<std::size_t>(padded(n_) * padded(m_) * (1 + tangents))),
      // Row by row with all planes, so that a few rows are one stretch of memory.
      weights_{weight_memory_.data(), n_, m_, padded(m_) * (1 + tangents), padded(m_), 1 + tangents},
      scale_(static_cast<std::size_t>(1 + tangents)),
      around_(around) {
  for (const plan::Memory& s : plan.states) {
    Register r;
    r.rows = extent(s.shape.rows, false);
    r.cols = extent(s.shape.cols, false);
    shape(r, s.shape);
    r.active = tangents > 0;
    state_memory_.emplace_back(static_cast<std::size_t>(r.plane * planes_));
    next_memory_.emplace_back(static_cast<std::size_t>(r.plane * planes_));
    r.data = state_memory_.back().data();
    states_.push_back(r);
  }
  registers_.resize(plan.code.size());
  memory_.resize(plan.code.size());
  for (std::size_t k = 0; k < plan.code.size(); ++k) {
    const Instruction& i = plan.code[k];
    Register& r = registers_[k];
    r.rows = extent(i.shape.rows, i.by_sample);
    r.cols = extent(i.shape.cols, i.by_sample);
    const Activity<T>* source = nullptr;
    if (i.code == Code::net) source = around.net;
    if (i.code == Code::state) {
      r = states_[static_cast<std::size_t>(i.variable)];
      continue;
    }
    if (i.code == Code::signal) source = around.signals.at(static_cast<std::size_t>(i.variable));
    if (i.code == Code::quantity && i.by_sample) {
      r.plane = padded(m_);
      r.down = 1;
      continue;  // the samples seen through the current one; set in learn()
    }
    if (i.code == Code::quantity) {
      switch (i.quantity) {
        case Quantity::pre:
          source = around.pre;
          break;
        case Quantity::post:
          source = around.post;
          break;
        case Quantity::err_pre:
          source = around.err_pre;
          break;
        case Quantity::err_post:
          source = around.err_post;
          break;
        case Quantity::noise_pre:
          source = around.noise_pre;
          break;
        case Quantity::noise_post:
          source = around.noise_post;
          break;
        case Quantity::shuffled_err_pre:
          source = around.shuffled_err_pre;
          break;
        case Quantity::shuffled_err_post:
          source = around.shuffled_err_post;
          break;
        case Quantity::w:
          r.data = weights_.data;
          r.plane = weights_.plane;
          r.down = weights_.stride;
          r.right = 1;
          r.active = tangents > 0;
          continue;
        default:
          break;
      }
    }
    if (source != nullptr) {
      r.data = const_cast<T*>(source->at(0));  // registers of quantities are only read
      r.plane = source->plane;
      r.down = i.shape.is_number() ? 0 : 1;
      r.active = source->active && source->planes > 1 && tangents > 0;
      continue;
    }
    // Instructions come after their operands, so whether anything below has tangents is known here.
    r.active = i.code == Code::parameter && direction_[static_cast<std::size_t>(i.parameter)] >= 0;
    for (int a : i.args) r.active = r.active || reg(a).active;
    for (const plan::Term& t : i.terms) {
      r.active = r.active || reg(t.value).active || (t.factor.coefficient != none && reg(t.factor.coefficient).active);
    }
    r.active =
        r.active || i.code == Code::weight_times || i.code == Code::weight_transposed_times || i.code == Code::replay;
    r.active = r.active && tangents > 0;
    shape(r, i.shape);
    memory_[k] = Buffer<T>(static_cast<std::size_t>(r.plane * planes_));
    r.data = memory_[k].data();
    if (i.code == Code::quantity) std::fill_n(r.data, r.rows, T(1));  // ones
    if (i.code == Code::number) r.data[0] = static_cast<T>(i.number);
  }
  const auto is_post = [&](int v) {
    const Instruction& i = plan.code[static_cast<std::size_t>(v)];
    return i.code == Code::quantity && i.quantity == Quantity::post && !i.by_sample;
  };
  for (std::size_t k = 0; k < plan.code.size(); ++k) {
    const Instruction& i = plan.code[k];
    if (i.code == Code::weight_transposed_times && is_post(i.args[0])) along_ = static_cast<int>(k);
  }
  const auto copy_of = [&](int v) {
    const Instruction& i = plan.code[static_cast<std::size_t>(v)];
    const bool written_over =
        (i.code == Code::quantity && !i.by_sample && (i.quantity == Quantity::pre || i.quantity == Quantity::post) &&
         reg(v).data != memory_[static_cast<std::size_t>(v)].data()) ||
        i.code == Code::net || i.code == Code::state || v == along_;
    return written_over ? Buffer<T>(static_cast<std::size_t>(reg(v).plane * planes_)) : Buffer<T>();
  };
  for (const plan::Outer& o : plan.outers) {
    left_copies_.push_back(copy_of(o.left));
    right_copies_.push_back(copy_of(o.right));
  }
  for (const Register& r : registers_) varies_.push_back(r.active);
  for (Buffer<T>& line : scratch_)
    line = Buffer<T>(static_cast<std::size_t>(padded(std::max(n_, std::max(m_, inputs_)))));
  if (!plan.replays()) return;
  assert(space != nullptr && planes_ <= kernels::most_replayed_planes &&
         plan.outers.size() <= kernels::most_replayed_outers);
  const auto steps = static_cast<std::size_t>(padded(m_));
  const auto all = static_cast<std::size_t>(planes_);
  start_ = Buffer<T>(static_cast<std::size_t>(padded(m) * padded(n)));
  scales_ = Buffer<T>(steps * all);
  for (const plan::Outer& o : plan.outers) {
    remembered_.emplace_back();
    Remembered& r = remembered_.back();
    const Instruction& right = plan.code[static_cast<std::size_t>(o.right)];
    r.left = Buffer<T>(steps * all * static_cast<std::size_t>(padded(n)));
    r.numbers = Buffer<T>(steps * all);
    if (right.code == Code::weight_transposed_times) r.u = Buffer<T>(steps * all * static_cast<std::size_t>(padded(n)));
    if (right.code == Code::project) r.right = Buffer<T>(steps * all * static_cast<std::size_t>(padded(m)));
  }
}

template <class T>
void Connection<T>::shape(Register& r, Shape shape) {
  const bool is_matrix = shape.is_matrix();
  r.down = is_matrix ? padded(r.cols) : shape.is_number() ? 0 : 1;
  r.right = is_matrix ? 1 : 0;
  r.plane = is_matrix ? padded(r.rows) * padded(r.cols) : padded(std::max(r.rows, r.cols));
}

template <class T>
void Connection<T>::set_weights(const double* w) {
  reset_states();
  replace_weights(w);
}

template <class T>
void Connection<T>::reset_states() {
  for (std::size_t k = 0; k < states_.size(); ++k) {
    const Register& s = states_[k];
    std::fill_n(s.data, state_memory_[k].size(), T(0));
    for (int r = 0; r < s.rows; ++r) {
      for (int c = 0; c < s.cols; ++c) s.data[r * s.down + c * s.right] = static_cast<T>(plan_.states[k].initial);
    }
  }
}

template <class T>
void Connection<T>::replace_weights(const double* w) {
  std::fill_n(weights_.data, weight_memory_.size(), T(0));
  waiting_ = along_done_ = false;
  if (space_ != nullptr) {
    for (int i = 0; i < n_; ++i)
      std::copy_n(space_->start() + i * weights_.plane, weights_.plane, weights_.data + i * weights_.stride);
    steps_ = 0;
    if (!plan_.replays()) return;
    for (int i = 0; i < n_; ++i) {
      for (int j = 0; j < inputs_; ++j)
        start_.data()[j * padded(n_) + i] = static_cast<T>(w[static_cast<std::ptrdiff_t>(i) * inputs_ + j]);
    }
    for (Remembered& r : remembered_)
      std::fill_n(r.right.data(),
                  r.right.size() / static_cast<std::size_t>(planes_) * static_cast<std::size_t>(walk_planes_), T(0));
    return;
  }
  for (int i = 0; i < n_; ++i) {
    T* const row = weights_.data + i * weights_.stride;
    for (int j = 0; j < m_; ++j) row[j] = static_cast<T>(w[static_cast<std::ptrdiff_t>(i) * m_ + j]);
  }
}

template <class T>
void Connection<T>::set_parameters(const std::vector<double>& values) {
  values_ = values;
  find_needed();
}

// From the last instruction to the first: tangents are needed where a needed value changes with them.
template <class T>
void Connection<T>::find_needed() {
  const std::size_t size = plan_.code.size();
  const auto at = [](int v) { return static_cast<std::size_t>(v); };
  zero_.assign(size, false);
  const auto vanishes = [&](const plan::Term& t) {
    return t.factor.number == 0 || zero_[at(t.value)] ||
           (t.factor.coefficient != none && zero_[at(t.factor.coefficient)]);
  };
  for (std::size_t k = 0; k < size; ++k) {
    const Instruction& i = plan_.code[k];
    if (i.code == Code::number) zero_[k] = i.number == 0;
    if (i.code == Code::parameter) zero_[k] = static_cast<T>(values_[at(i.parameter)]) == 0;
    if (i.code == Code::hadamard) zero_[k] = zero_[at(i.args[0])] || zero_[at(i.args[1])];
    if (i.code == Code::combine) zero_[k] = std::all_of(i.terms.begin(), i.terms.end(), vanishes);
  }
  std::vector<bool> needed(size, false);
  const auto term = [&](const plan::Term& t) {
    const int f = t.factor.coefficient;
    if (f != none && t.factor.number != 0 && !zero_[at(t.value)]) needed[at(f)] = true;
    if (t.factor.number != 0 && (f == none || !zero_[at(f)])) needed[at(t.value)] = true;
  };
  for (const plan::Outer& o : plan_.outers) {
    if (!zero_[at(o.right)]) needed[at(o.left)] = true;
    if (!zero_[at(o.left)]) needed[at(o.right)] = true;
  }
  for (int v : {plan_.scale, plan_.scale_rows, plan_.scale_cols}) {
    if (v != none) needed[at(v)] = true;
  }
  for (const plan::Term& t : plan_.dense) term(t);
  // What is remembered may be asked for at any later step.
  for (const plan::Memory& s : plan_.states) needed[at(s.next)] = true;
  walk_planes_ = 1;
  for (std::size_t k = size; k-- > 0;) {
    const Instruction& i = plan_.code[k];
    const bool quantity = i.code == Code::net || i.code == Code::state || i.code == Code::signal ||
                          (i.code == Code::quantity && memory_[k].size() == 0);
    if (!quantity) registers_[k].active = varies_[k] && needed[k];
    if (i.code == Code::replay && registers_[k].active) walk_planes_ = planes_;
    if (!needed[k]) continue;
    for (const plan::Term& t : i.terms) term(t);
    for (std::size_t a = 0; a < i.args.size(); ++a) {
      const bool by_zero = i.code == Code::hadamard && zero_[at(i.args[1 - a])];
      if (!by_zero) needed[at(i.args[a])] = true;
    }
  }
}

// The weights as far as a value made of them needs them: without tangents where it has none.
template <class T>
kernels::Weights<T> Connection<T>::weights_for(const Register& out) const {
  kernels::Weights<T> w = weights_.from_column(first_);
  if (!out.active) w.planes = 1;
  return w;
}

template <class T>
void Connection<T>::forward(int t, T beta, T* slope, bool learning) {
  kernels::Pass<T> pass = take_waiting();
  Activity<T>& net = *around_.net;
  pass.z = net.at(0);
  pass.z_plane = net.plane;
  if (space_ == nullptr) {
    pass.x = around_.pre->column();
    work::count_product(weights_, n_, pass.x.active, planes_);
  } else {
    pass.column = t;
  }
  if (slope != nullptr) {
    Activity<T>& post = *around_.post;
    pass.beta = beta;
    pass.y = post.at(0);
    pass.y_plane = post.plane;
    pass.derivative = slope;
    const int from = space_ == nullptr ? 0 : (t + 1) / kernels::padding * kernels::padding;
    if (learning && along_ != none && from < m_) {
      pass.v = reg(along_).data;
      pass.v_plane = reg(along_).plane;
      pass.v_from = from;
      pass.v_planes = reg(along_).active ? planes_ : 1;
      along_done_ = true;
      work::count_product(weights_.from_column(from), n_, true, pass.v_planes);
    }
  }
  kernels::table<T>().pass(weights_, pass);
}

// A pass that adds what was learnt last, and so far nothing else.
template <class T>
kernels::Pass<T> Connection<T>::take_waiting() {
  kernels::Pass<T> pass;
  if (!waiting_) return pass;
  waiting_ = false;
  pass.count = static_cast<int>(lefts_.size());
  pass.left = lefts_.data();
  pass.right = rights_.data();
  pass.scale = waiting_scale_ ? scale_.data() : nullptr;
  pass.from = waiting_from_;
  work::count_update(weights_.from_column(pass.from), pass.count, lefts_.data(), rights_.data(), waiting_scale_);
  return pass;
}

template <class T>
void Connection<T>::flush() {
  if (waiting_) kernels::table<T>().pass(weights_, take_waiting());
}

template <class T>
void Connection<T>::get_weights(double* w) {
  flush();
  for (int i = 0; i < n_; ++i) {
    for (int j = 0; j < m_; ++j)
      w[static_cast<std::ptrdiff_t>(i) * m_ + j] = static_cast<double>(weights_.data[i * weights_.stride + j]);
  }
}

template <class T>
void Connection<T>::learn(int t) {
  if (space_ != nullptr) {
    first_ = (t + 1) / kernels::padding * kernels::padding;
    if (first_ >= m_) return;  // no sample is left
    for (std::size_t k = 0; k < plan_.code.size(); ++k) {
      if (plan_.code[k].code == Code::quantity && plan_.code[k].by_sample)
        registers_[k].data = const_cast<T*>(space_->gram(t));
    }
  }
  for (std::size_t k = 0; k < plan_.code.size(); ++k) run(plan_.code[k], registers_[k]);
  along_done_ = false;

  // dw is made of values before the change: what scales or reads w comes before what is added to it.
  if (plan_.scale_rows != none || plan_.scale_cols != none) {
    scale_by_cells();
  } else if (plan_.scale != none) {
    for (int p = 0; p < planes_; ++p)
      scale_[static_cast<std::size_t>(p)] =
          p == 0 || reg(plan_.scale).active ? reg(plan_.scale).data[p * reg(plan_.scale).plane] : T(0);
  }
  add_dense();
  const bool by_number =
      plan_.scale != none && plan_.scale_rows == none && plan_.scale_cols == none && plan_.dense.empty();
  if (plan_.replays()) remember();
  if (!plan_.outers.empty() || by_number) wait(by_number);
  if (!states_.empty()) remember_states();
}

// All at once: one may become what another one was.
template <class T>
void Connection<T>::remember_states() {
  for (std::size_t k = 0; k < states_.size(); ++k) {
    const Register& next = reg(plan_.states[k].next);
    const Register& s = states_[k];
    T* const to = next_memory_[k].data();
    std::fill_n(to, next_memory_[k].size(), T(0));
    for (int p = 0; p < (next.active ? planes_ : 1); ++p) {
      for (int r = 0; r < s.rows; ++r) {
        for (int c = 0; c < s.cols; ++c)
          to[p * s.plane + r * s.down + c * s.right] = next.data[p * next.plane + r * next.down + c * next.right];
      }
    }
  }
  for (std::size_t k = 0; k < states_.size(); ++k)
    std::copy_n(next_memory_[k].data(), next_memory_[k].size(), state_memory_[k].data());
}

// The next walk over the weights adds it.
template <class T>
void Connection<T>::wait(bool scaled) {
  lefts_.clear();
  rights_.clear();
  const auto kept = [&](int v, Buffer<T>& copy) {
    kernels::Column<T> c = column(v);
    if (copy.size() == 0) return c;
    std::copy_n(c.data, c.active ? copy.size() : static_cast<std::size_t>(c.plane), copy.data());
    c.data = copy.data();
    return c;
  };
  for (std::size_t o = 0; o < plan_.outers.size(); ++o) {
    const plan::Outer& outer = plan_.outers[o];
    lefts_.push_back(kept(outer.left, left_copies_[o]));
    rights_.push_back(kept(outer.right, right_copies_[o]));
    lefts_.back().active = lefts_.back().active && !zero_[static_cast<std::size_t>(outer.right)];
    rights_.back().active = rights_.back().active && !zero_[static_cast<std::size_t>(outer.left)];
  }
  waiting_ = true;
  waiting_scale_ = scaled;
  waiting_from_ = first_;
}

// w becomes (1 + scale + rows_i + cols_j) w.
template <class T>
void Connection<T>::scale_by_cells() {
  const auto part = [&](int v, int p, int at) {
    if (v == none || (p > 0 && !reg(v).active)) return T(0);
    return reg(v).data[p * reg(v).plane + at];
  };
  const auto cols_of = [&](int p) -> const T* {
    if (plan_.scale_cols == none || (p > 0 && !reg(plan_.scale_cols).active)) return nullptr;
    const T* const cols = reg(plan_.scale_cols).data + p * reg(plan_.scale_cols).plane;
    // Of candidates that stand at 0 all but one plane are.
    return std::any_of(cols, cols + m_, [](T x) { return x != 0; }) ? cols : nullptr;
  };
  const T* const value_cols = cols_of(0);
  for (int p = planes_ - 1; p >= 0; --p) {
    const T* const tangent_cols = p == 0 ? nullptr : cols_of(p);
    for (int i = 0; i < n_; ++i) {
      const T* const w0 = weights_.data + i * weights_.stride;
      T* const wp = weights_.data + i * weights_.stride + p * weights_.plane;
      const T value = 1 + part(plan_.scale, 0, 0) + part(plan_.scale_rows, 0, i);
      const T tangent = p == 0 ? T(0) : part(plan_.scale, p, 0) + part(plan_.scale_rows, p, i);
      if (value_cols != nullptr) {
        for (int j = first_; j < m_; ++j) wp[j] *= value + value_cols[j];
      } else if (value != 1) {
        for (int j = first_; j < m_; ++j) wp[j] *= value;
      }
      if (tangent_cols != nullptr) {
        for (int j = first_; j < m_; ++j) wp[j] += (tangent + tangent_cols[j]) * w0[j];
      } else if (tangent != 0) {
        for (int j = first_; j < m_; ++j) wp[j] += tangent * w0[j];
      }
    }
  }
}

template <class T>
void Connection<T>::add_dense() {
  if (plan_.dense.empty()) return;
  // With dense parts a plain scale is applied here as well, after they were computed and before they are
  // added.
  if (plan_.scale != none && plan_.scale_rows == none && plan_.scale_cols == none) scale_by_cells();
  for (const plan::Term& t : plan_.dense) {
    const Register& x = reg(t.value);
    const Register* f = t.factor.coefficient == none ? nullptr : &reg(t.factor.coefficient);
    const T number = static_cast<T>(t.factor.number);
    const T factor = f != nullptr ? number * f->data[0] : number;
    // A candidate's coefficient is 0 and depends on no other one: all but one of its planes add nothing.
    const auto add = [&](T by, int from, int to) {
      if (by == 0) return;
      for (int i = 0; i < n_; ++i)
        kernels::table<T>().add(kernels::padded(m_), by, x.data + from * x.plane + i * x.down,
                                weights_.data + to * weights_.plane + i * weights_.stride);
    };
    for (int p = planes_ - 1; p > 0; --p) {
      if (x.active) add(factor, p, p);
      if (f != nullptr && f->active) add(number * f->data[p * f->plane], 0, p);
    }
    add(factor, 0, 0);
  }
}

template class Buffer<float>;
template class Buffer<double>;
template class Connection<float>;
template class Connection<double>;

}  // namespace rule_search
