#include "runs.hpp"

#include <fmt/format.h>
#include <tbb/global_control.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <utility>

#include "base/error.hpp"
#include "base/json.hpp"
#include "expression/print.hpp"
#include "fit/coefficients.hpp"
#include "listener.hpp"
#include "objectives/recordings/simulate.hpp"
#include "report/fit_document.hpp"
#include "run/carry_out.hpp"
#include "run/folder.hpp"
#include "run/program.hpp"
#include "run/result_file.hpp"
#include "search/search.hpp"

namespace rule_search::python {

using nlohmann::json;

namespace {

std::optional<tbb::global_control> limit(int threads) {
  if (threads <= 0) return {};
  return std::optional<tbb::global_control>(std::in_place, tbb::global_control::max_allowed_parallelism,
                                            static_cast<std::size_t>(threads));
}

nb::tuple estimate(const Estimate& e) { return nb::make_tuple(e.mean, e.low, e.high); }

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

// Steps that are carried out at once, and stopped between them.
class StoppableSteps : public Steps {
 public:
  explicit StoppableSteps(Listener& listener) : listener_(listener) {}
  FittedRule fit(const Rule& rule, const std::vector<double>& start, const FitRequest& request) override {
    check();
    return Steps::fit(rule, start, request);
  }
  // Objectives in Python run one unit after the other.
  void ahead(std::size_t, const std::function<void(std::size_t, Steps&)>&, std::size_t) override {}
  void check() const {
    if (const std::string why = listener_.stop(); !why.empty()) throw SearchStopped(why);
  }

 private:
  Listener& listener_;
};

}  // namespace

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

}  // namespace rule_search::python
