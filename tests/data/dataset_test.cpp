#include "data/dataset.hpp"

#include <doctest/doctest.h>

#include "../files.hpp"

using namespace rule_search;
using namespace rule_search::test;

namespace {

std::string load_error(const std::string& folder) {
  return error_of([&] { load_dataset(folder); });
}

}  // namespace

TEST_CASE("a folder with one pair is a data set") {
  const TemporaryFolder folder;
  folder.write_gz("images-idx3-ubyte.gz", idx_images(3, 1, 2, "abcdef"));
  folder.write("labels-idx1-ubyte", idx_labels(std::string("\x02\x00\x02", 3)));
  folder.write("mapping.txt", "other files do not matter");
  const Dataset set = load_dataset(folder.path() + "/");
  CHECK(set.name == std::filesystem::path(folder.path()).filename().string());
  CHECK(set.rows == 1);
  CHECK(set.cols == 2);
  CHECK(set.classes == 3);
  CHECK(set.label == std::vector<int>{2, 0, 2});
  CHECK(set.image(1)[0] == 'c');
  CHECK(set.images_of_class == std::vector<std::vector<int>>{{1}, {}, {0, 2}});
  // FNV-1a, 64 bits, of "abcdef\2\0\2", computed elsewhere.
  CHECK(set.content_hash == "8fcd0522f0e966be");
}

TEST_CASE("several pairs are appended, train first") {
  const TemporaryFolder folder;
  folder.write("t10k-images-idx3-ubyte", idx_images(1, 1, 1, "t"));
  folder.write("t10k-labels-idx1-ubyte", idx_labels("\x01"));
  folder.write_gz("train-images-idx3-ubyte.gz", idx_images(2, 1, 1, "ab"));
  folder.write_gz("train-labels-idx1-ubyte.gz", idx_labels("\x02\x03"));
  folder.write("extra-images-idx3-ubyte", idx_images(1, 1, 1, "e"));
  folder.write("extra-labels-idx1-ubyte", idx_labels("\x04"));
  const Dataset set = load_dataset(folder.path());
  CHECK(std::string(set.pixels.begin(), set.pixels.end()) == "abet");
  CHECK(set.label == std::vector<int>{2, 3, 4, 1});
}

TEST_CASE("the hash follows the contents, not the files") {
  const auto hash = [](const char* pixels, const char* labels, bool zipped) {
    const TemporaryFolder folder;
    if (zipped) {
      folder.write_gz("images-idx3-ubyte.gz", idx_images(2, 1, 1, pixels));
    } else {
      folder.write("images-idx3-ubyte", idx_images(2, 1, 1, pixels));
    }
    folder.write("labels-idx1-ubyte", idx_labels(labels));
    return load_dataset(folder.path()).content_hash;
  };
  CHECK(hash("ab", "\x01\x02", false) == hash("ab", "\x01\x02", true));
  CHECK(hash("ab", "\x01\x02", false) != hash("ac", "\x01\x02", false));
  CHECK(hash("ab", "\x01\x02", false) != hash("ab", "\x02\x01", false));
}

TEST_CASE("a folder without usable data is told") {
  const TemporaryFolder folder;
  const std::string images = idx_images(2, 1, 1, "ab");
  CHECK_HAS(load_error(folder.path("none")), folder.path("none") + ": no such folder");
  CHECK_HAS(load_error(folder.write("file", "x")), "is a file, expected the folder");
  CHECK_HAS(load_error(folder.path()), "no data here, expected images-idx3-ubyte and labels-idx1-ubyte");

  folder.write("labels-idx1-ubyte", idx_labels("\x01\x02"));
  CHECK_HAS(load_error(folder.path()),
            "labels-idx1-ubyte stands without its images, expected images-idx3-ubyte beside it");
  folder.write("images-idx3-ubyte", images);
  CHECK(load_error(folder.path()).empty());

  folder.write("train-images-idx3-ubyte", images);
  CHECK_HAS(load_error(folder.path()),
            "train-images-idx3-ubyte stands without its labels, expected train-labels-idx1-ubyte beside it");
  folder.write("train-labels-idx1-ubyte", idx_labels("\x01\x02\x03"));
  const std::string counts = load_error(folder.path());
  CHECK_HAS(counts, folder.path("train-labels-idx1-ubyte") + ": 3 labels for the 2 images of ");
  CHECK_HAS(counts, "expected one for each");

  folder.write("train-labels-idx1-ubyte", idx_labels("\x01\x02"));
  folder.write("train-images-idx3-ubyte", idx_images(2, 1, 2, "abcd"));
  CHECK_HAS(load_error(folder.path()), "expected images of 1 x 2 pixels like the others of this folder, found 1 x 1");
}

TEST_CASE("a data set without any image is told") {
  const TemporaryFolder folder;
  folder.write("images-idx3-ubyte", idx_images(0, 28, 28, ""));
  folder.write("labels-idx1-ubyte", idx_labels(""));
  CHECK_HAS(load_error(folder.path()), "the files hold no image");
}

TEST_CASE("without data given, Debian's Fashion-MNIST or how to get it") {
  const std::string error = error_of([] { CHECK(std::filesystem::is_directory(default_data_folder())); });
  if (!error.empty()) CHECK_HAS(error, "install Debian's package dataset-fashion-mnist");
}
