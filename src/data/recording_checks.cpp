#include "data/recording_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/error.hpp"

namespace rule_search {

namespace {

constexpr std::array<RecordedQuantity, 8> quantities = {{{"time", 0, false},
                                                         {"pre", 1, false},
                                                         {"post", 1, true},
                                                         {"w", 2, true},
                                                         {"target", 1, false},
                                                         {"choice", 1, true},
                                                         {"w_se", 2, false},
                                                         {"post_se", 1, false}}};

struct UsualWord {
  const char* word;
  const char* quantity;
};
constexpr std::array<UsualWord, 21> usual_words = {{{"t", "time"},
                                                    {"times", "time"},
                                                    {"timestamp", "time"},
                                                    {"x", "pre"},
                                                    {"input", "pre"},
                                                    {"inputs", "pre"},
                                                    {"presynaptic", "pre"},
                                                    {"y", "post"},
                                                    {"output", "post"},
                                                    {"outputs", "post"},
                                                    {"activity", "post"},
                                                    {"activities", "post"},
                                                    {"postsynaptic", "post"},
                                                    {"rate", "post"},
                                                    {"rates", "post"},
                                                    {"weight", "w"},
                                                    {"weights", "w"},
                                                    {"choices", "choice"},
                                                    {"chosen", "choice"},
                                                    {"targets", "target"},
                                                    {"desired", "target"}}};

bool was_recorded(const LayerRecording& r, const std::string& quantity) {
  return quantity == "time"     ? r.timed
         : quantity == "post"   ? !r.post.empty()
         : quantity == "choice" ? !r.choice.empty()
         : quantity == "target" ? !r.target.empty()
         : quantity == "w"      ? std::find(r.w_seen.begin(), r.w_seen.end(), 1) != r.w_seen.end()
                                : true;
}

}  // namespace

const RecordedQuantity* quantity_named(const std::string& name) {
  const auto* const at =
      std::find_if(quantities.begin(), quantities.end(), [&](const RecordedQuantity& q) { return name == q.name; });
  return at == quantities.end() ? nullptr : at;
}

std::optional<MeantQuantity> quantity_meant_by(const std::string& name) {
  if (quantity_named(name) != nullptr) return std::nullopt;
  std::string word = name;
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (const RecordedQuantity* const same = quantity_named(word)) return MeantQuantity{same, true};
  // "y1" or "y_1".
  while (!word.empty() && (word.back() == '_' || (word.back() >= '0' && word.back() <= '9'))) word.pop_back();
  const auto* const at =
      std::find_if(usual_words.begin(), usual_words.end(), [&](const UsualWord& u) { return word == u.word; });
  return at == usual_words.end() ? std::nullopt : std::optional(MeantQuantity{quantity_named(at->quantity), false});
}

std::string asked_for_meant_quantity(const LayerRecording& r) {
  for (const auto& [name, series] : r.others) {
    const auto meant = quantity_meant_by(name);
    if (meant && !was_recorded(r, meant->quantity->name))
      return fmt::format("did you mean {} by {}?", meant->quantity->name, name);
  }
  return "";
}

bool is_signal_name(const std::string& text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && text.size() <= 64 && letter(text[0]) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

void refuse_magnitude(const std::string& where, double value) {
  throw InputError(fmt::format(
      "{}: expected a number of at most {:.0e}, found {}\n  hint: record it in another unit; where it only marks that "
      "nothing was recorded, say so by a gap",
      where, largest_number, value));
}

void refuse_choice(const std::string& where, double value) {
  throw InputError(
      fmt::format("{}: expected a choice, 0 or 1, found {}\n  hint: probabilities and rates are post", where, value));
}

void refuse_error(const std::string& where, double value) {
  throw InputError(fmt::format(
      "{}: expected a standard error, a number above 0, found {}\n  hint: where a value was not recorded, leave "
      "it and its error out; where all are exact, leave out the errors",
      where, value));
}

void refuse_time(const std::string& where, double value, double before, const char* entry) {
  throw InputError(
      fmt::format("{}: {} is not after the time before it, {}\n  hint: a {} a time, in their order; recordings that "
                  "follow each other are files of their own",
                  where, value, before, entry));
}

void check_number_of_times(int steps, const std::string& where, const char* layout) {
  if (steps < 2) throw InputError(fmt::format("{}: expected at least 2 times{}, found {}", where, layout, steps));
}

void add_unseen_weights(LayerRecording& r) {
  constexpr double most = 1e8;  // 800 MB
  if (static_cast<double>(r.steps) * static_cast<double>(r.n) * static_cast<double>(r.m) > most)
    throw InputError(fmt::format("{}: {} times of {} x {} weights that were not recorded are more than {:.0e}", r.name,
                                 r.steps, r.n, r.m, most));
  const std::size_t all =
      static_cast<std::size_t>(r.steps) * static_cast<std::size_t>(r.n) * static_cast<std::size_t>(r.m);
  r.w.assign(all, 0);
  r.w_seen.assign(all, 0);
}

}  // namespace rule_search
