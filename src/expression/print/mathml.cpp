#include "expression/print/mathml.hpp"

#include <fmt/format.h>

#include <cctype>
#include <map>

#include "base/text.hpp"
#include "expression/print/matrix.hpp"

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

std::string mathml_name(const std::string& parameter) {
  static const std::map<std::string, const char*> greek = {
      {"alpha", "&#x3B1;"}, {"beta", "&#x3B2;"}, {"gamma", "&#x3B3;"}, {"delta", "&#x3B4;"}, {"epsilon", "&#x3B5;"},
      {"zeta", "&#x3B6;"},  {"eta", "&#x3B7;"},  {"theta", "&#x3B8;"}, {"kappa", "&#x3BA;"}, {"lambda", "&#x3BB;"},
      {"mu", "&#x3BC;"},    {"nu", "&#x3BD;"},   {"xi", "&#x3BE;"},    {"rho", "&#x3C1;"},   {"sigma", "&#x3C3;"},
      {"tau", "&#x3C4;"},   {"phi", "&#x3C6;"},  {"chi", "&#x3C7;"},   {"psi", "&#x3C8;"},   {"omega", "&#x3C9;"}};
  std::size_t digits = parameter.size();
  while (digits > 0 && std::isdigit(static_cast<unsigned char>(parameter[digits - 1])) != 0) --digits;
  std::string stem = parameter.substr(0, digits);
  while (stem.size() > 1 && stem.back() == '_') stem.pop_back();
  const auto at = greek.find(stem);
  const std::string letter = "<mi>" + (at == greek.end() ? stem : std::string(at->second)) + "</mi>";
  if (digits == parameter.size()) return letter;
  return fmt::format("<msub>{}<mn>{}</mn></msub>", letter, parameter.substr(digits));
}

std::vector<std::string> mathml_summands(const Expr& e, const std::vector<Parameter>& parameters) {
  std::vector<std::string> out;
  for (const Expr& s : summands(e)) out.push_back(signed_summand(s, out.empty(), parameters, mathml_notation()));
  return out;
}

}  // namespace rule_search
