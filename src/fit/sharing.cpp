#include "fit/sharing.hpp"

#include <exception>
#include <new>
#include <utility>

#include "base/parallel.hpp"
#include "fit/split.hpp"

namespace rule_search {

namespace {

enum class Ended : char { well = 'w', stopped = 's', failed = 'f' };

// Units always of the same rank, however many are run: some objectives begin where the last run of a unit ended.
class SharedEvaluator final : public Evaluator {
 public:
  SharedEvaluator(std::unique_ptr<Evaluator> own, Ranks& ranks) : own_(std::move(own)), ranks_(ranks) {}

  std::vector<Outcome> run_these(Part part, const std::vector<std::size_t>& units, const std::vector<double>& theta,
                                 Wanted wanted) const override {
    return shared_items<Outcome>({{}, &ranks_}, Packer()(part, units, theta).bytes(), units,
                                 [&](const std::vector<std::size_t>& mine) {
                                   std::vector<std::size_t> numbers;
                                   for (const std::size_t k : mine) numbers.push_back(units[k]);
                                   return own_->run_these(part, numbers, theta, wanted);
                                 });
  }

  Outcome run_unit(Part part, std::size_t unit, const std::vector<double>& theta, Wanted wanted) const override {
    return own_->run_unit(part, unit, theta, wanted);
  }

 private:
  std::unique_ptr<Evaluator> own_;
  Ranks& ranks_;
};

}  // namespace

std::vector<std::string> shared(Ranks& ranks, const std::string& about, const std::function<std::string()>& work) {
  std::exception_ptr thrown;
  Ended ended = Ended::well;
  std::string own;
  try {
    own = work();
  } catch (const SearchStopped& e) {
    ended = Ended::stopped;
    own = e.what();
  } catch (const std::bad_alloc&) {
    ended = Ended::failed;
    own = "not enough memory";
    thrown = std::current_exception();
  } catch (const std::exception& e) {
    ended = Ended::failed;
    own = e.what();
    thrown = std::current_exception();
  }
  std::vector<std::string> all = ranks.exchange(about, static_cast<char>(ended) + own);
  const auto first = [&](Ended how) {
    std::size_t r = 0;
    while (r < all.size() && all[r][0] != static_cast<char>(how)) ++r;
    return r;
  };
  if (const std::size_t r = first(Ended::stopped); r < all.size()) {
    ranks.over();
    throw SearchStopped(all[r].substr(1));
  }
  if (const std::size_t r = first(Ended::failed); r < all.size()) {
    ranks.over();
    if (thrown) std::rethrow_exception(thrown);
    throw RankFailed(ranks.name(r) + ": " + all[r].substr(1));
  }
  for (std::string& said : all) said.erase(0, 1);
  return all;
}

std::unique_ptr<Evaluator> compile(const Objective& objective, EvaluatorRequest request, const Execution& execution) {
  request.before = execution.before;
  const bool splits =
      objective.traits().splits_derivatives && parts_of(request.directions.size(), 1, workers_at_once()) > 1;
  std::unique_ptr<Evaluator> own =
      splits ? split(objective, std::move(request), execution.beside) : objective.compile(std::move(request));
  if (execution.ranks == nullptr || execution.ranks->count() < 2) return own;
  return std::make_unique<SharedEvaluator>(std::move(own), *execution.ranks);
}

}  // namespace rule_search
