// What Python holds: rules, recordings, connections, objectives.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "expression/rule.hpp"
#include "fit/objective.hpp"
#include "network/given_connection.hpp"
#include "objectives/list.hpp"
#include "data/recording.hpp"
#include "plan/layout.hpp"

namespace rule_search::python {

namespace nb = nanobind;

using Texts = std::map<std::string, std::vector<std::string>>;  // options by name
using Values = std::map<std::string, std::vector<double>>;      // coefficients by name: one, or one a connection
using Array = nb::ndarray<const double, nb::c_contig, nb::device::cpu>;
using Arrays = std::map<std::string, Array>;

/// An array of our own, which Python frees.
nb::object array_of(std::vector<double> values, const std::vector<std::size_t>& shape);

struct PyRule {
  PyRule(const std::string& text, const std::string& name) : source{name, text}, rule(check_rule(source)) {}
  Source source;
  Rule rule;
};

struct PyRecording {
  PyRecording(const std::string& name, const Arrays& given);
  LayerRecording recording;
};

/// The numbers that the layout is of: those of the rule, but where there are `values`. Throws InputError.
std::vector<double> theta_of(const Rule& rule, const ParameterLayout& layout, const Values& values);
/// What a connection is given by name: numbers, or arrays of one dimension.
std::map<std::string, std::vector<double>> columns_of(const Arrays& given);
GivenConnection connection_of(const plan::Plan& plan, const std::vector<double>& values, const Array& w);

/// An objective of the program with its options, or one in Python.
class PyObjective {
 public:
  PyObjective(const std::string& name, const Texts& options, const std::vector<PyRecording*>& recordings,
              const std::vector<PyRecording*>& test);
  explicit PyObjective(nb::object own) : own_(std::move(own)) {}

  /// Made once for a rule and a seed; objectives are asked for again and again. Who holds it keeps it, also where another thread
  /// asks for another rule meanwhile.
  std::shared_ptr<const Objective> of(const PyRule& rule, std::uint64_t seed);
  std::string name() const { return own_.is_valid() ? "own" : kind_->name(); }
  bool is_own() const { return own_.is_valid(); }

 private:
  std::unique_ptr<ObjectiveKind> kind_;
  nb::object own_;
  std::shared_ptr<const Objective> objective_;
  std::string key_;
};

}  // namespace rule_search::python
