// Where NumPy's arrays lie: .npy files in a folder, or in an archive .npz.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "data/npy.hpp"

namespace rule_search {

/// The arrays of one .npz file, of a folder's .npy files, or of a caller.
class NumpyArrays {
 public:
  using ByName = std::map<std::string, NumpyArray>;
  /// Those of a caller; `path` is what messages call them.
  NumpyArrays(std::string path, ByName arrays) : path_(std::move(path)), given_(std::move(arrays)) {}
  /// Throws InputError where there is no such archive or folder, or an array is there twice.
  explicit NumpyArrays(std::string path);

  /// Ascending.
  std::vector<std::string> names() const;
  bool has(const std::string& name) const;
  /// Nothing where there is no such array. Throws InputError where it is of more than 1 GiB, and as parse_npy() does.
  std::optional<NumpyArray> read(const std::string& name) const;

 private:
  std::string path_;
  bool is_folder_ = false;
  std::optional<ByName> given_;
};

}  // namespace rule_search
