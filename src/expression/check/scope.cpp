#include "expression/check/scope.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "expression/operators.hpp"
#include "grammar/keywords.hpp"

namespace rule_search::check {

Scope::Scope() {
  for (const QuantityRow& q : quantities())
    declare(std::string(q.name), {.kind = Named::Kind::quantity, .value = make_quantity(q.quantity)});
  for (const Operator& o : operators()) {
    if (o.writing == Writing::function) declare(std::string(o.name), {.kind = Named::Kind::function, .value = nullptr});
  }
}

void Scope::declare(const std::string& name, Named what) {
  if (gives_way(name)) {
    named_.erase(name);
    std::erase(names_, name);
  }
  if (named_.emplace(name, std::move(what)).second) names_.push_back(name);
}

Named* Scope::find(const std::string& name) {
  const auto at = named_.find(name);
  return at == named_.end() ? nullptr : &at->second;
}

bool Scope::gives_way(const std::string& name) const {
  const auto at = named_.find(name);
  if (at == named_.end()) return false;
  if (at->second.kind == Named::Kind::function) return rule_search::gives_way(find_function(name)->op);
  return at->second.kind == Named::Kind::quantity && row(at->second.value->quantity).gives_way;
}

bool Scope::is_broken(const std::string& name) const {
  return std::find(broken_.begin(), broken_.end(), name) != broken_.end();
}

bool not_reserved(const syntax::Word& word, Mistakes& mistakes) {
  if (!is_reserved(word.text)) return true;
  mistakes.add(word.span, fmt::format("`{}` is a reserved word", word.text), "another name", "",
               fmt::format("call it {}_2, say", word.text));
  return false;
}

bool is_free(const syntax::Word& word, Scope& scope, Mistakes& mistakes) {
  if (!not_reserved(word, mistakes)) return false;
  if (scope.find(word.text) == nullptr || scope.gives_way(word.text)) return true;
  mistakes.add(word.span, fmt::format("the name `{}` is taken", word.text), "a name not used before", "",
               fmt::format("call it {}_2, say", word.text));
  return false;
}

}  // namespace rule_search::check
