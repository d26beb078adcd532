#include "objectives/recordings/given_noise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "data/recording_checks.hpp"

namespace rule_search {

namespace {

[[noreturn]] void refuse(const std::string& text) {
  throw InputError(fmt::format(
      "‹noise›: expected the standard errors of weights and activities, numbers above 0, as w=0.01, post=0.2 or "
      "w=0.01,post=0.2, found {}\n  hint: choices have none",
      text.empty() ? "nothing" : text));
}

void apply_to(const std::string& name, std::vector<double>& errors, const std::vector<char>& seen, double error,
              const std::string& recording) {
  if (!errors.empty())
    throw InputError(
        fmt::format("{}: has standard errors {}_se, and ‹noise› gives others for {}\n  hint: leave out one of them",
                    recording, name, name));
  if (std::find(seen.begin(), seen.end(), 1) == seen.end())
    throw InputError(fmt::format("{}: ‹noise› gives an error of {}, but none was recorded\n  hint: leave {}= out",
                                 recording, name, name));
  errors = constant_errors(seen, error);
}

}  // namespace

std::vector<double> constant_errors(const std::vector<char>& seen, double error) {
  std::vector<double> out;
  out.reserve(seen.size());
  for (const char s : seen) out.push_back(s != 0 ? error : 0);
  return out;
}

void GivenNoise::set(const std::string& text) {
  GivenNoise out;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    const std::string part = text.substr(at, end - at);
    const std::size_t equals = part.find('=');
    if (equals == std::string::npos) refuse(text);
    const std::string name = part.substr(0, equals);
    char* rest = nullptr;
    const double error = std::strtod(part.c_str() + equals + 1, &rest);
    double* const of = name == "w" ? &out.w_ : name == "post" ? &out.post_ : nullptr;
    const bool fits = of != nullptr && *of == 0 && rest != part.c_str() + equals + 1 && *rest == '\0' && error > 0 &&
                      error <= largest_number;
    if (!fits) refuse(text);
    *of = error;
    at = end + 1;
  }
  out.text_ = text;
  *this = out;
}

void GivenNoise::apply(std::vector<LayerRecording>& recordings) const {
  for (LayerRecording& r : recordings) {
    if (w_ > 0) apply_to("w", r.w_error, r.w_seen, w_, r.name);
    if (post_ > 0) apply_to("post", r.post_error, r.post_seen, post_, r.name);
  }
}

Option noise_option(GivenNoise& value) {
  Option o;
  o.name = "noise";
  o.type = "w=NUMBER,post=NUMBER";
  o.meaning =
      "standard errors of recorded weights and activities, where the recordings have no columns w_se and post_se. "
      "A search that gets several kinds of values without errors estimates them";
  o.set = [&value](const std::vector<std::string>& texts) { value.set(texts.back()); };
  o.get = [&value]() -> nlohmann::json {
    if (value.text().empty()) return nullptr;
    return value.text();
  };
  return o;
}

}  // namespace rule_search
