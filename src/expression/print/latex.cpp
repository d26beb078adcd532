#include "expression/print/latex.hpp"

#include <cctype>

#include "expression/print/matrix.hpp"
#include "expression/print/names.hpp"

namespace rule_search {

std::string latex(const Expr& e, const Symbols& symbols) { return matrix_form(e, symbols, latex_notation()); }

std::string latex_number(const std::string& number) {
  const std::size_t e = number.find('e');
  if (e == std::string::npos) return number;
  const std::string power = "10^{" + std::to_string(std::stoi(number.substr(e + 1))) + "}";
  const std::string mantissa = number.substr(0, e);
  return mantissa == "1" ? power : mantissa == "-1" ? "-" + power : mantissa + " \\times " + power;
}

std::string latex_name_of_variable(const std::string& name) {
  return name == "x" || name == "y" ? "\\bar{" + name + "}" : latex_name(name);
}

std::string latex_name(const std::string& parameter) {
  const TypesetName name = typeset_name(parameter);
  std::string out;
  if (name.is_word) {
    for (char ch : name.stem) out += ch == '_' ? std::string("\\_") : std::string(1, ch);
    out = "\\mathrm{" + out + "}";
  } else {
    out = (name.is_greek ? "\\" : "") + name.stem;
  }
  std::string below;
  for (const std::string& piece : name.below) {
    const bool plain = piece.size() == 1 || std::isdigit(static_cast<unsigned char>(piece[0])) != 0;
    below += (below.empty() ? "" : ",") + (plain ? piece : "\\mathrm{" + piece + "}");
  }
  if (name.sign != 0 && below.empty()) return out + "_{" + name.sign + "}";
  if (!below.empty()) out += "_{" + below + "}";
  return name.sign != 0 ? out + "^{" + name.sign + "}" : out;
}

}  // namespace rule_search
