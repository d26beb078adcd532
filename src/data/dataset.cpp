#include "data/dataset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "data/idx.hpp"

namespace rule_search {

namespace fs = std::filesystem;

namespace {

// A kind of file that images and their labels come in. A folder may hold several such pairs, each with a prefix of its own.
struct ImageFormat {
  std::string images, labels;  // how names of files end, before .gz
  IdxImages (*read_images)(const std::string& path);
  std::vector<std::uint8_t> (*read_labels)(const std::string& path);
};
const std::array<ImageFormat, 1> formats = {
    {{"images-idx3-ubyte", "labels-idx1-ubyte", read_idx_images, read_idx_labels}}};

constexpr const char* fashion_folder = "/usr/share/datasets/fashion-mnist";

// "train-" of train-images-idx3-ubyte.gz; nothing for other files.
std::optional<std::string> prefix_of(std::string file, const std::string& ending) {
  if (file.ends_with(".gz")) file.resize(file.size() - 3);
  if (!file.ends_with(ending)) return std::nullopt;
  return file.substr(0, file.size() - ending.size());
}

std::string find(const fs::path& folder, const std::string& stem) {
  for (const char* ending : {"", ".gz"}) {
    const fs::path path = folder / (stem + ending);
    std::error_code error;
    // A link that leads nowhere is there, too, and told when it is opened.
    if (fs::exists(fs::symlink_status(path, error))) return path.string();
  }
  return "";
}

void append_pair(Dataset& set, const ImageFormat& format, const std::string& images_path,
                 const std::string& labels_path) {
  const IdxImages images = format.read_images(images_path);
  const std::vector<std::uint8_t> labels = format.read_labels(labels_path);
  if (static_cast<std::size_t>(images.count) != labels.size()) {
    throw InputError(
        fmt::format("{}: {} labels for the {} images of {}, expected one for each\n  hint: the two files belong "
                    "to different sets; fetch both again",
                    labels_path, labels.size(), images.count, images_path));
  }
  if (!set.label.empty() && (images.rows != set.rows || images.cols != set.cols)) {
    throw InputError(
        fmt::format("{}: expected images of {} x {} pixels like the others of this folder, found {} x {}\n  "
                    "hint: keep one data set in a folder",
                    images_path, set.rows, set.cols, images.rows, images.cols));
  }
  set.rows = images.rows;
  set.cols = images.cols;
  set.pixels.insert(set.pixels.end(), images.pixels.begin(), images.pixels.end());
  set.label.insert(set.label.end(), labels.begin(), labels.end());
}

std::string hash(const Dataset& set) {
  Hash hash;
  for (std::uint8_t p : set.pixels) hash.add(p);
  for (int l : set.label) hash.add(static_cast<unsigned char>(l));
  return hash.text();
}

std::vector<std::string> names_of_files(const std::string& folder) {
  std::error_code error;
  if (!fs::exists(folder, error))
    throw InputError(fmt::format("{}: no such folder, expected a folder with IDX files\n  hint: ‹data› DIR", folder));
  if (!fs::is_directory(folder, error))
    throw InputError(
        fmt::format("{}: is a file, expected the folder that holds the IDX files\n  hint: ‹data› DIR", folder));
  std::vector<std::string> out;
  fs::directory_iterator files(folder, error);
  if (error) throw InputError(fmt::format("{}: can't be read: {}", folder, error.message()));
  for (; files != fs::directory_iterator(); files.increment(error)) out.push_back(files->path().filename().string());
  if (error) throw InputError(fmt::format("{}: can't be read: {}", folder, error.message()));
  return out;
}

// Prefixes of the images of one format, those of training first.
std::vector<std::string> prefixes_of(const std::string& folder, const std::vector<std::string>& files,
                                     const ImageFormat& format) {
  std::vector<std::string> images;
  std::vector<std::string> labels;
  for (const std::string& file : files) {
    if (const auto prefix = prefix_of(file, format.images)) images.push_back(*prefix);
    if (const auto prefix = prefix_of(file, format.labels)) labels.push_back(*prefix);
  }
  std::sort(images.begin(), images.end());
  images.erase(std::unique(images.begin(), images.end()), images.end());
  std::stable_partition(images.begin(), images.end(), [](const std::string& p) { return p.starts_with("train"); });
  for (const std::string& prefix : labels) {
    if (std::find(images.begin(), images.end(), prefix) != images.end()) continue;
    throw InputError(
        fmt::format("{}: {}{} stands without its images, expected {}{} beside it, plain or .gz\n  hint: put "
                    "it there, or take the labels away",
                    folder, prefix, format.labels, prefix, format.images));
  }
  return images;
}

// Reads the pairs of one format.
void append_all(Dataset& set, const std::vector<std::string>& files, const ImageFormat& format) {
  for (const std::string& prefix : prefixes_of(set.folder, files, format)) {
    const std::string labels = find(set.folder, prefix + format.labels);
    if (labels.empty())
      throw InputError(
          fmt::format("{}: {}{} stands without its labels, expected {}{} beside it, plain or .gz\n  hint: "
                      "put it there, or take the images away",
                      set.folder, prefix, format.images, prefix, format.labels));
    append_pair(set, format, find(set.folder, prefix + format.images), labels);
  }
}

bool holds(const std::vector<std::string>& files, const ImageFormat& format) {
  return std::any_of(files.begin(), files.end(), [&](const std::string& f) { return prefix_of(f, format.images); });
}

}  // namespace

Dataset load_dataset(const std::string& folder) {
  const std::vector<std::string> files = names_of_files(folder);
  Dataset set;
  set.folder = folder;
  fs::path path = fs::path(folder).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  set.name = path.filename().string();
  for (const ImageFormat& format : formats) append_all(set, files, format);
  if (std::none_of(formats.begin(), formats.end(), [&](const ImageFormat& f) { return holds(files, f); })) {
    std::vector<std::string> pairs;
    for (const ImageFormat& f : formats) pairs.push_back(f.images + " and " + f.labels);
    throw InputError(
        fmt::format("{}: no data here, expected {}, plain or .gz, with or without a prefix such as "
                    "train-\n  hint: ‹data› DIR",
                    folder, fmt::join(pairs, ", or ")));
  }
  if (set.label.empty())
    throw InputError(fmt::format("{}: the files hold no image, expected at least one\n  hint: ‹data› DIR", folder));
  set.classes = 1 + *std::max_element(set.label.begin(), set.label.end());
  set.images_of_class.resize(static_cast<std::size_t>(set.classes));
  for (std::size_t k = 0; k < set.label.size(); ++k)
    set.images_of_class[static_cast<std::size_t>(set.label[k])].push_back(static_cast<int>(k));
  set.content_hash = hash(set);
  return set;
}

std::string default_data_folder() {
  if (fs::is_directory(fashion_folder)) return fashion_folder;
  throw InputError(
      "no data given, and Fashion-MNIST is not installed\n  hint: give ‹data› DIR, or install Debian's "
      "package dataset-fashion-mnist");
}

}  // namespace rule_search
