// What Python has carried out: scores, fits, searches, simulations.
#pragma once

#include <nanobind/nanobind.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "objects.hpp"

namespace rule_search::python {

/// Losses and measures of a part, by unit and with intervals.
nb::dict evaluate(const PyRule& rule, PyObjective& of, const Values& values, const std::string& part_text,
                  std::size_t units, std::uint64_t seed, int threads, bool in_double);
/// A search with an objective of the program, in a folder from which it can be resumed.
nb::dict search_program(const PyRule& rule, const std::string& objective, const Texts& options, const std::string& out,
                        int threads, double seconds, std::size_t most_runs, nb::object progress, nb::object note);
nb::dict resume(const std::string& folder, int threads, double seconds, std::size_t most_runs, nb::object progress,
                nb::object note);
/// The same with an objective in Python: no journal, since nobody can say whether it is the same when it is resumed.
nb::dict search_own(const PyRule& rule, PyObjective& of, const Texts& options, const std::string& out, nb::object progress,
                    nb::object note);
/// The document of a fit.
std::string fit(const PyRule& rule, PyObjective& of, const Values& values, const std::vector<std::string>& fixed,
                const std::string& method, const std::map<std::string, double>& numbers, std::uint64_t seed, int threads,
                nb::object progress);
/// What a rule makes of a recording: arrays by name.
nb::dict simulated(const PyRule& rule, const PyRecording& recording, const Values& values, const std::string& activation,
                   double beta);

}  // namespace rule_search::python
