#include "python_objective.hpp"

#include <fmt/format.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/statistics.hpp"

namespace rule_search::python {

namespace nb = nanobind;

namespace {

std::string named(Part part) { return part == Part::search ? "training" : part == Part::validation ? "validation" : "test"; }

std::string text_of(const nb::object& object, const char* name, const std::string& otherwise) {
  return nb::hasattr(object, name) ? nb::cast<std::string>(nb::str(nb::getattr(object, name))) : otherwise;
}

// Numbers of a sequence or an array, in C order. `where` says what they are.
std::vector<double> numbers(const nb::handle& x, const std::string& where) {
  if (x.is_none()) throw InputError(fmt::format("{}: expected an array of numbers, found None", where));
  const nb::object array = nb::module_::import_("rule_search._given").attr("reals")(where, x).attr("ravel")();
  return nb::cast<std::vector<double>>(array.attr("tolist")());
}

std::string call_of(Part part, std::size_t unit) { return fmt::format("run(rule, \"{}\", {})", named(part), unit); }

class PythonEvaluator : public Evaluator {
 public:
  PythonEvaluator(const nb::object& object, EvaluatorRequest request)
      : object_(object), asked_(std::move(request)), layout_(asked_.plan.parameters, 1) {}

  std::vector<Outcome> run_these(Part part, const std::vector<std::size_t>& units, const std::vector<double>& theta,
                                 Wanted) const override {
    std::vector<Outcome> out;
    for (const std::size_t unit : units) {
      if (asked_.before) asked_.before();
      const nb::gil_scoped_acquire lock;
      out.push_back(one(part, unit, theta));
    }
    return out;
  }

 private:
  struct Answer {
    std::vector<double> residuals;
    nb::object derivatives;  // none where there are none
  };

  Answer answer(Part part, std::size_t unit, const std::vector<double>& theta) const {
    const nb::object said = object_.attr("run")(BoundRule{asked_.plan, layout_, theta}, named(part), unit);
    if (!nb::isinstance<nb::tuple>(said)) return {numbers(said, call_of(part, unit)), nb::none()};
    const auto both = nb::cast<nb::tuple>(said);
    if (nb::len(both) != 2)
      throw InputError(fmt::format("run(rule, part, unit): expected residuals, or residuals and a dict of their derivatives, "
                                   "found a tuple of {}",
                                   nb::len(both)));
    if (!nb::isinstance<nb::dict>(both[1]))
      throw InputError(fmt::format("{}: expected residuals and a dict of their derivatives, found a second {}", call_of(part, unit),
                                   nb::cast<std::string>(both[1].type().attr("__name__"))));
    return {numbers(both[0], call_of(part, unit)), nb::object(both[1])};
  }

  Outcome one(Part part, std::size_t unit, const std::vector<double>& theta) const {
    const Answer here = answer(part, unit, theta);
    Outcome out;
    if (here.residuals.empty() || !std::all_of(here.residuals.begin(), here.residuals.end(), [](double r) { return std::isfinite(r); })) {
      if (here.residuals.empty())
        throw InputError(fmt::format("run(rule, \"{}\", {}): expected at least one residual, found none", named(part), unit));
      out.diverged = true;
      return out;
    }
    out.residuals = here.residuals;
    for (const double r : out.residuals) {
      out.query_losses.push_back(r * r / 2);
      out.loss += r * r / 2 / static_cast<double>(out.residuals.size());
    }
    out.accuracy = 1 / (1 + out.loss);
    const std::size_t directions = asked_.directions.size();
    out.jacobian.assign(out.residuals.size() * directions, 0);
    for (std::size_t d = 0; d < directions; ++d) {
      const std::vector<double> column = derivative(here, part, unit, theta, static_cast<std::size_t>(asked_.directions[d]));
      if (column.size() != out.residuals.size()) {
        if (!column.empty())
          throw InputError(fmt::format("run(rule, \"{}\", {}): expected {} derivatives by {}, one for each residual, found {}",
                                       named(part), unit, out.residuals.size(),
                                       layout_.names[static_cast<std::size_t>(asked_.directions[d])], column.size()));
        return diverged();
      }
      for (std::size_t r = 0; r < column.size(); ++r) out.jacobian[r * directions + d] = column[r];
    }
    return out;
  }

  static Outcome diverged() {
    Outcome out;
    out.diverged = true;
    return out;
  }

  // Empty where a unit diverges nearby.
  std::vector<double> derivative(const Answer& here, Part part, std::size_t unit, const std::vector<double>& theta,
                                 std::size_t entry) const {
    const std::string& name = layout_.names[entry];
    if (!here.derivatives.is_none()) {
      const auto all = nb::cast<nb::dict>(here.derivatives);
      if (!all.contains(name.c_str()))
        throw InputError(fmt::format("run(rule, \"{}\", {}): the derivatives by {} are missing", named(part), unit, name));
      std::vector<double> out = numbers(all[name.c_str()], fmt::format("{}: derivatives by {}", call_of(part, unit), name));
      for (const double x : out) {
        if (!std::isfinite(x)) throw InputError(fmt::format("{}: derivatives by {}: expected finite numbers, found {}", call_of(part, unit), name, x));
      }
      return out;
    }
    const double step = 1e-5 * (std::abs(theta[entry]) > 0 ? std::abs(theta[entry]) : 1e-2);
    std::vector<double> moved = theta;
    moved[entry] = theta[entry] + step;
    const std::vector<double> above = answer(part, unit, moved).residuals;
    moved[entry] = theta[entry] - step;
    const std::vector<double> below = answer(part, unit, moved).residuals;
    if (above.size() != here.residuals.size() || below.size() != here.residuals.size())
      throw InputError(fmt::format("{}: expected as many residuals for every rule, found {} and {}", call_of(part, unit),
                                   here.residuals.size(), above.size() != here.residuals.size() ? above.size() : below.size()));
    std::vector<double> out;
    for (std::size_t r = 0; r < above.size(); ++r) {
      out.push_back((above[r] - below[r]) / (2 * step));
      if (!std::isfinite(out.back())) return {};
    }
    return out;
  }

  const nb::object& object_;
  EvaluatorRequest asked_;
  ParameterLayout layout_;
};

class PythonObjective : public Objective {
 public:
  PythonObjective(nb::object object, const Rule& rule) : object_(std::move(object)), plan_(plan::lower(rule)), layout_(rule.parameters, 1) {}
  ~PythonObjective() override {
    const nb::gil_scoped_acquire lock;
    object_.reset();
  }

  std::string identity() const override { return "python"; }
  int connections() const override { return 1; }
  std::size_t units(Part part) const override {
    const nb::gil_scoped_acquire lock;
    const nb::object said = object_.attr("units")(named(part));
    long long count = 0;
    if (!nb::try_cast<long long>(said, count))
      throw InputError(fmt::format("units(\"{}\"): expected a whole number, found {}", named(part), nb::cast<std::string>(nb::repr(said))));
    if (count < 1) throw InputError(fmt::format("units(\"{}\"): expected at least 1, found {}", named(part), count));
    return static_cast<std::size_t>(count);
  }
  // Residuals of a unit with the values that the rule begins with; as many as with all others.
  std::size_t answers(Part part, std::size_t unit) const override {
    const std::lock_guard<std::mutex> guard(mutex_);
    const auto key = std::pair(part, unit);
    if (const auto known = answers_.find(key); known != answers_.end()) return known->second;
    const nb::gil_scoped_acquire lock;
    const nb::object said = object_.attr("run")(BoundRule{plan_, layout_, layout_.initial}, named(part), unit);
    const std::size_t count = numbers(nb::isinstance<nb::tuple>(said) ? nb::object(nb::cast<nb::tuple>(said)[0]) : said, call_of(part, unit)).size();
    return answers_[key] = count;
  }
  std::unique_ptr<Evaluator> compile(EvaluatorRequest request) const override {
    refuse_values_of_recordings(request.plan);
    return std::make_unique<PythonEvaluator>(object_, std::move(request));
  }
  Score summarise(const std::vector<Outcome>& outcomes) const override {
    Score s;
    double most = 0;
    for (const Outcome& o : outcomes) most = std::max(most, o.loss);
    for (const Outcome& o : outcomes) {
      s.diverged += o.diverged;
      s.losses.push_back(o.diverged ? std::max(1.0, 10 * most) : o.loss);
      s.accuracies.push_back(o.diverged ? 0 : o.accuracy);
    }
    s.loss = estimate(s.losses);
    s.accuracy = estimate(s.accuracies);
    return s;
  }
  Description describe() const override {
    const nb::gil_scoped_acquire lock;
    Description d;
    d.name = text_of(object_, "name", "own");
    d.headline = {"Objective", text_of(object_, "summary", "an objective of one's own, in Python")};
    d.unit = "unit";
    d.units = d.runs = "units";
    d.validation_units = "validation units";
    d.test_units = "test units";
    d.measure = "1 / (1 + loss)";
    d.measure_key = "inverse_loss";
    d.measure_column = "1/(1+loss)";
    d.measure_unit = " %";
    d.loss_meaning = "half the mean square of the residuals";
    d.answer_begins = "a rule reaches";
    d.answer_ends = "of 1 / (1 + loss) in {} test units";
    d.data_name = "units of the caller";
    d.data_split = "by part";
    d.precision = "double";
    return d;
  }
  // What there is without the rule: all coefficients at 0.
  Comparison compare(const FittedRule& found, const Score& test, const ComparisonRequest& request, Steps&) const override {
    Comparison c;
    const auto evaluator = compile({plan::lower(found.rule)});
    const Score nothing = summarise(evaluator->run(Part::test, at_most(request.test_units, Part::test),
                                                   std::vector<double>(found.theta.size(), 0.0)));
    c.chance.loss = nothing.loss.mean;
    c.chance.beaten = paired(nothing.losses, test.losses).low > 0;
    c.chance.text = c.chance.beaten ? "The found rule is better than no change: the loss is smaller than with all coefficients at 0."
                                    : "The found rule is no better than no change, with all coefficients at 0.";
    return c;
  }

 private:
  nb::object object_;
  plan::Plan plan_;
  ParameterLayout layout_;
  mutable std::mutex mutex_;
  mutable std::map<std::pair<Part, std::size_t>, std::size_t> answers_;
};

}  // namespace

std::unique_ptr<Objective> python_objective(nb::object object, const Rule& rule) {
  return std::make_unique<PythonObjective>(std::move(object), rule);
}

}  // namespace rule_search::python
