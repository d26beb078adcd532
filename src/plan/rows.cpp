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
    case Code::clip:
    case Code::outer:
      return i.shape == weight_shape && !i.by_sample;
    default:
      return false;
  }
}

}  // namespace

Rows matrix_by_matrix(const Plan& plan) {
  Rows out;
  out.before.resize(plan.code.size());
  std::iota(out.before.begin(), out.before.end(), 0);
  out.kept.assign(plan.code.size(), true);
  out.next_by_row.assign(plan.states.size(), false);
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
