// Processes that carry out one search together. All of them do the same, so that each knows what comes next, but costly
// work is shared: each does its part, and tells the others what came out.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

namespace rule_search {

/// Another rank has failed, or computes other numbers. what() names it.
class RankFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One thread of each rank talks at a time. What is said is a sequence of exchanges, the same on all ranks; it is over when one
/// of them fails.
class Ranks {
 public:
  Ranks() = default;
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;
  virtual ~Ranks() = default;

  virtual std::size_t count() const = 0;
  /// The number of this one, from 0.
  virtual std::size_t rank() const = 0;
  /// The machine of a rank, by its name.
  virtual std::string machine(std::size_t rank) const = 0;
  /// How messages call a rank: "rank 3 on node17".
  std::string name(std::size_t rank) const { return "rank " + std::to_string(rank) + " on " + machine(rank); }
  /// The first rank on the machine of this one, and how many there are.
  std::size_t first_on_machine() const;
  std::size_t count_on_machine() const;
  /// This rank's group where the ranks are divided into so many groups of neighbours, no more than there are ranks. This object
  /// keeps it.
  virtual Ranks& group(std::size_t groups) = 0;
  std::size_t number_of_group(std::size_t groups) const { return rank() * groups / count(); }

  /// What every rank says, by rank. Throws RankFailed where one of them says that it failed, or where `about` (what it is
  /// about, in bytes) is not the same on all ranks.
  std::vector<std::string> exchange(const std::string& about, const std::string& own);
  /// Says that this rank failed, in place of the next exchange; nothing where what is said is over.
  void fail(const std::string& why) noexcept;
  /// For this exchange and those after it, none is expected any more: everyone threw, and knows of everyone.
  void over() { over_ = true; }
  /// The last exchange of a sequence; nothing where that is over. Throws as exchange() does.
  void end();
  /// A new sequence of exchanges.
  void begin() { over_ = false; }

  /// Threads of all ranks together.
  std::size_t workers();

 protected:
  /// Carries one message of every rank to all, by rank.
  virtual std::vector<std::string> gather(const std::string& own) = 0;

 private:
  bool over_ = false;
  std::size_t workers_ = 0;
};

}  // namespace rule_search
