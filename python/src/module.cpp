// The module rule_search._core: what Python needs of the library, with documents as JSON text. The package around it makes
// objects of them.
#include <fmt/format.h>
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/function.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>
#include <tbb/global_control.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/named.hpp"
#include "command/entry.hpp"
#include "data/recording_numpy.hpp"
#include "expression/print.hpp"
#include "fit/coefficients.hpp"
#include "network/given_connection.hpp"
#include "objectives/list.hpp"
#include "objectives/recordings/kind.hpp"
#include "objectives/recordings/simulate.hpp"
#include "python_objective.hpp"
#include "report/exporters.hpp"
#include "report/fit_document.hpp"
#include "report/page/page.hpp"
#include "report/rule_document.hpp"
#include "report/table.hpp"
#include "run/carry_out.hpp"
#include "run/folder.hpp"
#include "run/program.hpp"
#include "run/result_file.hpp"
#include "run/stop.hpp"
#include "search/search.hpp"

namespace rule_search::python {

namespace nb = nanobind;
using nlohmann::json;

namespace {

using Texts = std::map<std::string, std::vector<std::string>>;      // options by name
using Values = std::map<std::string, std::vector<double>>;          // coefficients by name: one, or one a connection
using Array = nb::ndarray<const double, nb::c_contig, nb::device::cpu>;

// An array of our own, which Python frees.
nb::object array_of(std::vector<double> values, const std::vector<std::size_t>& shape) {
  auto* const owned = new std::vector<double>(std::move(values));
  const nb::capsule owner(owned, [](void* p) noexcept { delete static_cast<std::vector<double>*>(p); });
  return nb::cast(nb::ndarray<nb::numpy, double>(owned->data(), shape.size(), shape.data(), owner));
}

struct PyRule {
  PyRule(const std::string& text, const std::string& name) : source{name, text}, rule(check_rule(source)) {}
  Source source;
  Rule rule;
};

struct PyRecording {
  PyRecording(const std::string& name, const std::map<std::string, Array>& given) {
    NumpyArrays::ByName arrays;
    for (const auto& [key, a] : given) {
      NumpyArray& to = arrays[key];
      for (std::size_t d = 0; d < a.ndim(); ++d) to.shape.push_back(a.shape(d));
      to.values.assign(a.data(), a.data() + a.size());
    }
    recording = recording_of_arrays(name, std::move(arrays));
  }
  LayerRecording recording;
};

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

// Values by name of what a connection is given: numbers, or arrays of one dimension.
std::map<std::string, std::vector<double>> columns_of(const std::map<std::string, Array>& given) {
  std::map<std::string, std::vector<double>> out;
  for (const auto& [name, a] : given) out[name].assign(a.data(), a.data() + a.size());
  return out;
}

GivenConnection connection_of(const plan::Plan& plan, const std::vector<double>& values, const Array& w) {
  if (w.ndim() != 2) throw InputError(fmt::format("w: expected 2 dimensions (postsynaptic, presynaptic), found {}", w.ndim()));
  if (w.shape(0) == 0 || w.shape(1) == 0) throw InputError("w: expected at least one weight, found none");
  return {plan, static_cast<int>(w.shape(0)), static_cast<int>(w.shape(1)), values, w.data()};
}

// An objective of the program with its options, or one in Python.
class PyObjective {
 public:
  PyObjective(const std::string& name, const Texts& options, const std::vector<PyRecording*>& recordings,
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
  explicit PyObjective(nb::object own) : own_(std::move(own)) {}

  // Made once for a rule and a seed; objectives are asked for again and again. Who holds it keeps it, also where another thread
  // asks for another rule meanwhile.
  std::shared_ptr<const Objective> of(const PyRule& rule, std::uint64_t seed) {
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
  std::string name() const { return own_.is_valid() ? "own" : kind_->name(); }
  bool is_own() const { return own_.is_valid(); }

 private:
  std::unique_ptr<ObjectiveKind> kind_;
  nb::object own_;
  std::shared_ptr<const Objective> objective_;
  std::string key_;
};

std::optional<tbb::global_control> limit(int threads) {
  if (threads <= 0) return {};
  return std::optional<tbb::global_control>(std::in_place, tbb::global_control::max_allowed_parallelism,
                                            static_cast<std::size_t>(threads));
}

nb::tuple estimate(const Estimate& e) { return nb::make_tuple(e.mean, e.low, e.high); }

nb::dict evaluate(const PyRule& rule, PyObjective& of, const Values& values, const std::string& part_text,
                  std::size_t units, std::uint64_t seed, int threads, bool in_double) {
  const std::shared_ptr<const Objective> held = of.of(rule, seed);
  const Objective& objective = *held;
  const ParameterLayout layout(rule.rule.parameters, objective.connections());
  const std::vector<double> theta = theta_of(rule.rule, layout, values);
  const std::optional<Part> part = part_named(part_text);
  if (!part) throw InputError(fmt::format("‹part›: expected training, validation or test, found {}", part_text));
  std::size_t count = 0;
  Score score;
  Description d;
  {
    const nb::gil_scoped_release free;
    const auto limited = limit(threads);
    d = objective.describe();
    count = objective.traits().uses_all_units ? objective.units(*part) : objective.at_most(units, *part);
    if (count == 0)
      throw InputError(fmt::format("‹part› {}: no {} are kept apart for that part\n  hint: ‹part› training scores those that there are",
                                   part_text, d.units));
    const bool precise = in_double || d.precision == "double";
    score = objective.summarise(
        objective.compile({plan::lower(rule.rule), {}, precise ? Precision::float64 : Precision::float32})
            ->run(*part, count, theta));
  }
  nb::dict out;
  out["loss"] = estimate(score.loss);
  out["measure"] = estimate(score.accuracy);
  out["measure_name"] = d.measure_key;
  out["units"] = count;
  out["what_units"] = d.units;
  out["diverged"] = score.diverged;
  out["losses"] = score.losses;
  out["measures"] = score.accuracies;
  return out;
}

// What a run tells Python, and how Python stops it. Called with the interpreter's lock free.
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

// With the interpreter's lock free. What a callback raised comes out, not what the run made of it.
template <class Result>
Result carried_out(Listener& listener, const std::function<Result()>& run) {
  Result out;
  try {
    const nb::gil_scoped_release free;
    out = run();
  } catch (...) {
    listener.raise();
    throw;
  }
  listener.raise();
  return out;
}

RunLimits limits_of(Listener& listener, int threads, double seconds, std::size_t most_runs) {
  RunLimits out;
  out.threads = threads;
  out.seconds = seconds;
  out.max_runs = most_runs;
  out.stop = [&listener] { return listener.stop(); };
  out.note = [&listener](const std::string& text) { listener.told(text); };
  out.progress = [&listener](const Progress& p) { listener.hear(p); };
  return out;
}

nb::dict ended(const SearchEnd& end) {
  nb::dict out;
  out["folder"] = end.folder.string();
  out["document"] = end.document;
  out["stopped"] = end.stopped;
  out["runs"] = end.runs;
  out["what_runs"] = end.what_runs;
  out["problem"] = end.unwritten.empty() ? end.undrawn : end.unwritten;
  nb::list front;
  for (const FrontRule& r : end.front) {
    nb::dict row;
    row["terms"] = r.complexity;
    row["loss"] = r.loss.mean;
    row["rule"] = print(r.fitted.rule);
    front.append(row);
  }
  out["front"] = front;
  return out;
}

nb::dict search_program(const PyRule& rule, const std::string& objective, const Texts& options, const std::string& out,
                        int threads, double seconds, std::size_t most_runs, nb::object progress, nb::object note) {
  Listener listener(std::move(progress), std::move(note));
  return ended(carried_out<SearchEnd>(listener, [&] {
    Job job(objective);
    for (const auto& [name, texts] : options) job.set(name, texts);
    job.check();
    return begin_search(std::move(job), rule.source, out, limits_of(listener, threads, seconds, most_runs));
  }));
}

nb::dict resume(const std::string& folder, int threads, double seconds, std::size_t most_runs, nb::object progress,
                nb::object note) {
  Listener listener(std::move(progress), std::move(note));
  return ended(carried_out<SearchEnd>(listener, [&] {
    BegunSearch begun(folder);
    return begun.resume(begun.job(), limits_of(listener, threads, seconds, most_runs));
  }));
}

// Steps that are carried out at once, and stopped between them.
class StoppableSteps : public Steps {
 public:
  explicit StoppableSteps(Listener& listener) : listener_(listener) {}
  FittedRule fit(const Rule& rule, const std::vector<double>& start, const FitRequest& request) override {
    check();
    return Steps::fit(rule, start, request);
  }
  void check() const {
    if (const std::string why = listener_.stop(); !why.empty()) throw SearchStopped(why);
  }

 private:
  Listener& listener_;
};

// With an objective in Python: no journal, since nobody can say whether it is the same when it is resumed.
nb::dict search_own(const PyRule& rule, PyObjective& of, const Texts& options, const std::string& out, nb::object progress,
                    nb::object note) {
  Listener listener(std::move(progress), std::move(note));
  const std::shared_ptr<const Objective> held = of.of(rule, 1);
  const Objective& objective = *held;
  return ended(carried_out<SearchEnd>(listener, [&] {
    SearchEnd end;
    Job job("few-shot");  // for the options of searches
    for (const auto& [name, texts] : options) job.set(name, texts);
    const SearchOptions chosen = job.search_options();
    const StopSignals signals;
    StoppableSteps steps(listener);
    RunFolder folder(out);
    end.folder = folder.path();
    try {
      const SearchResult found = search(
          rule.rule, objective, chosen, [&](const Progress& p) { end.runs = p.runs; listener.hear(p); steps.check(); },
          [&](const std::vector<FrontRule>& front) { end.front = front; }, &steps);
      SearchRun run;
      run.rule = rule.source;
      run.program = this_program();
      end.document = dump(to_json(make_result(found, run)), 2) + "\n";
      end.result = result_of(json::parse(end.document), "result.json");
      write_run(found, *end.result, end.document, folder.path());
      end.undrawn = write_pictures(*end.result, folder.path());
      folder.keep();
    } catch (const SearchStopped& e) {
      end.stopped = e.what();
    }
    return end;
  }));
}

std::string fit(const PyRule& rule, PyObjective& of, const Values& values, const std::vector<std::string>& fixed,
                const std::string& method, const std::map<std::string, double>& numbers, std::uint64_t seed, int threads,
                nb::object progress) {
  Listener listener(std::move(progress), nb::none());
  const std::shared_ptr<const Objective> held = of.of(rule, seed);
  const Objective& objective = *held;
  return carried_out<std::string>(listener, [&] {
    const auto limited = limit(threads);
    const ParameterLayout layout(rule.rule.parameters, objective.connections());
    if (layout.names.empty()) throw InputError(fmt::format("the rule {} has no parameter to fit", rule.rule.name));
    CoefficientFitOptions o;
    o.seed = seed;
    o.start = theta_of(rule.rule, layout, values);
    for (std::size_t e = 0; e < layout.names.size(); ++e) {
      const std::string& parameter = rule.rule.parameters[static_cast<std::size_t>(layout.parameter[e])].name;
      if (std::find(fixed.begin(), fixed.end(), parameter) != fixed.end() ||
          std::find(fixed.begin(), fixed.end(), layout.names[e]) != fixed.end())
        o.fixed.push_back(static_cast<int>(e));
    }
    if (o.fixed.size() == layout.names.size())
      throw InputError(fmt::format("‹fix› leaves no parameter of {} to fit", rule.rule.name));
    const bool fresh = objective.traits().fresh_units;
    if (method == "adam")
      o.method = FitMethod::adam;
    else if (method == "fresh" || (method.empty() && fresh))
      o.method = FitMethod::fresh;
    else if (!method.empty() && method != "trust-region")
      throw InputError(fmt::format("‹method›: expected trust-region, fresh or adam, found {}", method));
    for (const auto& [name, x] : numbers) {
      if (name == "fit-episodes") o.fit_units = static_cast<std::size_t>(x);
      else if (name == "iterations") o.iterations = static_cast<int>(x);
      else if (name == "steps") o.steps = static_cast<int>(x);
      else if (name == "learning-rate") o.learning_rate = x;
      else if (name == "l1") o.l1 = x;
      else if (name == "test-episodes") o.test_units = static_cast<std::size_t>(x);
      else if (name == "history-episodes") o.history_units = static_cast<std::size_t>(x);
      else throw InputError(fmt::format("‹{}›: a fit has no such option, expected ‹fit-episodes›, ‹iterations›, ‹test-episodes›, "
                                        "‹history-episodes›, ‹steps›, ‹learning-rate› or ‹l1›", name));
    }
    const StopSignals signals;
    const CoefficientFit fitted = fit_coefficients(rule.rule, objective, o, [&](const Progress& p) {
      listener.hear(p);
      if (const std::string why = listener.stop(); !why.empty()) throw std::runtime_error(why);
    });
    return dump(to_json(fitted, this_program()), 2);
  });
}

nb::dict simulated(const PyRule& rule, const PyRecording& recording, const Values& values, const std::string& activation,
                   double beta) {
  const std::optional<Activation> cells = activation_named(activation);
  if (!cells) throw InputError(fmt::format("‹activation›: expected linear, softplus, relu, sigmoid or tanh, found {}", activation));
  const LayerRecording& r = recording.recording;
  SimulatedRecording s;
  {
    const nb::gil_scoped_release free;
    s = simulate(rule.rule, theta_of(rule.rule, ParameterLayout(rule.rule.parameters, 1), values), r, *cells, beta);
  }
  const auto steps = static_cast<std::size_t>(r.steps);
  const auto n = static_cast<std::size_t>(r.n);
  const auto m = static_cast<std::size_t>(r.m);
  const auto size = [&](Side side) { return side == Side::one ? 1 : side == Side::pre ? m : n; };
  nb::dict out;
  out["w"] = array_of(std::move(s.w), {steps, n, m});
  out["post"] = array_of(std::move(s.post), {steps, n});
  nb::dict states;
  for (std::size_t k = 0; k < s.states.size(); ++k) {
    const State& state = rule.rule.states[k];
    std::vector<std::size_t> shape = {steps};
    if (state.shape.is_matrix())
      shape.insert(shape.end(), {size(state.shape.rows), size(state.shape.cols)});
    else if (!state.shape.is_number())
      shape.push_back(size(state.shape.rows) * size(state.shape.cols));
    states[state.name.c_str()] = array_of(std::move(s.states[k]), shape);
  }
  out["states"] = states;
  out["diverged"] = s.diverged;
  return out;
}

std::string export_rule(const PyRule& rule, const std::string& format) {
  const Exporter* const exporter = row_named(exporters(), format);
  if (exporter == nullptr) throw InputError(fmt::format("to: expected one of {}, found {}", fmt::join(names_of(exporters()), ", "), format));
  if (exporter->of_results_alone) throw InputError(fmt::format("to: {} is a report of a search, and this is a rule", format));
  Exported e;
  e.rule = rule.rule;
  return exporter->write(e);
}

std::string export_result(const std::string& document, const std::string& format) {
  const Exporter* const exporter = row_named(exporters(), format);
  if (exporter == nullptr) throw InputError(fmt::format("to: expected one of {}, found {}", fmt::join(names_of(exporters()), ", "), format));
  const Result result = result_of(json::parse(document), "result.json");
  Exported e;
  e.result = &result;
  e.reported = true;
  e.rule = check_rule({"rule_text", result.rule_text});
  return exporter->write(e);
}

json rows_of(const std::vector<Option>& options) {
  json out = json::array();
  for (const Option& o : options)
    out.push_back({{"name", o.name}, {"meaning", o.meaning}, {"type", o.type}, {"default", o.default_text}, {"choices", o.choices}, {"flag", o.flag}, {"many", o.many}});
  return out;
}

std::string option_rows(const std::string& objective) {
  if (objective.empty()) {
    // Of a search alone: what no objective has.
    json out = json::array();
    const Job job("few-shot");
    const std::vector<Option> own = job.kind().options();
    for (const json& row : rows_of(job.options())) {
      if (option_named(own, row["name"].get<std::string>()) == nullptr) out.push_back(row);
    }
    return out.dump();
  }
  const std::unique_ptr<ObjectiveKind> kind = objective_kind(objective);
  return rows_of(kind->options()).dump();
}

}  // namespace

NB_MODULE(_core, m) {
  m.attr("__version__") = RULE_SEARCH_VERSION;
  static nb::exception<InputError> input_error(m, "CoreInputError", PyExc_ValueError);
  nb::class_<PyRule>(m, "Rule")
      .def(nb::init<const std::string&, const std::string&>(), nb::arg("text"), nb::arg("name"))
      .def("document", [](const PyRule& r) { return rule_document(r.rule).dump(); })
      .def("html", [](const PyRule& r, bool numbers) { return typeset_equations(numbers ? with_numbers(r.rule) : r.rule); })
      .def("text", [](const PyRule& r) { return print(r.rule); })
      .def("parameters", [](const PyRule& r) {
        nb::dict out;
        for (const Parameter& p : r.rule.parameters)
          out[p.name.c_str()] = p.initial.size() == 1 ? nb::cast(p.initial[0]) : nb::cast(p.initial);
        return out;
      });
  nb::class_<PyRecording>(m, "Recording")
      .def(nb::init<const std::string&, const std::map<std::string, Array>&>(), nb::arg("name"), nb::arg("arrays"));
  nb::class_<GivenConnection>(m, "Connection")
      .def("learn", [](GivenConnection& c, const std::map<std::string, Array>& given) { c.learn(columns_of(given)); })
      .def("begin_trial", &GivenConnection::begin_trial)
      .def("weights", [](const GivenConnection& c) {
        return array_of(c.weights(), {static_cast<std::size_t>(c.post()), static_cast<std::size_t>(c.pre())});
      })
      .def("states", &GivenConnection::states);
  nb::class_<BoundRule>(m, "BoundRule")
      .def_prop_ro("values", [](const BoundRule& r) {
        nb::dict out;
        for (std::size_t e = 0; e < r.layout.names.size(); ++e) out[r.layout.names[e].c_str()] = r.theta[e];
        return out;
      })
      .def("_connection", [](const BoundRule& r, const Array& w) { return connection_of(r.plan, r.layout.values_in(0, r.theta), w); });
  m.def("connection", [](const PyRule& rule, const Values& values, const Array& w) {
    const ParameterLayout layout(rule.rule.parameters, 1);
    return connection_of(plan::lower(rule.rule), layout.values_in(0, theta_of(rule.rule, layout, values)), w);
  });
  nb::class_<PyObjective>(m, "Objective")
      .def(nb::init<const std::string&, const Texts&, const std::vector<PyRecording*>&, const std::vector<PyRecording*>&>(),
           nb::arg("name"), nb::arg("options"), nb::arg("recordings"), nb::arg("test"))
      .def(nb::init<nb::object>(), nb::arg("own"))
      .def_prop_ro("name", &PyObjective::name);
  m.def("evaluate", &evaluate);
  m.def("fit", &fit, nb::arg("rule"), nb::arg("objective"), nb::arg("values"), nb::arg("fixed"), nb::arg("method"),
        nb::arg("numbers"), nb::arg("seed"), nb::arg("threads"), nb::arg("progress").none());
  m.def("search", &search_program, nb::arg("rule"), nb::arg("objective"), nb::arg("options"), nb::arg("out"),
        nb::arg("threads"), nb::arg("seconds"), nb::arg("most_runs"), nb::arg("progress").none(), nb::arg("note").none());
  m.def("search_own", &search_own, nb::arg("rule"), nb::arg("objective"), nb::arg("options"), nb::arg("out"),
        nb::arg("progress").none(), nb::arg("note").none());
  m.def("resume", &resume, nb::arg("folder"), nb::arg("threads"), nb::arg("seconds"), nb::arg("most_runs"),
        nb::arg("progress").none(), nb::arg("note").none());
  m.def("simulate", &simulated);
  m.def("export_rule", &export_rule);
  m.def("export_result", &export_result);
  m.def("read_result", [](const std::string& path) { return dump(to_json(read_result(path)), 2) + "\n"; });
  m.def("run_command_line", [](std::vector<std::string> words) {
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const nb::gil_scoped_release free;
    return command::run_command_line(static_cast<int>(words.size()), arguments.data());
  });
  m.def("option_rows", &option_rows);
  m.def("table", [](const std::string& document) { return to_table(result_of(json::parse(document), "result.json")); });
}

}  // namespace rule_search::python
