// The loop over units of work that know nothing of each other: episodes, recordings, drawn tasks. Threads carry it out.
#pragma once

#include <cstddef>
#include <functional>
#include <type_traits>
#include <vector>

namespace rule_search {

/// How units are handed out.
enum class Grouping {
  automatic,       ///< neighbours together, as many as keeps the threads busy: for short units
  one_by_one,      ///< for long units, of which some can be much longer than others
  parts_of_units,  ///< the same for parts of the work on units, each a loop over all of them
};

/// How many units are carried out at the same time at most.
std::size_t threads_at_once();

/// The same for what is begun only where there are so many: a record of a schedule can be made for more than there are.
std::size_t workers_at_once();

/// Calls work(0) ... work(count - 1), from several threads at once and in any order. What a call throws ends the loop as
/// soon as those that have begun are over, and is thrown here.
void for_each_unit(std::size_t count, const std::function<void(std::size_t)>& work,
                   Grouping grouping = Grouping::automatic);

/// What work(0) ... work(count - 1) return, in this order whatever the threads do; exceptions as in for_each_unit().
template <class Work>
auto run_units(std::size_t count, const Work& work, Grouping grouping = Grouping::automatic) {
  using Result = std::decay_t<decltype(work(std::size_t{0}))>;
  static_assert(!std::is_same_v<Result, bool>, "threads would write to the same byte of a vector<bool>");
  std::vector<Result> out(count);
  for_each_unit(
      count, [&](std::size_t k) { out[k] = work(k); }, grouping);
  return out;
}

}  // namespace rule_search
