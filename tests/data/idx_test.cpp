#include "data/idx.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "../files.hpp"

using namespace rule_search;
using namespace rule_search::test;

namespace {

std::string images_error(const std::string& path) {
  return error_of([&] { read_idx_images(path); });
}
std::string labels_error(const std::string& path) {
  return error_of([&] { read_idx_labels(path); });
}

}  // namespace

TEST_CASE("IDX files are read plain and gzipped") {
  const TemporaryFolder folder;
  const std::string pixels("\x00\x01\x02\xff\x04\x05\x06\x07\x08\x09\x0a\x0b", 12);
  for (bool zipped : {false, true}) {
    const auto write = [&](const char* name, const std::string& bytes) {
      return zipped ? folder.write_gz(name, bytes) : folder.write(name, bytes);
    };
    const IdxImages images = read_idx_images(write("images", idx_images(2, 3, 2, pixels)));
    CHECK(images.count == 2);
    CHECK(images.rows == 3);
    CHECK(images.cols == 2);
    CHECK(images.pixels == std::vector<std::uint8_t>(pixels.begin(), pixels.end()));
    CHECK(read_idx_labels(write("labels", idx_labels("\x05\xff"))) == std::vector<std::uint8_t>{5, 255});
  }
}

TEST_CASE("IDX files without any sample are read") {
  const TemporaryFolder folder;
  CHECK(read_idx_images(folder.write("images", idx_images(0, 28, 28, ""))).count == 0);
  CHECK(read_idx_labels(folder.write("labels", idx_labels(""))).empty());
}

TEST_CASE("a file that is no IDX file is told apart") {
  const TemporaryFolder folder;
  CHECK_HAS(images_error(folder.path("none")), "can't be opened");
  CHECK_HAS(images_error(folder.path()), "is a folder");
  CHECK_HAS(images_error(folder.write("empty", "")), "too short for an IDX file: expected at least 16 bytes, found 0");
  const std::string text = images_error(folder.write("text", "hello, this is no image"));
  CHECK_HAS(text, folder.path("text"));
  CHECK_HAS(text, "expected magic number 0x00000803, found 0x68656c6c");
  CHECK_HAS(text, "unsigned bytes are expected");
}

TEST_CASE("images and labels mixed up are told") {
  const TemporaryFolder folder;
  const std::string images = folder.write("images", idx_images(1, 1, 1, "x"));
  const std::string labels = folder.write("labels", idx_labels("123456789"));
  CHECK_HAS(images_error(labels), "expected magic number 0x00000803, found 0x00000801");
  CHECK_HAS(images_error(labels), "mixed up");
  CHECK_HAS(labels_error(images), "expected magic number 0x00000801, found 0x00000803");
  CHECK_HAS(labels_error(images), "mixed up");
}

TEST_CASE("files of another size than their header says are told") {
  const TemporaryFolder folder;
  CHECK_HAS(images_error(folder.write("header", idx_images(2, 2, 2, "").substr(0, 10))),
            "cut off in its header: expected 16 bytes, found 10");
  CHECK_HAS(images_error(folder.write("short", idx_images(2, 2, 2, "1234567"))),
            "cut off: its header asks for 24 bytes, found 23");
  CHECK_HAS(images_error(folder.write("long", idx_images(2, 2, 2, "123456789"))),
            "holds more than it should: its header asks for 24 bytes, found 25");
  CHECK_HAS(labels_error(folder.write("short", big_endian(0x801) + big_endian(3) + "12")), "cut off");
  CHECK_HAS(labels_error(folder.write("long", idx_labels("12") + "3")), "holds more than it should");
}

TEST_CASE("a header that claims far too much costs nothing") {
  const TemporaryFolder folder;
  CHECK_HAS(images_error(folder.write("count", idx_images(0xffffffff, 1024, 1024, "1"))), "cut off");
  CHECK_HAS(images_error(folder.write("sides", idx_images(1, 0xffffffff, 0xffffffff, "1"))),
            "images of 4294967295 x 4294967295 pixels, expected 1 to 1024");
  CHECK_HAS(images_error(folder.write("flat", idx_images(1, 0, 28, ""))), "images of 0 x 28 pixels");
  CHECK_HAS(labels_error(folder.write("labels", big_endian(0x801) + big_endian(0xffffffff))), "cut off");
}

TEST_CASE("damaged compressed data are told") {
  const TemporaryFolder folder;
  std::string pixels;
  for (unsigned k = 0; k < 10000; ++k) pixels += static_cast<char>(k * k * 2654435761U >> 13U);
  const std::string path = folder.write_gz("images.gz", idx_images(100, 10, 10, pixels));
  REQUIRE(read_idx_images(path).count == 100);
  const auto size = std::filesystem::file_size(path);
  SUBCASE("cut off") { std::filesystem::resize_file(path, size / 2); }
  SUBCASE("changed") {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(size / 2));
    file << "damaged";
  }
  CHECK_HAS(images_error(path), "compressed data are damaged or cut off");
}

TEST_CASE("a pipe in the place of a data file is told, not waited for") {
  const TemporaryFolder folder;
  REQUIRE(mkfifo(folder.path("images").c_str(), 0600) == 0);
  CHECK_HAS(images_error(folder.path("images")), "is not a file, expected an IDX file");
}
