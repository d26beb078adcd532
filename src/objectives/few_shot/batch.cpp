#include "objectives/few_shot/batch.hpp"

#include <tbb/enumerable_thread_specific.h>

#include <atomic>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/parallel.hpp"
#include "fit/score.hpp"

namespace rule_search {

namespace {

// Episodes that nobody holds any more. Memory of some megabytes costs the system as much as to fill it.
struct Used {
  std::mutex mutex;
  std::vector<std::unique_ptr<Episode>> episodes;

  std::unique_ptr<Episode> take() {
    const std::lock_guard lock(mutex);
    if (episodes.empty()) return std::make_unique<Episode>();
    std::unique_ptr<Episode> out = std::move(episodes.back());
    episodes.pop_back();
    return out;
  }
  void give(std::unique_ptr<Episode> episode) noexcept {
    try {
      const std::lock_guard lock(mutex);
      episodes.push_back(std::move(episode));
    } catch (const std::exception&) {  // then it is not kept
    }
  }
};

}  // namespace

EpisodeSource draws(const TaskSource& tasks, Part part) {
  return [&tasks, part, used = std::make_shared<Used>()](std::size_t k) -> std::shared_ptr<const Episode> {
    std::unique_ptr<Episode> episode = used->take();
    tasks.draw(part, k, *episode);
    return {episode.release(), [used](Episode* e) { used->give(std::unique_ptr<Episode>(e)); }};
  };
}

EpisodeSource last_drawn(const TaskSource& tasks, Part part) {
  struct Last {
    std::optional<std::size_t> number;
    std::shared_ptr<Episode> episode;
    bool again = false;
  };
  return [&tasks, part, all = std::make_shared<tbb::enumerable_thread_specific<Last>>()](
             std::size_t k) -> std::shared_ptr<const Episode> {
    Last& last = all->local();
    if (last.number == k) {
      // Whoever runs it once prepares it for itself.
      if (!std::exchange(last.again, true)) prepare(*last.episode);
      return last.episode;
    }
    // Its memory can be taken where nobody else holds it.
    if (last.episode == nullptr || last.episode.use_count() > 1) last.episode = std::make_shared<Episode>();
    last.number.reset();
    last.again = false;
    tasks.draw(part, k, *last.episode);
    last.number = k;
    return last.episode;
  };
}

namespace {

// Of the matrices and images, in bytes; the rest is small.
std::size_t size_of(const Episode& e) {
  std::size_t numbers = e.train.x.size() + e.query.x.size();
  for (const auto& w : e.weights) numbers += w.size();
  for (const auto& w : e.feedback_weights) numbers += w.size();
  return numbers * sizeof(double) + (e.prepared != nullptr ? bytes(*e.prepared) : 0);
}

}  // namespace

EpisodeSource remembered(EpisodeSource source, std::size_t bytes) {
  struct Memory {
    std::mutex mutex;
    std::size_t left = 0;
    std::unordered_map<std::size_t, std::shared_ptr<const Episode>> episodes;
  };
  const auto memory = std::make_shared<Memory>();
  memory->left = bytes;
  return [source = std::move(source), memory](std::size_t k) -> std::shared_ptr<const Episode> {
    {
      const std::lock_guard lock(memory->mutex);
      const auto at = memory->episodes.find(k);
      if (at != memory->episodes.end()) return at->second;
    }
    auto episode = std::make_shared<Episode>(*source(k));  // long, so not under the lock
    prepare(*episode);
    const std::size_t size = size_of(*episode);
    const std::lock_guard lock(memory->mutex);
    if (size > memory->left) return episode;
    const auto [at, fresh] = memory->episodes.try_emplace(k, std::move(episode));
    if (fresh) memory->left -= size;
    return at->second;
  };
}

struct Batch::Pool {
  plan::Plan plan;
  Network network;
  Feedback feedback;
  std::vector<int> directions;
  Precision precision;
  tbb::enumerable_thread_specific<std::unique_ptr<Learner<float>>> floats;
  tbb::enumerable_thread_specific<std::unique_ptr<Learner<double>>> doubles;

  template <class T>
  Outcome run(tbb::enumerable_thread_specific<std::unique_ptr<Learner<T>>>& learners, const Episode& episode,
              const std::vector<double>& theta, Wanted wanted) {
    std::unique_ptr<Learner<T>>& mine = learners.local();
    if (!mine) mine = std::make_unique<Learner<T>>(plan, network, feedback, directions);
    return mine->run(episode, theta, wanted);
  }
};

Batch::Batch(const plan::Plan& plan, const Network& network, Feedback feedback, std::vector<int> directions,
             Precision precision)
    : pool_(std::make_unique<Pool>()) {
  pool_->plan = plan;
  pool_->network = network;
  pool_->feedback = feedback;
  pool_->directions = std::move(directions);
  pool_->precision = precision;
}

Batch::~Batch() = default;
Batch::Batch(Batch&&) noexcept = default;

std::vector<Outcome> Batch::run(const EpisodeSource& source, std::size_t count, const std::vector<double>& theta,
                                Wanted wanted) const {
  Pool& pool = *pool_;
  std::atomic<bool> in_vain = false;
  // One episode at a time: they are long, and of equal length only as long as none diverges.
  return run_units(
      count,
      [&](std::size_t k) {
        if (in_vain) return diverged_outcome();
        const std::shared_ptr<const Episode> episode = source(k);
        Outcome out = pool.precision == Precision::float32 ? pool.run(pool.floats, *episode, theta, wanted)
                                                           : pool.run(pool.doubles, *episode, theta, wanted);
        if (out.diverged && wanted.all_or_nothing) in_vain = true;
        return out;
      },
      Grouping::one_by_one);
}

}  // namespace rule_search
