#include "grammar/parser.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "expression/rule.hpp"

using namespace rule_search;

namespace {

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("the grammar's own examples parse, and its counterexamples do not") {
  const std::string ebnf = contents(RULE_SEARCH_SOURCE_DIR "/grammar/plasticity.ebnf");
  const std::regex example(R"(\(\* (accept|reject): (.*) \*\))");
  int count = 0;
  for (std::sregex_iterator it(ebnf.begin(), ebnf.end(), example), end; it != end; ++it, ++count) {
    const std::string text = (*it)[2];
    CAPTURE(text);
    CHECK(parse({"ebnf", text + "\n"}).errors.empty() == ((*it)[1] == "accept"));
  }
  CHECK(count >= 20);
}

TEST_CASE("every one-mistake file gets its message, whole") {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(RULE_SEARCH_SOURCE_DIR "/tests/errors/rules")) {
    if (entry.path().extension() != ".rule") continue;
    ++files;
    CAPTURE(entry.path().filename().string());
    std::filesystem::path expected = entry.path();
    expected.replace_extension(".expected");
    try {
      check_rule({entry.path().filename().string(), contents(entry.path())});
      FAIL("no error");
    } catch (const RuleError& error) {
      CHECK(error.what() + std::string("\n") == contents(expected));
    }
  }
  CHECK(files >= 150);
}

TEST_CASE("all mistakes of a file are told at once, with caret and hint") {
  try {
    check_rule({"two.rule", "param eta = 1\ndw = eta * pst * pre'\n   + post\n"});
    FAIL("no error");
  } catch (const RuleError& error) {
    const std::string what = error.what();
    CHECK(what.find("two.rule:2:12: error: unknown name `pst`") != std::string::npos);
    CHECK(what.find("did you mean `post`?") != std::string::npos);
    CHECK(what.find("           ^~~") != std::string::npos);
  }
}

TEST_CASE("hostile input ends in a message, not in a crash") {
  const std::string deep(100000, '(');
  CHECK(parse({"deep", "dw = " + deep}).errors.size() == 1);
  CHECK_FALSE(parse({"open", "dw = " + std::string(99, '(')}).errors.empty());
  CHECK_FALSE(parse({"signs", "dw = " + std::string(100000, '-')}).errors.empty());
  CHECK_FALSE(parse({"primes", "dw = w" + std::string(100000, '\'')}).errors.empty());
  std::string chain = "dw = w";
  for (int k = 0; k < 30000; ++k) chain += "*w";
  CHECK_FALSE(parse({"chain", chain}).errors.empty());
  std::string sum = "dw = w";
  for (int k = 0; k < 250000; ++k) sum += "+w";
  CHECK_THROWS_AS(check_rule({"sum", sum}), RuleError);
  std::string noise;
  for (int k = 0; k < 5000; ++k) noise += static_cast<char>(33 + (k * 7919) % 94);
  CHECK_FALSE(parse({"noise", noise}).errors.empty());
}

TEST_CASE("a message underlines the whole of what it speaks of: signs, parentheses, transposes") {
  const auto underlined = [](const std::string& text) {
    try {
      check_rule({"file", text});
    } catch (const RuleError& error) {
      const Span span = error.diagnostics().at(0).span;
      return text.substr(span.begin, span.end - span.begin);
    }
    return std::string();
  };
  CHECK(underlined("dw = -(post)") == "-(post)");
  CHECK(underlined("dw = (post * pre')'") == "(post * pre')'");
  CHECK(underlined("dw = post + 3*( pre )'  # row") == "3*( pre )'");
  CHECK(underlined("dw = dot(post, pre) * w") == "dot(post, pre)");
  CHECK(underlined("dw = w + post.^(pre)") == "(pre)");
  CHECK(underlined("dw = w * 1e") == "1e");
}
