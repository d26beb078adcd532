#include "objective/numpy.hpp"

#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include "grammar/diagnostic.hpp"

namespace rule_search {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t largest = std::uint64_t{1} << 31U;  // bytes of one array

[[noreturn]] void refuse(const std::string& where, const std::string& why) {
  throw InputError(fmt::format("{}: {}\n  hint: write it with numpy.savez or numpy.save", where, why));
}

// The header is a dictionary as Python prints it: {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }.
class Header {
 public:
  Header(const std::string& text, const std::string& where) : text_(text), where_(where) {}

  std::string word(const std::string& key) const {
    std::size_t at = after(key);
    const char quote = text_[at];
    if (quote != '\'' && quote != '"') refuse(where_, fmt::format("its header has no text for {}", key));
    const std::size_t end = text_.find(quote, at + 1);
    if (end == std::string::npos) refuse(where_, "its header is cut off");
    const std::string word = text_.substr(at + 1, end - at - 1);
    // It stands in messages.
    constexpr std::size_t longest = 20;
    if (word.size() > longest || std::any_of(word.begin(), word.end(), [](char c) { return c < ' ' || c > '~'; }))
      refuse(where_, fmt::format("its header has no short text for {}", key));
    return word;
  }
  bool flag(const std::string& key) const {
    const std::size_t at = after(key);
    if (text_.compare(at, 4, "True") == 0) return true;
    if (text_.compare(at, 5, "False") == 0) return false;
    refuse(where_, fmt::format("its header has neither True nor False for {}", key));
  }
  std::vector<std::uint64_t> shape() const {
    std::size_t at = after("shape");
    if (text_[at] != '(') refuse(where_, "its header has no shape");
    std::vector<std::uint64_t> out;
    for (++at; at < text_.size() && text_[at] != ')';) {
      if (std::isdigit(static_cast<unsigned char>(text_[at])) == 0) {
        ++at;
        continue;
      }
      std::uint64_t size = 0;
      for (; at < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at])) != 0; ++at) {
        size = 10 * size + static_cast<std::uint64_t>(text_[at] - '0');
        if (size > largest) refuse(where_, "its shape is beyond 2 GiB");
      }
      out.push_back(size);
      if (out.size() > 8) refuse(where_, "it has more than 8 dimensions");
    }
    if (at >= text_.size()) refuse(where_, "its header is cut off");
    return out;
  }

 private:
  // Where the value of a key begins.
  std::size_t after(const std::string& key) const {
    std::size_t at = text_.find("'" + key + "'");
    if (at == std::string::npos) refuse(where_, fmt::format("its header has no '{}'", key));
    at = text_.find(':', at);
    if (at == std::string::npos) refuse(where_, "its header is cut off");
    at = text_.find_first_not_of(' ', at + 1);
    if (at == std::string::npos) refuse(where_, "its header is cut off");
    return at;
  }

  const std::string& text_;
  const std::string& where_;
};

template <class T>
double number_at(const char* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return static_cast<double>(value);
}

struct Type {
  const char* name;
  std::size_t size;
  double (*read)(const char*);
};
constexpr std::array<Type, 11> types = {{{"f8", 8, number_at<double>},
                                         {"f4", 4, number_at<float>},
                                         {"i8", 8, number_at<std::int64_t>},
                                         {"i4", 4, number_at<std::int32_t>},
                                         {"i2", 2, number_at<std::int16_t>},
                                         {"i1", 1, number_at<std::int8_t>},
                                         {"u8", 8, number_at<std::uint64_t>},
                                         {"u4", 4, number_at<std::uint32_t>},
                                         {"u2", 2, number_at<std::uint16_t>},
                                         {"u1", 1, number_at<std::uint8_t>},
                                         {"b1", 1, number_at<std::uint8_t>}}};

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
    refuse(path, fmt::format("expected an archive of NumPy arrays (.npz), but it can't be read as one ({})", text));
  }
  return archive;
}

std::string bytes_of_entry(const std::string& path, zip_t* archive, const std::string& entry) {
  const std::unique_ptr<zip_file_t, CloseEntry> file(zip_fopen(archive, entry.c_str(), 0));
  if (!file) refuse(path, fmt::format("{} can't be read ({})", entry, zip_strerror(archive)));
  std::string out;
  std::array<char, 1U << 16U> block{};
  for (;;) {
    const zip_int64_t got = zip_fread(file.get(), block.data(), block.size());
    if (got < 0) refuse(path, fmt::format("{} is damaged ({})", entry, zip_file_strerror(file.get())));
    if (got == 0) return out;
    out.append(block.data(), static_cast<std::size_t>(got));
    if (out.size() > largest) refuse(path, fmt::format("{} is beyond 2 GiB", entry));
  }
}

}  // namespace

NumpyArray parse_npy(const std::string& bytes, const std::string& where) {
  static_assert(std::endian::native == std::endian::little);
  const std::string magic = "\x93NUMPY";
  if (bytes.compare(0, magic.size(), magic) != 0 || bytes.size() < 12)
    refuse(where, "expected a NumPy array, found something else");
  const int version = static_cast<unsigned char>(bytes[6]);
  const std::size_t width = version == 1 ? 2 : 4;
  std::size_t header = 0;
  for (std::size_t k = 0; k < width; ++k)
    header |= std::size_t{static_cast<unsigned char>(bytes[8 + k])} << (8 * k);
  const std::size_t begin = 8 + width;
  if (version < 1 || version > 3) refuse(where, fmt::format("its format is version {}, expected 1 to 3", version));
  if (header > bytes.size() - begin) refuse(where, "its header is cut off");
  const std::string text = bytes.substr(begin, header);
  const Header h(text, where);
  const std::string type = h.word("descr");
  const auto known = std::find_if(types.begin(), types.end(),
                                  [&](const Type& t) { return type.size() == 3 && type.substr(1) == t.name; });
  if (known == types.end() || (type[0] != '<' && !(known->size == 1 && type[0] == '|')))
    refuse(where, fmt::format("it holds values of type '{}', expected numbers in little-endian order such as '<f8'", type));
  NumpyArray out;
  out.shape = h.shape();
  const std::uint64_t room = (bytes.size() - begin - header) / known->size;
  std::uint64_t count = 1;
  for (std::uint64_t s : out.shape) {
    if (s > 0 && count > room / s)
      refuse(where, fmt::format("its shape ({}) asks for more numbers than the file holds ({})",
                                fmt::join(out.shape, ", "), room));
    count *= s;
  }
  if (count * known->size != bytes.size() - begin - header)
    refuse(where, fmt::format("its shape ({}) is of {} numbers, but the file holds {}", fmt::join(out.shape, ", "), count,
                              room));
  const char* const data = bytes.data() + begin + header;
  out.values.resize(count);
  if (!h.flag("fortran_order")) {
    for (std::uint64_t k = 0; k < count; ++k) out.values[k] = known->read(data + k * known->size);
    return out;
  }
  // The first index is fastest in the file, the last here.
  std::vector<std::uint64_t> index(out.shape.size(), 0);
  for (std::uint64_t k = 0; k < count; ++k) {
    std::uint64_t at = 0;
    for (std::size_t d = 0; d < index.size(); ++d) at = at * out.shape[d] + index[d];
    out.values[at] = known->read(data + k * known->size);
    for (std::size_t d = 0; d < index.size() && ++index[d] == out.shape[d]; ++d) index[d] = 0;
  }
  return out;
}

NumpyArrays::NumpyArrays(std::string path) : path_(std::move(path)), is_folder_(fs::is_directory(path_)) {
  if (!is_folder_) open_archive(path_);
}

std::vector<std::string> NumpyArrays::names() const {
  std::vector<std::string> out;
  const auto add = [&](const std::string& file) {
    if (file.ends_with(".npy")) out.push_back(file.substr(0, file.size() - 4));
  };
  if (is_folder_) {
    for (const auto& entry : fs::directory_iterator(path_)) add(entry.path().filename().string());
  } else {
    const Archive archive = open_archive(path_);
    for (zip_int64_t k = 0; k < zip_get_num_entries(archive.get(), 0); ++k) {
      if (const char* const file = zip_get_name(archive.get(), static_cast<zip_uint64_t>(k), 0)) add(file);
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::optional<NumpyArray> NumpyArrays::read(const std::string& name) const {
  const std::string file = name + ".npy";
  if (is_folder_) {
    const fs::path path = fs::path(path_) / file;
    if (!fs::is_regular_file(path)) return std::nullopt;
    if (fs::file_size(path) > largest) refuse(path.string(), "it is beyond 2 GiB");
    std::ifstream in(path, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    return parse_npy(bytes, path.string());
  }
  const Archive archive = open_archive(path_);
  if (zip_name_locate(archive.get(), file.c_str(), 0) < 0) return std::nullopt;
  return parse_npy(bytes_of_entry(path_, archive.get(), file), path_ + ": " + file);
}

}  // namespace rule_search
