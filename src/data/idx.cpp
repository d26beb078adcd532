#include "data/idx.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <new>

#include "base/error.hpp"

namespace rule_search {

namespace {

constexpr std::uint64_t largest = std::uint64_t{1} << 31U;
constexpr std::size_t block = std::size_t{1} << 20U;

// A file, plain or gzipped, read from its beginning to its end.
class Bytes {
 public:
  explicit Bytes(const std::string& path) : path_(path), file_(nullptr, gzclose) {
    std::error_code status;
    // zlib opens a folder and then speaks of damaged data.
    const std::filesystem::file_status kind = std::filesystem::status(path, status);
    if (std::filesystem::is_directory(kind))
      throw InputError(fmt::format("{}: is a folder, expected an IDX file", path));
    // A pipe that nobody writes to would be waited for.
    if (std::filesystem::exists(kind) && !std::filesystem::is_regular_file(kind))
      throw InputError(fmt::format("{}: is not a file, expected an IDX file", path));
    file_.reset(gzopen(path.c_str(), "rb"));
    if (!file_)
      throw InputError(fmt::format("{}: can't be opened\n  hint: check that it exists and its permissions", path));
  }

  /// The next `size` bytes, fewer where the file ends. Memory grows with what the file holds, never with what
  /// a header claims.
  std::vector<std::uint8_t> read(std::uint64_t size) {
    std::vector<std::uint8_t> out;
    while (out.size() < size) {
      const std::size_t before = out.size();
      const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(block, size - before));
      out.resize(before + wanted);
      const int got = gzread(file_.get(), out.data() + before, static_cast<unsigned>(wanted));
      int error = Z_OK;
      const char* message = gzerror(file_.get(), &error);
      if (error == Z_MEM_ERROR) throw std::bad_alloc();
      std::string reason = message;
      if (reason.rfind(path_ + ": ", 0) == 0) reason.erase(0, path_.size() + 2);
      if (got < 0 || (error != Z_OK && error != Z_STREAM_END))
        throw InputError(
            fmt::format("{}: can't be read: the compressed data are damaged or cut off ({})\n  hint: fetch "
                        "the file again",
                        path_, reason));
      out.resize(before + static_cast<std::size_t>(got));
      if (got == 0) break;
    }
    return out;
  }

  /// Goes on by `size` bytes, or to the end, and keeps nothing. Returns how far.
  std::uint64_t skip(std::uint64_t size) {
    std::uint64_t done = 0;
    for (std::uint64_t got = 1; got > 0 && done < size; done += got)
      got = read(std::min<std::uint64_t>(block, size - done)).size();
    return done;
  }

 private:
  const std::string& path_;
  std::unique_ptr<gzFile_s, int (*)(gzFile)> file_;
};

std::uint32_t big_endian(const std::vector<std::uint8_t>& bytes, std::size_t at) {
  return static_cast<std::uint32_t>(bytes[at]) << 24U | static_cast<std::uint32_t>(bytes[at + 1]) << 16U |
         static_cast<std::uint32_t>(bytes[at + 2]) << 8U | bytes[at + 3];
}

std::vector<std::uint8_t> header_of(Bytes& file, const std::string& path, std::uint32_t magic, std::size_t size) {
  std::vector<std::uint8_t> bytes = file.read(size);
  const char* what = magic == 0x803 ? "images" : "labels";
  if (bytes.size() < 4)
    throw InputError(
        fmt::format("{}: too short for an IDX file: expected at least {} bytes, found {}\n  hint: fetch the file again",
                    path, size, bytes.size()));
  const std::uint32_t found = big_endian(bytes, 0);
  if (found != magic) {
    const bool other = found == 0x803 || found == 0x801;
    throw InputError(fmt::format(
        "{}: not an IDX file of {}: expected magic number 0x{:08x}, found 0x{:08x}\n  hint: {}", path, what, magic,
        found, other ? "images and labels seem to be mixed up" : "unsigned bytes are expected, as in MNIST"));
  }
  if (bytes.size() < size)
    throw InputError(fmt::format("{}: cut off in its header: expected {} bytes, found {}\n  hint: fetch the file again",
                                 path, size, bytes.size()));
  return bytes;
}

// What stands behind the header.
std::vector<std::uint8_t> contents(Bytes& file, const std::string& path, std::size_t header, std::uint64_t size) {
  const std::uint64_t expected = header + size;
  // Cut off in all likelihood, which helps more to know.
  const std::uint64_t claimed_too_much = expected > largest ? file.skip(largest) : 0;
  if (claimed_too_much == largest) throw InputError(fmt::format("{}: larger than 2 GiB, expected an IDX file", path));
  const std::vector<std::uint8_t> bytes = expected > largest ? std::vector<std::uint8_t>() : file.read(size);
  // Of what stands behind only a part is counted: compressed, a small file may hold any amount.
  const std::uint64_t more = bytes.size() == size ? file.skip(block) : 0;
  if (bytes.size() == size && more == 0) return bytes;
  throw InputError(fmt::format("{}: {}: its header asks for {} bytes, found {}{}\n  hint: fetch the file again", path,
                               more == 0 ? "cut off" : "holds more than it should", expected,
                               more == block ? "at least " : "", header + bytes.size() + more + claimed_too_much));
}

}  // namespace

IdxImages read_idx_images(const std::string& path) {
  Bytes file(path);
  const std::vector<std::uint8_t> header = header_of(file, path, 0x803, 16);
  const std::uint64_t count = big_endian(header, 4);
  const std::uint64_t rows = big_endian(header, 8);
  const std::uint64_t cols = big_endian(header, 12);
  if (rows < 1 || cols < 1 || rows > 1024 || cols > 1024)
    throw InputError(
        fmt::format("{}: images of {} x {} pixels, expected 1 to 1024 on each side\n  hint: fetch the file again, or "
                    "make the images smaller",
                    path, rows, cols));
  std::vector<std::uint8_t> pixels = contents(file, path, header.size(), count * rows * cols);
  return {static_cast<int>(count), static_cast<int>(rows), static_cast<int>(cols), std::move(pixels)};
}

std::vector<std::uint8_t> read_idx_labels(const std::string& path) {
  Bytes file(path);
  const std::vector<std::uint8_t> header = header_of(file, path, 0x801, 8);
  return contents(file, path, header.size(), big_endian(header, 4));
}

}  // namespace rule_search
