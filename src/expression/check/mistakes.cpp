#include "expression/check/mistakes.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace rule_search::check {

Mistakes::Mistakes(std::vector<Diagnostic> of_syntax) : all_(std::move(of_syntax)) {
  for (const Diagnostic& d : all_) syntax_.push_back(d.span.begin);
  std::sort(syntax_.begin(), syntax_.end());
}

bool Mistakes::of_syntax_within(Span span) const {
  const auto first = std::lower_bound(syntax_.begin(), syntax_.end(), span.begin);
  return first != syntax_.end() && *first < span.end;
}

std::string Mistakes::nearest(const std::string& name, const std::vector<std::string>& known) const {
  // Comparing with every name takes its time.
  return all_.size() < RuleError::most_kept ? nearest_name(name, known) : "";
}

}  // namespace rule_search::check
