#include "objectives/recordings/followers.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>

#include "objectives/recordings/compared.hpp"
#include "objectives/recordings/step_length.hpp"

namespace rule_search {

namespace {

using Recordings = std::vector<const LayerRecording*>;
constexpr double infinity = std::numeric_limits<double>::infinity();

// What is nearest, and how far that and the next nearest is; infinity where there is none.
struct Nearest {
  std::size_t at = 0;
  double least = infinity, next = infinity;
};

template <class Gap>
Nearest nearest(std::size_t all, const Gap& gap) {
  Nearest out;
  for (std::size_t k = 0; k < all; ++k) {
    const double here = gap(k);
    if (here < out.least) {
      out = {k, here, out.least};
    } else {
      out.next = std::min(out.next, here);
    }
  }
  return out;
}

std::vector<Follower> followers_in_time(const Recordings& recordings) {
  constexpr double late = 1.5;  // steps
  std::vector<double> steps;
  for (const LayerRecording* r : recordings) steps.push_back(step_of(*r));
  std::vector<Follower> out;
  for (std::size_t second = 0; second < recordings.size(); ++second) {
    const Nearest first = nearest(recordings.size(), [&](std::size_t k) {
      const double gap = recordings[second]->time[0] - recordings[k]->time.back();
      return k != second && gap >= 0 && gap <= late * steps[k] ? gap : infinity;
    });
    if (first.least < infinity) out.push_back({recordings[first.at], recordings[second]});
  }
  return out;
}

// Of each synapse; nothing where it was not seen.
using SeenWeights = std::vector<std::optional<double>>;

// Root mean square of the difference, infinity where no synapse is in both.
double apart(const SeenWeights& a, const SeenWeights& b) {
  double squares = 0;
  std::size_t count = 0;
  for (std::size_t s = 0; s < a.size(); ++s) {
    if (!a[s] || !b[s]) continue;
    squares += (*a[s] - *b[s]) * (*a[s] - *b[s]);
    ++count;
  }
  return count == 0 ? infinity : std::sqrt(squares / static_cast<double>(count));
}

struct Path {
  SeenWeights begins, ends;
  double largest_step = 0;  // from one time at which weights were seen to the next

  explicit Path(const LayerRecording& r) : begins(synapses_of(r)), ends(synapses_of(r)) {
    for (std::size_t first = 0; first < r.w.size(); first += begins.size()) {
      SeenWeights now(begins.size());
      for (std::size_t s = 0; s < now.size(); ++s) {
        if (r.w_seen[first + s] != 0) now[s] = r.w[first + s];
      }
      if (const double step = apart(ends, now); step < infinity) largest_step = std::max(largest_step, step);
      for (std::size_t s = 0; s < now.size(); ++s) {
        if (!begins[s]) begins[s] = now[s];
        if (now[s]) ends[s] = now[s];
      }
    }
  }
};

// From the end of one to the beginning of the other.
class Gaps {
 public:
  explicit Gaps(const Recordings& recordings) {
    for (const LayerRecording* r : recordings) paths_.emplace_back(*r);
    for (const Path& first : paths_) {
      for (const Path& second : paths_)
        gaps_.push_back(&first == &second ? infinity : apart(first.ends, second.begins));
    }
  }

  double operator()(std::size_t first, std::size_t second) const { return gaps_[first * paths_.size() + second]; }
  std::size_t size() const { return paths_.size(); }
  double step(std::size_t first, std::size_t second) const {
    return std::max(paths_[first].largest_step, paths_[second].largest_step);
  }

 private:
  std::vector<Path> paths_;
  std::vector<double> gaps_;
};

struct Link {
  std::size_t first = 0, second = 0;
  double clear = 0;  // logarithm of how many times as far the nearest other beginning or end is
};

std::optional<Link> link_to(std::size_t second, const Gaps& gap) {
  constexpr double clearest = 5;  // a gap of 0 says no more
  const Nearest end = nearest(gap.size(), [&](std::size_t k) { return gap(k, second); });
  const Nearest beginning = nearest(gap.size(), [&](std::size_t k) { return gap(end.at, k); });
  if (beginning.at != second || !(end.least <= gap.step(end.at, second))) return std::nullopt;
  const double others = std::min(end.next, beginning.next);
  const bool tells = others > 0 && others < infinity;
  return Link{end.at, second, tells ? std::min(clearest, std::log(others / end.least)) : 0};
}

// Every recording follows one at most, so that those in no circle are reached from such as follow none.
bool has_circle(const std::vector<Link>& links, std::size_t recordings) {
  std::vector<std::optional<std::size_t>> next(recordings);
  std::vector<char> follows(recordings, 0);
  for (const Link& l : links) {
    next[l.first] = l.second;
    follows[l.second] = 1;
  }
  std::size_t reached = 0;
  for (std::size_t k = 0; k < recordings; ++k) {
    if (follows[k] != 0) continue;
    for (std::optional<std::size_t> at = k; at; at = next[*at]) ++reached;
  }
  return reached < recordings;
}

// Recordings of their own begin near the end of another by chance. Of random ones (3 to 12 recordings, 1 to 6 synapses,
// some that all begin alike) these limits let about 2 in 1000 through, all of one synapse.
std::vector<Follower> followers_in_weights(const Recordings& recordings) {
  constexpr double most = 0.75;  // of the recordings that can follow one
  constexpr double clear_enough = 5;
  const Gaps gaps(recordings);
  std::vector<Link> links;
  double clear = 0;
  for (std::size_t second = 0; second < recordings.size(); ++second) {
    const std::optional<Link> link = link_to(second, gaps);
    if (!link) continue;
    links.push_back(*link);
    clear += link->clear;
  }
  const auto count = static_cast<double>(links.size());
  if (count < most * static_cast<double>(recordings.size() - 1) || clear < clear_enough ||
      has_circle(links, recordings.size()))
    return {};
  std::vector<Follower> out;
  for (const Link& l : links) out.push_back({recordings[l.first], recordings[l.second]});
  return out;
}

}  // namespace

std::vector<Follower> followers(const Recordings& recordings) {
  const std::vector<Follower> out = followers_in_time(recordings);
  return out.empty() ? followers_in_weights(recordings) : out;
}

}  // namespace rule_search
