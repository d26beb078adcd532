#include "expression/check/candidates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "expression/candidates.hpp"
#include "expression/distinct.hpp"

namespace rule_search::check {

namespace {

// What stands in dw already, or in what a state becomes, as far as it is a term with one coefficient of its own.
std::vector<Expr> written_terms(const Expr& sum, const Rule& rule) {
  std::vector<Expr> out;
  const int written = static_cast<int>(rule.parameters.size());
  for (int r = 0; r < written; ++r) {
    if (!depends_on_parameter(sum, r)) continue;  // of another sum, or told as unused
    const Expr term = term_in(sum, rule, r);
    bool alone = true;
    for (int other = 0; other < written; ++other) alone = alone && !depends_on_parameter(term, other);
    if (alone) out.push_back(term);
  }
  return out;
}

// From the left, as it is read: (c * u) * v', not c * (u * v').
Expr scaled(const Expr& coefficient, const Expr& term) {
  return term->op == Op::multiply
             ? make(Op::multiply, {make(Op::multiply, {coefficient, term->args[0]}), term->args[1]})
             : make(Op::multiply, {coefficient, term});
}

bool holds_parameter(const Expr& e, const Rule& rule) {
  for (std::size_t r = 0; r < rule.parameters.size(); ++r) {
    if (depends_on_parameter(e, static_cast<int>(r))) return true;
  }
  return false;
}

void read_atoms(const syntax::Candidates& c, const Rule& rule, Expressions& expressions, Mistakes& mistakes,
                CandidateAtoms& from) {
  for (const syntax::Node& n : c.atoms) {
    const Expr e = expressions.read(n, {.in_candidates = true});
    if (!e) continue;
    const Shape shape = e->shape;
    if (holds_parameter(e, rule))
      mistakes.add(n.span, "candidates are made of quantities alone", "an expression without parameters", "",
                   "every candidate gets a coefficient of its own");
    else if (shape != weight_shape && !shape.is_column() && !shape.is_number())
      mistakes.add(n.span, "candidates are made of columns, numbers and matrices of the shape of w",
                   "a column of post or pre, a number or post x pre", name(shape), "transpose it");
    else
      from.atoms.push_back(e);
  }
}

// What candidates are made of; false where there was a mistake.
bool read_statement(const syntax::Candidates& c, int degree_asked, const Rule& rule, Expressions& expressions,
                    Mistakes& mistakes, CandidateAtoms& from) {
  const std::size_t before = mistakes.size();
  const double degree = c.degree.number;
  if (!(degree >= 1 && degree <= highest_degree && degree == std::floor(degree)))
    mistakes.add(c.degree.span, "this is no degree that can be searched",
                 fmt::format("a whole number from 1 to {}", highest_degree), fmt::format("{:g}", degree),
                 "the degree of a term is how many quantities are multiplied in it");
  else
    from.degree = degree_asked > 0 ? std::min(degree_asked, static_cast<int>(degree)) : static_cast<int>(degree);
  from.each = c.each;
  read_atoms(c, rule, expressions, mistakes, from);
  if (c.where) {
    const auto reach = locality_named(c.where->text);
    if (!reach)
      mistakes.add(c.where->span, fmt::format("`{}` is no reach", c.where->text), "local, cell or layer", "",
                   "local: a term needs only its own two neurons and its weight; `layer` allows every term");
    else
      from.reach = *reach;
  }
  if (c.bounds_units.some)
    mistakes.add(c.bounds_span, "a bound of candidates has a unit of time", "plain numbers, as in [-1, 1]", "",
                 "coefficients have no unit");
  if (c.lower && c.upper && !(*c.lower <= 0 && *c.upper >= 0 && *c.lower < *c.upper))
    mistakes.add(
        c.bounds_span,
        *c.lower == *c.upper ? "the bounds of candidates leave one value" : "the bounds of candidates leave out 0",
        "[lower, upper] with 0 in it and the lower one below", fmt::format("[{:g}, {:g}]", *c.lower, *c.upper),
        "a candidate that is not taken has coefficient 0");
  return mistakes.size() == before;
}

// Where candidates go: 0 for dw, 1 + k for state k. Tells the mistake where that is none of the shape of w.
std::size_t read_target(const syntax::Candidates& c, const Rule& rule, Scope& scope, Mistakes& mistakes) {
  constexpr std::size_t of_dw = 0;
  if (!c.into) return of_dw;
  std::vector<std::string> fitting;
  for (const State& s : rule.states) {
    if (s.shape == weight_shape) fitting.push_back(s.name);
  }
  Named* const known = scope.find(c.into->text);
  const State* const state = known != nullptr && known->kind == Named::Kind::state
                                 ? &rule.states[static_cast<std::size_t>(known->index)]
                                 : nullptr;
  if (state != nullptr && state->shape == weight_shape) return 1 + static_cast<std::size_t>(known->index);
  if (!scope.is_broken(c.into->text)) {
    const std::string near = mistakes.nearest(c.into->text, fitting);
    mistakes.add(c.into->span,
                 state != nullptr ? fmt::format("candidates are of the shape of w, and `{}` is not", c.into->text)
                                  : fmt::format("`{}` is no state", c.into->text),
                 "a state of the shape post x pre", state != nullptr ? name(state->shape) : "",
                 !near.empty() && state == nullptr ? fmt::format("did you mean `{}`?", near)
                                                   : "declare one: state trace: post x pre = 0");
  }
  scope.meet_unknown();
  return of_dw;
}

}  // namespace

void check_degree(const syntax::File& file, const Rule& rule, int degree) {
  if (file.candidates.empty())
    throw InputError(
        fmt::format("‹degree› {}: the rule {} has no `candidates` statement\n  hint: leave the option out, or write "
                    "`candidates degree <= {} from pre, post, err_post where local`",
                    degree, rule.name, degree));
  double highest = 0;
  for (const syntax::Candidates& c : file.candidates) highest = std::max(highest, c.degree.number);
  if (degree > highest)
    throw InputError(fmt::format(
        "‹degree› {0}: the candidates of {1} go up to degree {2:g}\n  hint: write `candidates degree <= {0}` into "
        "the file, or give at most {2:g}",
        degree, rule.name, highest));
}

void add_candidates(const syntax::File& file, int degree, Rule& rule, Expressions& expressions, Scope& scope,
                    Mistakes& mistakes) {
  if (file.candidates.empty()) return;
  const std::size_t written = rule.parameters.size();
  // Of dw, and behind it of what every state becomes.
  std::vector<Expr*> sums = {&rule.dw};
  for (State& state : rule.states) sums.push_back(&state.next);
  std::vector<std::vector<Expr>> known;
  for (const Expr* sum : sums)
    known.push_back(*sum && mistakes.empty() ? written_terms(*sum, rule) : std::vector<Expr>());
  std::vector<std::vector<Expr>> added(sums.size());
  int last_number = 0;  // generated coefficients are c1, c2, ...
  for (const syntax::Candidates& c : file.candidates) {
    CandidateAtoms from;
    const bool good = read_statement(c, degree, rule, expressions, mistakes, from);
    const std::size_t target = read_target(c, rule, scope, mistakes);
    if (!good || !mistakes.empty()) continue;
    const auto too_many = [&](const std::string& found) {
      mistakes.add(c.span, "these make too many candidates", fmt::format("at most {}", most_candidates), found,
                   "lower the degree, name fewer quantities, or set `where local`");
    };
    std::vector<Expr> made = candidate_terms(from);
    if (made.empty()) {
      too_many("more");
      continue;
    }
    std::erase_if(made, [&](const Expr& term) { return locality(rule, term) > from.reach; });
    made = distinct(made, known[target]);
    const std::size_t generated = made.size() + rule.parameters.size() - written;
    if (generated > most_candidates) {
      too_many(fmt::format("{}", generated));
      continue;
    }
    for (const Expr& term : made) {
      Parameter p;
      do {
        p.name = fmt::format("c{}", ++last_number);
      } while (scope.find(p.name) != nullptr);
      p.generated = true;
      p.lower = c.lower.value_or(p.lower);
      p.upper = c.upper.value_or(p.upper);
      p.initial = {0};
      added[target].push_back(scaled(make_parameter(static_cast<int>(rule.parameters.size())), term));
      rule.parameters.push_back(std::move(p));
      known[target].push_back(term);
    }
  }
  for (std::size_t k = 0; k < sums.size(); ++k) {
    if (added[k].empty()) continue;
    std::vector<Expr> all = *sums[k] ? summands(*sums[k]) : std::vector<Expr>();
    all.insert(all.end(), added[k].begin(), added[k].end());
    *sums[k] = make_add(all);
  }
}

}  // namespace rule_search::check
