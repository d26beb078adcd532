// What the fuzzing targets share. A target is a function from bytes to nothing: it ends in abort() where the
// program breaks a promise, and sanitizers end it where the language is broken.
#pragma once

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace fuzz {

/// Ends the process with this message, which libFuzzer and the replay of the corpus tell as a finding.
[[noreturn]] inline void broken(const std::string& promise) {
  std::fprintf(stderr, "broken promise: %s\n", promise.c_str());
  std::abort();
}

inline void require(bool kept, const char* promise) {
  if (!kept) broken(promise);
}

/// What a message to the user must be like: one at least, without a line break at its end.
inline void check_message(const std::string& message) {
  require(!message.empty() && message.back() != '\n', "a message is no empty text and ends without a line break");
}

/// A file that holds the bytes: the readers take paths. One a process and ending, in memory where there is /dev/shm.
inline std::string file_of(const std::uint8_t* data, std::size_t size, const char* ending) {
  static const bool memory = std::filesystem::is_directory("/dev/shm");
  const std::filesystem::path folder = memory ? "/dev/shm" : std::filesystem::temp_directory_path();
  const std::string path = (folder / ("rule-search-fuzz-" + std::to_string(getpid()) + ending)).string();
  static const bool removed_at_exit =
      std::atexit([] {
        std::error_code ignored;
        for (const char* e : {".json", "-ubyte", ".csv", ".npz"}) {
          for (const char* folder : {"/dev/shm", "/tmp"})
            std::filesystem::remove(std::string(folder) + "/rule-search-fuzz-" + std::to_string(getpid()) + e, ignored);
        }
      }) == 0;
  (void)removed_at_exit;
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  return path;
}

}  // namespace fuzz
