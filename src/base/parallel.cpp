#include "base/parallel.hpp"

#include <tbb/blocked_range.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>

#include "base/schedule.hpp"

namespace rule_search {

std::size_t threads_at_once() {
  return std::min(tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism),
                  static_cast<std::size_t>(tbb::this_task_arena::max_concurrency()));
}

std::size_t workers_at_once() {
  const ScheduleRecord* const record = ScheduleRecord::current();
  return record != nullptr ? record->workers() : threads_at_once();
}

namespace {

void spread(std::size_t count, const std::function<void(std::size_t)>& work, Grouping grouping) {
  const tbb::blocked_range<std::size_t> all(0, count, 1);
  const auto each = [&](const tbb::blocked_range<std::size_t>& range) {
    for (std::size_t k = range.begin(); k != range.end(); ++k) work(k);
  };
  if (grouping != Grouping::automatic)
    tbb::parallel_for(all, each, tbb::simple_partitioner());
  else
    tbb::parallel_for(all, each);
}

}  // namespace

void for_each_unit(std::size_t count, const std::function<void(std::size_t)>& work, Grouping grouping) {
  if (ScheduleRecord* const record = ScheduleRecord::current())
    record->loop(count, grouping == Grouping::parts_of_units, work,
                 [&](const std::function<void(std::size_t)>& each) { spread(count, each, grouping); });
  else
    spread(count, work, grouping);
}

}  // namespace rule_search
