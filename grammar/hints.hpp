// What a message about a mistake in the text says: what was found, what was expected, how to mend it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "diagnostic.hpp"

namespace rule_search {

/// The token at `offset` as a person would name it; `end` becomes the offset behind it.
std::string found_at(const std::string& text, std::size_t offset, std::size_t& end);
/// A number that no double holds.
Diagnostic number_too_large(const std::string& number, Span span);
Diagnostic number_too_small(const std::string& number, Span span);
/// The mistake where a letter follows a number at once, as in 20ms.
std::optional<Diagnostic> number_within_word(const std::string& text, Span number);
/// How to mend it where `expected` was expected at `offset`, or nothing.
std::string hint_for(const std::string& expected, const std::string& text, std::size_t offset);
/// How a statement with this first word is written, where nothing better is known of what is wrong in it, or nothing.
std::string hint_for_statement(const std::string& word);
/// The same where a statement was expected and something else stands, up to `end`.
std::string hint_for_stray(const std::string& text, std::size_t offset, std::size_t end, bool nothing_before);
/// Where the parenthesis begins that is still open at `offset`, of those from `start` on; npos where there is none.
std::size_t open_parenthesis(const std::string& text, std::size_t start, std::size_t offset);
/// What Spirit expected, as a person would name it, or nothing.
std::string expectation(const std::string& which);

}  // namespace rule_search
