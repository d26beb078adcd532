#include "fit/split.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/parallel.hpp"

namespace rule_search {

namespace {

// Values are computed in every part. Where all workers are busy a part has at least so many derivatives, and there are so many
// pieces for every worker, since some procedures take longer than others. Not so where derivatives are uneven.
constexpr std::size_t least_directions = 4;
constexpr std::size_t pieces = 4;
// Pieces of one procedure for every worker where derivatives are uneven: procedures beside it are soon done.
constexpr std::size_t uneven_pieces = 4;

class SplitEvaluator final : public Evaluator {
 public:
  SplitEvaluator(const Objective& objective, EvaluatorRequest request, std::function<std::size_t()> beside)
      : objective_(objective),
        request_(std::move(request)),
        beside_(std::move(beside)),
        dense_(request_.plan.has_dense_matrices()),
        whole_(objective.compile(request_)) {}

  std::vector<Outcome> run_these(Part part, const std::vector<std::size_t>& units, const std::vector<double>& theta,
                                 Wanted wanted) const override {
    const std::size_t parts =
        parts_of(request_.directions.size(), units.size(), workers_at_once(), beside_ ? beside_() : 1, uneven(theta));
    if (parts < 2) return whole_->run_these(part, units, theta, wanted);
    make(parts);
    std::vector<std::vector<Outcome>> outcomes = run_units(
        parts, [&](std::size_t p) { return parts_[p]->run_these(part, units, theta, wanted); },
        Grouping::parts_of_units);
    std::vector<Outcome> out = std::move(outcomes[0]);
    for (std::size_t u = 0; u < units.size(); ++u) {
      for (std::size_t p = 1; p < parts && !out[u].diverged; ++p) {
        if (outcomes[p][u].diverged) out[u] = std::move(outcomes[p][u]);
      }
      if (!out[u].diverged) join(outcomes, u, out[u]);
    }
    return out;
  }

  Outcome run_unit(Part part, std::size_t unit, const std::vector<double>& theta, Wanted wanted) const override {
    return whole_->run_unit(part, unit, theta, wanted);
  }

 private:
  // Of candidates that stand at 0, a part computes its own alone. Others are computed in every part, and many parts cost more than
  // they save.
  bool uneven(const std::vector<double>& theta) const {
    const std::vector<int>& all = request_.directions;
    const auto at_zero =
        std::count_if(all.begin(), all.end(), [&](int d) { return theta[static_cast<std::size_t>(d)] == 0; });
    return dense_ && 2 * at_zero > std::ssize(all);
  }

  // In parts that are as large as each other, as near as can be.
  void make(std::size_t parts) const {
    if (parts_.size() == parts) return;
    const std::vector<int>& all = request_.directions;
    std::vector<std::unique_ptr<Evaluator>> made;
    std::vector<std::size_t> firsts;
    for (std::size_t p = 0; p <= parts; ++p) firsts.push_back(all.size() * p / parts);
    for (std::size_t p = 0; p < parts; ++p) {
      EvaluatorRequest request = request_;
      request.directions.assign(all.begin() + static_cast<std::ptrdiff_t>(firsts[p]),
                                all.begin() + static_cast<std::ptrdiff_t>(firsts[p + 1]));
      made.push_back(objective_.compile(std::move(request)));
    }
    parts_ = std::move(made);
    firsts_ = std::move(firsts);
  }

  // Derivatives of all parts, row by row; those of part 0 are in `out`.
  void join(const std::vector<std::vector<Outcome>>& outcomes, std::size_t unit, Outcome& out) const {
    const std::size_t n = request_.directions.size();
    const std::size_t rows = out.query_losses.size();
    const std::vector<double> first = std::exchange(out.jacobian, std::vector<double>(rows * n));
    for (std::size_t p = 0; p + 1 < firsts_.size(); ++p) {
      const std::vector<double>& jacobian = p == 0 ? first : outcomes[p][unit].jacobian;
      const std::size_t width = firsts_[p + 1] - firsts_[p];
      for (std::size_t q = 0; q < rows; ++q)
        std::copy_n(jacobian.begin() + static_cast<std::ptrdiff_t>(q * width), width,
                    out.jacobian.begin() + static_cast<std::ptrdiff_t>(q * n + firsts_[p]));
    }
  }

  const Objective& objective_;
  EvaluatorRequest request_;
  std::function<std::size_t()> beside_;
  bool dense_;  // a term that needs weights by element takes many times as long as one that is an outer product
  std::unique_ptr<Evaluator> whole_;
  mutable std::vector<std::unique_ptr<Evaluator>> parts_;  // made when they are first of use
  mutable std::vector<std::size_t> firsts_;                // directions of the parts, and one past the last
};

}  // namespace

std::size_t parts_of(std::size_t directions, std::size_t units, std::size_t workers, std::size_t beside, bool uneven) {
  const std::size_t together = units * beside;
  if (together == 0) return 1;
  // Workers that would do nothing cost nothing.
  const std::size_t with_idle = std::min(directions, workers / together);
  const std::size_t with_busy = beside > 1 ? std::min(directions / least_directions, pieces * workers / together) : 1;
  const std::size_t when_uneven = uneven && workers > units ? std::min(directions, uneven_pieces * workers / units) : 1;
  return std::max<std::size_t>({1, with_idle, with_busy, when_uneven});
}

std::unique_ptr<Evaluator> split(const Objective& objective, EvaluatorRequest request,
                                 std::function<std::size_t()> beside) {
  return std::make_unique<SplitEvaluator>(objective, std::move(request), std::move(beside));
}

}  // namespace rule_search
