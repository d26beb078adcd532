#include "data/recording.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>

#include "../files.hpp"
#include "data/numpy.hpp"

using namespace rule_search;
using rule_search::test::error_of;
using rule_search::test::TemporaryFolder;

namespace {

std::string file(const std::string& name) { return std::string(RULE_SEARCH_SOURCE_DIR) + "/tests/data/files/" + name; }

// A NumPy array by its parts.
std::string npy(const std::string& header, const std::string& data) {
  std::string out = "\x93NUMPY";
  out += '\x01';
  out += '\0';
  out += static_cast<char>(header.size());
  out += '\0';
  return out + header + data;
}

const std::string good =
    "time,pre[1],pre[2],w[1][1],w[1][2],post[1]\n"
    "0,1,2,0.5,-0.5,0.25\n"
    "0.5,3,4,,-1e-3,\n"
    "2,5,6,0.75,-0.25,\"1\"\n";

std::string reading(const std::string& text, const std::string& name = "a.csv") {
  const TemporaryFolder folder;
  const std::string path = folder.write(name, text);
  std::string message = error_of([&] { read_layer_recording(path); });
  // The folder's name differs from run to run.
  for (std::size_t at; (at = message.find(path)) != std::string::npos;) message.replace(at, path.size(), name);
  return message;
}

std::string with(std::string text, const std::string& what, const std::string& by) {
  return text.replace(text.find(what), what.size(), by);
}

}  // namespace

TEST_CASE("a recording in comma-separated values") {
  const TemporaryFolder folder;
  const LayerRecording r = read_layer_recording(folder.write("a.csv", good));
  CHECK(r.steps == 3);
  CHECK(r.n == 1);
  CHECK(r.m == 2);
  CHECK(r.time == std::vector<double>{0, 0.5, 2});
  CHECK(r.pre == std::vector<double>{1, 2, 3, 4, 5, 6});
  CHECK(r.w == std::vector<double>{0.5, -0.5, 0, -1e-3, 0.75, -0.25});
  CHECK(r.w_seen == std::vector<char>{1, 1, 0, 1, 1, 1});
  CHECK(r.post == std::vector<double>{0.25, 0, 1});
  CHECK(r.post_seen == std::vector<char>{1, 0, 1});
  CHECK(r.target.empty());
  // Windows' line ends, and no end at the last line.
  std::string windows = good;
  windows.pop_back();
  for (std::size_t at = 0; (at = windows.find('\n', at)) != std::string::npos; at += 2) windows.insert(at, "\r");
  CHECK(read_layer_recording(folder.write("b.csv", windows)).w == r.w);
  // As spreadsheets write it.
  CHECK(read_layer_recording(folder.write("c.csv", "\xEF\xBB\xBF" + good)).w == r.w);
}

TEST_CASE("standard errors stand beside the values that they are of") {
  const TemporaryFolder folder;
  const std::string text =
      "pre[1],w[1][1],post[1],w_se[1][1],post_se[1]\n"
      "1,0.5,0.25,0.1,0.2\n"
      "3,,1,,0.3\n"
      "5,0.75,,0.4,nothing that is read\n";
  const LayerRecording r = read_layer_recording(folder.write("a.csv", text));
  CHECK(r.w_error == std::vector<double>{0.1, 0, 0.4});
  CHECK(r.post_error == std::vector<double>{0.2, 0.3, 0});
  CHECK(r.others.empty());
  CHECK(read_layer_recording(folder.write("b.csv", good)).w_error.empty());
  CHECK_HAS(reading(with(text, "0.75,,0.4", "0.75,,")), "line 4, column w_se[1][1]: expected a number, found nothing");
  CHECK_HAS(reading(with(text, "0.75,,0.4", "0.75,,0")),
            "line 4, column w_se[1][1]: expected a standard error, a number above 0, found 0");
  CHECK_HAS(reading(with(text, "0.25,0.1,0.2", "0.25,0.1,-1")), "line 2, column post_se[1]: expected a standard error");
  CHECK_HAS(reading("pre[1],post[1],w_se[1][1]\n1,1,1\n1,1,1\n"), "the column w[1][1] is missing");
  CHECK_HAS(reading("pre[1],w[1][1],post_se[1]\n1,1,1\n1,1,1\n"), "the column post[1] is missing");
  CHECK_HAS(reading("pre[1],w[1][1],w[2][1],w_se[1][1]\n1,1,1,1\n1,1,1,1\n"), "the column w_se[2][1] is missing");
}

TEST_CASE("lines are counted as an editor does") {
  const std::string head = "pre[1],w[1][1]\n1,1\n";
  CHECK_HAS(reading(head + "2,x\n"), "a.csv: line 3, column w[1][1]");
  CHECK_HAS(reading(head + "\n\n2,x\n"), "a.csv: line 5, column w[1][1]");
  CHECK_HAS(reading("pre[1],w[1][1]\r\n1,1\r\n\r\n\r\n2,x\r\n"), "a.csv: line 5, column w[1][1]");
  CHECK_HAS(reading("\n\npre[1],w[1][1]\r\r1,1\r2,x\r"), "a.csv: line 6, column w[1][1]");
  CHECK_HAS(reading("\npre[0],w[1][1]\n"), "a.csv: line 2, column 1: expected the name of a column");
  CHECK_HAS(reading("pre[1],\"two\nlines\",w[1][1]\n"), "a.csv: line 1, column 2: expected the name of a column");
  CHECK_HAS(reading(head + "\"2\n\",1\n3,x\n"), "a.csv: line 3, column pre[1]: expected a number");
  CHECK_HAS(reading(head + "\n2,\"1\"1\n"),
            "a.csv: line 4, column 2: expected comma-separated values, found a quotation mark");
  CHECK_HAS(reading("\"a\rb\",c\n"), "a.csv: line 1, column 1");
  CHECK_HAS(reading(head + "\"2\r\n\",1\n3,x\n"), "a.csv: line 3, column pre[1]");
  CHECK(reading(head + "\n\n2,2\n\n") == "");
}

TEST_CASE("first weights need not be there, and no weights at all where activities are") {
  const TemporaryFolder folder;
  const LayerRecording gap = read_layer_recording(folder.write("a.csv", with(good, "0.5,-0.5", ",-0.5")));
  CHECK(gap.w_seen[0] == 0);
  CHECK(gap.w[0] == 0);
  CHECK(gap.w_seen[1] == 1);
  const LayerRecording none =
      read_layer_recording(folder.write("b.csv", "post[1],pre[1],pre[2],post[2]\n1,2,3,4\n5,6,7,8\n"));
  CHECK(none.n == 2);
  CHECK(none.m == 2);
  CHECK(none.w == std::vector<double>(8, 0.0));
  CHECK(none.w_seen == std::vector<char>(8, 0));
  CHECK(none.post == std::vector<double>{1, 4, 5, 8});
}

TEST_CASE("a mistake in comma-separated values is told with its line and column") {
  CHECK(reading(good) == "");
  CHECK_HAS(reading(""), "a.csv: is empty");
  CHECK_HAS(reading(with(good, "pre[2]", "pre[0]")),
            "a.csv: line 1, column 3: expected the name of a column, found \"pre[0]\"\n  hint: indices begin with 1");
  CHECK_HAS(reading(with(good, "pre[2]", "pre[3]")), "a.csv: line 1: the column pre[2] is missing");
  CHECK_HAS(reading(with(good, "pre[2]", "pre[1]")), "a.csv: line 1, column 3: the column pre[1] is there twice");
  CHECK_HAS(reading(with(good, "post[1]", "post[2]")), "the column w[2][1] is missing");
  CHECK_HAS(reading(with(good, "w[1][2]", "w[1][3]")), "the column w[1][2] is missing");
  CHECK_HAS(reading(with(good, "3,4", "3,4,5")), "a.csv: line 3: expected 6 fields, one a column, found 7");
  CHECK_HAS(reading(with(good, "3,4", "3,")), "a.csv: line 3, column pre[2]: expected a number, found nothing");
  CHECK_HAS(reading(with(good, "3,4", "3,nan")), "a.csv: line 3, column pre[2]: expected a number, found \"nan\"");
  CHECK_HAS(reading(with(good, "3,4", "3,4x")), "a.csv: line 3, column pre[2]: expected a number, found \"4x\"");
  CHECK_HAS(reading(with(good, "0.75", "inf")), "a.csv: line 4, column w[1][1]: expected a number, found \"inf\"");
  CHECK_HAS(reading(with(good, "2,5", "0.5,5")),
            "a.csv: line 4, column time: 0.5 is not after the time before it, 0.5");
  CHECK_HAS(reading("pre[1],post[2]\n1,1\n1,1\n"), "a.csv: line 1: the column post[1] is missing");
  CHECK_HAS(reading("pre[1],post[1],choice[2]\n1,1,1\n1,1,1\n"), "a.csv: line 1: the column post[2] is missing");
  CHECK_HAS(reading("pre[1],target[1]\n1,1\n1,1\n"),
            "a.csv: line 1: expected columns of w, post or choice, found none");
  CHECK_HAS(reading("pre[1],w[1][1]\n1,1\n"),
            "expected at least 2 times, one a line below the names of columns, found 1");
  CHECK_HAS(reading("pre[1],w[1][1]\n1,\"1\"1\n"),
            "line 2, column 2: expected comma-separated values, found a quotation mark");
  CHECK_HAS(reading(good + std::string("\0", 1)), "found bytes that are no text");
  CHECK_HAS(reading("\x1F\x8B\x08 packed"), "found bytes that are no text");
  CHECK_HAS(reading(with(good, "3,4", "3,0x4")), "a.csv: line 3, column pre[2]: expected a number, found \"0x4\"");
  CHECK_HAS(reading(with(good, "3,4", "3,-1e31")),
            "a.csv: line 3, column pre[2]: expected a number of at most 1e+30, found -1e+31");
  CHECK(reading(with(good, "3,4", "3,1e30")) == "");
  // What was found is cut at a character, and can't write to the terminal.
  CHECK_HAS(reading(with(good, "3,4", "3,\x1B[2J")), "found \"\xEF\xBF\xBD[2J\"");
  std::string long_name;
  for (int k = 0; k < 60; ++k) long_name += "\xC3\xA9";
  CHECK_HAS(reading(with(good, "pre[2]", long_name)), "found \"" + long_name.substr(0, 80) + "...\"");
  CHECK_HAS(reading("time;pre[1];w[1][1]\n0;1;1\n"), "fields are separated by commas");
  CHECK_HAS(reading(good, "a.npy"), "give the folder");
  CHECK_HAS(reading(good, "a.doc"), "expected a recording, a file named .csv or .npz or a folder");
  CHECK(reading(good, "a.CSV") == "");
  using Hint = std::pair<const char*, const char*>;
  for (const auto& [name, hint] :
       {Hint{"a.csv.gz", "hint: unpack it"}, Hint{"a.zip", "hint: unpack it"},
        Hint{"a.tsv", "hint: separate its fields"}, Hint{"a.txt", "hint: separate its fields by commas"},
        Hint{"a.h5", "hint: h5py reads it"}, Hint{"a.nwb", "hint: pynwb reads it"},
        Hint{"a.parquet", "hint: pandas.read_parquet"}, Hint{"a.XLSX", "hint: save it as CSV"},
        Hint{"a.pkl", "hint: pandas.read_pickle"}})
    CHECK_HAS(reading(good, name), hint);
  CHECK_HAS(error_of([] { read_layer_recording("/nowhere/a.csv"); }), "no such recording");
}

TEST_CASE("names in capital letters and usual words are told from the names of quantities") {
  const auto refused = [](const char* from, const char* to) { return reading(with(good, from, to)); };
  CHECK_HAS(refused("time", "Time"), "line 1, column 1: \"Time\" would be a signal of this name, expected time");
  CHECK_HAS(refused("post[1]", "Post[1]"), "\"Post[1]\" would be a signal of this name, expected post[1]");
  CHECK_HAS(refused("post[1]", "POST1"), "\"POST1\" would be a signal of this name, expected post[1]");
  CHECK_HAS(refused("w[1][1]", "W[1][1]"), "found \"W[1][1]\"\n  hint: did you mean w[1][1]? columns are");
  CHECK_HAS(refused("w[1][1]", "weights[1][1]"), "hint: did you mean w[1][1]? columns are");
  CHECK_HAS(refused("w[1][1]", "w[0][0]"), "hint: indices begin with 1, as in pre[1] and w[1][1]");
  CHECK_HAS(reading("Pre[1],w[1][1]\n1,1\n1,2\n"), "\"Pre[1]\" would be a signal of this name, expected pre[1]");
  CHECK_HAS(reading("x[1],w[1][1]\n1,1\n1,2\n"), "pre[1] is missing\n  hint: did you mean pre by x? columns are");
  CHECK_HAS(reading("pre[1],y[1]\n1,1\n1,2\n"), "found none\n  hint: did you mean post by y? columns are");
  // A signal may have any name where the quantity is there as well, and words that are none of a quantity.
  CHECK(reading("pre[1],w[1][1],W,Rewarded\n1,1,1,1\n1,2,2,2\n") == "");
}

TEST_CASE("arrays that NumPy wrote") {
  const NumpyArrays arrays(file("arrays.npz"));
  CHECK(arrays.names() ==
        std::vector<std::string>{"big", "columns", "complex", "doubles", "flags", "floats", "one", "text", "whole"});
  CHECK(arrays.read("doubles")->values == std::vector<double>{0, 0.25, 0.5, 0.75, 1, 1.25});
  CHECK(arrays.read("doubles")->shape == std::vector<std::uint64_t>{2, 3});
  CHECK(arrays.read("floats")->values == std::vector<double>{0, 0.125, 0.25, 0.375, 0.5, 0.625});
  CHECK(arrays.read("whole")->values == std::vector<double>{-3, -2, -1, 0, 1, 2});
  CHECK(arrays.read("flags")->values == std::vector<double>{0, 0, 0, 1, 1, 1});
  CHECK(arrays.read("one")->values == std::vector<double>{7.5});
  const NumpyArray columns = *arrays.read("columns");
  for (std::size_t k = 0; k < 24; ++k) CHECK(columns.values[k] == static_cast<double>(k) / 2);
  CHECK_FALSE(arrays.read("nothing"));
  CHECK(arrays.read("big")->values == std::vector<double>{0, 1, 2, 3, 4, 5});
  CHECK_HAS(error_of([&] { arrays.read("text"); }), "values of type '<U1'");
  CHECK_HAS(error_of([&] { arrays.read("complex"); }), "values of type '<c16'");

  const LayerRecording r = read_layer_recording(file("layer.npz"));
  CHECK(r.steps == 4);
  CHECK(r.n == 3);
  CHECK(r.m == 2);
  CHECK(r.time == std::vector<double>{0, 1, 2, 4});
  for (std::size_t k = 0; k < 24; ++k) {
    CHECK(r.w_seen[k] == (k != 14));
    CHECK(r.w[k] == (k == 14 ? 0 : static_cast<double>(k) / 8));
  }
  CHECK(r.post_seen == std::vector<char>{1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0});
  CHECK_HAS(error_of([&] { read_layer_recording(file("twice.npz")); }), "twice.npz: holds the array \"pre\" twice");
}

TEST_CASE("damaged arrays are refused, and claim no memory") {
  const std::string header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }";
  const std::string data(16, '\0');
  const auto parsed = [](const std::string& bytes) { return error_of([&] { parse_npy(bytes, "x.npy"); }); };
  CHECK(parsed(npy(header, data)) == "");
  CHECK_HAS(parsed("PK"), "x.npy: expected a NumPy array, found something else");
  CHECK_HAS(parsed(npy(header, data.substr(1))), "is of 2 numbers of 8 bytes, but the file holds 15 bytes of them");
  CHECK_HAS(parsed(npy(header, data + data)), "is of 2 numbers of 8 bytes, but the file holds 32 bytes of them");
  CHECK_HAS(parsed(npy(with(header, "(2,)", "(2000000000, 2000000000)"), data)), "has more than 100000000 numbers");
  CHECK_HAS(parsed(npy(with(header, "(2,)", "(99999999999999999999)"), data)), "has more than 100000000 numbers");
  CHECK_HAS(parsed(npy(with(header, "(2,)", "(50000, 50000)"), data)), "has more than 100000000 numbers");
  CHECK_HAS(parsed(npy(with(header, "(2,)", "(0, 7)"), data)), "is of 0 numbers of 8 bytes");
  for (const char* shape : {"(-2,)", "(2.0,)", "(1 2)", "(1,,2)"})
    CHECK_HAS(parsed(npy(with(header, "(2,)", shape), data)), "a shape that is not of whole numbers");
  CHECK(parsed(npy(with(header, "(2,)", "(2L,)"), data)) == "");
  CHECK(parsed(npy(with(header, "(2,)", "(1L, 2L)"), data)) == "");
  CHECK_HAS(parsed(npy(with(header, "'<f8'", "[('a', '<f8')]"), data)), "no text for descr");
  CHECK_HAS(parsed(npy(with(header, "(2,)", "(2,"), data)), "cut off");
  CHECK_HAS(parsed(npy(with(header, "'shape'", "'shope'"), data)), "has no 'shape'");
  CHECK_HAS(parsed(npy(with(header, "False", "Faux"), data)), "neither True nor False");
  CHECK_HAS(parsed(npy(header, data).substr(0, 30)), "cut off");
  const TemporaryFolder folder;
  CHECK_HAS(error_of([&] { read_layer_recording(folder.write("a.npz", good)); }),
            "expected an archive of NumPy arrays (.npz)");
  folder.write("pre.npy", npy(with(header, "(2,)", "(2, 1)"), data));
  CHECK_HAS(error_of([&] { read_layer_recording(folder.path()); }),
            "expected at least one of the arrays w, post and choice, found pre");
  folder.write("w.npy", npy(with(header, "(2,)", "(2, 1)"), data));
  CHECK_HAS(error_of([&] { read_layer_recording(folder.path()); }),
            "w: expected 3 dimensions (time, postsynaptic, presynaptic), found 2");
  folder.write("w.npy", npy(with(header, "(2,)", "(1, 2, 1)"), data));
  CHECK_HAS(error_of([&] { read_layer_recording(folder.path()); }),
            "w: its shape (1, 2, 1) is postsynaptic x time x presynaptic, expected time x");
  folder.write("w.npy", npy(with(header, "(2,)", "(2, 1, 1)"), data));
  CHECK(error_of([&] { read_layer_recording(folder.path()); }) == "");
  folder.write("w.npy",
               npy(with(header, "(2,)", "(2, 1, 1)"), data.substr(8) + std::string("\0\0\0\0\0\0\xf8\x7f", 8)));
  CHECK_HAS(error_of([&] { read_layer_recording(folder.path()); }), "w[1, 0, 0]: expected a finite number, found nan");
  folder.write("w.npy", npy(with(header, "(2,)", "(2, 1, 1)"), data));
  // What is known by no name is a signal.
  folder.write("reward.npy", npy(header, data));
  folder.write("attention.npy", npy(with(header, "(2,)", "(2, 1)"), data));
  const LayerRecording told = read_layer_recording(folder.path());
  CHECK(told.others.at("reward").width == 1);
  CHECK(told.others.at("reward").values.size() == 2);
  CHECK(told.others.at("attention").values.size() == 2);
  folder.write("reward.npy", npy(with(header, "(2,)", "(1, 2)"), data));
  CHECK_HAS(error_of([&] { read_layer_recording(folder.path()); }),
            "reward: expected the shape (2) or (2, neurons) of a signal");
  folder.write("reward.npy", npy(header, data));
  folder.write("two words.npy", npy(header, data));
  CHECK_HAS(error_of([&] { read_layer_recording(folder.path()); }), "unknown array \"two words\"");
}

TEST_CASE("numbers of two bytes and of either order are the same numbers") {
  const auto header = [](const char* type) {
    return std::string("{'descr': '") + type + "', 'fortran_order': False, 'shape': (1,), }";
  };
  const auto number = [&](const char* type, const std::string& bytes) {
    return parse_npy(npy(header(type), bytes), "x.npy").values.at(0);
  };
  using namespace std::string_literals;
  CHECK(number("<f2", "\x00\x3C"s) == 1);
  CHECK(number(">f2", "\xC5\x00"s) == -5);
  CHECK(number("<f2", "\xFF\x7B"s) == 65504);
  CHECK(number("<f2", "\x01\x00"s) == doctest::Approx(5.9604644775390625e-8));
  CHECK(std::isinf(number("<f2", "\x00\x7C"s)));
  CHECK(std::isnan(number("<f2", "\x01\x7C"s)));
  CHECK(number(">i4", "\xFF\xFF\xFF\xFE"s) == -2);
  CHECK(number(">f4", "\x3F\x80\x00\x00"s) == 1);
}

TEST_CASE("what is said to be recorded must be there, and what is no recording is told from it") {
  const std::string header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1), }";
  const std::string zeros(16, '\0');
  const TemporaryFolder folder;
  const auto message = [&] { return error_of([&] { read_layer_recording(folder.path()); }); };
  folder.write("w.npy", npy(with(header, "(2, 1)", "(2, 1, 1)"), zeros));
  CHECK_HAS(message(), "the array pre is missing; there are w");
  folder.write("pre.npy", npy(header, zeros));
  CHECK(message() == "");
  folder.write("post_se.npy", npy(header, zeros));
  CHECK_HAS(message(), "has post_se, but no post of which it could be the error");
  folder.write("post.npy", npy(header, zeros));
  CHECK_HAS(message(), "post_se[0, 0]: expected a standard error, a number above 0, found 0");
  const std::string ones = std::string("\0\0\0\0\0\0\xf0\x3f", 8) + std::string("\0\0\0\0\0\0\xf0\x3f", 8);
  folder.write("post_se.npy", npy(header, ones));
  CHECK(read_layer_recording(folder.path()).post_error == std::vector<double>{1, 1});
  folder.write("post_se.npy", npy(with(header, "(2, 1)", "(2, )"), ones));
  CHECK_HAS(message(), "post_se: expected the shape (2, 1), found (2)");
  std::filesystem::remove(folder.path() + "/post_se.npy");
  std::filesystem::remove(folder.path() + "/post.npy");
  folder.write("post_seen.npy", npy(header, zeros));
  CHECK_HAS(message(), "has post_seen, but no post that it could tell of");
  folder.write("post.npy", npy(header, zeros));
  CHECK(message() == "");
  folder.write("post_seen.npy", npy(header, zeros.substr(8) + std::string("\0\0\0\0\0\0\xf8\x7f", 8)));
  CHECK_HAS(message(), "post_seen[1, 0]: expected 0 (not recorded) or 1, found nan");
  folder.write("post_seen.npy", npy(header, zeros));
  folder.write("subject.npy", npy("{'descr': '<U7', 'fortran_order': False, 'shape': (), }", std::string(28, '\0')));
  CHECK_HAS(message(), "leave out what is none");
  std::filesystem::remove(folder.path() + "/subject.npy");
  folder.write("post_seen.npy",
               npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 1), }", std::string("\0\xFF", 2)));
  CHECK(read_layer_recording(folder.path()).post_seen == std::vector<char>{0, 1});
  // What is no file is no array.
  std::filesystem::create_directory(folder.path() + "/reward.npy");
  std::filesystem::create_symlink("nowhere", folder.path() + "/attention.npy");
  CHECK(message() == "");
}
