#include "expression/print/names.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace rule_search {

namespace {

constexpr std::array<std::string_view, 20> greek = {"alpha", "beta",  "gamma",  "delta", "epsilon", "zeta", "eta",
                                                    "theta", "kappa", "lambda", "mu",    "nu",      "xi",   "rho",
                                                    "sigma", "tau",   "phi",    "chi",   "psi",     "omega"};

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

std::vector<std::string> split(const std::string& name) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t end = std::min(name.find('_', at), name.size());
    if (end > at) out.push_back(name.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

}  // namespace

TypesetName typeset_name(const std::string& name) {
  TypesetName out;
  std::vector<std::string> pieces = split(name);
  if (!pieces.empty()) {
    const std::string& first = pieces.front();
    const auto letters = static_cast<std::size_t>(std::find_if(first.begin(), first.end(), is_digit) - first.begin());
    out.stem = first.substr(0, letters);
    const std::string digits = first.substr(letters);
    out.is_greek = std::find(greek.begin(), greek.end(), out.stem) != greek.end();
    if ((out.is_greek || letters == 1) && std::all_of(digits.begin(), digits.end(), is_digit)) {
      if (!digits.empty()) out.below.push_back(digits);
      out.below.insert(out.below.end(), pieces.begin() + 1, pieces.end());
      const std::string last = out.below.empty() ? "" : out.below.back();
      if (last == "plus" || last == "minus") {
        out.sign = last == "plus" ? '+' : '-';
        out.below.pop_back();
      }
      return out;
    }
  }
  out.is_greek = false;
  out.is_word = true;
  std::size_t digits = name.size();
  while (digits > 0 && is_digit(name[digits - 1])) --digits;
  out.stem = name.substr(0, digits);
  while (out.stem.size() > 1 && out.stem.back() == '_') out.stem.pop_back();
  if (digits < name.size()) out.below.push_back(name.substr(digits));
  return out;
}

}  // namespace rule_search
