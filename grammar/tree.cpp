#include "tree.hpp"

#include <algorithm>
#include <cctype>

namespace rule_search {

using syntax::Kind;
using syntax::Node;

Span trimmed(const std::string& text, Span span) {
  std::size_t end = span.begin;
  for (std::size_t i = span.begin; i < span.end; ++i) {
    if (text[i] == '#')
      i = std::min(text.find('\n', i), span.end);
    else if (std::isspace(static_cast<unsigned char>(text[i])) == 0)
      end = i + 1;
  }
  return {span.begin, end};
}

void unwrap(Node& node) {
  for (Node& child : node.children) {
    unwrap(child);
    if (node.span.end == 0) node.span = child.span;
    node.span.begin = std::min(node.span.begin, child.span.begin);
    node.span.end = std::max(node.span.end, child.span.end);
  }
  const Span whole = node.span;  // a parenthesis reaches further than what stands in it
  if (node.kind == Kind::sum && node.children.size() == 1) {
    Node only = std::move(node.children[0]);
    if (node.operators[0] == "-") {
      node.kind = Kind::negate;
      node.operators.clear();
      node.children.clear();
      node.children.push_back(std::move(only));
    } else {
      node = std::move(only);
    }
  } else if ((node.kind == Kind::product || node.kind == Kind::comparison) && node.children.size() == 1) {
    Node only = std::move(node.children[0]);
    node = std::move(only);
  }
  node.span = whole;
}

std::vector<Node*> expressions(syntax::File& file) {
  std::vector<Node*> out;
  for (syntax::Let& let : file.lets) out.push_back(&let.value);
  for (syntax::Update& update : file.updates) out.push_back(&update.value);
  for (syntax::Next& next : file.nexts) out.push_back(&next.value);
  for (syntax::Candidates& candidates : file.candidates) {
    for (Node& atom : candidates.atoms) out.push_back(&atom);
  }
  return out;
}

}  // namespace rule_search
