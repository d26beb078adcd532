#include "limits.hpp"

#include <algorithm>
#include <cctype>

namespace rule_search {

using syntax::Kind;
using syntax::Node;

namespace {

constexpr int deepest_nesting = 100;
constexpr std::size_t longest_chain = 500;
constexpr std::size_t deepest_expression = 1000;

}  // namespace

std::optional<Diagnostic> too_deep(const std::string& text) {
  // Transposes and powers that stand behind one operand, for every open parenthesis.
  std::vector<int> behind = {0};
  bool comment = false;
  bool quote = false;
  char last = ' ';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') comment = quote = false;
    if (comment) continue;
    if (c == '"') quote = !quote;
    if (quote) continue;
    if (c == '#') {
      comment = true;
      continue;
    }
    if (std::isspace(static_cast<unsigned char>(c)) != 0) continue;
    if (c == '(') {
      behind.push_back(0);
      if (behind.size() > deepest_nesting + std::size_t{1}) {
        return Diagnostic{{i, i + 1},
                          "parentheses are nested too deeply",
                          "at most " + std::to_string(deepest_nesting) + " levels",
                          "",
                          "give parts a name with `let`"};
      }
    } else if (c == ')') {
      if (behind.size() > 1) behind.pop_back();
    } else if (c == '\'' || c == '^') {
      if (++behind.back() > deepest_nesting) {
        return Diagnostic{{i, i + 1},
                          c == '^' ? "too many powers of one operand" : "too many transposes in a row",
                          "at most one",
                          "",
                          c == '^' ? "(x^a)^b is x^(a*b)" : "x'' is x"};
      }
    } else if (c == '+' || c == '*' || c == '/' || c == ',' || c == '=' || (c == '-' && last != '^')) {
      behind.back() = 0;
    }
    last = c;
  }
  return std::nullopt;
}

namespace {

// Levels of the expression that the node stands for; a product of n factors is n levels.
std::size_t levels(const Node& node) {
  std::size_t deepest = 0;
  for (const Node& child : node.children) deepest = std::max(deepest, levels(child));
  return deepest + (node.kind == Kind::product ? node.children.size() : 1);
}

void check_chains(const Node& node, std::vector<Diagnostic>& errors) {
  if (node.kind == Kind::product && node.children.size() > longest_chain) {
    errors.push_back({node.span, "a product of too many factors", "at most " + std::to_string(longest_chain), "", ""});
  }
  int powers = 0;
  for (const Node* n = &node; n->kind == Kind::power || n->kind == Kind::transpose; n = n->children.data())
    powers += n->kind == Kind::power ? 1 : 0;
  if (powers > 1) {
    errors.push_back({node.span, "a power of a power needs parentheses", "", "", "write (a^b)^c or a^(b*c)"});
    return;
  }
  for (const Node& child : node.children) check_chains(child, errors);
}

}  // namespace

void check_size(const Node& node, std::vector<Diagnostic>& errors) {
  check_chains(node, errors);
  if (errors.empty() && levels(node) > deepest_expression) {
    errors.push_back({node.span, "the expression is too deep",
                      "at most " + std::to_string(deepest_expression) + " levels", std::to_string(levels(node)),
                      "products of products of many factors; give parts a name with `let`"});
  }
}

}  // namespace rule_search
