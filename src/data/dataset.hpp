// Labelled images in memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rule_search {

struct Dataset {
  std::string name;  ///< last part of the folder's name
  std::string folder;
  int rows = 0;
  int cols = 0;
  int classes = 0;  ///< 1 + the largest label
  std::vector<std::uint8_t> pixels;
  std::vector<int> label;
  std::vector<std::vector<int>> images_of_class;
  std::string content_hash;  ///< FNV-1a of pixels and labels, 16 hexadecimal digits

  const std::uint8_t* image(int k) const {
    return pixels.data() + static_cast<std::size_t>(k) * static_cast<std::size_t>(rows * cols);
  }
};

/// Reads every pair of ...images-idx3-ubyte[.gz] and ...labels-idx1-ubyte[.gz] in the folder, "train" before
/// others. Throws InputError where there is none, or a pair does not fit together.
Dataset load_dataset(const std::string& folder);

/// Where Debian's package dataset-fashion-mnist puts its files. Throws InputError where it is not installed.
std::string default_data_folder();

}  // namespace rule_search
