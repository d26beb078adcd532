// The costly results of a search, in the order in which it asked for them, kept in a file. A search follows
// from its rule, data and options alone, so one that was stopped is carried out again, takes its results from
// here up to where they end, and goes on.
//
// The file is the line "rule-search journal 2" and records. A record has a head of 16 bytes: four numbers of
// 32 bits in the byte order of the processor, which are the length of the body, its CRC-32, the number of the
// record, and the CRC-32 of the twelve bytes before; then comes the body. That of record 0 is the heading, a
// text of the owner's; that of every other 8 bytes which name the call, 8 for the seconds it took (a double),
// and its result.
//
// One process at a time has a journal open. Records reach the disk within about a second.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace rule_search {

/// A journal could not be written on, on a full disk say. What it held before is whole.
class JournalError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Journal {
 public:
  /// A new one. Throws InputError where there is one already, JournalError where it can't be written.
  static std::unique_ptr<Journal> begin(const std::filesystem::path& path, const std::string& heading);
  /// One that is there. A record that was being written when the power failed is cut off. Throws InputError
  /// where it can't be read, is damaged, or is open elsewhere.
  static std::unique_ptr<Journal> resume(const std::filesystem::path& path);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  const std::string& heading() const { return heading_; }
  /// How many bytes were cut off.
  std::size_t cut() const { return cut_; }

  /// The result of a call, from the journal where it holds one, else computed and kept. `call` is the call by
  /// its inputs, as bytes. With `anew` it is computed in any case. Throws InputError where the journal's next result
  /// is of another call or differs from what was computed, JournalError where it can't be kept.
  std::string result(const std::string& call, const std::function<std::string()>& compute, bool anew = false);

  /// Whether there are results that were not asked for yet.
  bool recalling() const { return next_ < results_.size(); }
  /// Records that the file has, the heading included.
  std::size_t records() const { return records_; }
  /// Results that were taken from the file, and the seconds it once took to have them.
  std::size_t recalled() const { return next_; }
  double recalled_seconds() const { return recalled_seconds_; }

 private:
  struct Result {
    std::uint64_t call;
    double seconds;
    std::string bytes;
  };

  Journal(std::filesystem::path path, int file) : path_(std::move(path)), file_(file) {}
  void read();
  void append(const std::string& body);
  [[noreturn]] void damaged(const std::string& where) const;

  std::filesystem::path path_;
  int file_;
  std::string heading_;
  std::vector<Result> results_;  ///< of the file as it was found
  std::size_t next_ = 0;         ///< of results_
  std::uint32_t records_ = 0;    ///< in the file
  std::uint64_t end_ = 0;        ///< of the last whole record
  std::size_t cut_ = 0;
  double recalled_seconds_ = 0;
  std::chrono::steady_clock::time_point synced_ = std::chrono::steady_clock::now();
};

}  // namespace rule_search
