#include "command/stop.hpp"

#include <unistd.h>

#include <cerrno>

namespace rule_search::command {

namespace {

volatile std::sig_atomic_t came = 0;

extern "C" void keep(int signal) {
  const int error = errno;
  came = signal;
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  constexpr char told[] = "\nstops at the next safe point; the next signal ends it at once\n";
  // Where it can't be told there is nothing to be done about it.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, told, sizeof told - 1);
  errno = error;
}

void install(int signal, struct sigaction& before) {
  struct sigaction kept = {};
  kept.sa_handler = keep;
  kept.sa_flags = SA_RESTART;
  sigemptyset(&kept.sa_mask);
  if (::sigaction(signal, nullptr, &before) == 0 && before.sa_handler != SIG_IGN)
    ::sigaction(signal, &kept, nullptr);
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

std::string StopSignals::received() { return came == 0 ? "" : came == SIGINT ? "Ctrl-C" : "SIGTERM"; }

}  // namespace rule_search::command
