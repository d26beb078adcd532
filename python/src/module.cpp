// The module rule_search._core: what Python needs of the library, with documents as JSON text. The package around it makes
// objects of them.
#include <fmt/format.h>
#include <nanobind/nanobind.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/named.hpp"
#include "command/entry.hpp"
#include "expression/print.hpp"
#include "objects.hpp"
#include "python_objective.hpp"
#include "report/exporters.hpp"
#include "report/page/page.hpp"
#include "report/rule_document.hpp"
#include "report/table.hpp"
#include "run/carry_out.hpp"
#include "run/program.hpp"
#include "run/result_file.hpp"
#include "runs.hpp"

namespace rule_search::python {

using nlohmann::json;

namespace {

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
      .def(nb::init<const std::string&, const Arrays&>(), nb::arg("name"), nb::arg("arrays"));
  nb::class_<GivenConnection>(m, "Connection")
      .def("learn", [](GivenConnection& c, const Arrays& given) { c.learn(columns_of(given)); })
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
  m.def("evaluate", &evaluate, nb::arg("rule"), nb::arg("objective"), nb::arg("values"), nb::arg("part"), nb::arg("units"),
        nb::arg("seed"), nb::arg("threads"), nb::arg("in_double"));
  m.def("fit", &fit, nb::arg("rule"), nb::arg("objective"), nb::arg("values"), nb::arg("fixed"), nb::arg("method"),
        nb::arg("numbers"), nb::arg("seed"), nb::arg("threads"), nb::arg("progress").none());
  m.def("search", &search_program, nb::arg("rule"), nb::arg("objective"), nb::arg("options"), nb::arg("out"),
        nb::arg("threads"), nb::arg("seconds"), nb::arg("most_runs"), nb::arg("progress").none(), nb::arg("note").none());
  m.def("search_own", &search_own, nb::arg("rule"), nb::arg("objective"), nb::arg("options"), nb::arg("out"),
        nb::arg("progress").none(), nb::arg("note").none());
  m.def("resume", &resume, nb::arg("folder"), nb::arg("threads"), nb::arg("seconds"), nb::arg("most_runs"),
        nb::arg("progress").none(), nb::arg("note").none());
  m.def("simulate", &simulated, nb::arg("rule"), nb::arg("recording"), nb::arg("values"), nb::arg("activation"),
        nb::arg("beta"));
  m.def("export_rule", &export_rule, nb::arg("rule"), nb::arg("format"));
  m.def("export_result", &export_result, nb::arg("document"), nb::arg("format"));
  m.def("read_result", [](const std::string& path) { return dump(to_json(read_result(path)), 2) + "\n"; });
  m.def("run_command_line", [](std::vector<std::string> words) {
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const nb::gil_scoped_release free;
    return command::run_command_line(static_cast<int>(words.size()), arguments.data());
  });
  m.def("option_rows", &option_rows, nb::arg("objective"));
  m.def("table", [](const std::string& document) { return to_table(result_of(json::parse(document), "result.json")); });
}

}  // namespace rule_search::python
