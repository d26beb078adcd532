// The names of a rule and what they stand for.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "expression/check/mistakes.hpp"
#include "expression/expression.hpp"
#include "grammar/syntax.hpp"

namespace rule_search::check {

/// What a name stands for.
struct Named {
  enum class Kind { quantity, function, parameter, part, state, signal, step };
  Kind kind;
  Expr value;      ///< null for a function, and for a part with a mistake inside that has been reported already
  Span span = {};  ///< where it is declared; empty where no statement declares it
  int index = -1;  ///< of a parameter, state or signal in the rule
  bool used = false;
};

class Scope {
 public:
  /// Knows the quantities and functions.
  Scope();

  /// Does nothing where the name is taken, but by what gives way.
  void declare(const std::string& name, Named what);
  /// Null where the name is unknown. The pointer stays good.
  Named* find(const std::string& name);
  /// Whether it is a quantity in whose place something can be declared.
  bool gives_way(const std::string& name) const;
  /// All names in the order of their declaration.
  const std::vector<std::string>& names() const { return names_; }

  /// The declaration of a state or signal was a mistake that has been told: its uses are none.
  void break_name(const std::string& name) { broken_.push_back(name); }
  bool is_broken(const std::string& name) const;

  /// A name was met that nobody knows. It may be a misspelt one, which must not be told as unused as well.
  void meet_unknown() { met_unknown_ = true; }
  bool met_unknown() const { return met_unknown_; }

 private:
  std::unordered_map<std::string, Named> named_;
  std::vector<std::string> names_;
  std::vector<std::string> broken_;
  bool met_unknown_ = false;
};

/// Whether the word is no reserved one; tells the mistake where it is.
bool not_reserved(const syntax::Word& word, Mistakes& mistakes);
/// Whether something can be declared by this name; tells the mistake where it can't.
bool is_free(const syntax::Word& word, Scope& scope, Mistakes& mistakes);

}  // namespace rule_search::check
