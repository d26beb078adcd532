#include "base/schedule.hpp"

#include <atomic>
#include <nlohmann/json.hpp>
#include <utility>

namespace rule_search {

namespace {

std::atomic<ScheduleRecord*> being_made{nullptr};

}  // namespace

thread_local ScheduleRecord::Strand* ScheduleRecord::here_ = nullptr;
thread_local std::chrono::steady_clock::time_point ScheduleRecord::since_ = {};

// A thread that waits for a loop can take up units of another one in the meantime.
class ScheduleRecord::InUnit {
 public:
  explicit InUnit(Strand& unit) : outer_(std::exchange(here_, &unit)), outer_since_(since_) {
    since_ = std::chrono::steady_clock::now();
  }
  ~InUnit() {
    end_piece();
    here_ = outer_;
    since_ = outer_since_;
  }
  InUnit(const InUnit&) = delete;
  InUnit& operator=(const InUnit&) = delete;

 private:
  Strand* outer_;
  std::chrono::steady_clock::time_point outer_since_;
};

// The piece before a loop ends where that begins; the next one begins when it is over, however it ends.
class ScheduleRecord::InLoop {
 public:
  InLoop() : own_(here_) { end_piece(); }
  ~InLoop() {
    here_ = own_;
    since_ = std::chrono::steady_clock::now();
  }
  InLoop(const InLoop&) = delete;
  InLoop& operator=(const InLoop&) = delete;

 private:
  Strand* own_;
};

ScheduleRecord::ScheduleRecord(std::size_t workers) : workers_(workers) {
  stages_.push_back({"begin"});
  here_ = &stages_.back().work;
  since_ = std::chrono::steady_clock::now();
  being_made = this;
}

ScheduleRecord::~ScheduleRecord() {
  being_made = nullptr;
  here_ = nullptr;
}

ScheduleRecord* ScheduleRecord::current() { return being_made; }

void ScheduleRecord::end_piece() {
  const auto now = std::chrono::steady_clock::now();
  here_->seconds.push_back(std::chrono::duration<double>(now - since_).count());
  since_ = now;
}

void ScheduleRecord::stage(const std::string& name) {
  if (here_ != &stages_.back().work || stages_.back().name == name) return;
  end_piece();
  stages_.push_back({name});
  here_ = &stages_.back().work;
}

void ScheduleRecord::step() {
  if (here_ == &stages_.back().work) ++stages_.back().steps;
}

void ScheduleRecord::loop(std::size_t count, bool parts, const std::function<void(std::size_t)>& work,
                          const std::function<void(const std::function<void(std::size_t)>&)>& spread) {
  if (here_ == nullptr) {
    spread(work);
    return;
  }
  const InLoop in;
  std::vector<Strand>& units = here_->loops.emplace_back(Loop{parts, std::vector<Strand>(count)}).units;
  spread([&](std::size_t k) {
    const InUnit unit(units[k]);
    work(k);
  });
}

nlohmann::json ScheduleRecord::as_json(const Strand& strand) {
  // A unit that was never begun, since another one failed.
  if (strand.seconds.empty()) return 0.0;
  if (strand.loops.empty()) return strand.seconds.front();
  nlohmann::json out = nlohmann::json::array();
  for (std::size_t k = 0; k < strand.loops.size(); ++k) {
    out.push_back(strand.seconds[k]);
    nlohmann::json units = nlohmann::json::array();
    for (const Strand& unit : strand.loops[k].units) units.push_back(as_json(unit));
    if (strand.loops[k].parts)
      out.push_back({{"parts", std::move(units)}});
    else
      out.push_back(std::move(units));
  }
  out.push_back(strand.seconds.back());
  return out;
}

nlohmann::json ScheduleRecord::document() {
  if (here_ == &stages_.back().work) end_piece();
  nlohmann::json stages = nlohmann::json::array();
  for (const Stage& stage : stages_)
    stages.push_back({{"stage", stage.name}, {"steps", stage.steps}, {"work", as_json(stage.work)}});
  return {{"workers", workers_}, {"stages", std::move(stages)}};
}

}  // namespace rule_search
