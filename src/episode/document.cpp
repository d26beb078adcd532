#include "episode/document.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "grammar/diagnostic.hpp"

namespace rule_search {

using nlohmann::json;

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
  if (!file)
    throw InputError(fmt::format("{}: can't be opened for reading\n  hint: check its permissions", path));
  try {
    // Nesting is bounded before the document is built.
    const json::parser_callback_t shallow = [&](int depth, json::parse_event_t, json&) {
      if (depth > limits.levels) {
        throw InputError(
            fmt::format("{}: nested more than {} levels deep, expected {}", path, limits.levels, what));
      }
      return true;
    };
    return json::parse(file, shallow);
  } catch (const json::out_of_range& e) {
    throw InputError(fmt::format(
        "{}: expected finite numbers that fit a double, found one that is too large ({})", path, e.what()));
  } catch (const json::exception& e) {
    std::string text = e.what();
    text = text.substr(text.find(']') == std::string::npos ? 0 : text.find(']') + 2);
    throw InputError(
        fmt::format("{}: not JSON: {}\n  hint: NaN and Infinity are no JSON numbers; was the file cut off?",
                    path, text.substr(0, 200)));
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
