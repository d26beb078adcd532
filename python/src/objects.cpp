#include "objects.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/named.hpp"
#include "data/recording_numpy.hpp"
#include "objectives/recordings/kind.hpp"
#include "python_objective.hpp"

namespace rule_search::python {

nb::object array_of(std::vector<double> values, const std::vector<std::size_t>& shape) {
  auto* const owned = new std::vector<double>(std::move(values));
  const nb::capsule owner(owned, [](void* p) noexcept { delete static_cast<std::vector<double>*>(p); });
  return nb::cast(nb::ndarray<nb::numpy, double>(owned->data(), shape.size(), shape.data(), owner));
}

PyRecording::PyRecording(const std::string& name, const Arrays& given) {
  NumpyArrays::ByName arrays;
  for (const auto& [key, a] : given) {
    NumpyArray& to = arrays[key];
    for (std::size_t d = 0; d < a.ndim(); ++d) to.shape.push_back(a.shape(d));
    to.values.assign(a.data(), a.data() + a.size());
  }
  recording = recording_of_arrays(name, std::move(arrays));
}

std::vector<double> theta_of(const Rule& rule, const ParameterLayout& layout, const Values& values) {
  std::vector<double> theta = layout.initial;
  for (const auto& [name, numbers] : values) {
    std::vector<std::size_t> entries;
    for (std::size_t e = 0; e < layout.names.size(); ++e) {
      if (layout.names[e] == name || rule.parameters[static_cast<std::size_t>(layout.parameter[e])].name == name)
        entries.push_back(e);
    }
    if (entries.empty())
      throw InputError(fmt::format("values: the rule {} has no parameter {}, expected one of {}", rule.name, name,
                                   fmt::join(layout.names, ", ")));
    if (numbers.size() != 1 && numbers.size() != entries.size())
      throw InputError(fmt::format("values: {}: expected one number{}, found {}", name,
                                   entries.size() > 1 ? fmt::format(" or {}, one for each connection", entries.size()) : "",
                                   numbers.size()));
    for (std::size_t k = 0; k < entries.size(); ++k) {
      const double value = numbers.size() == 1 ? numbers[0] : numbers[k];
      const std::size_t e = entries[k];
      if (!(value >= layout.lower[e] && value <= layout.upper[e]))
        throw InputError(fmt::format("values: {}: expected a number from {} to {}, found {}", layout.names[e],
                                     layout.lower[e], layout.upper[e], value));
      theta[e] = value;
    }
  }
  return theta;
}

std::map<std::string, std::vector<double>> columns_of(const Arrays& given) {
  std::map<std::string, std::vector<double>> out;
  for (const auto& [name, a] : given) out[name].assign(a.data(), a.data() + a.size());
  return out;
}

GivenConnection connection_of(const plan::Plan& plan, const std::vector<double>& values, const Array& w) {
  if (w.ndim() != 2) throw InputError(fmt::format("w: expected 2 dimensions (postsynaptic, presynaptic), found {}", w.ndim()));
  if (w.shape(0) == 0 || w.shape(1) == 0) throw InputError("w: expected at least one weight, found none");
  return {plan, static_cast<int>(w.shape(0)), static_cast<int>(w.shape(1)), values, w.data()};
}

PyObjective::PyObjective(const std::string& name, const Texts& options, const std::vector<PyRecording*>& recordings,
            const std::vector<PyRecording*>& test)
    : kind_(objective_kind(name)) {
  const std::vector<Option> rows = kind_->options();
  for (const auto& [key, texts] : options) {
    const Option* const row = option_named(rows, key);
    if (row == nullptr) {
      std::vector<std::string> names;
      for (const Option& o : rows) names.push_back("‹" + o.name + "›");
      throw InputError(fmt::format("‹{}›: {} has no such option, expected one of {}", key, kind_->name(), fmt::join(names, ", ")));
    }
    row->set(texts);
  }
  if (auto* const recorded = dynamic_cast<RecordingsKind*>(kind_.get()); recorded != nullptr && !recordings.empty()) {
    const auto list = [](const std::vector<PyRecording*>& from) {
      std::vector<LayerRecording> out;
      for (const PyRecording* r : from) out.push_back(r->recording);
      return out;
    };
    recorded->give(list(recordings), list(test));
  }
  kind_->check();
}

std::shared_ptr<const Objective> PyObjective::of(const PyRule& rule, std::uint64_t seed) {
  // Only the step of a rule, and parameters that recordings have themselves, decide what the data become.
  const std::string key = fmt::format("{} {} {}", seed, rule.rule.step.seconds, own_.is_valid() ? rule.source.text : "");
  const bool per_recording = std::any_of(rule.rule.parameters.begin(), rule.rule.parameters.end(),
                                         [](const Parameter& p) { return p.per_recording; });
  if (objective_ != nullptr && key == key_ && !per_recording) return objective_;
  std::shared_ptr<const Objective> made;
  if (own_.is_valid()) {
    made = python_objective(own_, rule.rule);
  } else {
    const nb::gil_scoped_release free;
    made = kind_->make(rule.rule, seed);
  }
  objective_ = made;
  key_ = key;
  return made;
}

}  // namespace rule_search::python
