// Syntax trees to typed expressions: names are looked up, parts written out, shapes checked.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "expression/check/mistakes.hpp"
#include "expression/check/scope.hpp"
#include "expression/rule.hpp"
#include "grammar/syntax.hpp"

namespace rule_search::check {

/// What stands for generated candidates is written out by export, and must be readable: so room for 5,000 of them.
constexpr std::size_t largest_expression = 200000;

class Expressions {
 public:
  /// Keeps all four. The signal `reward` is added to those of `rule` where it is used without a declaration, and a state for
  /// every delay().
  Expressions(const syntax::File& file, Scope& scope, Rule& rule, Mistakes& mistakes)
      : file_(file), scope_(scope), rule_(rule), signals_(rule.signals), mistakes_(mistakes) {}

  /// Where an expression stands, for what a hint proposes.
  struct Where {
    std::string part = {};  ///< the part that is made of it
    bool in_candidates = false;
  };
  /// Null where there was a mistake inside, which has been told then.
  Expr read(const syntax::Node& node, const Where& where);

  /// Operations that were read so far, those of parts counted at each use.
  std::size_t size() const { return size_; }
  /// Whether they are too many, so that not all has been looked at.
  bool too_large() const { return size_ > largest_expression; }

 private:
  Expr node(const syntax::Node& n);
  Expr name(const syntax::Node& n);
  Expr unknown_name(const syntax::Node& n);
  Expr comparison(const syntax::Node& n);
  Expr sum(const syntax::Node& n);
  Expr product(const syntax::Node& n);
  Expr power(const syntax::Node& n);
  Expr call(const syntax::Node& n);
  bool is_time(const Expr& tau, const syntax::Node& n);
  Expr decayed(const Expr& tau, const syntax::Node& n, Span word);
  Expr delayed(const Expr& x, const syntax::Node& n, Span word);
  std::optional<int> steps_of_delay(const syntax::Node& length, Span word);
  Expr applied(const Operator& f, const std::vector<Expr>& args, Span span);
  Expr unknown_function(const syntax::Node& n, Span word);

  const syntax::File& file_;
  Scope& scope_;
  Rule& rule_;
  std::vector<Signal>& signals_;
  Mistakes& mistakes_;
  Where where_;
  std::size_t size_ = 0;
};

}  // namespace rule_search::check
