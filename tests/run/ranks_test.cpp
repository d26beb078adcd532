// Several ranks that share a search, here threads of one process.
#include "base/ranks.hpp"

#include <doctest/doctest.h>

#include <array>
#include <barrier>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <thread>

#include "../files.hpp"
#include "base/error.hpp"
#include "fit/sharing.hpp"
#include "run/carry_out.hpp"
#include "run/sent_files.hpp"
#include "run/shared_search.hpp"

using namespace rule_search;
using test::has;

namespace {

namespace fs = std::filesystem;

// What the threads of a group have in common.
struct Place {
  explicit Place(std::vector<std::string> on)
      : machines(std::move(on)), said(machines.size()), all_there(static_cast<std::ptrdiff_t>(machines.size())) {}
  std::vector<std::string> machines;
  std::vector<std::string> said;
  std::barrier<> all_there;
  std::mutex mutex;
  std::map<std::pair<std::size_t, std::size_t>, std::shared_ptr<Place>> parts;
};

class ThreadRanks : public Ranks {
 public:
  ThreadRanks(std::shared_ptr<Place> place, std::size_t rank) : place_(std::move(place)), rank_(rank) {}
  std::size_t count() const override { return place_->machines.size(); }
  std::size_t rank() const override { return rank_; }
  std::string machine(std::size_t rank) const override { return place_->machines[rank]; }
  Ranks& group(std::size_t groups) override {
    std::unique_ptr<ThreadRanks>& at = groups_[groups];
    if (at) return *at;
    std::size_t first = 0;
    std::vector<std::string> machines;
    for (std::size_t r = 0; r < count(); ++r) {
      if (r * groups / count() != number_of_group(groups)) continue;
      if (machines.empty()) first = r;
      machines.push_back(machine(r));
    }
    const std::lock_guard lock(place_->mutex);
    std::shared_ptr<Place>& part = place_->parts[{groups, number_of_group(groups)}];
    if (!part) part = std::make_shared<Place>(machines);
    at = std::make_unique<ThreadRanks>(part, rank_ - first);
    return *at;
  }

 protected:
  std::vector<std::string> gather(const std::string& own) override {
    place_->said[rank_] = own;
    place_->all_there.arrive_and_wait();
    std::vector<std::string> out = place_->said;
    place_->all_there.arrive_and_wait();
    return out;
  }

 private:
  std::shared_ptr<Place> place_;
  std::size_t rank_;
  std::map<std::size_t, std::unique_ptr<ThreadRanks>> groups_;
};

// "" where nothing is thrown.
template <class Work>
std::string why_of(const Work& work) {
  try {
    work();
  } catch (const std::exception& e) {
    return e.what();
  }
  return "";
}

// Each rank by a thread of its own, rank 0 by this one. `work` must not throw.
template <class Work>
void on_ranks(const std::vector<std::string>& machines, const Work& work) {
  const auto place = std::make_shared<Place>(machines);
  std::vector<std::thread> others;
  for (std::size_t r = 1; r < machines.size(); ++r)
    others.emplace_back([&, r] {
      ThreadRanks ranks(place, r);
      work(ranks);
    });
  ThreadRanks first(place, 0);
  work(first);
  for (std::thread& t : others) t.join();
}

RunLimits quiet() {
  RunLimits limits;
  limits.note = [](const std::string&) {};
  limits.progress = [](const Progress&) {};
  return limits;
}

std::string without_run(const SearchEnd& end) {
  nlohmann::json document = nlohmann::json::parse(end.document);
  document.erase("run");
  return document.dump();
}

Job goal() {
  Job job("goal");
  job.set("goal", {"first_component"});
  for (const auto& [name, count] : {std::pair{"fit-episodes", "6"},
                                    {"refit-episodes", "8"},
                                    {"validation-episodes", "20"},
                                    {"test-episodes", "10"}})
    job.set(name, {count});
  return job;
}

const Source pool{"pool",
                  "param a = 0 param b = 0 param c = 0 param d = 0\n"
                  "dw = a * post * pre' + b * (post .^ 2) .* w + c * w + d * post * ones_pre'"};

Job recordings(const std::string& folder) {
  Job job("recordings");
  std::vector<std::string> files;
  for (const int k : {1, 2, 3}) files.push_back(folder + "/oja_" + std::to_string(k) + ".csv");
  job.set("recording", files);
  return job;
}

const std::string examples = RULE_SEARCH_SOURCE_DIR "/examples/recordings";

}  // namespace

TEST_CASE("every rank hears what all say") {
  std::array<std::vector<std::string>, 3> heard;
  std::array<std::size_t, 3> on_machine{}, first{};
  on_ranks({"a", "b", "b"}, [&](Ranks& ranks) {
    heard[ranks.rank()] = ranks.exchange("numbers", std::to_string(10 * ranks.rank()));
    on_machine[ranks.rank()] = ranks.count_on_machine();
    first[ranks.rank()] = ranks.first_on_machine();
  });
  for (const auto& all : heard) CHECK(all == std::vector<std::string>{"0", "10", "20"});
  CHECK(on_machine == std::array<std::size_t, 3>{1, 2, 2});
  CHECK(first == std::array<std::size_t, 3>{0, 1, 1});
}

TEST_CASE("a rank that fails ends the exchange of all, by its name") {
  std::array<std::string, 3> why;
  on_ranks({"a", "b", "b"}, [&](Ranks& ranks) {
    why[ranks.rank()] = why_of([&] {
      if (ranks.rank() == 1)
        ranks.fail("not enough memory");
      else
        ranks.exchange("numbers", "");
    });
    ranks.fail("said once");  // what is said is over: nobody waits for it
    ranks.end();
  });
  CHECK(why[0] == "rank 1 on b: not enough memory");
  CHECK(why[1].empty());
  CHECK(why[2] == why[0]);
}

TEST_CASE("ranks that went apart are noticed") {
  std::array<std::string, 2> why;
  on_ranks({"a", "b"}, [&](Ranks& ranks) {
    why[ranks.rank()] = why_of([&] { ranks.exchange(ranks.rank() == 0 ? "one step" : "another", ""); });
  });
  for (const std::string& w : why) CHECK(has(w, "rank 1 on b computes other numbers than rank 0 on a"));
}

TEST_CASE("shared work: a stop of one rank is a stop of all, a mistake of one is told to all") {
  std::array<std::string, 3> why;
  on_ranks({"a", "b", "c"}, [&](Ranks& ranks) {
    try {
      shared(ranks, "work", [&]() -> std::string {
        if (ranks.rank() == 2) throw SearchStopped("Ctrl-C");
        return "done";
      });
    } catch (const SearchStopped& e) {
      why[ranks.rank()] = e.what();
    }
  });
  for (const std::string& w : why) CHECK(w == "Ctrl-C");
  on_ranks({"a", "b", "c"}, [&](Ranks& ranks) {
    why[ranks.rank()] = why_of([&] {
      shared(ranks, "work", [&]() -> std::string {
        if (ranks.rank() == 1) throw std::bad_alloc();
        return "done";
      });
    });
  });
  CHECK(why[0] == "rank 1 on b: not enough memory");
  CHECK(why[2] == why[0]);
}

TEST_CASE("shared items come in their order, those of one key from one rank") {
  std::array<std::vector<double>, 3> got;
  std::array<std::vector<std::size_t>, 3> did;
  const std::vector<std::size_t> keys = {7, 2, 7, 5, 0, 2};
  on_ranks({"a", "b", "c"}, [&](Ranks& ranks) {
    got[ranks.rank()] = shared_items<double>({{}, &ranks}, "", keys, [&](const std::vector<std::size_t>& mine) {
      did[ranks.rank()] = mine;
      std::vector<double> out;
      for (const std::size_t k : mine) out.push_back(static_cast<double>(100 * k));
      return out;
    });
  });
  for (const std::vector<double>& g : got) CHECK(g == std::vector<double>{0, 100, 200, 300, 400, 500});
  CHECK(did[1] == std::vector<std::size_t>{0, 2});
  CHECK(did[2] == std::vector<std::size_t>{1, 3, 5});
}

TEST_CASE("a search by several ranks has the bits of one, and one that was stopped ends with them") {
  const test::TemporaryFolder folder;
  const SearchEnd alone = begin_search(goal(), pool, folder.path("alone"), quiet());
  // More ranks than things to do at once are groups.
  for (const std::size_t count : {2, 3, 7}) {
    SearchEnd end;
    const std::string name = std::to_string(count);
    on_ranks(std::vector<std::string>(count, "a"), [&](Ranks& ranks) {
      if (ranks.rank() != 0) return follow(ranks);
      RunLimits limits = quiet();
      limits.ranks = &ranks;
      limits.threads = 1;
      limits.max_runs = 200;
      begin_search(goal(), pool, folder.path(name), limits);
    });
    CHECK_FALSE(fs::exists(folder.path(name) / fs::path("result.json")));
    on_ranks({"a", "b", "b"}, [&](Ranks& ranks) {
      if (ranks.rank() != 0) return follow(ranks);
      RunLimits limits = quiet();
      limits.ranks = &ranks;
      BegunSearch begun(folder.path(name));
      end = begun.resume(begun.job(), limits);
    });
    REQUIRE(end.stopped.empty());
    CHECK(without_run(end) == without_run(alone));
    CHECK(end.runs == alone.runs);
  }
}

TEST_CASE("ranks on other machines are sent the data") {
  const test::TemporaryFolder folder;
  const SearchEnd alone = begin_search(recordings(examples), pool, folder.path("alone"), quiet());
  const char* const before = std::getenv("TMPDIR");
  const std::string place = before == nullptr ? "" : before;
  fs::create_directory(folder.path("temporary"));
  for (const bool there : {true, false}) {
    ::setenv("TMPDIR", there ? folder.path("temporary").c_str() : folder.path("nowhere").c_str(), 1);
    SearchEnd end;
    std::string why;
    on_ranks({"a", "b", "b"}, [&](Ranks& ranks) {
      if (ranks.rank() != 0) return follow(ranks);
      RunLimits limits = quiet();
      limits.ranks = &ranks;
      why =
          why_of([&] { end = begin_search(recordings(examples), pool, folder.path(there ? "sent" : "not"), limits); });
    });
    if (there) {
      REQUIRE(why.empty());
      CHECK(without_run(end) == without_run(alone));
      CHECK(fs::is_empty(folder.path("temporary")));
    } else {
      CHECK(has(why, "rank 1 on b: "));
    }
  }
  if (place.empty())
    ::unsetenv("TMPDIR");
  else
    ::setenv("TMPDIR", place.c_str(), 1);
}

TEST_CASE("files are the same after they were sent") {
  const test::TemporaryFolder folder;
  fs::create_directories(fs::path(folder.path("data")) / "inner");
  const std::string bytes("a\0b\r\n\xff", 6);
  std::ofstream(fs::path(folder.path("data")) / "one", std::ios::binary) << bytes;
  const std::ofstream empty(fs::path(folder.path("data")) / "inner" / "two", std::ios::binary);
  const fs::path root = unpack_files(packed_files(folder.path("data")), folder.path("copy"));
  CHECK(root.filename() == "data");
  std::ifstream in(root / "one", std::ios::binary);
  CHECK(std::string(std::istreambuf_iterator<char>(in), {}) == bytes);
  CHECK(fs::file_size(root / "inner" / "two") == 0);
  CHECK(unpack_files(packed_files(root / "one"), folder.path("single")).filename() == "one");
  CHECK_THROWS_AS(packed_files(folder.path("none")), InputError);
}
