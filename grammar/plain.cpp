#include "plain.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include "keywords.hpp"

namespace rule_search {

namespace {

using Row = std::pair<std::string_view, std::string_view>;

constexpr Row signs[] = {
    {"·", "*"}, {"⋅", "*"}, {"×", "*"}, {"∘", ".*"}, {"⊙", ".*"}, {"²", ".^2"}, {"³", ".^3"}, {"≥", ">="}, {"≤", "<="},
};
constexpr Row letters[] = {
    {"α", "alpha"},  {"β", "beta"},   {"γ", "gamma"}, {"δ", "delta"},   {"ε", "epsilon"}, {"ϵ", "epsilon"},
    {"ζ", "zeta"},   {"η", "eta"},    {"θ", "theta"}, {"ϑ", "theta"},   {"ι", "iota"},    {"κ", "kappa"},
    {"λ", "lambda"}, {"μ", "mu"},     {"µ", "mu"},    {"ν", "nu"},      {"ξ", "xi"},      {"π", "pi"},
    {"ρ", "rho"},    {"σ", "sigma"},  {"τ", "tau"},   {"υ", "upsilon"}, {"φ", "phi"},     {"ϕ", "phi"},
    {"χ", "chi"},    {"ψ", "psi"},    {"ω", "omega"}, {"Γ", "Gamma"},   {"Δ", "Delta"},   {"∆", "Delta"},
    {"Θ", "Theta"},  {"Λ", "Lambda"}, {"Ξ", "Xi"},    {"Π", "Pi"},      {"Σ", "Sigma"},   {"Φ", "Phi"},
    {"Ψ", "Psi"},    {"Ω", "Omega"},
};

bool is_plain(char c) { return static_cast<unsigned char>(c) < 0x80; }

// Whether a word ends with the letter at `at`.
bool ends_word(std::string_view text, std::size_t at) { return at + 1 >= text.size() || !is_word(text[at + 1]); }

// Where a line is as far as the shape of a state or signal: the sign between two sides is the letter x there.
bool within_shape(std::string_view plain) {
  const std::size_t begin = std::min(plain.rfind('\n') + 1, plain.size());
  const std::string_view line = plain.substr(std::min(plain.find_first_not_of(" \t", begin), plain.size()));
  const bool declares = line.starts_with("state ") || line.starts_with("signal ");
  return declares && line.find(':') != std::string_view::npos && line.find('=') == std::string_view::npos;
}

}  // namespace

PlainText::PlainText(std::string_view written) {
  const auto take = [&](std::size_t& at, std::size_t length, std::string_view as) {
    const std::size_t begin = text_.size();
    text_ += as;
    pieces_.push_back({{begin, text_.size()}, {at, at + length}});
    at += length;
  };
  const auto row_at = [&](std::size_t at, const auto& rows) -> const Row* {
    const auto found = std::find_if(std::begin(rows), std::end(rows),
                                    [&](const Row& row) { return written.substr(at).starts_with(row.first); });
    return found == std::end(rows) ? nullptr : &*found;
  };
  bool quoted = false;
  bool number = false;  // the last character that is neither space nor comment is a digit
  for (std::size_t at = 0; at < written.size();) {
    const char c = written[at];
    if (c == '#' && !quoted) {
      const std::size_t end = std::min(written.find('\n', at), written.size());
      text_ += written.substr(at, end - at);
      at = end;
      continue;
    }
    if (c == '"') quoted = !quoted;
    if (c == '\n') quoted = false;
    if (quoted || is_plain(c)) {
      text_ += c;
      ++at;
      if (std::isspace(static_cast<unsigned char>(c)) == 0) number = std::isdigit(static_cast<unsigned char>(c)) != 0;
      continue;
    }
    const bool behind_number = std::exchange(number, false);
    if (const Row* const sign = row_at(at, signs)) {
      take(at, sign->first.size(), sign->first == "×" && within_shape(text_) ? " x " : sign->second);
      continue;
    }
    const Row* const letter = row_at(at, letters);
    if (letter == nullptr) {
      text_ += c;
      ++at;
      continue;
    }
    const std::size_t behind = at + letter->first.size();
    const bool first = text_.empty() || !is_word(text_.back());
    const bool before = behind < written.size() && ends_word(written, behind);
    if (letter->second == "Delta" && first && before && written[behind] == 'w')
      take(at, letter->first.size() + 1, "dw");
    else if (letter->second == "mu" && before && written[behind] == 's' && behind_number)
      take(at, letter->first.size() + 1, "us");
    else
      take(at, letter->first.size(), letter->second);
  }
}

Span PlainText::written(Span plain) const {
  const auto behind = [&](std::size_t offset) {
    return std::upper_bound(pieces_.begin(), pieces_.end(), offset,
                            [](std::size_t o, const Piece& p) { return o < p.plain.begin; });
  };
  // A piece is whole: a range that begins or ends within it begins or ends with it.
  const auto begin_of = [&](std::size_t offset) {
    const auto at = behind(offset);
    if (at == pieces_.begin()) return offset;
    const Piece& p = *std::prev(at);
    return offset < p.plain.end ? p.written.begin : offset - p.plain.end + p.written.end;
  };
  const auto end_of = [&](std::size_t offset) {
    if (offset == 0) return offset;
    const auto at = behind(offset - 1);
    if (at == pieces_.begin()) return offset;
    const Piece& p = *std::prev(at);
    return offset <= p.plain.end ? p.written.end : offset - p.plain.end + p.written.end;
  };
  return {begin_of(plain.begin), plain.end > plain.begin ? end_of(plain.end) : begin_of(plain.end)};
}

}  // namespace rule_search
