#include "grammar/keywords.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "grammar/parser.hpp"

using namespace rule_search;

namespace {

// What stands on the right-hand side of a production of plasticity.ebnf.
std::string production(const std::string& name) {
  std::ifstream file(RULE_SEARCH_SOURCE_DIR "/grammar/plasticity.ebnf");
  std::stringstream text;
  text << file.rdbuf();
  const std::string ebnf = text.str();
  std::smatch found;
  const bool there = std::regex_search(ebnf, found, std::regex("\n" + name + " *= ([^;]*);"));
  CAPTURE(name);
  REQUIRE(there);
  return found[1];
}

std::vector<std::string> all(const std::string& text, const char* pattern) {
  std::vector<std::string> out;
  const std::regex regex(pattern);
  for (std::sregex_iterator it(text.begin(), text.end(), regex), end; it != end; ++it) out.push_back((*it)[1]);
  return out;
}

}  // namespace

TEST_CASE("the words of statements and the units of time are those of the EBNF") {
  std::set<std::string> first_words;
  for (const std::string& statement : all(production("statement"), "([a-z]+)"))
    first_words.insert(all(production(statement), "\"([a-z]+)\"").at(0));
  CHECK(first_words == std::set<std::string>(statement_words.begin(), statement_words.end()));
  std::set<std::string> units;
  for (const TimeUnit& unit : time_units) units.insert(std::string(unit.name));
  const std::vector<std::string> written = all(production("unit"), "\"([a-z]+)\"");
  CHECK(std::set<std::string>(written.begin(), written.end()) == units);
}

TEST_CASE("a word of a statement begins one, and is no name") {
  for (std::string_view word : statement_words) {
    CAPTURE(std::string(word));
    const auto told = [](const std::string& text) {
      const std::vector<Diagnostic> errors = parse({"words", text}).errors;
      REQUIRE_FALSE(errors.empty());
      return errors[0].message;
    };
    CHECK(told(std::string(word)).find("not the beginning of a statement") == std::string::npos);
    if (is_word_and_name(word))
      CHECK(parse({"words", "let " + std::string(word) + " = w"}).errors.empty());
    else
      CHECK(told("let " + std::string(word) + " = w") == "`" + std::string(word) + "` is a reserved word");
  }
  CHECK(is_reserved("inf"));
  CHECK_FALSE(is_reserved("reward"));
  CHECK_FALSE(is_reserved("step"));
  CHECK(statement_words_in_text("or") == "rule, cite, step, param, state, bound, signal, let, next, candidates or dw");
}

TEST_CASE("a unit makes seconds of the number before it") {
  for (const TimeUnit& unit : time_units) {
    const Parsed parsed = parse({"units", "param tau = 20 " + std::string(unit.name)});
    REQUIRE(parsed.errors.empty());
    CHECK(parsed.file.parameters.at(0).initial.at(0) == in_seconds(20, unit.name));
  }
  CHECK(in_seconds(3, "") == 3);
  // The nearest number to what is written, and back.
  CHECK(in_seconds(10, "us") == 1e-5);
  CHECK(in_seconds(16.8, "ms") == 0.0168);
  CHECK(in_unit(0.0168, "ms") == 16.8);
}
