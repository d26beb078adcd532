#include "expression/check/updates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "expression/check/shapes.hpp"

namespace rule_search::check {

namespace {

constexpr int deepest_expression = 2000;  // everything after this goes down the tree by recursion

// What the parser leaves of a statement it could not read.
bool dropped(const syntax::Node& n) { return n.kind == syntax::Kind::number && n.span.end == 0; }

bool too_deep(const Expr& e, Span span, const std::string& what, Mistakes& mistakes) {
  if (e->depth <= deepest_expression) return false;
  mistakes.add(span, what + " is too deep", fmt::format("at most {} levels", deepest_expression),
               fmt::format("{}", e->depth));
  return true;
}

void unknown_state(const syntax::Next& n, const Rule& rule, Scope& scope, Mistakes& mistakes) {
  std::vector<std::string> states;
  for (const State& s : rule.states) states.push_back(s.name);
  const std::string near = mistakes.nearest(n.name.text, states);
  if (!scope.is_broken(n.name.text))
    mistakes.add(n.name.span, fmt::format("`{}` is no state", n.name.text), "the name of a state", "",
                 n.name.text == "w" ? "the weights change by dw; write dw = ..."
                 : !near.empty()    ? fmt::format("did you mean `{}`?", near)
                                    : fmt::format("declare it: state {} = 0, or with a shape, as in state {}: post = 0",
                                                  n.name.text, n.name.text));
  scope.meet_unknown();
  scope.break_name(n.name.text);
}

}  // namespace

void read_parts(const syntax::File& file, Expressions& expressions, Scope& scope, Mistakes& mistakes) {
  for (const syntax::Let& let : file.lets) {
    Expr value = dropped(let.value) ? nullptr : expressions.read(let.value, {.part = let.name.text});
    if (value && too_deep(value, let.name.span, fmt::format("the part `{}`", let.name.text), mistakes)) value = nullptr;
    const Named* const known = scope.find(let.name.text);
    if (known != nullptr && known->kind == Named::Kind::step) continue;  // judged beside it
    if (is_free(let.name, scope, mistakes)) scope.declare(let.name.text, {Named::Kind::part, value, let.name.span});
  }
}

void read_nexts(const syntax::File& file, Rule& rule, Expressions& expressions, Scope& scope, Mistakes& mistakes) {
  std::vector<bool> met(rule.states.size(), false);
  for (const syntax::Next& n : file.nexts) {
    Named* const known = scope.find(n.name.text);
    if (known == nullptr || known->kind != Named::Kind::state) {
      unknown_state(n, rule, scope, mistakes);
      if (!dropped(n.value)) expressions.read(n.value, {});
      continue;
    }
    const auto k = static_cast<std::size_t>(known->index);
    if (met[k])
      mistakes.add(n.name.span, fmt::format("a second update of `{}`", n.name.text), "one `next` for each state", "",
                   "add the terms to the first one");
    met[k] = true;
    if (dropped(n.value)) continue;
    // What a state is made of itself is no use of it.
    const bool used = known->used;
    const Expr value = expressions.read(n.value, {});
    known->used = used;
    if (!value) continue;
    State& state = rule.states[k];
    state.next = value;
    too_deep(value, n.value.span, fmt::format("what `{}` becomes", state.name), mistakes);
    if (value->shape != state.shape) mistakes.add(unfit_next(state.name, state.shape, value->shape, n.value.span));
  }
  for (std::size_t k = 0; k < met.size(); ++k) {
    if (met[k] || rule.states[k].delay > 0 || rule.states[k].next || mistakes.of_syntax()) continue;
    const std::string& n = rule.states[k].name;
    mistakes.add(scope.find(n)->span, fmt::format("the state `{}` has no update", n),
                 fmt::format("a statement `next {} = ...`", n), "",
                 fmt::format("for example: next {0} = 0.9 * {0} + ...", n));
  }
}

void read_update(const Source& source, const syntax::File& file, Rule& rule, Expressions& expressions,
                 Mistakes& mistakes) {
  if (file.updates.empty()) {
    const bool generated = std::any_of(file.candidates.begin(), file.candidates.end(),
                                       [](const syntax::Candidates& c) { return !c.into; });
    if (!mistakes.of_syntax() && !generated)
      mistakes.add({source.text.size(), source.text.size()}, "the rule has no update", "a statement `dw = ...`",
                   "the end of the file", "for example: dw = -0.01 * err_post * pre'");
    return;
  }
  if (file.updates.size() > 1)
    mistakes.add(file.updates[1].span, "a second update", "one `dw = ...`", "", "add the terms to the first one");
  const syntax::Node& n = file.updates[0].value;
  if (dropped(n)) return;
  rule.dw = expressions.read(n, {});
  if (rule.dw && rule.dw->shape != weight_shape) mistakes.add(unfit_update(rule.dw->shape, n.span));
  if (rule.dw) too_deep(rule.dw, n.span, "the rule", mistakes);
  if (expressions.too_large())
    mistakes.add(n.span, "the rule is too large", fmt::format("at most {} operations", largest_expression),
                 fmt::format("{}", expressions.size()));
}

void read_bound(const syntax::File& file, Rule& rule, Mistakes& mistakes) {
  if (file.bounds.empty()) return;
  if (file.bounds.size() > 1)
    mistakes.add(file.bounds[1].span, "a second bound of w", "one in a rule", "", "leave one out");
  const syntax::Bound& b = file.bounds[0];
  const std::string found = fmt::format("[{:g}, {:g}]", b.lower, b.upper);
  if (b.bounds_units.some)
    mistakes.add(b.bounds_span, "a bound of w has a unit of time", "plain numbers, as in bound w in [0, 1]", "",
                 "weights have no unit");
  else if (!(b.lower < b.upper))
    mistakes.add(b.bounds_span, "the lower bound of w is not below the upper one", "as in bound w in [0, 1]", found,
                 "");
  else if (std::isinf(b.lower) && std::isinf(b.upper))
    mistakes.add(b.bounds_span, "a bound of w that bounds nothing", "a number on one side at least", found,
                 "leave the line out");
  else if (b.soft && (std::isinf(b.lower) || std::isinf(b.upper)))
    mistakes.add(b.bounds_span, "a soft bound needs numbers on both sides", "as in bound w in [0, 1] soft", found,
                 "the change is multiplied by the distance from the bound, in units of that between both");
  rule.bound = WeightBound{b.lower, b.upper, b.soft};
}

}  // namespace rule_search::check
