#include "objectives/hidden_option.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/text.hpp"

namespace rule_search {

namespace {

constexpr int most_neurons = 20000;

// "170,130,100", or "none". An empty place between two commas is a slip, not a layer to be left out.
std::vector<int> sizes_of(const std::vector<std::string>& texts) {
  if (texts.size() == 1 && texts[0] == "none") return {};
  std::vector<int> out;
  for (const std::string& text : texts) {
    const std::vector<int> sizes = whole_numbers(text, ',', 1, most_neurons, [](const std::string& found) {
      throw InputError(
          fmt::format("‹hidden›: expected neurons a layer from 1 to {} with commas between them, or none, found {}",
                      most_neurons, found));
    });
    out.insert(out.end(), sizes.begin(), sizes.end());
  }
  return out;
}

std::string text_of(const std::vector<int>& hidden) {
  return hidden.empty() ? "none" : fmt::format("{}", fmt::join(hidden, ","));
}

}  // namespace

Option hidden_option(std::vector<int>& hidden, const std::string& meaning) {
  Option o;
  o.name = "hidden";
  o.meaning = meaning;
  o.type = "INT,...";
  o.default_text = text_of(hidden);
  o.set = [&hidden](const std::vector<std::string>& texts) { hidden = sizes_of(texts); };
  o.get = [&hidden] { return nlohmann::json(text_of(hidden)); };
  return o;
}

}  // namespace rule_search
