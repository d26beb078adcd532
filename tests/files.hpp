// Small files for the tests of this folder, in a temporary folder of their own.
#pragma once

#include <unistd.h>
#include <zlib.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/error.hpp"

namespace rule_search::test {

/// A new empty folder that goes away with this object.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "rule-search-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string path() const { return path_.string(); }
  std::string path(const std::string& file) const { return (path_ / file).string(); }

  std::string write(const std::string& file, const std::string& bytes) const {
    std::ofstream(path(file), std::ios::binary) << bytes;
    return path(file);
  }
  std::string write_gz(const std::string& file, const std::string& bytes) const {
    gzFile out = gzopen(path(file).c_str(), "wb");
    gzwrite(out, bytes.data(), static_cast<unsigned>(bytes.size()));
    gzclose(out);
    return path(file);
  }

 private:
  std::filesystem::path path_;
};

inline std::string big_endian(std::uint32_t x) {
  return {static_cast<char>(x >> 24U), static_cast<char>(x >> 16U), static_cast<char>(x >> 8U), static_cast<char>(x)};
}

inline std::string idx_images(std::uint32_t count, std::uint32_t rows, std::uint32_t cols, const std::string& pixels) {
  return big_endian(0x803) + big_endian(count) + big_endian(rows) + big_endian(cols) + pixels;
}

inline std::string idx_labels(const std::string& labels) {
  return big_endian(0x801) + big_endian(static_cast<std::uint32_t>(labels.size())) + labels;
}

/// What the InputError says that `run` throws; "" where it throws none.
template <class F>
std::string error_of(const F& run) {
  try {
    run();
  } catch (const InputError& e) {
    return e.what();
  }
  return "";
}

inline bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace rule_search::test

/// Like CHECK(has(...)), and shows the text where the part is missing.
#define CHECK_HAS(text, part)                     \
  do {                                            \
    const std::string checked = text;             \
    INFO(checked);                                \
    CHECK(rule_search::test::has(checked, part)); \
  } while (false)
