// The only place that knows libzip.
#include "data/numpy.hpp"

#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include "base/text.hpp"

namespace rule_search {

namespace {

namespace fs = std::filesystem;

struct CloseArchive {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct CloseEntry {
  void operator()(zip_file_t* entry) const { zip_fclose(entry); }
};
using Archive = std::unique_ptr<zip_t, CloseArchive>;

Archive open_archive(const std::string& path) {
  int error = 0;
  Archive archive(zip_open(path.c_str(), ZIP_RDONLY, &error));
  if (!archive) {
    zip_error_t why;
    zip_error_init_with_code(&why, error);
    const std::string text = zip_error_strerror(&why);
    zip_error_fini(&why);
    refuse_array(path,
                 fmt::format("expected an archive of NumPy arrays (.npz), but it can't be read as one ({})", text));
  }
  return archive;
}

std::string bytes_of_entry(const std::string& path, zip_t* archive, const std::string& entry) {
  zip_stat_t about;
  zip_stat_init(&about);
  const bool told = zip_stat(archive, entry.c_str(), 0, &about) == 0 && (about.valid & ZIP_STAT_SIZE) != 0;
  const std::string where = fmt::format("{}: {}", path, entry);
  if (told && about.size > most_array_bytes) refuse_array_size(where);
  const std::unique_ptr<zip_file_t, CloseEntry> file(zip_fopen(archive, entry.c_str(), 0));
  if (!file) refuse_array(path, fmt::format("{} can't be read ({})", entry, zip_strerror(archive)));
  std::string out;
  std::array<char, 1U << 16U> block{};
  for (;;) {
    const zip_int64_t got = zip_fread(file.get(), block.data(), block.size());
    if (got < 0) refuse_array(path, fmt::format("{} is damaged ({})", entry, zip_file_strerror(file.get())));
    if (got == 0) return out;
    out.append(block.data(), static_cast<std::size_t>(got));
    if (out.size() > most_array_bytes) refuse_array_size(where);
  }
}

}  // namespace

NumpyArrays::NumpyArrays(std::string path) : path_(std::move(path)), is_folder_(fs::is_directory(path_)) {
  const std::vector<std::string> all = names();
  if (const auto twice = std::adjacent_find(all.begin(), all.end()); twice != all.end())
    refuse_array(path_, fmt::format("holds the array {} twice", in_quotes(*twice)));
}

std::vector<std::string> NumpyArrays::names() const {
  std::vector<std::string> out;
  if (given_) {
    for (const auto& [name, array] : *given_) out.push_back(name);
    return out;
  }
  const auto add = [&](const std::string& file) {
    if (file.ends_with(".npy")) out.push_back(file.substr(0, file.size() - 4));
  };
  if (is_folder_) {
    for (const auto& entry : fs::directory_iterator(path_)) {
      std::error_code error;
      if (entry.is_regular_file(error)) add(entry.path().filename().string());
    }
  } else {
    const Archive archive = open_archive(path_);
    for (zip_int64_t k = 0; k < zip_get_num_entries(archive.get(), 0); ++k) {
      if (const char* const file = zip_get_name(archive.get(), static_cast<zip_uint64_t>(k), 0)) add(file);
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

bool NumpyArrays::has(const std::string& name) const {
  if (given_) return given_->contains(name);
  const std::vector<std::string> all = names();
  return std::binary_search(all.begin(), all.end(), name);
}

std::optional<NumpyArray> NumpyArrays::read(const std::string& name) const {
  if (given_) {
    const auto found = given_->find(name);
    return found == given_->end() ? std::nullopt : std::optional(found->second);
  }
  const std::string file = name + ".npy";
  if (is_folder_) {
    const fs::path path = fs::path(path_) / file;
    std::error_code error;
    if (!fs::is_regular_file(path, error)) return std::nullopt;
    if (fs::file_size(path) > most_array_bytes) refuse_array_size(path.string());
    std::ifstream in(path, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    return parse_npy(bytes, path.string());
  }
  const Archive archive = open_archive(path_);
  if (zip_name_locate(archive.get(), file.c_str(), 0) < 0) return std::nullopt;
  return parse_npy(bytes_of_entry(path_, archive.get(), file), path_ + ": " + file);
}

}  // namespace rule_search
