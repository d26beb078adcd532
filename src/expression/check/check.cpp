#include "expression/check/check.hpp"

#include <fmt/format.h>

#include <utility>

#include "expression/check/candidates.hpp"
#include "expression/check/declarations.hpp"
#include "expression/check/expressions.hpp"
#include "expression/check/mistakes.hpp"
#include "expression/check/scope.hpp"
#include "expression/check/updates.hpp"
#include "expression/rule.hpp"
#include "expression/shape_parameters.hpp"
#include "grammar/keywords.hpp"
#include "grammar/parser.hpp"
#include "grammar/plain.hpp"

namespace rule_search {

namespace {

using namespace check;

constexpr std::size_t most_statements = 6000;  // params, and lets

// A text of thousands of statements is no rule, and what else is wrong with it is of no use.
template <class Statements>
bool few(const Statements& statements, const char* what, const char* hint, Mistakes& mistakes) {
  if (statements.size() <= most_statements) return true;
  mistakes.add(statements[most_statements].name.span, fmt::format("too many {}", what),
               fmt::format("at most {}", most_statements), fmt::format("{}", statements.size()), hint);
  return false;
}

void tell_unused(Scope& scope, Mistakes& mistakes) {
  using Kind = Named::Kind;
  for (const auto& [kind, what] : {std::pair{Kind::parameter, "parameter"}, std::pair{Kind::part, "part"},
                                   std::pair{Kind::state, "state"}, std::pair{Kind::signal, "signal"}}) {
    for (const std::string& n : scope.names()) {
      const Named& named = *scope.find(n);
      const bool is_length_of_step = kind == Kind::part && n == step_name;
      if (named.kind == kind && !named.used && !is_length_of_step)
        mistakes.add(named.span, fmt::format("the {} `{}` is used nowhere", what, n), "", "",
                     "use it in dw or remove the line");
    }
  }
}

}  // namespace

Rule check_rule(const Source& written, int degree) {
  const PlainText plain(written.text);
  const Source source{written.name, plain.text()};
  Parsed parsed = parse(source);
  const syntax::File& file = parsed.file;
  Mistakes mistakes(std::move(parsed.errors));
  Rule rule;
  read_head(file, rule, mistakes);
  if (few(file.parameters, "parameters", "the coefficients of one rule", mistakes) &&
      few(file.lets, "parts", "write the smaller ones out", mistakes)) {
    Scope scope;
    Expressions expressions(file, scope, rule, mistakes);
    declare_step(file, rule, scope, mistakes);
    declare_parameters(file, rule, scope, mistakes);
    declare_states(file, source.name, rule, scope, mistakes);
    declare_signals(file, rule, scope, mistakes);
    read_parts(file, expressions, scope, mistakes);
    read_nexts(file, rule, expressions, scope, mistakes);
    read_bound(file, rule, mistakes);
    read_update(source, file, rule, expressions, mistakes);
    if (degree > 0 && mistakes.empty()) check_degree(file, rule, degree);
    add_candidates(file, degree, rule, expressions, scope, mistakes);
    const bool whole = !mistakes.of_syntax() && !scope.met_unknown() && !expressions.too_large();
    if (whole && !(file.updates.empty() && file.candidates.empty())) tell_unused(scope, mistakes);
  }
  if (!mistakes.empty()) {
    std::vector<Diagnostic> all = mistakes.take();
    for (Diagnostic& d : all) {
      d.span = plain.written(d.span);
      if (d.open) d.hint = close_parenthesis(written.place(plain.written({*d.open, *d.open + 1}).begin));
    }
    throw RuleError(written, std::move(all));
  }
  mark_shape_parameters(rule);
  return rule;
}

Rule read_rule(const std::string& path, int degree) { return check_rule(read_source(path), degree); }

}  // namespace rule_search
