// An objective that is written in Python.
#pragma once

#include <nanobind/nanobind.h>

#include <memory>
#include <vector>

#include "fit/objective.hpp"
#include "plan/layout.hpp"
#include "plan/plan.hpp"

namespace rule_search::python {

/// A rule with values for its coefficients, as objectives in Python get it.
struct BoundRule {
  plan::Plan plan;
  ParameterLayout layout;
  std::vector<double> theta;
};

/// For a rule, of an object with `units(part)` and `run(rule, part, unit)`, as rule_search.Objective describes it. Units are
/// carried out one after the other, with the interpreter's lock held.
std::unique_ptr<Objective> python_objective(nanobind::object object, const Rule& rule);

}  // namespace rule_search::python
