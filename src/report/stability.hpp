// How far what a search finds depends on its seed: several results of the same candidates side by side.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/statistics.hpp"
#include "report/result.hpp"

namespace rule_search {

/// One entry of a term's coefficient over the results that have it.
struct CoefficientRange {
  std::string name;  ///< "eta", or "eta[2]"
  double median = 0;
  double low = 0;  ///< the smallest and the largest
  double high = 0;
};

struct TermStability {
  std::string parameter;
  Estimate share;  ///< of the results that have it; Wilson interval
  std::vector<CoefficientRange> coefficient;
  std::vector<std::uint64_t> seeds;  ///< that found it
};

struct SetStability {
  std::vector<std::string> parameters;
  Estimate share;
  std::vector<std::uint64_t> seeds;
};

struct Stability {
  std::string rule, data_name, data_hash;
  std::vector<std::uint64_t> seeds;
  std::vector<TermStability> terms;  ///< of the candidates, the most frequent first
  std::vector<SetStability> found;   ///< the most frequent first
  /// The best rule of every size on the path, by size; shares are of all results, whether or not their path
  /// has the size.
  std::vector<std::pair<std::size_t, std::vector<SetStability>>> best_of_size;
};

/// Results with their paths. Throws InputError where there are fewer than two, two have the same seed, or they differ in
/// candidates, data or settings; it names the key.
Stability stability(const std::vector<std::pair<std::string, Result>>& results);

nlohmann::json to_json(const Stability& stability);
std::string to_table(const Stability& stability);

}  // namespace rule_search
