// NumPy's arrays: .npy files in a folder, or in an archive .npz.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rule_search {

struct NumpyArray {
  std::vector<std::uint64_t> shape;
  std::vector<double> values;  ///< in C order, the last index fastest
};

/// The arrays of one .npz file, or of a folder's .npy files. Real numbers of 1 to 8 bytes, whole or floating, in either
/// order of bytes, and bool.
class NumpyArrays {
 public:
  /// Throws InputError where there is no such archive or folder, or an array is there twice.
  explicit NumpyArrays(std::string path);

  /// Ascending.
  std::vector<std::string> names() const;
  bool has(const std::string& name) const;
  /// Throws InputError where the array is damaged, of another type, or of more than 100 million numbers or 1 GiB. Memory
  /// grows with what is held, up to that, never with what a header claims.
  std::optional<NumpyArray> read(const std::string& name) const;

 private:
  std::string path_;
  bool is_folder_ = false;
};

/// One array from the bytes of a .npy file; `where` is what messages name.
NumpyArray parse_npy(const std::string& bytes, const std::string& where);

}  // namespace rule_search
