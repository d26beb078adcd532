// NumPy's format of one array, .npy (NEP 1), versions 1 to 3.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rule_search {

struct NumpyArray {
  std::vector<std::uint64_t> shape;
  std::vector<double> values;  ///< in C order, the last index fastest
};

/// Of one array in a file.
constexpr std::uint64_t most_array_bytes = std::uint64_t{1} << 30U;

/// One array from the bytes of a .npy file; `where` is what messages name. Real numbers of 1 to 8 bytes, whole or floating,
/// in either order of bytes, and bool. Throws InputError where the array is damaged, of another type, or of more than 100
/// million numbers. Memory grows with what is held, never with what the header claims.
NumpyArray parse_npy(const std::string& bytes, const std::string& where);

/// Throws the InputError of an array, or of a file of arrays, that can't be taken.
[[noreturn]] void refuse_array(const std::string& where, const std::string& why,
                               const std::string& hint = "write it with numpy.savez or numpy.save");
/// The same of one that is too large.
[[noreturn]] void refuse_array_size(const std::string& where);

}  // namespace rule_search
