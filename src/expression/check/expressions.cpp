#include "expression/check/expressions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "expression/check/shapes.hpp"
#include "expression/print.hpp"
#include "grammar/keywords.hpp"

namespace rule_search::check {

namespace {

using syntax::Kind;
using syntax::Node;

std::size_t operations(const Expr& e) {
  std::size_t n = 1;
  for (const Expr& arg : e->args) n += operations(arg);
  return n;
}

// A decoy is nothing to propose.
std::vector<std::string_view> helpful_quantities() {
  std::vector<std::string_view> names;
  for (const QuantityRow& q : quantities()) {
    if (q.origin != Origin::decoy) names.push_back(q.name);
  }
  return names;
}

template <class Statements>
bool declared(const Statements& statements, const std::string& name) {
  return std::any_of(statements.begin(), statements.end(), [&](const auto& s) { return s.name.text == name; });
}

}  // namespace

Expr Expressions::read(const Node& n, const Where& where) {
  where_ = where;
  return node(n);
}

Expr Expressions::node(const Node& n) {
  if (++size_ > largest_expression) return nullptr;
  switch (n.kind) {
    case Kind::number:
      if (!n.text.empty() && scope_.find(n.text) != nullptr) {
        scope_.meet_unknown();
        mistakes_.add(n.span, fmt::format("`{}` is a unit here, and a name elsewhere", n.text),
                      "an operator, or another name", "",
                      fmt::format("is a `*` missing? If the unit is meant, give {} another name", n.text));
        return nullptr;
      }
      return make_number(n.number);
    case Kind::name:
      return name(n);
    case Kind::negate: {
      Expr a = node(n.children[0]);
      return a ? make_negate(a) : nullptr;
    }
    case Kind::transpose: {
      Expr a = node(n.children[0]);
      return a ? make_transpose(a) : nullptr;
    }
    case Kind::comparison:
      return comparison(n);
    case Kind::sum:
      return sum(n);
    case Kind::product:
      return product(n);
    case Kind::power:
      return power(n);
    case Kind::call:
      return call(n);
  }
  return nullptr;
}

Expr Expressions::name(const Node& n) {
  Named* known = scope_.find(n.text);
  if (known == nullptr && std::find(known_signals.begin(), known_signals.end(), n.text) != known_signals.end()) {
    // Broadcast, and everybody knows them by name.
    const int index = static_cast<int>(signals_.size());
    scope_.declare(n.text, {Named::Kind::signal, make_variable(Op::signal, index, n.text, number_shape), {}, index});
    signals_.push_back({n.text, number_shape});
    known = scope_.find(n.text);
  }
  if (known == nullptr || known->kind == Named::Kind::function) return unknown_name(n);
  known->used = true;
  if (known->kind == Named::Kind::part && known->value) size_ += operations(known->value);
  return known->value;
}

namespace {

// Names that people bring from papers.
constexpr ForeignWord foreign_names[] = {
    {"x", "the presynaptic activity is pre"},
    {"y", "the postsynaptic activity is post"},
    {"W", "the weights are w"},
    {"pi", "write it before: let pi = 3.14159"},
};

// pre_j, x_i: as papers and the form for one synapse write activities.
bool has_index(const std::string& name) {
  const std::size_t at = name.rfind('_');
  if (at == std::string::npos || at + 1 == name.size() || name.size() - at > 3) return false;
  if (name.find_first_not_of("ijk", at + 1) != std::string::npos) return false;
  const std::string stem = name.substr(0, at);
  static constexpr std::string_view stems[] = {"x", "y", "r", "s", "W"};
  const auto all = quantities();
  return std::any_of(all.begin(), all.end(), [&stem](const QuantityRow& q) { return q.name == stem; }) ||
         std::find(std::begin(stems), std::end(stems), stem) != std::end(stems);
}

}  // namespace

Expr Expressions::unknown_name(const Node& n) {
  scope_.meet_unknown();
  if (scope_.is_broken(n.text)) return nullptr;  // told already
  if (scope_.find(n.text) != nullptr) {
    mistakes_.add(n.span, fmt::format("`{}` is a function", n.text), fmt::format("{}(...)", n.text), "",
                  "its argument stands in parentheses");
    return nullptr;
  }
  const bool later = declared(file_.lets, n.text);
  if (is_reserved(n.text)) {
    // Its declaration, if there is one, has been told as a mistake.
    if (!later && !declared(file_.parameters, n.text))
      mistakes_.add(n.span, fmt::format("`{}` is a reserved word", n.text),
                    "a quantity, a parameter, a part or a number", "",
                    n.text == "inf" ? "infinity has its place in bounds alone" : "");
    return nullptr;
  }
  const std::string near = mistakes_.nearest(n.text, scope_.names());
  mistakes_.add(
      n.span, fmt::format("unknown name `{}`", n.text),
      fmt::format("a quantity ({}), a parameter, a state, a signal or a part", fmt::join(helpful_quantities(), ", ")),
      "",
      n.text == where_.part          ? "a part can't be made of itself"
      : later                        ? "its `let` must stand before its use"
      : n.text == step_name          ? "say how long a step is: step 1 ms"
      : time_unit(n.text) != nullptr ? "a unit stands behind its number, as in 20 ms"
      : has_index(n.text)
          ? "names have no indices: the activities are pre and post, the weights w, and a matrix is post * pre'"
      : !hint_of(foreign_names, n.text).empty() ? std::string(hint_of(foreign_names, n.text))
      : !near.empty()                           ? fmt::format("did you mean `{}`?", near)
      : n.text.rfind("err", 0) == 0 || n.text.rfind("delta", 0) == 0
          ? "the errors of a connection are err_post and err_pre"
      : where_.in_candidates ? fmt::format("declare it before: let {} = ...", n.text)
                             : fmt::format("declare it: param {} = 0", n.text));
  return nullptr;
}

Expr Expressions::comparison(const Node& n) {
  if (n.children.size() > 2) {
    mistakes_.add(n.span, "one comparison at a time", "two sides", fmt::format("{}", n.children.size()),
                  "write (a < x) .* (x < b): the product is 1 where both hold");
    return nullptr;
  }
  Expr left = node(n.children[0]);
  Expr right = node(n.children[1]);
  if (!left || !right) return nullptr;
  // Less is written as greater.
  std::string by = n.operators[1];
  if (by[0] == '<') {
    by[0] = '>';
    std::swap(left, right);
  }
  const Operator& f = *find_infix(by);
  Shape shape;
  if (!result_shape(f.op, {left->shape, right->shape}, shape)) {
    mistakes_.add(unfit_factors(f, left->shape, right->shape, n.span));
    return nullptr;
  }
  return make(f.op, {left, right});
}

Expr Expressions::sum(const Node& n) {
  std::vector<Expr> args;
  bool good = true;
  const Node* first = nullptr;
  Shape shape;
  for (std::size_t i = 0; i < n.children.size(); ++i) {
    Expr a = node(n.children[i]);
    if (!a) {
      good = false;
      continue;
    }
    if (first == nullptr) {
      first = &n.children[i];
      shape = a->shape;
    } else if (a->shape != shape) {
      mistakes_.add(unequal_summands(shape, a->shape, n.operators[i], n.children[i].span));
      good = false;
    }
    args.push_back(n.operators[i] == "-" ? make_negate(a) : a);
  }
  return good ? make_add(args) : nullptr;
}

Expr Expressions::product(const Node& n) {
  Expr left = node(n.children[0]);
  Span span = n.children[0].span;
  for (std::size_t i = 1; i < n.children.size(); ++i) {
    Expr right = node(n.children[i]);
    span.end = n.children[i].span.end;
    if (!left || !right) {
      left = nullptr;
      continue;
    }
    const Operator& by = *find_infix(n.operators[i]);
    Shape shape;
    if (result_shape(by.op, {left->shape, right->shape}, shape)) {
      left = make(by.op, {left, right});
    } else {
      mistakes_.add(unfit_factors(by, left->shape, right->shape, span));
      left = nullptr;
    }
  }
  return left;
}

Expr Expressions::power(const Node& n) {
  Expr base = node(n.children[0]);
  Expr exponent = node(n.children[1]);
  if (!base || !exponent) return nullptr;
  if (!exponent->shape.is_number()) {
    mistakes_.add(n.children[1].span, "an exponent is a number", "a number", rule_search::name(exponent->shape),
                  "for x to the power of a column write exp(y .* log(x))");
    return nullptr;
  }
  if (n.operators[0] == "^" && !base->shape.is_number()) {
    mistakes_.add(n.span, "`^` is for numbers", "a number", rule_search::name(base->shape),
                  "for a power element by element write `.^`");
    return nullptr;
  }
  return make(Op::power, {base, exponent});
}

}  // namespace rule_search::check
