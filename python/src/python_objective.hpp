// An objective that is written in Python.
#pragma once

#include <nanobind/nanobind.h>

#include <memory>

#include "fit/objective.hpp"

namespace rule_search::python {

/// For a rule, of an object with `units(part)` and `run(values, part, unit)`, as rule_search.Objective describes it; it must outlive what is
/// returned. Units are carried out one after the other, with the interpreter's lock held.
std::unique_ptr<Objective> python_objective(nanobind::object object, const Rule& rule);

}  // namespace rule_search::python
