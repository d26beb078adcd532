#include "run/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/hash.hpp"

namespace rule_search {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view first_line = "rule-search journal 2\n";
constexpr std::string_view any_first_line = "rule-search journal ";

std::uint32_t checksum(std::string_view bytes) {
  return static_cast<std::uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

struct Head {
  std::uint32_t length, body, number, self;
};
static_assert(sizeof(Head) == 16);

std::uint32_t checksum(const Head& head) {
  return checksum({reinterpret_cast<const char*>(&head), offsetof(Head, self)});
}

std::uint64_t digest(std::string_view bytes) {
  Hash hash;
  hash.add(bytes);
  return hash.value();
}

bool nothing(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == '\0'; });
}

std::string contents(int file, const fs::path& path) {
  std::string out;
  std::string part(1U << 16U, '\0');
  for (;;) {
    const ssize_t n = ::read(file, part.data(), part.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw InputError(fmt::format("{}: can't be read: {}", path.string(), std::strerror(errno)));
    if (n == 0) return out;
    out.append(part, 0, static_cast<std::size_t>(n));
  }
}

[[noreturn]] void unwritten(const fs::path& path, int reason) {
  throw JournalError(fmt::format("{}: can't be written: {}", path.string(), std::strerror(reason)));
}

void lock(int file, const fs::path& path) {
  if (::flock(file, LOCK_EX | LOCK_NB) == 0) return;
  const int reason = errno;
  ::close(file);
  if (reason == EWOULDBLOCK)
    throw InputError(fmt::format(
        "{}: another process is at work on this run\n  hint: wait for its end, or stop it first", path.string()));
  throw InputError(fmt::format("{}: can't be locked: {}", path.string(), std::strerror(reason)));
}

}  // namespace

std::unique_ptr<Journal> Journal::begin(const fs::path& path, const std::string& heading) {
  std::error_code error;
  if (fs::exists(path, error))
    throw InputError(fmt::format("{}: is there already\n  hint: `search --resume` resumes it", path.string()));
  // What has the journal's name has a whole heading, so it is written under another first.
  auto [file, part] = open_beside(path);
  if (file < 0) unwritten(path, errno);
  lock(file, path);
  std::unique_ptr<Journal> journal(new Journal(path, file));
  // clang 14 captures no structured binding without an initialiser.
  const auto give_up = [&path, &part = part](int reason) {
    ::unlink(part.c_str());
    unwritten(path, reason);
  };
  if (!write_all(file, first_line)) give_up(errno);
  journal->end_ = first_line.size();
  try {
    journal->append(heading);
  } catch (...) {
    ::unlink(part.c_str());
    throw;
  }
  if (::fsync(file) != 0 || ::rename(part.c_str(), path.c_str()) != 0) give_up(errno);
  if (!sync_folder(path.parent_path())) unwritten(path, errno);
  journal->heading_ = heading;
  return journal;
}

std::unique_ptr<Journal> Journal::resume(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_APPEND | O_CLOEXEC);
  if (file < 0)
    throw InputError(fmt::format("{}: can't be opened: {}\n  hint: give the folder that a search was begun in",
                                 path.string(), std::strerror(errno)));
  lock(file, path);
  std::unique_ptr<Journal> journal(new Journal(path, file));
  journal->read();
  return journal;
}

Journal::~Journal() {
  ::fdatasync(file_);
  ::close(file_);
}

void Journal::damaged(const std::string& where) const {
  throw InputError(
      fmt::format("{}: the journal is damaged: {}; it is not resumed\n  hint: restore it from a copy, or "
                  "begin the search anew in another folder",
                  path_.string(), where));
}

void Journal::read() {
  const std::string all = contents(file_, path_);
  std::string_view left = all;
  if (left.substr(0, first_line.size()) != first_line) {
    if (left.substr(0, any_first_line.size()) == any_first_line)
      throw InputError(
          fmt::format("{}: a journal of another format, expected 1\n  hint: resume it with the version of "
                      "the program that began it",
                      path_.string()));
    damaged("it does not begin as a journal does");
  }
  left.remove_prefix(first_line.size());
  end_ = first_line.size();
  while (!left.empty()) {
    // Only the last record can have been under way when the power failed. Of it the disk may hold the begin, or, in
    // file systems that know the length before the bytes, zeros.
    Head head{};
    if (left.size() < sizeof head) break;
    std::memcpy(&head, left.data(), sizeof head);
    const std::string_view after = left.substr(sizeof head);
    if (head.self != checksum(head)) {
      if (nothing(after)) break;
      damaged(fmt::format("the head of record {}, at byte {}", records_, end_));
    }
    if (head.number != records_)
      damaged(fmt::format("record {} stands where {} was expected, at byte {}", head.number, records_, end_));
    if (head.length > after.size()) break;
    const std::string_view body = after.substr(0, head.length);
    if (head.body != checksum(body)) {
      if (nothing(after.substr(head.length))) break;
      damaged(fmt::format("the body of record {}, at byte {}", records_, end_ + sizeof head));
    }
    if (records_ == 0) {
      heading_ = body;
    } else {
      Result r{};
      constexpr std::size_t before = sizeof r.call + sizeof r.seconds;
      if (body.size() < before) damaged(fmt::format("record {} is too short, at byte {}", records_, end_));
      std::memcpy(&r.call, body.data(), sizeof r.call);
      std::memcpy(&r.seconds, body.data() + sizeof r.call, sizeof r.seconds);
      r.bytes = body.substr(before);
      results_.push_back(std::move(r));
    }
    ++records_;
    end_ += sizeof head + head.length;
    left.remove_prefix(sizeof head + head.length);
  }
  // The heading was on the disk before the file had its name.
  if (records_ == 0) damaged("its heading is not whole");
  cut_ = left.size();
  if (cut_ > 0 && (::ftruncate(file_, static_cast<off_t>(end_)) != 0 || ::fsync(file_) != 0)) unwritten(path_, errno);
}

void Journal::append(const std::string& body) {
  if (body.size() > std::numeric_limits<std::uint32_t>::max()) unwritten(path_, EFBIG);
  Head head{static_cast<std::uint32_t>(body.size()), checksum(body), records_, 0};
  head.self = checksum(head);
  std::string record(reinterpret_cast<const char*>(&head), sizeof head);
  record += body;
  const auto give_up = [&](int reason) {
    // The part that found room goes, so that the file ends with a whole record. Where not even that can be done,
    // it is cut off when the journal is read.
    if (::ftruncate(file_, static_cast<off_t>(end_)) == 0) ::fdatasync(file_);
    unwritten(path_, reason);
  };
  if (!write_all(file_, record)) give_up(errno);
  const auto now = std::chrono::steady_clock::now();
  if (now - synced_ >= std::chrono::seconds(1)) {
    // Some file systems find only now that there is no room.
    if (::fdatasync(file_) != 0) give_up(errno);
    synced_ = now;
  }
  end_ += record.size();
  ++records_;
}

std::string Journal::result(const std::string& call, const std::function<std::string()>& compute, bool anew) {
  const std::uint64_t name = digest(call);
  const auto refuse = [&](const char* why) {
    throw InputError(
        fmt::format("{}: result {} is {}; it is not resumed\n  hint: resume it with the program that began the "
                    "run, on a machine of the same kind",
                    path_.string(), next_ + 1, why));
  };
  if (recalling()) {
    const Result& kept = results_[next_];
    if (kept.call != name) refuse("of another step than the one that this program comes to");
    if (anew && compute() != kept.bytes) refuse("another than the one that this program computes");
    ++next_;
    recalled_seconds_ += kept.seconds;
    return kept.bytes;
  }
  const auto start = std::chrono::steady_clock::now();
  const std::string bytes = compute();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::string body(reinterpret_cast<const char*>(&name), sizeof name);
  body.append(reinterpret_cast<const char*>(&seconds), sizeof seconds);
  body += bytes;
  append(body);
  return bytes;
}

}  // namespace rule_search
