#include "export/assignments.hpp"

#include <fmt/format.h>

#include "expression/print.hpp"

namespace rule_search {

namespace {

// Whether it is worth a name: more than a product of two things that are there anyway.
bool is_part(const Expr& e) {
  if (e->op == Op::negate || e->op == Op::transpose) return false;
  return e->depth >= 3 || e->op == Op::dot || e->op == Op::sum || e->op == Op::mean || e->op == Op::norm;
}

}  // namespace

Assignments::Assignments(const Rule& rule, const std::function<std::string(const std::string&)>& take) : rule_(rule) {
  for (const State& s : rule.states) count(s.next);
  count(rule.dw);
  std::vector<std::string> next;
  for (const State& s : rule.states) next.push_back(take("new_" + s.name));
  for (std::size_t k = 0; k < rule.states.size(); ++k) {
    const Expr& value = rule.states[k].next;
    write_parts_of(value, take);
    all_.push_back({next[k], value, static_cast<int>(k)});
    if (Part& p = parts_[key(value)]; p.name.empty()) p.name = next[k];
  }
  write_parts_of(rule.dw, take);
  all_.push_back({take("dw"), rule.dw});
}

std::string Assignments::key(const Expr& e) const { return print(e, rule_.parameters); }

const std::string* Assignments::named(const Expr& e) const {
  if (!is_part(e)) return nullptr;
  const auto found = parts_.find(key(e));
  return found == parts_.end() || found->second.name.empty() ? nullptr : &found->second.name;
}

void Assignments::count(const Expr& e) {
  if (is_part(e) && parts_[key(e)].times++ > 0) return;
  for (const Expr& a : e->args) count(a);
}

// Assignments of those parts of e that occur more than once, and have none yet; not of e itself.
void Assignments::write_parts_of(const Expr& e, const std::function<std::string(const std::string&)>& take) {
  for (const Expr& a : e->args) {
    if (named(a) != nullptr) continue;
    write_parts_of(a, take);
    if (!is_part(a)) continue;
    Part& p = parts_[key(a)];
    if (p.times < 2) continue;
    p.name = take(fmt::format("part{}", ++parts_named_));
    all_.push_back({p.name, a});
  }
}

}  // namespace rule_search
