#include "expression/print/latex.hpp"

#include <cctype>

#include "expression/print/matrix.hpp"

namespace rule_search {

std::string latex(const Expr& e, const std::vector<Parameter>& parameters) {
  return matrix_form(e, parameters, latex_notation());
}

std::string latex_number(const std::string& number) {
  const std::size_t e = number.find('e');
  if (e == std::string::npos) return number;
  const std::string power = "10^{" + std::to_string(std::stoi(number.substr(e + 1))) + "}";
  const std::string mantissa = number.substr(0, e);
  return mantissa == "1" ? power : mantissa == "-1" ? "-" + power : mantissa + " \\times " + power;
}

std::string latex_name(const std::string& parameter) {
  static const std::vector<std::string> greek = {"alpha", "beta",  "gamma",  "delta", "epsilon", "zeta", "eta",
                                                 "theta", "kappa", "lambda", "mu",    "nu",      "xi",   "rho",
                                                 "sigma", "tau",   "phi",    "chi",   "psi",     "omega"};
  std::size_t digits = parameter.size();
  while (digits > 0 && std::isdigit(static_cast<unsigned char>(parameter[digits - 1])) != 0) --digits;
  std::string stem = parameter.substr(0, digits);
  const std::string tail = parameter.substr(digits);
  while (stem.size() > 1 && stem.back() == '_') stem.pop_back();
  std::string out;
  for (const std::string& g : greek) {
    if (stem == g) out = "\\" + g;
  }
  if (out.empty()) {
    std::string escaped;
    for (char ch : stem) escaped += ch == '_' ? std::string("\\_") : std::string(1, ch);
    out = stem.size() == 1 && stem != "_" ? stem : "\\mathrm{" + escaped + "}";
  }
  return tail.empty() ? out : out + "_{" + tail + "}";
}

}  // namespace rule_search
