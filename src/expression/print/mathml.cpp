#include "expression/print/mathml.hpp"

#include <fmt/format.h>

#include <cctype>
#include <map>

#include "base/text.hpp"

namespace rule_search {

namespace {

constexpr const char* layer = "<mi>&#x2113;</mi>";
constexpr const char* layer_below = "<mrow><mi>&#x2113;</mi><mo>&#x2212;</mo><mn>1</mn></mrow>";

// Bold by style: browsers map mathvariant only to upright.
std::string column(std::string_view letter, const char* index) {
  return fmt::format("<msub><mi mathvariant=\"normal\" style=\"font-weight:bold\">{}</mi>{}</msub>", letter, index);
}

std::string bold(const std::string& name) { return "<mrow style=\"font-weight:bold\">" + name + "</mrow>"; }

std::string piece(const Expr& e, const std::vector<Parameter>& parameters);

std::string within(const Expr& e, Binding at_least, const std::vector<Parameter>& parameters) {
  const std::string inner = piece(e, parameters);
  return binding(e) < at_least ? mathml_fence("(", inner, ")") : inner;
}

std::string signed_summand(const Expr& e, bool first, const std::vector<Parameter>& parameters) {
  const bool minus = e->op == Op::negate;
  const std::string sign = minus ? "<mo form=\"{}\">&#x2212;</mo>" : first ? "" : "<mo form=\"{}\">+</mo>";
  return fmt::format(fmt::runtime(sign), first ? "prefix" : "infix") +
         within(minus ? e->args[0] : e, product_binding, parameters);
}

std::string piece(const Expr& e, const std::vector<Parameter>& parameters) {
  const auto sub = [&](std::size_t i, Binding b) { return within(e->args[i], b, parameters); };
  switch (e->op) {
    case Op::number:
      return mathml_number(e->number);
    case Op::parameter:
      return mathml_name(parameters.at(static_cast<std::size_t>(e->parameter)).name);
    case Op::quantity:
      return e->shape.is_matrix()
                 ? fmt::format("<msub><mi>{}</mi>{}</msub>", row(e->quantity).letter.mathml, layer)
                 : column(row(e->quantity).letter.mathml, e->shape.rows == Side::pre ? layer_below : layer);
    case Op::state:
    case Op::signal:
      return e->shape.is_number()   ? mathml_name(e->name)
             : e->shape.is_matrix() ? fmt::format("<msub>{}{}</msub>", mathml_name(e->name), layer)
                                    : fmt::format("<msub>{}{}</msub>", bold(mathml_name(e->name)),
                                                  e->shape.rows == Side::pre ? layer_below : layer);
    case Op::add: {
      std::string out;
      for (std::size_t i = 0; i < e->args.size(); ++i) out += signed_summand(e->args[i], i == 0, parameters);
      return out;
    }
    case Op::negate:
      return signed_summand(e, true, parameters);
    case Op::divide:
      return fmt::format("<mfrac><mrow>{}</mrow><mrow>{}</mrow></mfrac>", sub(0, sum_binding), sub(1, sum_binding));
    case Op::multiply:
    case Op::hadamard:
    case Op::hadamard_divide:
      return sub(0, product_binding) + std::string(row(e->op).mathml) + sub(1, sign_binding);
    case Op::power:
      return fmt::format("<msup><mrow>{}</mrow><mrow>{}{}</mrow></msup>", sub(0, atom_binding),
                         e->args[0]->shape.is_number() ? "" : "<mo>&#x2218;</mo>", sub(1, sum_binding));
    case Op::transpose:
      // Beside the index, not above it, where the operand has one.
      return fmt::format("<msup><mrow>{}</mrow>{}</msup>", sub(0, atom_binding), row(e->op).mathml);
    case Op::dot:
      return mathml_fence("&#x27E8;", sub(0, sum_binding) + "<mo>,</mo>" + sub(1, sum_binding), "&#x27E9;");
    case Op::norm:
      return mathml_fence("&#x2016;", sub(0, sum_binding), "&#x2016;");
    default:
      return fmt::format("<mi mathvariant=\"normal\">{}</mi>", row(e->op).mathml) +
             mathml_fence("(", sub(0, sum_binding), ")");
  }
}

}  // namespace

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
  for (const Expr& s : summands(e)) out.push_back(signed_summand(s, out.empty(), parameters));
  return out;
}

}  // namespace rule_search
