#include "episode/idx.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <filesystem>
#include <memory>
#include <new>

#include "grammar/diagnostic.hpp"

namespace rule_search {

namespace {

constexpr std::size_t largest = std::size_t{1} << 31U;

// The whole contents. Memory grows with what the file really holds, never with what its header claims.
std::vector<std::uint8_t> contents(const std::string& path) {
  std::error_code status;
  // zlib opens a folder and then speaks of damaged data.
  const std::filesystem::file_status kind = std::filesystem::status(path, status);
  if (std::filesystem::is_directory(kind))
    throw InputError(fmt::format("{}: is a folder, expected an IDX file", path));
  // A pipe that nobody writes to would be waited for.
  if (std::filesystem::exists(kind) && !std::filesystem::is_regular_file(kind))
    throw InputError(fmt::format("{}: is not a file, expected an IDX file", path));
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), gzclose);
  if (!file)
    throw InputError(
        fmt::format("{}: can't be opened\n  hint: check that it exists and its permissions", path));
  std::vector<std::uint8_t> bytes;
  std::vector<std::uint8_t> block(std::size_t{1} << 20U);
  for (;;) {
    const int got = gzread(file.get(), block.data(), static_cast<unsigned>(block.size()));
    int error = Z_OK;
    const char* message = gzerror(file.get(), &error);
    if (error == Z_MEM_ERROR) throw std::bad_alloc();
    if (got < 0 || (error != Z_OK && error != Z_STREAM_END))
      throw InputError(fmt::format(
          "{}: can't be read: the compressed data are damaged or cut off ({})\n  hint: fetch the file again",
          path, message));
    if (got == 0) break;
    bytes.insert(bytes.end(), block.begin(), block.begin() + got);
    if (bytes.size() > largest)
      throw InputError(fmt::format("{}: larger than 2 GiB, expected an IDX file", path));
  }
  return bytes;
}

std::uint32_t big_endian(const std::vector<std::uint8_t>& bytes, std::size_t at) {
  return static_cast<std::uint32_t>(bytes[at]) << 24U | static_cast<std::uint32_t>(bytes[at + 1]) << 16U |
         static_cast<std::uint32_t>(bytes[at + 2]) << 8U | bytes[at + 3];
}

std::vector<std::uint8_t> with_header(const std::string& path, std::uint32_t magic, std::size_t header) {
  std::vector<std::uint8_t> bytes = contents(path);
  const char* what = magic == 0x803 ? "images" : "labels";
  if (bytes.size() < 4)
    throw InputError(fmt::format(
        "{}: too short for an IDX file: expected at least {} bytes, found {}\n  hint: fetch the file again",
        path, header, bytes.size()));
  const std::uint32_t found = big_endian(bytes, 0);
  if (found != magic) {
    const bool other = found == 0x803 || found == 0x801;
    throw InputError(fmt::format(
        "{}: not an IDX file of {}: expected magic number 0x{:08x}, found 0x{:08x}\n  hint: {}", path, what,
        magic, found,
        other ? "images and labels seem to be mixed up" : "unsigned bytes are expected, as in MNIST"));
  }
  if (bytes.size() < header)
    throw InputError(
        fmt::format("{}: cut off in its header: expected {} bytes, found {}\n  hint: fetch the file again",
                    path, header, bytes.size()));
  return bytes;
}

void check_size(const std::string& path, std::uint64_t expected, std::size_t found) {
  if (found == expected) return;
  throw InputError(fmt::format("{}: {}: its header asks for {} bytes, found {}\n  hint: fetch the file again",
                               path, found < expected ? "cut off" : "holds more than it should", expected,
                               found));
}

}  // namespace

IdxImages read_idx_images(const std::string& path) {
  const std::vector<std::uint8_t> bytes = with_header(path, 0x803, 16);
  const std::uint64_t count = big_endian(bytes, 4);
  const std::uint64_t rows = big_endian(bytes, 8);
  const std::uint64_t cols = big_endian(bytes, 12);
  if (rows < 1 || cols < 1 || rows > 1024 || cols > 1024)
    throw InputError(
        fmt::format("{}: images of {} x {} pixels, expected 1 to 1024 on each side", path, rows, cols));
  check_size(path, 16 + count * rows * cols, bytes.size());
  IdxImages out{static_cast<int>(count), static_cast<int>(rows), static_cast<int>(cols), {}};
  out.pixels.assign(bytes.begin() + 16, bytes.end());
  return out;
}

std::vector<std::uint8_t> read_idx_labels(const std::string& path) {
  const std::vector<std::uint8_t> bytes = with_header(path, 0x801, 8);
  check_size(path, 8 + std::uint64_t{big_endian(bytes, 4)}, bytes.size());
  return {bytes.begin() + 8, bytes.end()};
}

}  // namespace rule_search
