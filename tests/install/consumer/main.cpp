#include <expression/print.hpp>

#include <cstdio>

int main() {
  const auto rule = rule_search::check_rule({"here", "param eta = 0.1\ndw = -eta * err_post * pre'\n"});
  const std::string text = rule_search::synapse_form(rule.dw, rule.parameters);
  std::printf("%s\n", text.c_str());
  return text == "-eta*err_post_i*pre_j" ? 0 : 1;
}
