#include "run/journal.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>

#include "../files.hpp"
#include "../search/small_tasks.hpp"
#include "base/error.hpp"
#include "fit/packing.hpp"
#include "run/journaled_steps.hpp"

using namespace rule_search;
using test::error_of;
using test::has;

namespace {

namespace fs = std::filesystem;

struct Folder {
  test::TemporaryFolder at;
  fs::path journal() const { return at.path("journal.bin"); }
};

std::string bytes_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write(const fs::path& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

// Three results: "one", "two", "three", of calls of the same names. Returns the bytes.
std::string begun(const fs::path& path) {
  const auto journal = Journal::begin(path, "heading");
  for (const std::string call : {"one", "two", "three"})
    CHECK(journal->result(call, [&] { return call + "!"; }) == call + "!");
  CHECK(journal->recalled() == 0);
  return bytes_of(path);
}

std::string recalled(Journal& journal, const std::string& call, bool anew = false) {
  return journal.result(
      call, [] { return std::string("computed"); }, anew);
}

std::string refusal(const fs::path& path) {
  return error_of([&] { Journal::resume(path); });
}

}  // namespace

TEST_CASE("a journal gives its results back in order, then computes and keeps") {
  const Folder folder;
  begun(folder.journal());
  for (int again = 0; again < 2; ++again) {
    const auto journal = Journal::resume(folder.journal());
    CHECK(journal->heading() == "heading");
    CHECK(journal->cut() == 0);
    CHECK(journal->recalling());
    CHECK(recalled(*journal, "one") == "one!");
    CHECK(recalled(*journal, "two") == "two!");
    CHECK(recalled(*journal, "three") == "three!");
    CHECK(journal->recalling() == (again == 1));
    CHECK(recalled(*journal, "four") == "computed");
    CHECK(journal->recalled() == 3 + static_cast<std::size_t>(again));
  }
}

TEST_CASE("a record that was being written is cut off wherever it ends, and is computed again") {
  const Folder folder;
  const std::string whole = begun(folder.journal());
  const std::size_t last = 16 + 16 + std::string("three!").size();
  for (std::size_t kept = 0; kept < last; ++kept) {
    // The rest missing, or zeros where the file system knew the length before the bytes.
    for (const bool zeros : {false, true}) {
      CAPTURE(kept);
      CAPTURE(zeros);
      std::string torn = whole.substr(0, whole.size() - last + kept);
      if (zeros) torn.resize(whole.size(), '\0');
      write(folder.journal(), torn);
      {
        const auto journal = Journal::resume(folder.journal());
        CHECK(journal->cut() == torn.size() - (whole.size() - last));
        CHECK(recalled(*journal, "one") == "one!");
        CHECK(recalled(*journal, "two") == "two!");
        CHECK(recalled(*journal, "three") == "computed");
      }
      CHECK(refusal(folder.journal()) == "");
    }
  }
}

TEST_CASE("damage before the last record is refused, and the file is left as it is") {
  const Folder folder;
  const std::string whole = begun(folder.journal());
  const std::size_t last = 16 + 16 + std::string("three!").size();
  for (std::size_t at = 0; at < whole.size() - last; ++at) {
    for (const int bit : {0, 7}) {
      CAPTURE(at);
      std::string changed = whole;
      changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
      write(folder.journal(), changed);
      const std::string why = refusal(folder.journal());
      CHECK((has(why, "the journal is damaged") || has(why, "another format")));
      CHECK(bytes_of(folder.journal()) == changed);
    }
  }
  // A piece missing from the middle, and a record twice.
  write(folder.journal(), whole.substr(0, 60) + whole.substr(70));
  CHECK(has(refusal(folder.journal()), "damaged"));
  write(folder.journal(), whole + whole.substr(whole.size() - last));
  CHECK(has(refusal(folder.journal()), "record 3 stands where 4 was expected"));
  write(folder.journal(), "");
  CHECK(has(refusal(folder.journal()), "damaged"));
}

TEST_CASE("a journal of other work is refused") {
  const Folder folder;
  begun(folder.journal());
  CHECK_THROWS_AS(Journal::begin(folder.journal(), "heading"), InputError);
  const auto journal = Journal::resume(folder.journal());
  CHECK_THROWS_AS(recalled(*journal, "two"), InputError);        // asked for in another order
  CHECK_THROWS_AS(recalled(*journal, "one", true), InputError);  // computed differently
  CHECK(journal->result(
            "one", [] { return std::string("one!"); }, true) == "one!");
}

TEST_CASE("a journal is open once at a time") {
  const Folder folder;
  begun(folder.journal());
  const auto journal = Journal::resume(folder.journal());
  CHECK(has(refusal(folder.journal()), "another process is at work on this run"));
}

TEST_CASE("what is packed comes back bit by bit") {
  FittedRule rule;
  rule.theta = {0.1, -0.0, 5e-324, std::numeric_limits<double>::infinity()};
  rule.fit_loss = 1.0 / 3;
  rule.given_up = true;
  rule.history = {{1, 2}, {}, {3}};
  Score score;
  score.loss = {1, 2, 3, 4, 5};
  score.losses = {0.3, 0.7};
  score.alignment = {Estimate{std::nan(""), 1, 2, 3, 4}};
  score.diverged = 7;
  const std::string bytes = Packer()(rule, score).bytes();
  FittedRule rule_again;
  Score score_again;
  Unpacker unpack(bytes);
  unpack(rule_again, score_again).end();
  CHECK(Packer()(rule_again, score_again).bytes() == bytes);
  CHECK(rule_again.theta == rule.theta);
  CHECK(std::signbit(rule_again.theta[1]));
  CHECK(rule_again.history == rule.history);
  CHECK(score_again.diverged == 7);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    Unpacker cut(std::string_view(bytes).substr(0, size));
    CHECK_THROWS_AS(cut(rule_again, score_again), std::out_of_range);
  }
}

namespace {

// A search small enough for a fraction of a second, on a journal; stopped before its step number `steps` if that is
// not 0.
struct Ran {
  SearchResult result;
  std::string stopped;
  std::size_t computed = 0;  ///< steps
  std::vector<FrontRule> front;
};

Ran searched(Journal& journal, std::size_t steps) {
  const Dataset data = test::noisy_pictures("small", 4, 60, 5);
  const Rule rule = check_rule({"pool",
                                "param a = 0\nparam b = 0\nparam c = 0\n"
                                "dw = - a * err_post * pre' + b * post * pre' - c * w\n"});
  test::SmallOptions options({12, 5, 4}, {2, 6, 4});
  options.set_units(4, 4, 6, 6, 3);
  Ran out;
  JournaledSteps steps_of(journal, [&]() -> std::string {
    if (steps > 0 && out.computed >= steps) return "enough";
    ++out.computed;
    return "";
  });
  try {
    out.result = search(
        rule, options.objective(data), options, {}, [&](const std::vector<FrontRule>& front) { out.front = front; },
        &steps_of);
  } catch (const SearchStopped& e) {
    out.stopped = e.what();
  }
  return out;
}

std::string deciding(const SearchResult& r) {
  Packer all;
  all(r.found, r.test, r.formula, r.why, r.runs, r.curve.points);
  for (const PathStep& p : r.path) all(p.fitted, p.validation, p.excess);
  for (const Baseline& b : r.comparison.baselines) all(b.fitted, b.test, b.curve.points);
  for (const TermReport& t : r.terms) all(t.coefficient, t.low, t.high, t.removal_cost);
  return all.bytes();
}

}  // namespace

TEST_CASE("a search that is stopped again and again ends with the same bits") {
  const Folder folder, other;
  const auto undisturbed = Journal::begin(folder.journal(), "");
  const Ran whole = searched(*undisturbed, 0);
  REQUIRE(whole.stopped == "");
  REQUIRE(whole.computed > 20);

  const std::size_t piece = whole.computed / 4;
  std::size_t steps = 0;
  std::size_t calls = 1;
  Journal::begin(other.journal(), "");
  for (;; ++calls) {
    const auto journal = Journal::resume(other.journal());
    const Ran ran = searched(*journal, piece);
    steps += ran.computed;
    if (ran.stopped.empty()) {
      CHECK(deciding(ran.result) == deciding(whole.result));
      break;
    }
    CHECK(ran.stopped == "enough");
    CHECK(ran.computed == piece);
  }
  CHECK(calls >= 4);
  CHECK(steps == whole.computed);  // none is carried out twice but the first, which is looked at again
}
