#include "plan/rows.hpp"

#include <algorithm>
#include <numeric>

#include "plan/renumber.hpp"

namespace rule_search::plan {

namespace {

std::size_t at(int v) { return static_cast<std::size_t>(v); }

// Row r of the value is made of row r of the matrices, and of columns and numbers.
bool keeps_rows_apart(const Instruction& i) {
  switch (i.code) {
    case Code::combine:
    case Code::hadamard:
    case Code::hadamard_divide:
    case Code::power:
    case Code::function:
    case Code::function_of_two:
    case Code::clip:
    case Code::outer:
      return i.shape == weight_shape && !i.by_sample;
    default:
      return false;
  }
}

bool is_state(const Plan& plan, int v, std::size_t k) {
  return v != none && plan.code[at(v)].code == Code::state && plan.code[at(v)].variable == static_cast<int>(k);
}

// How often instruction v, or anything that `is` true of, is read or asked for.
template <class Is>
int reads(const Plan& plan, const Is& is) {
  int out = 0;
  for (const Instruction& i : plan.code) for_each_operand(i, [&](int v) { out += is(v); });
  for_each_result(plan, [&](int v) { out += is(v); });
  return out;
}

// Of a matrix whose next value is a sum with the state as one of its summands.
bool becomes_sum_with_itself(const Plan& plan, std::size_t k) {
  const Memory& state = plan.states[k];
  if (!state.shape.is_matrix() || state.next == none) return false;
  const Instruction& next = plan.code[at(state.next)];
  return next.code == Code::combine && !next.by_sample &&
         std::any_of(next.terms.begin(), next.terms.end(), [&](const Term& t) { return is_state(plan, t.value, k); });
}

bool is_read_once(const Plan& plan, std::size_t k) {
  const int next = plan.states[k].next;
  const auto as_next =
      std::count_if(plan.states.begin(), plan.states.end(), [&](const Memory& s) { return s.next == next; });
  return as_next == 1 && reads(plan, [&](int v) { return is_state(plan, v, k); }) == 1;
}

// Nothing else is made of its next value, and that is made of nothing that changes with the weights.
bool can_be_late(const Plan& plan, std::size_t k) {
  const int next = plan.states[k].next;
  if (reads(plan, [&](int v) { return v == next; }) != 1) return false;
  const std::vector<Term>& terms = plan.code[at(next)].terms;
  return std::all_of(terms.begin(), terms.end(), [&](const Term& t) {
    return is_state(plan, t.value, k) || !is_given(plan.code[at(t.value)].code);
  });
}

}  // namespace

Rows matrix_by_matrix(const Plan& plan) {
  Rows out;
  out.before.resize(plan.code.size());
  std::iota(out.before.begin(), out.before.end(), 0);
  out.kept.assign(plan.code.size(), true);
  out.next_by_row.assign(plan.states.size(), false);
  for (std::size_t k = 0; k < plan.states.size(); ++k) {
    const bool sum = becomes_sum_with_itself(plan, k);
    const bool late = sum && !is_read_once(plan, k) && can_be_late(plan, k);
    out.in_place.push_back(sum && (late || is_read_once(plan, k)));
    if (!late) continue;
    out.late.push_back(plan.states[k].next);
    std::erase(out.before, plan.states[k].next);
  }
  return out;
}

Rows row_by_row(const Plan& plan) {
  Rows out;
  enum class Group { before, by_row, after };
  std::vector<Group> group;
  for (const Instruction& i : plan.code) {
    Group latest = Group::before;
    for_each_operand(i, [&](int v) {
      if (v != none) latest = std::max(latest, group[at(v)]);
    });
    if (latest != Group::after)
      latest = keeps_rows_apart(i) ? Group::by_row : latest == Group::by_row ? Group::after : latest;
    group.push_back(latest);
    auto& list = latest == Group::before ? out.before : latest == Group::by_row ? out.by_row : out.after;
    list.push_back(static_cast<int>(group.size()) - 1);
  }
  const auto is_by_row = [&](int v) { return group[at(v)] == Group::by_row; };
  // A state that becomes what another one or the weights were needs them as they were before the step.
  const bool apart = std::none_of(plan.states.begin(), plan.states.end(), [&](const Memory& s) {
    return s.shape.is_matrix() && s.next != none && (s.shape != weight_shape || is_given(plan.code[at(s.next)].code));
  });
  out.changes = !out.by_row.empty() && out.after.empty() && apart;
  for (const Memory& s : plan.states) out.next_by_row.push_back(out.changes && s.next != none && is_by_row(s.next));

  out.kept.assign(plan.code.size(), false);
  for (std::size_t k = 0; k < plan.code.size(); ++k) {
    if (group[k] != Group::by_row) {
      out.kept[k] = true;
      for_each_operand(plan.code[k], [&](int v) {
        if (v != none) out.kept[at(v)] = true;
      });
    }
  }
  if (!out.changes) {
    for_each_result(plan, [&](int v) {
      if (v != none) out.kept[at(v)] = true;
    });
  }
  for (std::size_t k = 0; k < plan.states.size(); ++k)
    out.in_place.push_back(becomes_sum_with_itself(plan, k) && is_read_once(plan, k) &&
                           out.kept[at(plan.states[k].next)]);
  return out;
}

Rows of_states(const Plan& plan, const Rows& rows) {
  std::vector<bool> needed(plan.code.size(), false);
  for (const Memory& s : plan.states) {
    if (s.next != none) needed[at(s.next)] = true;
    for (const Outer& o : s.outers) needed[at(o.left)] = needed[at(o.right)] = true;
  }
  for (std::size_t k = plan.code.size(); k-- > 0;) {
    if (!needed[k]) continue;
    for_each_operand(plan.code[k], [&](int v) {
      if (v != none) needed[at(v)] = true;
    });
  }
  Rows out = rows;
  for (std::vector<int>* list : {&out.before, &out.by_row, &out.after})
    std::erase_if(*list, [&](int k) { return !needed[at(k)]; });
  return out;
}

std::vector<bool> states_read_by(const Plan& plan, const Rows& rows) {
  std::vector<bool> out(plan.states.size(), false);
  for (const std::vector<int>* list : {&rows.before, &rows.by_row, &rows.after}) {
    // Given values are in the lists as well, where something is made of them or a state becomes them.
    for (int k : *list) {
      if (plan.code[at(k)].code == Code::state) out[at(plan.code[at(k)].variable)] = true;
    }
  }
  return out;
}

}  // namespace rule_search::plan
