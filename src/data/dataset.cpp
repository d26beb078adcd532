#include "data/dataset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "data/idx.hpp"

namespace rule_search {

namespace fs = std::filesystem;

namespace {

const std::string images_ending = "images-idx3-ubyte";
const std::string labels_ending = "labels-idx1-ubyte";
constexpr const char* fashion_folder = "/usr/share/datasets/fashion-mnist";

bool ends_with(const std::string& text, const std::string& ending) {
  return text.size() >= ending.size() && text.compare(text.size() - ending.size(), ending.size(), ending) == 0;
}

// "train-" of train-images-idx3-ubyte.gz; nothing for other files.
bool prefix_of(const std::string& file, const std::string& ending, std::string& prefix) {
  std::string stem = file;
  if (ends_with(stem, ".gz")) stem.resize(stem.size() - 3);
  if (!ends_with(stem, ending)) return false;
  prefix = stem.substr(0, stem.size() - ending.size());
  return true;
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

void append_pair(Dataset& set, const std::string& images_path, const std::string& labels_path) {
  const IdxImages images = read_idx_images(images_path);
  const std::vector<std::uint8_t> labels = read_idx_labels(labels_path);
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

}  // namespace

Dataset load_dataset(const std::string& folder) {
  std::error_code error;
  if (!fs::exists(folder, error))
    throw InputError(fmt::format("{}: no such folder, expected a folder with IDX files\n  hint: ‹data› DIR", folder));
  if (!fs::is_directory(folder, error))
    throw InputError(
        fmt::format("{}: is a file, expected the folder that holds the IDX files\n  hint: ‹data› DIR", folder));
  std::vector<std::string> prefixes;
  std::vector<std::string> label_prefixes;
  fs::directory_iterator files(folder, error);
  if (error) throw InputError(fmt::format("{}: can't be read: {}", folder, error.message()));
  for (; files != fs::directory_iterator(); files.increment(error)) {
    const std::string file = files->path().filename().string();
    std::string prefix;
    if (prefix_of(file, images_ending, prefix)) prefixes.push_back(prefix);
    if (prefix_of(file, labels_ending, prefix)) label_prefixes.push_back(prefix);
  }
  if (error) throw InputError(fmt::format("{}: can't be read: {}", folder, error.message()));
  std::sort(prefixes.begin(), prefixes.end());
  prefixes.erase(std::unique(prefixes.begin(), prefixes.end()), prefixes.end());
  std::stable_partition(prefixes.begin(), prefixes.end(),
                        [](const std::string& p) { return p.rfind("train", 0) == 0; });
  for (const std::string& prefix : label_prefixes) {
    if (std::find(prefixes.begin(), prefixes.end(), prefix) != prefixes.end()) continue;
    throw InputError(
        fmt::format("{}: {}{} stands without its images, expected {}{} beside it, plain or .gz\n  hint: put "
                    "it there, or take the labels away",
                    folder, prefix, labels_ending, prefix, images_ending));
  }
  if (prefixes.empty())
    throw InputError(
        fmt::format("{}: no data here, expected {} and {}, plain or .gz, with or without a prefix such as "
                    "train-\n  hint: ‹data› DIR",
                    folder, images_ending, labels_ending));

  Dataset set;
  set.folder = folder;
  fs::path path = fs::path(folder).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  set.name = path.filename().string();
  for (const std::string& prefix : prefixes) {
    const std::string labels = find(folder, prefix + labels_ending);
    if (labels.empty())
      throw InputError(
          fmt::format("{}: {}{} stands without its labels, expected {}{} beside it, plain or .gz\n  hint: "
                      "put it there, or take the images away",
                      folder, prefix, images_ending, prefix, labels_ending));
    append_pair(set, find(folder, prefix + images_ending), labels);
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
