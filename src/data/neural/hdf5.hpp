// HDF5 files: datasets of numbers by their names. Only hdf5.cpp knows the library.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rule_search {

class Hdf5File {
 public:
  /// Throws InputError where there is no such file, or the program was built without the library.
  explicit Hdf5File(const std::string& path);
  ~Hdf5File();
  Hdf5File(const Hdf5File&) = delete;
  Hdf5File& operator=(const Hdf5File&) = delete;

  const std::string& path() const { return path_; }
  bool has_group(const std::string& name) const;
  bool has_dataset(const std::string& name) const;
  /// What a group holds, ascending; none where there is no such group.
  std::vector<std::string> names_in(const std::string& group) const;

  struct Numbers {
    std::vector<std::uint64_t> shape;
    std::vector<double> values;  ///< the last index fastest
  };
  /// A dataset of whole or floating numbers. Throws InputError where there is none of this name, it is of another type,
  /// damaged, of more than 1 GiB, or claims more than what the file holds can be unpacked to.
  Numbers numbers(const std::string& dataset) const;
  /// What a dataset of references to datasets of numbers refers to, one after the other. An empty array of MATLAB's has no
  /// numbers. Throws InputError as numbers() does, and where what is referred to is more than 1 GiB together.
  std::vector<std::vector<double>> referred_numbers(const std::string& dataset) const;
  /// An attribute that is one number.
  std::optional<double> attribute(const std::string& dataset, const std::string& name) const;

 private:
  struct Handle;
  std::string path_;
  std::unique_ptr<Handle> file_;
};

}  // namespace rule_search
