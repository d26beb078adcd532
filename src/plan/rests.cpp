// Steps in which a rule changes no weight, found without looking at a number: what is multiplied by 0 is 0.
#include <algorithm>

#include "plan/plan.hpp"
#include "plan/renumber.hpp"
#include "plan/rows.hpp"

namespace rule_search::plan {

namespace {

class Zeros {
 public:
  Zeros(const Plan& plan, const std::vector<std::string>& signals) : plan_(plan) {
    for (const Instruction& i : plan.code) zero_.push_back(vanishes(i, signals));
  }

  bool operator()(int v) const { return v != none && zero_[static_cast<std::size_t>(v)]; }
  bool operator()(const Factor& f) const { return f.number == 0 || (*this)(f.coefficient); }
  bool operator()(const Term& t) const { return (*this)(t.factor) || (*this)(t.value); }

 private:
  bool vanishes(const Instruction& i, const std::vector<std::string>& signals) const {
    const auto arg = [&](std::size_t k) { return (*this)(i.args[k]); };
    switch (i.code) {
      case Code::number:
        return i.number == 0;
      case Code::signal:
        return std::find(signals.begin(), signals.end(), plan_.signals[static_cast<std::size_t>(i.variable)].name) !=
               signals.end();
      case Code::combine:
        return std::all_of(i.terms.begin(), i.terms.end(), *this);
      case Code::function:
        return arg(0) && row(i.function).value(0) == 0;
      case Code::function_of_two:
        return arg(0) && arg(1) && row(i.function).value_of_two(0, 0) == 0;
      case Code::power: {
        const Instruction& exponent = plan_.code[static_cast<std::size_t>(i.args[1])];
        return arg(0) && exponent.code == Code::number && exponent.number > 0;
      }
      case Code::hadamard:
      case Code::dot:
      case Code::matrix_times:
      case Code::outer:
      case Code::matrix_product:
        return arg(0) || arg(1);
      case Code::hadamard_divide:
      case Code::clip:
      case Code::sum:
      case Code::mean:
      case Code::norm:
      case Code::weight_times:
      case Code::weight_transposed_times:
      case Code::matrix_transpose:
      case Code::matrix_lower:
        return arg(0);
      default:
        return false;
    }
  }

  const Plan& plan_;
  std::vector<bool> zero_;
};

}  // namespace

bool rests(const Plan& plan, const std::vector<std::string>& signals) {
  const Zeros zero(plan, signals);
  const auto nothing = [&](int v) { return v == none || zero(v); };
  return std::all_of(plan.outers.begin(), plan.outers.end(),
                     [&](const Outer& o) { return zero(o.factor) || zero(o.left) || zero(o.right); }) &&
         std::all_of(plan.dense.begin(), plan.dense.end(), zero) && nothing(plan.scale) && nothing(plan.scale_rows) &&
         nothing(plan.scale_cols);
}

AtRest at_rest(const Plan& plan, const Rows& rows) {
  std::vector<std::string> numbers;
  for (const Signal& s : plan.signals) {
    if (s.shape.is_number()) numbers.push_back(s.name);
  }
  const Zeros zero(plan, numbers);
  std::vector<bool> needed(plan.code.size(), false);
  const auto need = [&](int v) {
    if (v != none) needed[static_cast<std::size_t>(v)] = true;
  };
  const auto need_term = [&](const Term& t) {
    need(t.factor.coefficient);
    if (!zero(t.factor)) need(t.value);
  };
  Plan others = plan;
  others.dense.clear();
  for_each_result(others, need);
  std::for_each(plan.dense.begin(), plan.dense.end(), need_term);
  for (std::size_t k = plan.code.size(); k-- > 0;) {
    const Instruction& i = plan.code[k];
    // What is late is carried out in any case.
    const bool late = std::find(rows.late.begin(), rows.late.end(), static_cast<int>(k)) != rows.late.end();
    if (!needed[k] || (zero(static_cast<int>(k)) && !late)) continue;
    for (const int v : i.args) need(v);
    std::for_each(i.terms.begin(), i.terms.end(), need_term);
  }
  AtRest out;
  out.rows = rows;
  const auto is_left_out = [&](int k) { return !needed[static_cast<std::size_t>(k)] || zero(k); };
  for (std::vector<int>* list : {&out.rows.before, &out.rows.by_row, &out.rows.after}) {
    for (const int k : *list) {
      if (!is_left_out(k) || is_given(plan.code[static_cast<std::size_t>(k)].code)) continue;
      out.less = true;
      if (needed[static_cast<std::size_t>(k)]) out.zeroed.push_back(k);
    }
    std::erase_if(*list, is_left_out);
  }
  return out;
}

}  // namespace rule_search::plan
