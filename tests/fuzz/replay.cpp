// Carries out a target without a fuzzer, with any compiler: on every file of the folders given, so that what
// was found once is looked at in every test run; and with --random COUNT on so many inputs of random bytes,
// the same in every run.
#include <algorithm>
#include <cstring>
#include <iterator>
#include <random>
#include <vector>

#include "fuzz.hpp"

int main(int argc, char** argv) {
  std::size_t count = 0;
  if (argc == 3 && std::strcmp(argv[1], "--random") == 0) {
    std::mt19937_64 random(20230331);
    for (const std::size_t all = std::strtoul(argv[2], nullptr, 10); count < all; ++count) {
      std::vector<std::uint8_t> bytes(8 + random() % 120);
      for (std::uint8_t& b : bytes) b = static_cast<std::uint8_t>(random() >> 56U);
      LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    }
  } else {
    std::vector<std::filesystem::path> files;
    for (int k = 1; k < argc; ++k) {
      for (const auto& entry : std::filesystem::directory_iterator(argv[k])) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    count = files.size();
    for (const std::filesystem::path& path : files) {
      std::fprintf(stderr, "%s\n", path.c_str());
      std::ifstream file(path, std::ios::binary);
      const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
      LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    }
  }
  std::printf("%zu inputs as promised\n", count);
  return count == 0 ? 1 : 0;
}
