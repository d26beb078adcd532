// The IDX format of MNIST and its successors, plain or gzipped.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rule_search {

struct IdxImages {
  int count = 0, rows = 0, cols = 0;
  std::vector<std::uint8_t> pixels;  ///< count x rows x cols
};

/// Throw InputError with file, expected and found where the file is no such file, or shorter or longer than
/// it says.
IdxImages read_idx_images(const std::string& path);
std::vector<std::uint8_t> read_idx_labels(const std::string& path);

}  // namespace rule_search
