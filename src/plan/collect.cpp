// As few outer products as possible. Terms f * left * right' are the edges of a graph between left and right
// columns; all edges at one column join into one outer product with a combined partner. The fewest columns
// that touch every edge are a minimum vertex cover, which a maximum matching gives (Koenig's theorem).
#include <map>
#include <set>

#include "plan/builder.hpp"

namespace rule_search::plan {

namespace {

struct Graph {
  std::map<int, std::set<int>> rights_of;  // left column -> right columns
  std::map<int, int> match_of_right;

  bool augment(int left, std::set<int>& seen) {
    for (int right : rights_of[left]) {
      if (!seen.insert(right).second) continue;
      const auto held = match_of_right.find(right);
      if (held == match_of_right.end() || augment(held->second, seen)) {
        match_of_right[right] = left;
        return true;
      }
    }
    return false;
  }
};

// The right columns of a minimum cover; the left ones are those of the edges these leave. Among covers of
// equal size right columns are preferred: they are the inputs, and those of the first layer have no tangents.
std::set<int> covering_rights(const std::vector<Outer>& outers) {
  Graph graph;
  for (const Outer& o : outers) graph.rights_of[o.left].insert(o.right);
  for (auto& [left, rights] : graph.rights_of) {
    std::set<int> seen;
    graph.augment(left, seen);
  }
  // Rights that an alternating path from an unmatched right reaches through lefts are not needed.
  std::map<int, int> match_of_left;
  std::set<int> rights;
  for (const Outer& o : outers) rights.insert(o.right);
  for (const auto& [right, left] : graph.match_of_right) match_of_left[left] = right;
  std::set<int> needless;
  std::vector<int> open;
  for (int right : rights) {
    if (graph.match_of_right.count(right) == 0) {
      needless.insert(right);
      open.push_back(right);
    }
  }
  while (!open.empty()) {
    const int right = open.back();
    open.pop_back();
    for (const auto& [left, of_left] : graph.rights_of) {
      if (of_left.count(right) == 0) continue;
      const auto next = match_of_left.find(left);
      if (next != match_of_left.end() && needless.insert(next->second).second) open.push_back(next->second);
    }
  }
  std::set<int> cover;
  for (int right : rights) {
    if (needless.count(right) == 0) cover.insert(right);
  }
  return cover;
}

std::vector<Outer> joined(const std::vector<Outer>& outers, Builder& build) {
  std::vector<Outer> out;
  const std::set<int> by_right = covering_rights(outers);
  std::map<int, std::vector<Term>> lefts;   // right column -> its combined left partner
  std::map<int, std::vector<Term>> rights;  // left column -> its combined right partner
  for (const Outer& o : outers) {
    if (by_right.count(o.right) > 0) {
      lefts[o.right].push_back({o.factor, o.left});
    } else {
      rights[o.left].push_back({o.factor, o.right});
    }
  }
  for (auto& [right, terms] : lefts) out.push_back({{}, build.combine(std::move(terms)), right});
  for (auto& [left, terms] : rights) out.push_back({{}, left, build.combine(std::move(terms))});
  return out;
}

// What is added to state k in a step, where that is outer products alone; else nothing.
std::vector<Outer> added_to_state(const Plan& plan, std::size_t k) {
  const auto code = [&](int v) -> const Instruction& { return plan.code[static_cast<std::size_t>(v)]; };
  const Instruction& next = code(plan.states[k].next);
  std::vector<Outer> out;
  bool itself = false;
  for (const Term& t : next.code == Code::combine ? next.terms : std::vector<Term>()) {
    const Instruction& value = code(t.value);
    const bool whole = t.factor.number == 1 && t.factor.coefficient == none;
    if (value.code == Code::state && value.variable == static_cast<int>(k) && whole && !itself)
      itself = true;
    else if (value.code == Code::outer)
      out.push_back({t.factor, value.args[0], value.args[1]});
    else
      return {};
  }
  return itself ? out : std::vector<Outer>();
}

}  // namespace

Plan collect(const Plan& plan) {
  Plan out = plan;
  out.scalings.clear();
  Builder build(out.code);
  out.outers = joined(plan.outers, build);
  // Traces of trials. Of others every element is computed, so that results keep their bits.
  for (std::size_t k = 0; k < plan.states.size(); ++k) {
    if (!plan.states[k].each_trial || plan.states[k].shape != weight_shape) continue;
    const std::vector<Outer> added = added_to_state(plan, k);
    if (added.empty()) continue;
    out.states[k].outers = joined(added, build);
    out.states[k].next = none;
  }

  std::vector<Term> scale;
  std::vector<Term> rows;
  std::vector<Term> cols;
  for (const Scaling& s : plan.scalings) {
    if (s.rows == none && s.cols == none) {
      scale.push_back(s.factor.coefficient == none ? Term{{1, none}, build.number(s.factor.number)}
                                                   : Term{{s.factor.number, none}, s.factor.coefficient});
    } else if (s.cols == none) {
      rows.push_back({s.factor, s.rows});
    } else if (s.rows == none) {
      cols.push_back({s.factor, s.cols});
    } else {
      // Scaled by both its cells: a matrix of its own.
      const int by_rows = build.hadamard(s.rows, build.quantity(Quantity::w), weight_shape);
      out.dense.push_back({s.factor, build.hadamard(s.cols, by_rows, weight_shape, true, false)});
    }
  }
  if (!scale.empty()) out.scale = build.combine(std::move(scale));
  if (!rows.empty()) out.scale_rows = build.combine(std::move(rows));
  if (!cols.empty()) out.scale_cols = build.combine(std::move(cols));
  return out;
}

}  // namespace rule_search::plan
