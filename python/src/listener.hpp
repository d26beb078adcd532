// Who hears of a run in Python, and stops it there.
#pragma once

#include <nanobind/nanobind.h>

#include <atomic>
#include <exception>
#include <string>
#include <thread>
#include <utility>

#include "fit/progress.hpp"
#include "run/stop.hpp"

namespace rule_search::python {

namespace nb = nanobind;

/// What a run tells Python, and how Python stops it. Called with the interpreter's lock free.
struct Listener {
  Listener(nb::object progress_, nb::object note_) : progress(std::move(progress_)), note(std::move(note_)) {}

  nb::object progress, note;  // callables, or none
  std::exception_ptr raised = nullptr;
  std::atomic<bool> failed = false, interrupted = false;  // read by all threads
  std::thread::id own = std::this_thread::get_id();

  void fail() {
    if (failed) return;
    raised = std::current_exception();
    failed = true;
  }

  void hear(const Progress& p) {
    if (progress.is_none() || failed) return;
    const nb::gil_scoped_acquire lock;
    try {
      progress(p.stage, p.detail, p.loss, p.runs, p.share);
    } catch (...) {
      fail();
    }
  }
  void told(const std::string& text) {
    if (note.is_none()) return;
    const nb::gil_scoped_acquire lock;
    try {
      note(text);
    } catch (...) {
      fail();
    }
  }
  std::string stop() {
    if (failed) return "the callback raised an exception";
    if (interrupted) return "Ctrl-C";
    // A signal that came before the run took them over waits with the interpreter.
    if (std::this_thread::get_id() == own) {
      const nb::gil_scoped_acquire lock;
      if (PyErr_CheckSignals() != 0) {
        if (PyErr_ExceptionMatches(PyExc_KeyboardInterrupt) != 0) {
          PyErr_Clear();
          interrupted = true;
          return "Ctrl-C";
        }
        try {
          throw nb::python_error();
        } catch (...) {
          fail();
        }
        return "a signal handler raised an exception";
      }
    }
    return StopSignals::received();
  }
  // After the run, with the lock.
  void raise() const {
    if (failed) std::rethrow_exception(raised);
  }
};

}  // namespace rule_search::python
