// Tables of protocols as people write them.
#include "data/protocol.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "base/temporary_folder.hpp"

using namespace rule_search;

namespace {

class Files {
 public:
  std::string write(const std::string& name, const std::string& text) const {
    const std::string path = (folder_.path() / name).string();
    std::ofstream(path) << text;
    return path;
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("a delay, spike times and files of them say the same protocol") {
  const Files files;
  const auto by_delay = read_protocols(files.write(
      "a.csv", "name,delay [ms],frequency [Hz],pairings,change [%],error [%],cells\nx,-10,20,3,-34,10,7\n"));
  REQUIRE(by_delay.size() == 1);
  const Protocol& p = by_delay[0];
  CHECK(p.name == "x");
  CHECK(p.change == doctest::Approx(-0.34));
  CHECK(p.error == doctest::Approx(0.10));
  CHECK(p.cells == 7);
  CHECK(p.paired);
  CHECK(p.delay == doctest::Approx(-0.01));
  REQUIRE(p.pre.size() == 3);
  CHECK(p.post[0] == 0);
  CHECK(p.pre[0] == doctest::Approx(0.01));
  CHECK(p.post[2] == doctest::Approx(0.1));
  CHECK(p.pre[2] == doctest::Approx(0.11));

  const auto by_times = read_protocols(
      files.write("b.csv", "Protocol,Pre (s),Post (s),Rate (Hz),Repeats,ratio,SEM\nx,0.01,0,20,3,0.66,0.1\n"));
  CHECK(by_times[0].pre == p.pre);
  CHECK(by_times[0].post == p.post);
  CHECK(by_times[0].delay == doctest::Approx(-0.01));
  CHECK(by_times[0].change == doctest::Approx(-0.34));

  files.write("pre.txt", "# of one cell\n10\n60\n110\n");
  files.write("post.txt", "0\n50\n100\n");
  const auto by_files = read_protocols(
      files.write("c.csv", "name,pre_file [ms],post_file [ms],change [1],error [1]\nx,pre.txt,post.txt,-0.34,0.1\n"));
  REQUIRE(by_files[0].pre.size() == 3);
  for (std::size_t k = 0; k < 3; ++k) {
    CHECK(by_files[0].pre[k] == doctest::Approx(p.pre[k]));
    CHECK(by_files[0].post[k] == doctest::Approx(p.post[k]));
  }
  CHECK(by_files[0].cells == 0);
}

TEST_CASE("forms of one table may differ from row to row, and comments and empty columns are skipped") {
  const Files files;
  const auto all = read_protocols(files.write("a.csv",
                                              "# a comment, with a comma\nname,delay [ms],pre [ms],post [ms],frequency "
                                              "[Hz],pairings,after [min],weight,change [%],error "
                                              "[%],\npair,10,,,1,60,30,0.5,25,5,\ntriplet,,0 20,5,1,60,,,24,6,\n\n"));
  REQUIRE(all.size() == 2);
  CHECK(all[0].after == 1800);
  CHECK(all[0].weight == 0.5);
  CHECK(all[1].pre.size() == 120);
  CHECK(all[1].post.size() == 60);
  CHECK_FALSE(all[1].paired);
  CHECK(all[1].weight == 1);
}

TEST_CASE("repetitions that reach into each other have spikes in order of time") {
  const Files files;
  const auto all = read_protocols(files.write(
      "a.csv", "name,pre [ms],post [ms],frequency [Hz],pairings,change [%],error [%]\nx,0 30,10,50,3,1,1\n"));
  CHECK(std::is_sorted(all[0].pre.begin(), all[0].pre.end()));
  CHECK(all[0].pre.size() == 6);
}
