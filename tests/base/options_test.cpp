#include "base/options.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace rule_search;

TEST_CASE("a command line has the values as they would be typed, and of paths what is the same elsewhere") {
  int neurons = 0;
  bool noisy = false;
  std::string note;
  std::vector<std::string> files;
  Option recording = texts_option("recording", files, "a file each");
  recording.path = true;
  const std::vector<Option> rows = {whole_option("neurons", neurons, 1, 9, "how many"),
                                    flag_option("noisy", noisy, "whether there is noise"),
                                    text_option("note", note, "to remember"), recording};
  option_named(rows, "neurons")->set({"3"});
  option_named(rows, "noisy")->set({});
  option_named(rows, "note")->set({"two words"});
  option_named(rows, "recording")->set({"/home/somebody/lab/day 1.csv", "day2/", "day3.csv"});
  CHECK(command_line(rows) ==
        "--neurons 3 --noisy --note 'two words' --recording 'day 1.csv' --recording day2 --recording day3.csv");
}

TEST_CASE("an option that was not given and has no default is not in a command line") {
  std::string note;
  CHECK(command_line({text_option("note", note, "to remember")}).empty());
}
