#include "base/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/text.hpp"

namespace rule_search {

using nlohmann::json;

namespace {

// Of a parser's message what a terminal can show: bytes that are no text become U+FFFD.
std::string shown(std::string_view text) {
  std::string out;
  constexpr std::size_t longest = 200;
  while (!text.empty() && out.size() < longest) {
    const std::size_t good = std::min(first_not_utf8(text), text.size());
    out += text.substr(0, good);
    if (good < text.size()) out += "\xEF\xBF\xBD";
    text.remove_prefix(std::min(good + 1, text.size()));
  }
  if (out.size() <= longest) return out;
  std::size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0U) == 0x80U) --end;
  return out.substr(0, end) + "...";
}

const char* hint_for(const std::string& message, std::uintmax_t size) {
  const auto says = [&](const char* what) { return message.find(what) != std::string::npos; };
  if (size == 0) return "the file is empty; was it written to its end?";
  if (says("unexpected end of input")) return "the file is cut off; was it written to its end?";
  if (says("ill-formed UTF-8")) return "write the file in UTF-8";
  for (const char* word : {"N'", "I'", "-I'", "nan'", "inf'", "n'", "i'"}) {
    if (says("invalid literal") && message.size() >= std::strlen(word) &&
        message.compare(message.size() - std::strlen(word), std::string::npos, word) == 0)
      return "NaN and Infinity are no JSON numbers; leave what has them out";
  }
  if (says("expected end of input")) return "one document a file";
  return "mend it at this place, or write the file again";
}

}  // namespace

json read_document(const std::string& path, const std::string& what, DocumentLimits limits) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) throw InputError(fmt::format("{}: no such file, expected {}", path, what));
  if (!fs::is_regular_file(status)) {
    throw InputError(fmt::format("{}: {}, expected {}", path,
                                 fs::is_directory(status) ? "is a folder, not a file" : "not a file", what));
  }
  const std::uintmax_t size = fs::file_size(path, error);
  if (!error && size > limits.mebibytes << 20U)
    throw InputError(fmt::format("{}: larger than {} MiB, expected {}", path, limits.mebibytes, what));
  std::ifstream file(path, std::ios::binary);
  if (!file) throw InputError(fmt::format("{}: can't be opened for reading\n  hint: check its permissions", path));
  try {
    // Nesting is bounded before the document is built.
    const json::parser_callback_t shallow = [&](int depth, json::parse_event_t, json&) {
      if (depth > limits.levels) {
        throw InputError(fmt::format("{}: nested more than {} levels deep, expected {}", path, limits.levels, what));
      }
      return true;
    };
    return json::parse(file, shallow);
  } catch (const json::out_of_range& e) {
    const std::string text = e.what();
    const std::size_t quote = text.find('\'');
    throw InputError(
        fmt::format("{}: expected finite numbers that fit a double, found {}\n  hint: such a number is "
                    "the trace of a run that diverged; leave it out",
                    path, quote == std::string::npos ? text : shown(text.substr(quote))));
  } catch (const json::exception& e) {
    std::string text = e.what();
    text = text.substr(text.find(']') == std::string::npos ? 0 : text.find(']') + 2);
    throw InputError(
        fmt::format("{}: not JSON, expected {}: {}\n  hint: {}", path, what, shown(text), hint_for(text, size)));
  }
}

std::string dump(const json& document, int indent) {
  return document.dump(indent, ' ', false, json::error_handler_t::replace);
}

std::string described(const json& value) {
  if (value.is_array()) return fmt::format("a list of {}", value.size());
  if (value.is_object()) return "an object";
  const std::string text = dump(value);
  if (text.size() <= 60) return text;
  std::size_t end = 60;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;  // no half characters
  return text.substr(0, end) + "...";
}

}  // namespace rule_search
