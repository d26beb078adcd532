#include "run/sent_files.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "base/error.hpp"
#include "fit/packing.hpp"

namespace rule_search {

namespace fs = std::filesystem;

std::string packed_files(const fs::path& path) {
  std::error_code error;
  std::vector<fs::path> files;
  if (fs::is_directory(path, error)) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path)) {
      if (entry.is_regular_file(error)) files.push_back(entry.path());
    }
  } else {
    files.push_back(path);
  }
  Packer to;
  to(path.filename().string(), files.size());
  for (const fs::path& file : files) {
    std::ifstream in(file, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    if (!in) throw InputError(fmt::format("{}: can't be read: {}", file.string(), std::strerror(errno)));
    to(file == path ? std::string() : fs::relative(file, path).string(), bytes);
  }
  return to.bytes();
}

fs::path unpack_files(const std::string& bytes, const fs::path& folder) {
  Unpacker from(bytes);
  std::string name;
  std::size_t count = 0;
  from(name, count);
  const fs::path root = folder / (name.empty() ? "data" : name);
  for (std::size_t k = 0; k < count; ++k) {
    std::string place, content;
    from(place, content);
    const fs::path file = place.empty() ? root : root / place;
    fs::create_directories(file.parent_path());
    std::ofstream out(file, std::ios::binary);
    out.write(content.data(), static_cast<std::streamsize>(content.size()));
    out.close();
    if (!out)
      throw std::runtime_error(
          fmt::format("{}: can't be written: {}\n  hint: make room, or name another place by TMPDIR", file.string(),
                      std::strerror(errno)));
  }
  from.end();
  return root;
}

}  // namespace rule_search
