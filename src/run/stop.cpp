#include "run/stop.hpp"

#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace rule_search {

namespace {

// Lock-free, so a handler may write it; threads that run episodes read it.
std::atomic<int> came = 0;
static_assert(std::atomic<int>::is_always_lock_free);

extern "C" void keep(int signal) {
  const int error = errno;
  came = signal;
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  constexpr char told[] = "\nstops when the episodes under way are over; the next signal ends it at once\n";
  // Where it can't be told there is nothing to be done about it.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, told, sizeof told - 1);
  errno = error;
}

void install(int signal, struct sigaction& before) {
  struct sigaction kept = {};
  kept.sa_handler = keep;
  kept.sa_flags = SA_RESTART;
  sigemptyset(&kept.sa_mask);
  if (::sigaction(signal, nullptr, &before) == 0 && before.sa_handler != SIG_IGN) ::sigaction(signal, &kept, nullptr);
}

}  // namespace

StopSignals::StopSignals() {
  came = 0;
  install(SIGINT, interrupt_);
  install(SIGTERM, terminate_);
}

StopSignals::~StopSignals() {
  ::sigaction(SIGINT, &interrupt_, nullptr);
  ::sigaction(SIGTERM, &terminate_, nullptr);
}

std::string StopSignals::received() {
  const int signal = came;
  return signal == 0 ? "" : signal == SIGINT ? "Ctrl-C" : "SIGTERM";
}

}  // namespace rule_search
