#include "recovery.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

#include "hints.hpp"
#include "keywords.hpp"

namespace rule_search {

namespace {

using syntax::Node;

std::size_t end_of_word(const std::string& text, std::size_t begin) {
  while (begin < text.size() && is_word(text[begin])) ++begin;
  return begin;
}

// Where the next line begins whose first word starts a statement.
std::size_t next_statement(const std::string& text, std::size_t from, bool at_statement) {
  // The place of an error may itself be where the next statement begins.
  if (at_statement) return from;
  for (std::size_t line = text.find('\n', from); line != std::string::npos; line = text.find('\n', line + 1)) {
    const std::size_t begin = text.find_first_not_of(" \t\r", line + 1);
    if (begin == std::string::npos) break;
    if (begins_statement(std::string_view(text).substr(begin, end_of_word(text, begin) - begin))) return begin;
  }
  return text.size();
}

std::size_t skip_space(const std::string& text, std::size_t at) {
  while (at < text.size()) {
    if (text[at] == '#')
      at = std::min(text.find('\n', at), text.size());
    else if (std::isspace(static_cast<unsigned char>(text[at])) != 0)
      ++at;
    else
      break;
  }
  return at;
}

// The name that stands behind the first word of a statement.
std::optional<syntax::Word> name_of_statement(const std::string& text, std::size_t start) {
  const std::size_t begin = skip_space(text, end_of_word(text, start));
  const std::size_t end = end_of_word(text, begin);
  const std::string name = text.substr(begin, end - begin);
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name[0])) != 0 ||
      (begins_statement(name) && !is_word_and_name(name)))
    return std::nullopt;
  return syntax::Word{name, {begin, end}};
}

// Statements that end with an expression.
std::array<std::size_t, 3> counts_of(const syntax::File& file) {
  return {file.lets.size(), file.updates.size(), file.nexts.size()};
}

}  // namespace

// The expression of the statement that was added since, or null.
Node* Recovery::newest_expression() {
  syntax::File& file = parsed_.file;
  const std::array<std::size_t, 3> now = counts_of(file);
  return now[0] > before_[0]   ? &file.lets.back().value
         : now[1] > before_[1] ? &file.updates.back().value
         : now[2] > before_[2] ? &file.nexts.back().value
                               : nullptr;
}

void Recovery::begin(std::size_t start) {
  start_ = start;
  before_ = counts_of(parsed_.file);
}

void Recovery::succeeded() { last_ = newest_expression(); }

std::size_t Recovery::stray() {
  // What stands here may belong to the expression before it, which is then not to be judged either.
  if (last_ != nullptr) *last_ = Node{};
  std::size_t word_end = start_;
  found_at(source_.text, start_, word_end);
  const syntax::File& file = parsed_.file;
  const bool nothing_before = file.lets.empty() && file.updates.empty() && file.parameters.empty() &&
                              file.candidates.empty() && file.nexts.empty();
  return tell(start_, {{},
                       "this is not the beginning of a statement",
                       "a statement: " + statement_words_in_text("or"),
                       "",
                       hint_for_stray(source_.text, start_, word_end, nothing_before)});
}

std::size_t Recovery::broken(std::size_t offset, const std::string& which) {
  last_ = nullptr;
  keep_name();
  // A statement cut off in the middle is dropped: the checker must not judge a half.
  if (Node* half = newest_expression()) *half = Node{};
  const std::string expected = expectation(which);
  std::string hint = hint_for(which == ")" || which == "\")\"" ? "')'" : which, source_.text, offset);
  const std::size_t open = open_parenthesis(source_.text, start_, offset);
  if (open != std::string::npos && hint.starts_with("close the parenthesis")) {
    hint = close_parenthesis(source_.place(open));
    return tell(offset, {{}, "expected " + expected, expected, "", std::move(hint), open});
  }
  if (hint.empty()) hint = hint_for_statement(source_.text.substr(start_, end_of_word(source_.text, start_) - start_));
  return tell(offset,
              {{}, expected.empty() ? "this can't stand here" : "expected " + expected, expected, "", std::move(hint)});
}

// The name of a parameter, state or signal stays known, and dt of a step, so that its uses are no mistakes as well.
void Recovery::keep_name() {
  const std::string word = source_.text.substr(start_, end_of_word(source_.text, start_) - start_);
  if (word == "step") parsed_.file.broken.push_back({std::string(step_name), {}});
  if (word != "param" && word != "state" && word != "signal") return;
  std::optional<syntax::Word> name = name_of_statement(source_.text, start_);
  if (!name) return;
  if (word == "param") {
    syntax::Parameter parameter;
    parameter.name = std::move(*name);
    parameter.initial = {0};
    parsed_.file.parameters.push_back(std::move(parameter));
  } else {
    parsed_.file.broken.push_back(std::move(*name));
  }
}

std::size_t Recovery::tell(std::size_t offset, Diagnostic diagnostic) {
  const std::string& text = source_.text;
  std::size_t token_end = offset + 1;
  std::string found = found_at(text, offset, token_end);
  const std::string token = text.substr(std::min(offset, text.size()), token_end - offset);
  const bool is_word_of_statement = begins_statement(token);
  // `let dw = ...`: on the line of its statement the word is a name that can't be given.
  const bool as_name =
      is_word_of_statement && diagnostic.expected == "a name" && offset > start_ && text.find('\n', start_) > offset;
  if (as_name) {
    diagnostic = {{}, "`" + token + "` is a reserved word", "another name", "", "call it " + token + "_2, say"};
    token_end = offset + token.size();
  }
  const bool is_next = is_word_of_statement && !as_name;
  if (!as_name) diagnostic.found = std::move(found);
  diagnostic.span = {offset, token_end};
  if (offset >= text.size()) {
    // Shown behind the last that there is, not on an empty line.
    const std::size_t last = text.find_last_not_of(" \t\r\n") + 1;
    diagnostic.span = {last, last + 1};
  }
  // A mistake that has been told already goes on being one here.
  std::vector<Diagnostic>& errors = parsed_.errors;
  const bool told = !errors.empty() && errors.back().span.begin <= offset && offset < errors.back().span.end;
  if (!told) errors.push_back(std::move(diagnostic));
  return next_statement(text, offset, is_next && offset > start_);
}

}  // namespace rule_search
