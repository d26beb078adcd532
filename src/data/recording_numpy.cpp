#include "data/recording_numpy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/array_shapes.hpp"
#include "data/numpy.hpp"
#include "data/recording_checks.hpp"

namespace rule_search {

namespace {

constexpr const char* arrays_hint =
    "arrays are pre (time x presynaptic neuron), w (time x postsynaptic x presynaptic neuron), post, choice and target "
    "(time x postsynaptic neuron), time, w_seen, post_seen, choice_seen, standard errors w_se and post_se, and signals";
constexpr const char* array_names = "pre, post, w, time, target, post_seen, w_seen, choice, choice_seen, w_se, post_se";

using Sizes = std::vector<std::uint64_t>;

// Whether an array has a name of its own: that of a quantity, or of one that says where a quantity was seen.
bool is_known(std::string name) {
  const std::string ending = "_seen";
  if (!name.ends_with(ending)) return quantity_named(name) != nullptr;
  name.resize(name.size() - ending.size());
  const RecordedQuantity* const of = quantity_named(name);
  return of != nullptr && of->may_have_gaps;
}

// "2, 0" of element 4 of a 3 x 2 array.
std::string indices(std::size_t k, const Sizes& shape) {
  std::string out;
  for (std::size_t d = shape.size(); d-- > 0;) {
    out = fmt::format("{}{}{}", k % shape[d], out.empty() ? "" : ", ", out);
    k /= shape[d];
  }
  return out;
}

class NumpyReader {
 public:
  NumpyReader(const std::string& path, NumpyArrays arrays) : path_(path), arrays_(std::move(arrays)) {}

  LayerRecording read() {
    out_.name = path_;
    refuse_other_spellings();
    const NumpyArray pre = needed("pre", 2);
    const std::optional<NumpyArray> w = optional("w", 3);
    const std::optional<NumpyArray> post = optional("post", 2);
    const std::optional<NumpyArray> choice = optional("choice", 2);
    if (!w && !post && !choice)
      throw InputError(fmt::format("{}: expected at least one of the arrays w, post and choice, found {}\n  hint: {}{}",
                                   path_, found(), asked_for_meant({"w", "post", "choice"}), arrays_hint));
    check_seen_have_values();
    const std::optional<NumpyArray> target = optional("target", 2);
    const std::optional<NumpyArray> time = optional("time", 1);
    check_shapes({{"pre", "Tm", &pre},
                  {"w", "Tnm", address(w)},
                  {"post", "Tn", address(post)},
                  {"choice", "Tn", address(choice)},
                  {"target", "Tn", address(target)},
                  {"time", "T", address(time)}});
    // Weights that nobody saw are of the neurons of which something else was seen.
    const auto& [of_neurons, neurons] = w      ? std::pair{"w", w->shape[1]}
                                        : post ? std::pair{"post", post->shape[1]}
                                               : std::pair{"choice", choice->shape[1]};
    out_.steps = size_of("pre", pre.shape[0]);
    out_.m = size_of("pre", pre.shape[1]);
    out_.n = size_of(of_neurons, neurons);
    check_number_of_times(out_.steps, path_ + ": pre", "");
    steps_ = pre.shape[0];
    by_neuron_ = {steps_, neurons};
    by_synapse_ = {steps_, neurons, pre.shape[1]};
    out_.pre = finite("pre", pre, {});
    if (w) {
      read_with_gaps("w", *w, by_synapse_, out_.w, out_.w_seen);
    } else {
      add_unseen_weights(out_);
    }
    if (post) read_with_gaps("post", *post, by_neuron_, out_.post, out_.post_seen);
    out_.w_error = errors("w", by_synapse_, w.has_value(), out_.w_seen);
    out_.post_error = errors("post", by_neuron_, post.has_value(), out_.post_seen);
    if (target) out_.target = finite("target", *target, {});
    if (choice) read_choice(*choice);
    read_signals();
    read_time(time);
    return std::move(out_);
  }

 private:
  // A quantity in capital letters would be a signal that nobody asks for, where it is not there in small ones as well.
  void refuse_other_spellings() const {
    for (const std::string& name : arrays_.names()) {
      const auto meant = quantity_meant_by(name);
      if (meant && meant->surely && !arrays_.has(meant->quantity->name))
        throw InputError(fmt::format("{}: {} would be a signal of this name, expected {}\n  hint: {}", path_,
                                     in_quotes(name), meant->quantity->name, arrays_hint));
    }
  }

  // "did you mean w by weights? ", of an array that may be meant as one of these quantities; else "".
  std::string asked_for_meant(const std::vector<std::string>& quantities) const {
    for (const std::string& name : arrays_.names()) {
      const auto meant = quantity_meant_by(name);
      if (meant && std::find(quantities.begin(), quantities.end(), meant->quantity->name) != quantities.end())
        return fmt::format("did you mean {} by {}? ", meant->quantity->name, name);
    }
    return "";
  }

  void check_seen_have_values() const {
    for (const char* of : {"w", "post", "choice"}) {
      const std::string seen = fmt::format("{}_seen", of);
      if (arrays_.has(seen) && !arrays_.has(of))
        throw InputError(
            fmt::format("{}: has {}, but no {} that it could tell of\n  hint: {}", path_, seen, of, arrays_hint));
    }
  }

  struct Axes {
    const char* name;
    const char* axes;
    const NumpyArray* array;
  };
  void check_shapes(const std::vector<Axes>& arrays) const {
    std::vector<ShapedArray> shapes;
    for (const Axes& a : arrays) {
      if (a.array != nullptr) shapes.push_back({a.name, a.axes, a.array->shape});
    }
    refuse_contradicting_shapes(path_, shapes);
  }

  static const NumpyArray* address(const std::optional<NumpyArray>& array) { return array ? &*array : nullptr; }

  void read_with_gaps(const std::string& name, const NumpyArray& array, const Sizes& shape, std::vector<double>& values,
                      std::vector<char>& seen) const {
    seen = read_seen(name + "_seen", shape, array.values.size());
    values = finite(name, array, seen);
  }

  // Standard errors of a quantity; nothing where there are none.
  std::vector<double> errors(const std::string& of, const Sizes& shape, bool has_values,
                             const std::vector<char>& seen) const {
    const std::string name = of + "_se";
    const std::optional<NumpyArray> array = arrays_.read(name);
    if (!array) return {};
    if (!has_values)
      throw InputError(fmt::format("{}: has {}, but no {} of which it could be the error\n  hint: {}", path_, name, of,
                                   arrays_hint));
    check_shape(name, *array, shape);
    std::vector<double> out = finite(name, *array, seen);
    for (std::size_t k = 0; k < out.size(); ++k) {
      if (seen[k] != 0) check_error(out[k], [&] { return place(name, k, shape); });
    }
    return out;
  }

  void read_choice(const NumpyArray& choice) {
    read_with_gaps("choice", choice, by_neuron_, out_.choice, out_.choice_seen);
    for (std::size_t k = 0; k < out_.choice.size(); ++k)
      check_choice(out_.choice[k], [&] { return place("choice", k, by_neuron_); });
  }

  void read_signals() {
    for (const std::string& name : arrays_.names()) {
      if (is_known(name)) continue;
      if (!is_signal_name(name))
        throw InputError(
            fmt::format("{}: unknown array {}\n  hint: arrays are {}, and signals by a name of letters, "
                        "digits and _",
                        path_, in_quotes(name), array_names));
      const NumpyArray array = signal(name);
      const bool fits = (array.shape.size() == 1 || array.shape.size() == 2) && array.shape[0] == steps_;
      if (!fits)
        throw InputError(
            fmt::format("{}: {}: expected the shape ({}) or ({}, neurons) of a signal, found ({})\n  hint: {}"
                        "arrays are {}; every other one is taken for a signal, so leave out what is none",
                        path_, name, steps_, steps_, fmt::join(array.shape, ", "), hint_for_signal(name, array.shape),
                        array_names));
      out_.others[name] = {array.shape.size() == 1 ? 1 : size_of(name, array.shape[1]), finite(name, array, {})};
    }
  }

  std::string hint_for_signal(const std::string& name, const Sizes& shape) const {
    if (const auto meant = quantity_meant_by(name); meant && !arrays_.has(meant->quantity->name))
      return fmt::format("did you mean {}? ", meant->quantity->name);
    return shape.size() == 2 && shape[1] == steps_ ? fmt::format("{}.T; ", name) : "";
  }

  void read_time(const std::optional<NumpyArray>& time) {
    if (!time) {
      for (int t = 0; t < out_.steps; ++t) out_.time.push_back(t);
      return;
    }
    out_.timed = true;
    out_.time = finite("time", *time, {});
    for (std::size_t t = 1; t < out_.time.size(); ++t)
      check_time(out_.time[t], out_.time[t - 1], "row", [&] { return place("time", t, {steps_}); });
  }

  // An array of another type may be a note.
  NumpyArray signal(const std::string& name) const {
    try {
      if (std::optional<NumpyArray> array = arrays_.read(name)) return std::move(*array);
    } catch (const InputError& e) {
      throw InputError(
          fmt::format("{}; every array beside those with names of their own is taken for a signal, so leave out "
                      "what is none",
                      e.what()));
    }
    throw InputError(fmt::format("{}: {} can't be read any more", path_, name));
  }

  NumpyArray needed(const std::string& name, std::size_t dimensions) const {
    std::optional<NumpyArray> array = optional(name, dimensions);
    if (!array)
      throw InputError(fmt::format("{}: the array {} is missing; there are {}\n  hint: {}{}", path_, name, found(),
                                   asked_for_meant({name}), arrays_hint));
    return std::move(*array);
  }

  std::optional<NumpyArray> optional(const std::string& name, std::size_t dimensions) const {
    std::optional<NumpyArray> array = arrays_.read(name);
    if (array && array->shape.size() != dimensions)
      throw InputError(fmt::format("{}: {}: expected {} dimension{} ({}), found {}{}", path_, name, dimensions,
                                   dimensions == 1 ? "" : "s",
                                   name == "pre"     ? "time, presynaptic"
                                   : dimensions == 1 ? "time"
                                   : dimensions == 2 ? "time, postsynaptic"
                                                     : "time, postsynaptic, presynaptic",
                                   array->shape.size(), hint_for_dimensions(name, array->shape, dimensions)));
    return array;
  }

  // Axes that are missing have one neuron, and those too many one element, or the recordings of an experiment.
  static std::string hint_for_dimensions(const std::string& name, const Sizes& found, std::size_t expected) {
    if (found.size() > expected) {
      const auto one = std::find(found.begin(), found.end(), 1U);
      return one != found.end()
                 ? fmt::format("\n  hint: numpy.squeeze({}, {})", name, one - found.begin())
                 : "\n  hint: a recording is a file or folder of its own: where an axis is the number of a "
                   "recording, as a trial or a day, save each by itself";
    }
    if (found.size() == 1 && expected == 3) return "\n  hint: of one synapse w[:, None, None]";
    if (found.size() + 1 != expected || found.empty()) return "";
    return name == "pre"
               ? "\n  hint: of one presynaptic neuron pre[:, None]"
               : fmt::format("\n  hint: of one postsynaptic neuron {}[:, None{}]", name, expected == 3 ? ", :" : "");
  }

  std::vector<char> read_seen(const std::string& name, const Sizes& shape, std::size_t count) const {
    const std::optional<NumpyArray> array = arrays_.read(name);
    if (!array) return std::vector<char>(count, 1);
    check_shape(name, *array, shape);
    std::vector<char> out;
    for (std::size_t k = 0; k < array->values.size(); ++k) {
      const double x = array->values[k];
      if (std::isnan(x))
        throw InputError(
            fmt::format("{}: expected 0 (not recorded) or 1, found {}\n  hint: numpy.isfinite(values) "
                        "is such an array where gaps are NaN",
                        place(name, k, shape), x));
      out.push_back(x != 0);
    }
    return out;
  }

  // The numbers, 0 where nothing was seen.
  std::vector<double> finite(const std::string& name, const NumpyArray& array, const std::vector<char>& seen) const {
    std::vector<double> out = array.values;
    for (std::size_t k = 0; k < out.size(); ++k) {
      if (!seen.empty() && seen[k] == 0) {
        out[k] = 0;
      } else if (!std::isfinite(out[k])) {
        const RecordedQuantity* const quantity = quantity_named(name);
        throw InputError(fmt::format(
            "{}: expected a finite number, found {}\n  hint: {}", place(name, k, array.shape), out[k],
            quantity != nullptr && quantity->may_have_gaps
                ? fmt::format("save {0}_seen = numpy.isfinite({0}) beside it: 1 where a value was recorded", name)
                : "of w, post and choice some may be missing, but not of this"));
      } else {
        check_magnitude(out[k], [&] { return place(name, k, array.shape); });
      }
    }
    return out;
  }

  int size_of(const std::string& name, std::uint64_t size) const {
    if (size < 1 || size > 10000000)
      throw InputError(fmt::format("{}: {}: expected sizes from 1 to 10000000, found {}", path_, name, size));
    return static_cast<int>(size);
  }

  void check_shape(const std::string& name, const NumpyArray& array, const Sizes& expected) const {
    if (array.shape != expected)
      throw InputError(fmt::format("{}: {}: expected the shape ({}), found ({})", path_, name,
                                   fmt::join(expected, ", "), fmt::join(array.shape, ", ")));
  }

  std::string place(const std::string& name, std::size_t k, const Sizes& shape) const {
    return fmt::format("{}: {}[{}]", path_, name, indices(k, shape));
  }

  std::string found() const {
    constexpr std::size_t most = 20;
    std::vector<std::string> names = arrays_.names();
    const std::size_t all = names.size();
    names.resize(std::min(all, most));
    return all == 0 ? "none"
                    : shown_as_text(fmt::format("{}", fmt::join(names, ", "))) +
                          (all > most ? fmt::format(" and {} more", all - most) : "");
  }

  const std::string& path_;
  NumpyArrays arrays_;
  std::uint64_t steps_ = 0;
  Sizes by_neuron_, by_synapse_;
  LayerRecording out_;
};

}  // namespace

LayerRecording read_numpy_recording(const std::string& path) { return NumpyReader(path, NumpyArrays(path)).read(); }

LayerRecording recording_of_arrays(const std::string& name, NumpyArrays::ByName arrays) {
  return NumpyReader(name, {name, std::move(arrays)}).read();
}

}  // namespace rule_search
