// What a process carries out at the same time, and how long every piece of it takes: a record that tells how long the same
// would take on more threads. See tests/bench/scaling.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace rule_search {

/// Records from its construction on; one at a time in a process. Work of threads that no loop of the recorded thread has
/// begun is left out.
class ScheduleRecord {
 public:
  /// What `workers` would carry out is carried out, on however many threads; see workers_at_once().
  explicit ScheduleRecord(std::size_t workers);
  ~ScheduleRecord();
  ScheduleRecord(const ScheduleRecord&) = delete;
  ScheduleRecord& operator=(const ScheduleRecord&) = delete;

  /// The record that is being made, or null.
  static ScheduleRecord* current();

  std::size_t workers() const { return workers_; }

  /// What follows is of this stage. Heard on the thread that the record began on, outside of all loops.
  void stage(const std::string& name);

  /// Another step of a search is carried out, or is known already.
  void step();

  /// Records `count` units that wait for nothing but what came before the loop. `spread` calls what it is given once for every
  /// unit, from any threads, and returns when all are over. `parts`: the units are parts of the work on other ones.
  void loop(std::size_t count, bool parts, const std::function<void(std::size_t)>& work,
            const std::function<void(const std::function<void(std::size_t)>&)>& spread);

  /// {"workers": N, "stages": [{"stage": NAME, "steps": N, "work": W}, ...]}. W is the seconds of a piece of work, or, where it has
  /// loops, the list of the seconds before the first loop, its units as a list of W, the seconds before the next loop, and so
  /// on. In place of the list of units, {"parts": LIST} has parts of the work on the same units, each of which has one loop.
  nlohmann::json document();

 private:
  /// Pieces of work one after the other.
  struct Loop;
  struct Strand {
    std::vector<double> seconds;  ///< before every loop, and after the last
    std::vector<Loop> loops;
  };
  struct Loop {
    bool parts;
    std::vector<Strand> units;
  };
  struct Stage {
    std::string name;
    std::size_t steps = 0;
    Strand work = {};
  };
  class InUnit;
  class InLoop;

  static nlohmann::json as_json(const Strand& strand);
  /// Ends the piece that this thread is at.
  static void end_piece();

  static thread_local Strand* here_;  ///< null where this thread's work is not recorded
  static thread_local std::chrono::steady_clock::time_point since_;

  std::size_t workers_;
  std::deque<Stage> stages_;
};

}  // namespace rule_search
