// The only place that knows HDF5.
#include "data/neural/hdf5.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/npy.hpp"

#ifdef RULE_SEARCH_HDF5

#include <hdf5.h>

namespace rule_search {

namespace {

// An identifier of the library, closed at the end.
class Id {
 public:
  Id(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  ~Id() {
    if (id_ >= 0) close_(id_);
  }
  Id(const Id&) = delete;
  Id& operator=(const Id&) = delete;
  operator hid_t() const { return id_; }  // NOLINT(google-explicit-constructor): it stands for the identifier
  bool there() const { return id_ >= 0; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

[[noreturn]] void refuse(const std::string& path, const std::string& dataset, const std::string& why) {
  throw InputError(fmt::format("{}: {}: {}", path, dataset, why));
}

// The library unpacks a chunk whole, whatever is asked of it.
void refuse_large_chunks(const std::string& path, const std::string& name, hid_t dataset, std::size_t size) {
  const Id how(H5Dget_create_plist(dataset), H5Pclose);
  if (!how.there() || H5Pget_layout(how) != H5D_CHUNKED) return;
  std::array<hsize_t, H5S_MAX_RANK> sides{};
  const int axes = H5Pget_chunk(how, H5S_MAX_RANK, sides.data());
  double bytes = static_cast<double>(size);
  for (int k = 0; k < axes; ++k) bytes *= static_cast<double>(sides[static_cast<std::size_t>(k)]);
  if (bytes > static_cast<double>(most_array_bytes)) refuse_array_size(fmt::format("{}: {}: a chunk", path, name));
}

// Numbers in an object; `name` is for messages.
Hdf5File::Numbers numbers_of(const std::string& path, const std::string& name, hid_t dataset) {
  const Id type(H5Dget_type(dataset), H5Tclose);
  const H5T_class_t kind = H5Tget_class(type);
  if (kind != H5T_INTEGER && kind != H5T_FLOAT) refuse(path, name, "expected numbers, found another type");
  const Id space(H5Dget_space(dataset), H5Sclose);
  if (H5Sget_simple_extent_type(space) == H5S_NULL) return {{0}, {}};
  const int axes = H5Sget_simple_extent_ndims(space);
  if (axes < 0) refuse(path, name, "damaged");
  refuse_large_chunks(path, name, dataset, H5Tget_size(type));
  std::vector<hsize_t> extent(static_cast<std::size_t>(axes));
  H5Sget_simple_extent_dims(space, extent.data(), nullptr);
  Hdf5File::Numbers out;
  out.shape.assign(extent.begin(), extent.end());
  std::uint64_t count = 1;
  for (const hsize_t e : extent) {
    if (e != 0 && count > most_array_bytes / sizeof(double) / e) refuse_array_size(fmt::format("{}: {}", path, name));
    count *= e;
  }
  if (count == 0) return out;
  // Deflate packs 1032 bytes to one at most. What was never written is no recording.
  constexpr std::uint64_t packed = 1032;
  constexpr std::uint64_t small = 64;  // numbers, which may lie in the header
  if (count > small && count * H5Tget_size(type) > packed * H5Dget_storage_size(dataset))
    refuse(path, name,
           fmt::format("expected {} numbers, found {} bytes in the file\n  hint: the file may not be whole", count,
                       H5Dget_storage_size(dataset)));
  out.values.resize(count);
  if (H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, out.values.data()) < 0)
    refuse(path, name, "damaged, or packed by a filter that the HDF5 library lacks\n  hint: h5repack -f GZIP=4 IN OUT");
  return out;
}

// MATLAB writes the shape in place of the numbers of an empty array, and marks it.
bool is_empty_of_matlab(hid_t dataset) { return H5Aexists(dataset, "MATLAB_empty") > 0; }

herr_t add_name(hid_t, const char* name, const H5L_info_t*, void* to) {
  constexpr std::size_t most = 100000;
  auto& names = *static_cast<std::vector<std::string>*>(to);
  names.emplace_back(name);
  return names.size() < most ? 0 : 1;
}

}  // namespace

struct Hdf5File::Handle {
  explicit Handle(hid_t file) : id(file, H5Fclose) {}
  Id id;
};

Hdf5File::Hdf5File(const std::string& path) : path_(path) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  const hid_t id = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  if (id < 0)
    throw InputError(
        fmt::format("{}: expected an HDF5 file (.mat of MATLAB 7.3, .nwb), but it can't be read as one\n  hint: it may "
                    "not be whole, "
                    "or another program may be writing it",
                    path));
  file_ = std::make_unique<Handle>(id);
}
Hdf5File::~Hdf5File() = default;

bool Hdf5File::has_group(const std::string& name) const {
  const Id group(H5Gopen2(file_->id, name.c_str(), H5P_DEFAULT), H5Gclose);
  return group.there();
}

bool Hdf5File::has_dataset(const std::string& name) const {
  const Id dataset(H5Dopen2(file_->id, name.c_str(), H5P_DEFAULT), H5Dclose);
  return dataset.there();
}

std::vector<std::string> Hdf5File::names_in(const std::string& name) const {
  std::vector<std::string> out;
  const Id group(H5Gopen2(file_->id, name.c_str(), H5P_DEFAULT), H5Gclose);
  if (group.there()) H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, add_name, &out);
  std::sort(out.begin(), out.end());
  return out;
}

Hdf5File::Numbers Hdf5File::numbers(const std::string& name) const {
  const Id dataset(H5Dopen2(file_->id, name.c_str(), H5P_DEFAULT), H5Dclose);
  if (!dataset.there()) refuse(path_, name, "expected numbers, found no such dataset");
  return numbers_of(path_, name, dataset);
}

std::vector<std::vector<double>> Hdf5File::referred_numbers(const std::string& name) const {
  const Id dataset(H5Dopen2(file_->id, name.c_str(), H5P_DEFAULT), H5Dclose);
  if (!dataset.there()) refuse(path_, name, "expected a cell array, found no such dataset");
  const Id type(H5Dget_type(dataset), H5Tclose);
  if (H5Tequal(type, H5T_STD_REF_OBJ) <= 0)
    refuse(path_, name, "expected a cell array (references to datasets), found another type");
  const Id space(H5Dget_space(dataset), H5Sclose);
  const hssize_t count = H5Sget_simple_extent_npoints(space);
  constexpr hssize_t most = 1000000;
  if (count < 0 || count > most) refuse(path_, name, fmt::format("expected up to {} cells, found {}", most, count));
  std::vector<hobj_ref_t> references(static_cast<std::size_t>(count));
  if (count > 0 && H5Dread(dataset, H5T_STD_REF_OBJ, H5S_ALL, H5S_ALL, H5P_DEFAULT, references.data()) < 0)
    refuse(path_, name, "damaged");
  std::vector<std::vector<double>> out;
  std::uint64_t bytes = 0;
  for (std::size_t k = 0; k < references.size(); ++k) {
    const std::string cell = fmt::format("{}, cell {} of {}", name, k + 1, count);
    const Id object(H5Rdereference2(dataset, H5P_DEFAULT, H5R_OBJECT, &references[k]), H5Oclose);
    if (!object.there() || H5Iget_type(object) != H5I_DATASET) refuse(path_, cell, "refers to no dataset");
    out.push_back(is_empty_of_matlab(object) ? std::vector<double>() : numbers_of(path_, cell, object).values);
    bytes += out.back().size() * sizeof(double);
    if (bytes > most_array_bytes) refuse_array_size(fmt::format("{}: {}", path_, name));
  }
  return out;
}

std::optional<double> Hdf5File::attribute(const std::string& dataset, const std::string& name) const {
  const Id object(H5Oopen(file_->id, dataset.c_str(), H5P_DEFAULT), H5Oclose);
  if (!object.there() || H5Aexists(object, name.c_str()) <= 0) return std::nullopt;
  const Id attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose);
  const Id space(H5Aget_space(attribute), H5Sclose);
  if (H5Sget_simple_extent_npoints(space) != 1) return std::nullopt;
  double out = 0;
  if (H5Aread(attribute, H5T_NATIVE_DOUBLE, &out) < 0) return std::nullopt;
  return out;
}

}  // namespace rule_search

#else

namespace rule_search {

struct Hdf5File::Handle {};

Hdf5File::Hdf5File(const std::string& path) : path_(path) {
  throw InputError(fmt::format(
      "{}: an HDF5 file (.mat of MATLAB 7.3, .nwb), which this build of the program cannot read\n  hint: install "
      "libhdf5-dev and build again, or save the counts with numpy.savez",
      path));
}
Hdf5File::~Hdf5File() = default;
bool Hdf5File::has_group(const std::string&) const { return false; }
bool Hdf5File::has_dataset(const std::string&) const { return false; }
std::vector<std::string> Hdf5File::names_in(const std::string&) const { return {}; }
Hdf5File::Numbers Hdf5File::numbers(const std::string&) const { return {}; }
std::vector<std::vector<double>> Hdf5File::referred_numbers(const std::string&) const { return {}; }
std::optional<double> Hdf5File::attribute(const std::string&, const std::string&) const { return {}; }

}  // namespace rule_search

#endif
