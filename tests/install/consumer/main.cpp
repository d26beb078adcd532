// A program of somebody else, built against the installed library: parses a rule and counts its errors.
#include <cstdio>
#include <expression/rule.hpp>  // included to show that headers of src/ are found too
#include <grammar/parser.hpp>

int main() {
  const rule_search::Source source{"hebb.rule", "rule hebb\nparam eta = 1e-3\ndw = eta * post * pre'\n"};
  const auto errors = rule_search::parse(source).errors;
  std::printf("%zu errors\n", errors.size());
  if (!errors.empty()) std::fputs(rule_search::render(source, errors).c_str(), stderr);
  return errors.empty() ? 0 : 1;
}
