#include "data/neural/recording.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "tests/files.hpp"

using namespace rule_search;

namespace {

std::string stored(const std::string& name) {
  return std::string(RULE_SEARCH_SOURCE_DIR) + "/tests/data/neural/" + name;
}

// Of tests/data/neural/make_files.py, which does not share the code.
nlohmann::json expected(const std::string& name) {
  std::ifstream in(stored("expected.json"));
  return nlohmann::json::parse(in).at(name);
}

std::vector<double> flat(const nlohmann::json& rows) {
  std::vector<double> out;
  for (const auto& row : rows) {
    if (row.is_array()) {
      for (const auto& x : row) out.push_back(x.get<double>());
    } else {
      out.push_back(row.get<double>());
    }
  }
  return out;
}

// Nothing where this build does not read HDF5.
bool can_read(const std::string& name) {
  try {
    read_neural_recording(stored(name), {});
    return true;
  } catch (const InputError& e) {
    if (std::string(e.what()).find("this build of the program cannot read") == std::string::npos) throw;
    MESSAGE("built without HDF5: " << name << " is not read");
    return false;
  }
}

void check_same(const NeuralRecording& r, const nlohmann::json& expected) {
  const std::vector<double> target = flat(expected.at("target"));
  CHECK(r.counts == flat(expected.at("counts")));
  REQUIRE(r.target.size() == target.size());
  for (std::size_t k = 0; k < target.size(); ++k) CHECK(r.target[k] == doctest::Approx(target[k]).epsilon(1e-9));
  CHECK(r.bins() == expected.at("counts").size());
}

std::string refused(const std::string& path, const NeuralReading& reading = {}) {
  try {
    read_neural_recording(path, reading);
  } catch (const InputError& e) {
    return e.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("a .mat file of MATLAB 7.3: spike times, and the velocity of a position") {
  if (!can_read("indy.mat")) return;
  const NeuralRecording r = read_neural_recording(stored("indy.mat"), {});
  CHECK(r.units == 6);
  CHECK(r.outputs == 2);
  check_same(r, expected("indy.mat"));
  NeuralReading later;
  later.lag = 0.1;
  check_same(read_neural_recording(stored("indy.mat"), later), expected("indy.mat lag 0.1"));
  NeuralReading finger;
  finger.behaviour = "finger_pos";
  CHECK(read_neural_recording(stored("indy.mat"), finger).outputs == 3);
  NeuralReading toe;
  toe.behaviour = "toe_pos";
  CHECK(
      refused(stored("indy.mat"), toe) ==
      stored("indy.mat") +
          ": expected the behaviour \"toe_pos\", found cursor_pos, finger_pos\n  hint: ‹behaviour› names one of these");
}

TEST_CASE("an .nwb file: units, a series with a unit, and a gap") {
  if (!can_read("maze.nwb")) return;
  const NeuralRecording r = read_neural_recording(stored("maze.nwb"), {});
  check_same(r, expected("maze.nwb"));
  CHECK(r.time[49] == doctest::Approx(0.98));
  CHECK(r.time[50] == doctest::Approx(1.5));
  NeuralReading eye;
  eye.behaviour = "eye";  // with a rate, in place of timestamps
  CHECK(read_neural_recording(stored("maze.nwb"), eye).bins() > 90);
}

TEST_CASE("counts that are in bins already") {
  const NeuralRecording r = read_neural_recording(stored("binned.npz"), {});
  check_same(r, expected("binned.npz"));
  CHECK(r.learn.size() == 40);
  CHECK(r.learn[29] == 1);
  CHECK(r.learn[30] == 0);
  const test::TemporaryFolder folder;
  const std::string csv = folder.write("r.csv",
                                       "time,counts[1],counts[2],target[1]\n"
                                       "0,1,0,0.5\n0.02,0,2,1.5\n0.04,3,0,2.5\n0.2,0,0,9\n0.22,1,1,8\n");
  const NeuralRecording c = read_neural_recording(csv, {});
  CHECK(c.units == 2);
  CHECK(c.counts == std::vector<double>{1, 0, 0, 2, 3, 0, 0, 0, 1, 1});
  CHECK(c.target == std::vector<double>{0.5, 1.5, 2.5, 9, 8});
  SUBCASE("a target later than its spikes, but not across a gap") {
    NeuralReading later;
    later.lag = 0.02;
    const NeuralRecording l = read_neural_recording(csv, later);
    CHECK(l.target == std::vector<double>{1.5, 2.5, 8});
    CHECK(l.time == std::vector<double>{0, 0.02, 0.2});
    CHECK(l.counts == std::vector<double>{1, 0, 0, 2, 0, 0});
    later.lag = 0.03;
    CHECK(refused(csv, later) == "‹lag› 0.03: expected a multiple of a bin of 0.02 s, since counts and targets of " +
                                     csv + " are in bins\n  hint: ‹lag› 0.04");
  }
  SUBCASE("smoothed, and anew after a gap") {
    NeuralRecording s = read_neural_recording(csv, {});
    smooth_counts(s, 0.02, 0.02);
    const double a = std::exp(-1.0);
    CHECK(s.counts[0] == doctest::Approx(1 - a));
    CHECK(s.counts[2] == doctest::Approx(a * (1 - a)));
    CHECK(s.counts[6] == 0);
    CHECK(s.counts[8] == doctest::Approx(1 - a));
  }
}

TEST_CASE("units that are silent, or fire too rarely") {
  const test::TemporaryFolder folder;
  std::vector<NeuralRecording> r = {
      read_neural_recording(folder.write("a.csv", "counts[1],counts[2],counts[3],target[1]\n1,0,4,1\n0,0,3,2\n"), {}),
      read_neural_recording(folder.write("b.csv", "counts[1],counts[2],counts[3],target[1]\n0,0,5,3\n0,0,6,4\n"), {})};
  std::vector<NeuralRecording> all = r;
  CHECK(keep_units(all, 0, 0.02) == 1);
  CHECK(all[0].counts == std::vector<double>{1, 4, 0, 3});
  CHECK(keep_units(r, 20, 0.02) == 2);  // 1 spike in 0.08 s is 12.5 Hz
  CHECK(r[1].counts == std::vector<double>{5, 6});
  CHECK(r[1].units == 1);
}

TEST_CASE("times in single precision are times of bins") {
  const test::TemporaryFolder folder;
  std::string text = "time,counts[1],target[1]\n";
  for (int k = 0; k < 500; ++k)
    text += fmt::format("{},1,{}\n", static_cast<double>(1000 + 0.02F * static_cast<float>(k)), k);
  CHECK(read_neural_recording(folder.write("float.csv", text), {}).bins() == 500);
}

TEST_CASE("what is no recording") {
  const test::TemporaryFolder folder;
  CHECK(refused(folder.path("none.npz")) == folder.path("none.npz") + ": no such file, or it can't be opened");
  const std::string five = folder.write("five.mat", "MATLAB 5.0 MAT-file, Platform: GLNXA64" + std::string(200, ' '));
  CHECK(refused(five).starts_with(five + ": a .mat file of version 5, expected version 7.3\n  hint: in MATLAB save("));
  NeuralReading wide;
  wide.bin = 0.05;
  CHECK(refused(stored("binned.npz"), wide) ==
        stored("binned.npz") + ": time[0]: expected bins of 0.05 s, found 0.02 s\n  hint: ‹bin› 0.02");
  const std::string hdf5 = folder.write("part.nwb", "\x89HDF\r\n\x1a\n and no more");
  CHECK(refused(hdf5).find(hdf5) == 0);
}
