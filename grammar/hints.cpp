#include "hints.hpp"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <string_view>

#include "base/text.hpp"
#include "diagnostic.hpp"
#include "keywords.hpp"

namespace rule_search {

// The token at `offset` as a person would name it.
std::string found_at(const std::string& text, std::size_t offset, std::size_t& end) {
  end = offset + 1;
  if (offset >= text.size()) return "the end of the file";
  if (is_word(text[offset])) {
    end = offset;
    while (end < text.size() && is_word(text[end])) ++end;
  } else {
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
  }
  const std::string token = text.substr(offset, std::min<std::size_t>(end - offset, 40));
  return begins_statement(token) ? "`" + token + "`, which begins the next statement" : "`" + token + "`";
}

Diagnostic number_too_large(const std::string& number, Span span) {
  return {span, "the number " + number.substr(0, 40) + " is too large", "a number up to about 1.8e308", "",
          "a bound that does not bind is inf"};
}

Diagnostic number_too_small(const std::string& number, Span span) {
  return {span, "the number " + number.substr(0, 40) + " is too small", "0, or a number from about 2.3e-308 on", "",
          "write 0 where 0 is meant"};
}

std::optional<Diagnostic> number_within_word(const std::string& text, Span number) {
  const std::size_t end = number.end;
  std::size_t last = end;
  while (last < text.size() && is_word(text[last])) ++last;
  if (last == end) return std::nullopt;
  const bool half_exponent = (text[end] == 'e' || text[end] == 'E') && last == end + 1;
  return Diagnostic{{number.begin, last},
                    "a number runs into a word",
                    "a number, then an operator or a space",
                    "`" + text.substr(number.begin, std::min<std::size_t>(end - number.begin, 40)) +
                        text.substr(end, std::min<std::size_t>(last - end, 40)) + "`",
                    half_exponent ? "an exponent needs digits, as in 1e-3"
                    : time_unit(text.substr(end, last - end)) != nullptr
                        ? "a space stands before a unit, as in 20 ms"
                        : "is a `*` missing between them? Numbers are written 1000, 0.5 or 1e-3"};
}

namespace {

std::string word_before(const std::string& text, std::size_t offset) {
  std::size_t end = offset;
  while (end > 0 && std::isspace(static_cast<unsigned char>(text[end - 1])) != 0) --end;
  std::size_t begin = end;
  while (begin > 0 && is_word(text[begin - 1])) --begin;
  return text.substr(begin, end - begin);
}

}  // namespace

std::size_t open_parenthesis(const std::string& text, std::size_t start, std::size_t offset) {
  std::vector<std::size_t> open;
  for (std::size_t i = start; i < std::min(offset, text.size()); ++i) {
    if (text[i] == '#')
      i = std::min(text.find('\n', i), text.size());
    else if (text[i] == '(')
      open.push_back(i);
    else if (text[i] == ')' && !open.empty())
      open.pop_back();
  }
  return open.empty() ? std::string::npos : open.back();
}

namespace {

constexpr const char* candidates_by_example =
    "write candidates degree <= 3 from pre, post, err_pre, err_post, w where local";

bool at(const std::string& text, std::size_t offset, std::string_view what) {
  return text.compare(std::min(offset, text.size()), what.size(), what) == 0;
}

constexpr const char* equality = "there is no ==; (x >= y) .* (x <= y) is 1 where both are equal, else 0";
constexpr const char* both_hold = "where both hold is a product: (w > 0) .* (w < 1) is 1 there, else 0";
constexpr const char* one_holds = "where one of them holds is max(w < 0, w > 1): 1 there, else 0";
constexpr const char* comparison = "comparisons are >, >=, < and <=: x > 0 is 1 where it holds, else 0";

std::string hint_for_bracket(const std::string& text, std::size_t offset) {
  const std::size_t line = std::min(text.find('\n', offset), text.size());
  const std::size_t close = std::min(text.find(']', offset), line);
  if (at(text, close, "]_+") || at(text, close, "]+")) return "what is positive, and 0 elsewhere, is relu(x)";
  if (time_unit(text.substr(offset + 1, close - std::min(close, offset + 1))) != nullptr)
    return "a unit stands behind its number without brackets, as in 20 ms";
  if (text.find(',', offset) < close) return "lists have their place in param and state alone";
  return "a parameter stands by its name alone, also where it has one number a layer or recording";
}

// What people write who come from another language, or from a word processor.
std::string hint_for_foreign(const std::string& text, std::size_t offset) {
  struct Row {
    std::string_view foreign, hint;
  };
  static constexpr Row rows[] = {
      {"\xE2\x88\x92", "this is a typographic minus; write -"},
      {"\xE2\x80\x93", "this is a dash; write -"},
      {"\xE2\x80\x99", "this is a typographic apostrophe; a transpose is '"},
      {"\xE2\x80\xB2", "this is a typographic prime; a transpose is '"},
      {"\xE1\xB5\x80", "a transpose is '"},
      {".T", "a transpose is ', as in pre'"},
      {"@", "the matrix product is *"},
      {"%", "a comment begins with #"},
      {"//", "a comment begins with #"},
      {"/*", "a comment begins with # and ends with its line"},
      {";", "a statement ends by itself; take the ; away"},
      {"\\", "names stand without a backslash, as in eta"},
      {"\xC2\xA0", "this is a no-break space; write a plain one"},
      {"\xE2\x80\xAF", "this is a no-break space; write a plain one"},
      {"==", equality},
      {"\xE2\x89\xA0", "there is no \xE2\x89\xA0; (x > y) + (x < y) is 1 where they differ, else 0"},
      {"!=", "there is no !=; (x > y) + (x < y) is 1 where they differ, else 0"},
      {"&", both_hold},
      {"and ", both_hold},
      {"|", one_holds},
      {"or ", one_holds},
      {"\xE2\x88\x9E", "infinity is inf, and has its place in bounds alone"},
      {"if ", comparison},
      {"\"", "a comment begins with #; a citation is cite \"Author, Journal (year)\""},
  };
  if (at(text, offset, "[")) return hint_for_bracket(text, offset);
  for (const Row& row : rows) {
    if (at(text, offset, row.foreign)) return std::string(row.hint);
  }
  return "";
}

}  // namespace

std::string hint_for(const std::string& expected, const std::string& text, std::size_t offset) {
  const char c = offset < text.size() ? text[offset] : '\0';
  if (expected == "degree" || expected == "\"<=\"" || expected == "from") return candidates_by_example;
  if (expected == "trial") return "a state begins anew at every trial by: state trace: post x pre = 0 each trial";
  if (expected == "time") return "write the length of one step with its unit, as in step 1 ms";
  if (expected == "reach") return "write where local, where cell or where layer";
  if (expected == "exponent") return "an exponent is a number, a name or a parenthesis, as in w.^2";
  if (offset > 0 && text[offset - 1] == '*' && c == '*') return "a power is ^, or .^ element by element";
  if (c == '.' && offset + 1 < text.size() && std::isdigit(static_cast<unsigned char>(text[offset + 1])) != 0) {
    return "write a digit before the point, as in 0.5";
  }
  if (expected == "name" && c == '=') return "the name is missing before the `=`";
  if (at(text, offset, "==")) return equality;
  if (at(text, offset, "=>")) return "greater or equal is >=";
  if (c == '=') return "equality has no place here; a statement is `let name = ...` or `dw = ...`";
  if (expected == "expression" && (c == '*' || c == '/')) return "an operator needs something on both sides";
  if (expected == "number, pre or post")
    return "a side is one of the words number, pre and post; a memory of every synapse is post x pre";
  const bool is_foreign = static_cast<unsigned char>(c) >= 0x80 || c == '&' || c == '|' || c == '!' ||
                          at(text, offset, "if ") || at(text, offset, "and ") || at(text, offset, "or ");
  if (expected == "')'" && is_foreign) {
    if (const std::string hint = hint_for_foreign(text, offset); !hint.empty()) return hint;
  }
  if (expected == "')'") return "close the parenthesis, or write the missing operator";
  if (expected == "text in double quotes") {
    if (word_before(text, offset) == "file") return "write file \"trace.csv\"";
    return c == '"' ? "close the quotation mark on the same line" : "write cite \"Author, Journal (year)\"";
  }
  if (expected == "']'" || expected == "','")
    return "numbers stand in brackets with commas between them: [0.1, 0.2], and bounds are two: in [0, 1]";
  if (expected == "'='" || expected == "\"=\"") {
    if (at(text, offset, "/dt")) return "dw is the change in one step; write dw = dt * (...)";
    return at(text, offset, "+=") || at(text, offset, "-=") ? "dw is the change itself; write dw = ..."
                                                            : "a statement is `param eta = 0`, `let a = ...`, `state "
                                                              "trace: post = 0`, `next trace = ...` or `dw = ...`";
  }
  if (expected == "number or list of numbers" && c != 'i')
    return "an initial value is a plain number, as in 0.1 or 1e-3";
  if ((expected == "number" || expected == "number or list of numbers") && c == ']')
    return "a number is missing before the bracket";
  if (expected == "number" && is_word(c)) return "bounds and lists hold plain numbers; names stand in expressions";
  if (expected == "expression" && c == '|') return "the absolute value is abs(x)";
  if (expected == "expression") {
    const std::string hint = hint_for_foreign(text, offset);
    if (!hint.empty() && c != '/') return hint;
  }
  if (expected == "expression" && offset < text.size() &&
      (static_cast<unsigned char>(c) >= 0x80 || std::strchr("!$%&?@\\`{|}~\";:", c) != nullptr))
    return "the language has no such character";
  if (expected == "expression" && c == ')') return "something is missing before the parenthesis";
  if (expected == "layer or recording")
    return "write [layer] for one number a connection, whose values stand in a list, or [recording] for one number a "
           "recording";
  if (expected == "number or list of numbers" && text.compare(offset, 3, "inf") == 0)
    return "an initial value is finite; inf has its place in bounds, as in `in [0, inf]`";
  if (expected == "name" && c == '"') return "a name stands without quotation marks";
  if (expected == "name") return "names are letters, digits and _, begin with a letter, and are no reserved word";
  return "";
}

namespace {

// "dx/dt = ...", "tau * dx/dt = ...", "x' = ...": an equation in time, of which the program takes steps.
std::string hint_for_equation(const std::string& text, std::size_t offset, std::size_t end) {
  const std::string line = text.substr(offset, text.find('\n', offset) - offset);
  const std::string left = line.substr(0, line.find('='));
  if (left.size() == line.size()) return "";
  std::string name;
  const std::size_t over = left.find("/dt");
  if (over != std::string::npos) {
    std::size_t begin = over;
    while (begin > 0 && is_word(left[begin - 1])) --begin;
    if (left[begin] == 'd') name = left.substr(begin + 1, over - begin - 1);
  } else if (left.find('\'') != std::string::npos && is_word(text[offset]) && text[end] == '\'') {
    name = text.substr(offset, end - offset);
  }
  if (name.empty() || name.size() > 40) return "";
  if (name == "w" || name == "W" || name.starts_with("w_") || name.starts_with("W_"))
    return "dw is the change in one step; write dw = dt * (...)";
  const std::string step = "write next " + name + " = " + name + " + dt * (...)";
  return over != std::string::npos ? "an equation in time is a step of a state: " + step
                                   : "for its next value write next " + name + " = ..., for its change in time " +
                                         step.substr(std::strlen("write "));
}

// The change of the weights by another name, as in dw_ij and DeltaW.
bool is_change_of_weights(const std::string& name) {
  for (const std::string_view change : {"dw", "dW", "Dw", "DW", "Deltaw", "DeltaW", "delta_w", "delta_W", "deltaw"}) {
    if (name.starts_with(change) && (name.size() == change.size() || name[change.size()] == '_')) return true;
  }
  return false;
}

}  // namespace

// What a statement looks like of which a part is wrong, where nothing better is known.
std::string hint_for_statement(const std::string& word) {
  if (word == "bound") return "write bound w in [0, 1], or [0, inf] for one bound alone";
  if (word == "state")
    return "a state begins with a plain number, a list of numbers, or a file: state trace: pre = 0, or = file "
           "\"trace.csv\"";
  return "";
}

// Where a statement was expected and something else stands.
std::string hint_for_stray(const std::string& text, std::size_t offset, std::size_t end, bool nothing_before) {
  if (text[offset] == '.') {
    const std::string hint = hint_for("", text, offset);
    if (!hint.empty()) return hint;
    if (offset > 0 && std::isdigit(static_cast<unsigned char>(text[offset - 1])) != 0)
      return "write digits after the point, or none: 1.0 or 1";
  }
  const std::size_t line = text.rfind('\n', offset) + 1;  // npos + 1 is 0
  const bool first_of_line = text.find_first_not_of(" \t\r", line) == offset;
  if (first_of_line) {
    const std::string hint = hint_for_equation(text, offset, end);
    if (!hint.empty()) return hint;
    const std::size_t next = text.find_first_not_of(" \t", end);
    if (at(text, next, "+=") || at(text, next, "-=")) return "dw is the change itself; write dw = ...";
    const std::string word = text.substr(offset, end - offset);
    if (at(text, next, "=") && is_change_of_weights(word))
      return "the change of the weights is dw, and names have no indices; write dw = ...";
    if (at(text, next, "=") && (word == "w" || word == "W"))
      return "w changes by dw; write dw = ..., and bound w in [0, 1] where it stays between bounds";
    if (at(text, next, "=") && word == step_name) return "the length of a step is said by step 1 ms";
    const std::string near =
        nearest_name(text.substr(offset, end - offset), {statement_words.begin(), statement_words.end()});
    if (!near.empty()) return "did you mean `" + near + "`?";
  }
  if (text[offset] == ')') return "no parenthesis is open here; take it away, or write the one that opens it";
  const std::size_t word_of_line = text.find_first_not_of(" \t\r", line);
  const std::string foreign = hint_for_foreign(text, offset);
  if (!foreign.empty()) return foreign;
  if (text[offset] == ',') {
    const bool digits = offset > 0 && std::isdigit(static_cast<unsigned char>(text[offset - 1])) != 0 &&
                        offset + 1 < text.size() && std::isdigit(static_cast<unsigned char>(text[offset + 1])) != 0;
    return digits ? "the decimal point is a point, as in 0.5" : "a comma stands between two of a list alone";
  }
  if (!first_of_line && at(text, word_of_line, "candidates ") && is_word(text[offset]))
    return at(text, offset, "where") ? "`where` stands before `in`" : "is a comma missing before it?";
  if (first_of_line && is_word(text[offset])) {
    const std::size_t next = text.find_first_not_of(" \t", end);
    if (next != std::string::npos && text[next] == '=') {
      const std::string name = text.substr(offset, std::min<std::size_t>(end - offset, 40));
      return "to give a part a name write let " + name + " = ...";
    }
    static constexpr std::string_view other_words[] = {"const", "var", "float", "double", "int", "constant"};
    if (next != std::string::npos && is_word(text[next]) &&
        std::find(std::begin(other_words), std::end(other_words), text.substr(offset, end - offset)) !=
            std::end(other_words))
      return "write let, as in let dt = 1 ms";
  }
  if (!first_of_line && offset > 1 && text[offset - 1] == ' ' &&
      std::isdigit(static_cast<unsigned char>(text[offset - 2])) != 0 && is_word(text[offset]))
    return "units are " + time_units_in_text("and") + "; or is an operator missing before it?";
  if (!first_of_line && text.compare(word_of_line, 5, "rule ") == 0)
    return "a name is letters, digits and _, as in f_bio";
  if (!first_of_line && text.compare(word_of_line, 6, "param ") == 0 && std::strchr("+-*/^", text[offset]) != nullptr) {
    const std::size_t word = text.find_first_not_of(" \t", offset + 1);
    std::size_t last = word;
    while (last < text.size() && is_word(text[last])) ++last;
    if (text[offset] == '*' && word < text.size() && time_unit(text.substr(word, last - word)) != nullptr)
      return "a unit stands behind its number, as in 20 ms";
    return "an initial value is one number; write its value, as in 0.5";
  }
  if (is_word(text[offset]) && !word_before(text, offset).empty() && !first_of_line)
    return "is an operator missing before it? A function's argument stands in parentheses, as in tanh(w)";
  return nothing_before ? "" : "is an operator missing before it?";
}

std::string expectation(const std::string& which) {
  // Spirit prints a literal as "x" with its quotes, and a lexeme by a type name where it is a compound.
  if (which.size() >= 2 && which.front() == '"') return "`" + which.substr(1, which.size() - 2) + "`";
  if (which.size() == 3 && which.front() == '\'') return which;
  const std::vector<std::string> ours = {
      "number",   "name",  "expression", "text in double quotes", "number or list of numbers",
      "exponent", "reach", "time"};
  if (which == "number, pre or post") return "`number`, `pre` or `post`";
  if (which == "layer or recording") return "`layer` or `recording`";
  if (which == "degree" || which == "from" || which == "trial") return "`" + which + "`";
  if (std::find(ours.begin(), ours.end(), which) != ours.end())
    return which == "expression" || which == "exponent" ? "an " + which : "a " + which;
  if (which.size() == 1) return "`" + which + "`";
  return "";
}

}  // namespace rule_search
