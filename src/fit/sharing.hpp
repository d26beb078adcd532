// Work that ranks share: each carries out a part, and all know all results.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "fit/execution.hpp"
#include "fit/objective.hpp"
#include "fit/packing.hpp"

namespace rule_search {

/// What `work` returns on every rank, by rank; `about` is what it is about, the same on all of them. Where it throws on one
/// rank, all throw: what they threw themselves, SearchStopped where one was stopped, or RankFailed.
std::vector<std::string> shared(Ranks& ranks, const std::string& about, const std::function<std::string()>& work);

/// What `work` gives for items 0 ... keys.size() - 1, in this order. `work` is given the items that this rank carries out: item k
/// is carried out by the same rank wherever keys[k] is the same.
template <class Result, class Work>
std::vector<Result> shared_items(const Execution& execution, const std::string& about,
                                 const std::vector<std::size_t>& keys, const Work& work) {
  std::vector<std::size_t> mine;
  const std::size_t ranks = execution.ranks == nullptr ? 1 : execution.ranks->count();
  for (std::size_t k = 0; k < keys.size(); ++k) {
    if (ranks == 1 || keys[k] % ranks == execution.ranks->rank()) mine.push_back(k);
  }
  if (ranks == 1) return work(mine);
  const std::vector<std::string> said = shared(
      *execution.ranks, about, [&] { return Packer()(mine.empty() ? std::vector<Result>() : work(mine)).bytes(); });
  std::vector<std::vector<Result>> results(ranks);
  for (std::size_t r = 0; r < ranks; ++r) {
    Unpacker from(said[r]);
    from(results[r]);
  }
  std::vector<Result> out;
  std::vector<std::size_t> next(ranks, 0);
  for (const std::size_t key : keys) {
    const std::size_t owner = key % ranks;
    out.push_back(std::move(results[owner].at(next[owner]++)));
  }
  return out;
}

/// An evaluator of the objective whose units are carried out so: shared by ranks where there are several.
std::unique_ptr<Evaluator> compile(const Objective& objective, EvaluatorRequest request, const Execution& execution);

}  // namespace rule_search
