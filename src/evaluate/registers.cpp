#include "evaluate/registers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "evaluate/states.hpp"

namespace rule_search {

using plan::Code;
using plan::Instruction;
using plan::none;

template <class T>
Registers<T>::Registers(const plan::Plan& plan, const Extents& extents, std::vector<int> direction,
                        const Inputs<T>& inputs, const Activity<T>* net, const States<T>& states,
                        const kernels::Weights<T>& weights, const plan::Rows& rows)
    : plan_(plan),
      planes_(extents.planes),
      direction_(std::move(direction)),
      memory_(plan.code.size()),
      registers_(plan.code.size()),
      zero_(plan.code.size(), false) {
  for (std::size_t k = 0; k < plan.code.size(); ++k) {
    const Instruction& i = plan.code[k];
    Register<T>& r = registers_[k];
    r.rows = extents.of(i.shape.rows, i.by_sample);
    r.cols = extents.of(i.shape.cols, i.by_sample);
    if (i.code == Code::quantity && i.by_sample) {
      r.plane = padded(extents.columns);
      r.down = 1;
      continue;  // see look_at_gram()
    }
    if (look(k, inputs, net, states, weights)) continue;
    // Instructions come after their operands, so whether anything below has tangents is known here.
    r.active = i.code == Code::parameter && direction_[static_cast<std::size_t>(i.parameter)] >= 0;
    for (int a : i.args) r.active = r.active || (*this)[a].active;
    for (const plan::Term& t : i.terms) {
      r.active =
          r.active || (*this)[t.value].active || (t.factor.coefficient != none && (*this)[t.factor.coefficient].active);
    }
    r.active =
        r.active || i.code == Code::weight_times || i.code == Code::weight_transposed_times || i.code == Code::replay;
    // A comparison is constant but for jumps.
    const bool jumps = i.code == Code::function_of_two && is_step(i.function);
    r.active = r.active && planes_ > 1 && !jumps;
    r.lay_out(i.shape, rows.kept[k]);
    if (const T* const place = place_of_state(k, states, rows)) {
      r.data = const_cast<T*>(place);  // the state becomes it as soon as it is computed
      continue;
    }
    memory_[k] = Buffer<T>(static_cast<std::size_t>(r.plane * planes_));
    r.data = memory_[k].data();
    if (i.code == Code::quantity) {
      if (row(i.quantity).origin != Origin::ones)
        throw std::logic_error(fmt::format("nobody provides {}", name(i.quantity)));
      std::fill_n(r.data, r.rows, T(1));
    }
    if (i.code == Code::number) r.data[0] = static_cast<T>(i.number);
  }
  for (const Register<T>& r : registers_) varies_.push_back(r.active);
  used_.assign(registers_.size(), true);
}

// Where the state lies whose next value instruction k is, if it is computed there.
template <class T>
const T* Registers<T>::place_of_state(std::size_t k, const States<T>& states, const plan::Rows& rows) const {
  for (std::size_t s = 0; s < plan_.states.size(); ++s) {
    if (rows.in_place[s] && plan_.states[s].next == static_cast<int>(k)) return states.at(s).data;
  }
  return nullptr;
}

// False where the instruction has to have memory of its own.
template <class T>
bool Registers<T>::look(std::size_t k, const Inputs<T>& inputs, const Activity<T>* net, const States<T>& states,
                        const kernels::Weights<T>& weights) {
  const Instruction& i = plan_.code[k];
  Register<T>& r = registers_[k];
  const Activity<T>* source = nullptr;
  switch (i.code) {
    case Code::state:
      r = states.at(static_cast<std::size_t>(i.variable));
      return true;
    case Code::net:
      source = net;
      break;
    case Code::signal:
      source = inputs.signals.at(static_cast<std::size_t>(i.variable));
      break;
    case Code::quantity:
      if (i.quantity == Quantity::w) {
        r.data = weights.data;
        r.plane = weights.plane;
        r.down = weights.stride;
        r.right = 1;
        r.active = planes_ > 1;
        return true;
      }
      source = inputs[i.quantity];
      break;
    default:
      break;
  }
  if (source == nullptr) return false;
  r.data = const_cast<T*>(source->at(0));  // registers of quantities are only read
  r.plane = source->plane;
  r.down = i.shape.is_number() ? 0 : 1;
  r.active = source->active && source->planes > 1 && planes_ > 1;
  return true;
}

template <class T>
void Registers<T>::look_at_gram(const T* row) {
  for (std::size_t k = 0; k < plan_.code.size(); ++k) {
    if (plan_.code[k].code == Code::quantity && plan_.code[k].by_sample) registers_[k].data = const_cast<T*>(row);
  }
}

template class Registers<float>;
template class Registers<double>;

}  // namespace rule_search
