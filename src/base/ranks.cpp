#include "base/ranks.hpp"

#include <fmt/format.h>

#include "base/hash.hpp"
#include "base/parallel.hpp"

namespace rule_search {

namespace {

constexpr char fine = 'f', failed = 'x';
constexpr std::size_t hash_length = 16;

std::string hash_of(const std::string& about) {
  Hash hash;
  hash.add(about.data(), about.size());
  std::string text = hash.text();
  text.resize(hash_length, ' ');
  return text;
}

}  // namespace

std::size_t Ranks::first_on_machine() const {
  std::size_t r = 0;
  while (machine(r) != machine(rank())) ++r;
  return r;
}

std::size_t Ranks::count_on_machine() const {
  std::size_t out = 0;
  for (std::size_t r = 0; r < count(); ++r) out += machine(r) == machine(rank());
  return out;
}

void Ranks::end() {
  if (over_) return;
  exchange("end", "");
  over_ = true;
}

std::vector<std::string> Ranks::exchange(const std::string& about, const std::string& own) {
  const std::string hash = hash_of(about);
  std::vector<std::string> all = gather(fine + hash + own);
  for (std::size_t r = 0; r < all.size(); ++r) {
    if (!all[r].empty() && all[r][0] == fine) continue;
    over_ = true;
    throw RankFailed(fmt::format("{}: {}", name(r), all[r].substr(std::min<std::size_t>(1, all[r].size()))));
  }
  for (std::size_t r = 1; r < all.size(); ++r) {
    if (all[r].compare(1, hash_length, all[0], 1, hash_length) == 0) continue;
    over_ = true;
    throw RankFailed(fmt::format(
        "{} computes other numbers than {}\n  hint: the processors differ, or the mathematical libraries do; "
        "use machines of one kind",
        name(r), name(0)));
  }
  for (std::string& said : all) said.erase(0, 1 + hash_length);
  return all;
}

void Ranks::fail(const std::string& why) noexcept {
  if (over_) return;
  over_ = true;
  try {
    gather(failed + why);
  } catch (...) {
    // Nobody is left to tell.
  }
}

std::size_t Ranks::workers() {
  if (workers_ > 0) return workers_;
  std::size_t sum = 0;
  for (const std::string& said : exchange("threads", std::to_string(threads_at_once()))) sum += std::stoul(said);
  return workers_ = sum;
}

}  // namespace rule_search
