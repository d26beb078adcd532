#include "search/lookalikes.hpp"

#include <algorithm>
#include <cmath>

#include "expression/candidates.hpp"
#include "expression/print.hpp"

namespace rule_search {

namespace {

// Curvature of all but each unit, and last that of all; sums, not means.
std::vector<std::vector<double>> with_each_left_out(const QuadraticModel& s) {
  const auto n = static_cast<std::size_t>(s.size);
  const std::size_t units = n == 0 ? 0 : s.unit_gradient.size() / n;
  std::vector<std::vector<double>> out(units + 1, std::vector<double>(n * n, 0));
  // Added up from before and from behind, not subtracted from the whole: beside an unit that rules the sum
  // nothing would be left of the others but rounding.
  std::vector<double> sum(n * n, 0);
  for (std::size_t e = 0; e < units; ++e) {
    for (std::size_t k = 0; k < n * n; ++k) {
      out[e][k] += sum[k];
      sum[k] += s.unit_curvature[e * n * n + k];
    }
  }
  out[units] = sum;
  sum.assign(n * n, 0);
  for (std::size_t e = units; e-- > 0;) {
    for (std::size_t k = 0; k < n * n; ++k) {
      out[e][k] += sum[k];
      sum[k] += s.unit_curvature[e * n * n + k];
    }
  }
  return out;
}

bool alike_in_all(const std::vector<std::vector<double>>& curvatures, int size, const std::vector<int>& a,
                  const std::vector<int>& b, const std::vector<int>& others) {
  // From the last: most pairs fail over all units.
  return std::all_of(curvatures.rbegin(), curvatures.rend(), [&](const std::vector<double>& c) {
    return std::abs(partial_correlation(c, size, a, b, others)) > alike;
  });
}

// Of pools too large to compare all, those that promised most in the last screenings.
std::vector<std::size_t> to_compare(const Workbench& bench, const Trial& found) {
  std::vector<std::size_t> out;
  if (bench.parameters() <= most_compared) {
    for (std::size_t r = 0; r < bench.parameters(); ++r) {
      if (!found.in[r] && bench.is_term(r)) out.push_back(r);
    }
    return out;
  }
  const std::vector<Screened>& screened = bench.screened();
  for (auto at = screened.rbegin(); at != screened.rend() && out.size() < most_compared; ++at) {
    const int r = bench.candidates().parameter_index(at->parameter);
    if (r < 0 || found.in[static_cast<std::size_t>(r)]) continue;
    if (std::find(out.begin(), out.end(), static_cast<std::size_t>(r)) == out.end())
      out.push_back(static_cast<std::size_t>(r));
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

bool always_alike(const QuadraticModel& slopes, const std::vector<int>& a, const std::vector<int>& b,
                  const std::vector<int>& others) {
  return alike_in_all(with_each_left_out(slopes), slopes.size, a, b, others);
}

void find_lookalikes(Workbench& bench, const Trial& found, SearchResult& result,
                     const std::function<void(Workbench&)>& meanwhile) {
  constexpr std::size_t block = 16;
  std::vector<std::size_t> in;
  for (std::size_t r = 0; r < found.in.size(); ++r) {
    if (found.in[r]) in.push_back(r);
  }
  const std::vector<std::size_t> beside = to_compare(bench, found);
  const std::vector<Parameter>& parameters = bench.candidates().parameters;
  const auto block_from = [&](std::size_t from) {
    return std::vector<std::size_t>(
        beside.begin() + static_cast<std::ptrdiff_t>(from),
        beside.begin() + static_cast<std::ptrdiff_t>(std::min(from + block, beside.size())));
  };
  // What else takes longest, so it comes first.
  bench.ahead(1 + (beside.size() + block - 1) / block, [&](std::size_t k, Workbench& own) {
    if (k == 0) {
      if (meanwhile) meanwhile(own);
      return;
    }
    own.model_towards(found, block_from((k - 1) * block), own.options().fit_units, false);
  });
  for (std::size_t from = 0; from == 0 || from < beside.size(); from += block) {
    const std::vector<std::size_t> now = block_from(from);
    const Workbench::Towards towards = bench.model_towards(found, now, bench.options().fit_units, false);
    if (!towards.model.usable) return;
    const std::vector<std::vector<double>> curvatures = with_each_left_out(towards.model);
    std::vector<std::size_t> partners = now;
    // Pairs within the rule are the same in every block.
    if (from == 0) partners.insert(partners.begin(), in.begin(), in.end());
    for (std::size_t i : in) {
      for (std::size_t j : partners) {
        if (found.in[j] && j <= i) continue;
        std::vector<int> others;
        for (std::size_t r : in) {
          if (r == i || r == j) continue;
          const std::vector<int> own = towards.places(r);
          others.insert(others.end(), own.begin(), own.end());
        }
        const std::vector<int> a = towards.places(i);
        const std::vector<int> b = towards.places(j);
        if (a.empty() || b.empty()) continue;
        if (!alike_in_all(curvatures, towards.model.size, a, b, others)) continue;
        result.lookalikes.push_back({parameters[i].name, parameters[j].name,
                                     text_of_term(bench.candidates(), static_cast<int>(j), parameters), found.in[j],
                                     partial_correlation(curvatures.back(), towards.model.size, a, b, others)});
      }
    }
  }
  result.compared = beside.size() + in.size();
  std::stable_sort(result.lookalikes.begin(), result.lookalikes.end(), [](const Lookalike& a, const Lookalike& b) {
    return std::abs(a.correlation) > std::abs(b.correlation);
  });
}

}  // namespace rule_search
