#include "expression/print/mathml.hpp"

#include <fmt/format.h>

#include <cctype>
#include <map>

#include "base/text.hpp"
#include "expression/print/matrix.hpp"
#include "expression/print/names.hpp"

namespace rule_search {

std::string mathml_fence(const char* left, const std::string& inner, const char* right) {
  return fmt::format("<mrow><mo form=\"prefix\">{}</mo>{}<mo form=\"postfix\">{}</mo></mrow>", left, inner, right);
}

std::string mathml_number(double value) {
  const std::string text = shortest(value);
  const std::size_t e = text.find('e');
  if (e == std::string::npos) return "<mn>" + text + "</mn>";
  const int exponent = std::stoi(text.substr(e + 1));
  return fmt::format("<mrow><mn>{}</mn><mo>&#xD7;</mo><msup><mn>10</mn><mrow>{}<mn>{}</mn></mrow></msup></mrow>",
                     text.substr(0, e), exponent < 0 ? "<mo form=\"prefix\">&#x2212;</mo>" : "", std::abs(exponent));
}

std::string mathml_name_of_variable(const std::string& name) {
  return name == "x" || name == "y"
             ? "<mover accent=\"true\"><mi>" + name + "</mi><mo stretchy=\"false\">&#xAF;</mo></mover>"
             : mathml_name(name);
}

std::string mathml_name(const std::string& parameter) {
  static const std::map<std::string, const char*> greek = {
      {"alpha", "&#x3B1;"}, {"beta", "&#x3B2;"}, {"gamma", "&#x3B3;"}, {"delta", "&#x3B4;"}, {"epsilon", "&#x3B5;"},
      {"zeta", "&#x3B6;"},  {"eta", "&#x3B7;"},  {"theta", "&#x3B8;"}, {"kappa", "&#x3BA;"}, {"lambda", "&#x3BB;"},
      {"mu", "&#x3BC;"},    {"nu", "&#x3BD;"},   {"xi", "&#x3BE;"},    {"rho", "&#x3C1;"},   {"sigma", "&#x3C3;"},
      {"tau", "&#x3C4;"},   {"phi", "&#x3C6;"},  {"chi", "&#x3C7;"},   {"psi", "&#x3C8;"},   {"omega", "&#x3C9;"}};
  const TypesetName name = typeset_name(parameter);
  const std::string letter = "<mi>" + (name.is_greek ? std::string(greek.at(name.stem)) : name.stem) + "</mi>";
  std::string below;
  for (const std::string& piece : name.below) {
    const bool number = std::isdigit(static_cast<unsigned char>(piece[0])) != 0;
    below += (below.empty() ? "" : "<mo>,</mo>") + (number ? "<mn>" + piece + "</mn>" : "<mi>" + piece + "</mi>");
  }
  if (name.below.size() > 1) below = "<mrow>" + below + "</mrow>";
  const std::string sign = name.sign == 0 ? "" : name.sign == '+' ? "<mo>+</mo>" : "<mo>&#x2212;</mo>";
  if (sign.empty()) return below.empty() ? letter : "<msub>" + letter + below + "</msub>";
  return below.empty() ? "<msub>" + letter + sign + "</msub>" : "<msubsup>" + letter + below + sign + "</msubsup>";
}

std::vector<std::string> mathml_summands(const Expr& e, const Symbols& symbols) {
  std::vector<std::string> out;
  for (const Expr& s : summands(e)) out.push_back(signed_summand(s, out.empty(), symbols, mathml_notation()));
  return out;
}

}  // namespace rule_search
