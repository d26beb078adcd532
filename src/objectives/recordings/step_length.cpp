#include "objectives/recordings/step_length.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <string>

#include "base/error.hpp"
#include "expression/print.hpp"

namespace rule_search {

namespace {

constexpr double exactly = 1e-3;  // of units

bool is_about(double a, double b, double tolerance) { return std::abs(a - b) <= tolerance * std::min(a, b); }

std::string what_to_do(const Step& step, double row) {
  if (const char* const unit = looks_like(row, step.seconds); unit != nullptr)
    return fmt::format(
        "`time` is in seconds, and here it looks like {}: divide the column `time` by {:.0f}; or mend the line `{}` of "
        "the rule",
        unit, row > 1e4 * step.seconds ? 1e6 : 1e3, step_text(step));
  return fmt::format(
      "where a row is one step of the rule, mend the column `time` (in seconds) or the line `{}` of the rule, as in "
      "`{}`; "
      "else ‹resample› brings the recordings to the rule's step",
      step_text(step), (step.stated ? "step " : "let dt = ") + time_text(row));
}

}  // namespace

double step_of(const LayerRecording& r) {
  std::vector<double> steps;
  for (std::size_t t = 1; t < r.time.size(); ++t) steps.push_back(r.time[t] - r.time[t - 1]);
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
  std::nth_element(steps.begin(), middle, steps.end());
  return *middle;
}

bool same_step(double seconds, double others) {
  constexpr double jitter = 0.01;
  return is_about(seconds, others, jitter);
}

std::optional<UnitsApart> units_apart(double one, double other) {
  const double ratio = std::max(one, other) / std::min(one, other);
  for (const UnitsApart& u : {UnitsApart{60, "minutes", false}, UnitsApart{1e3, "milliseconds", true},
                              UnitsApart{1e6, "microseconds", true}}) {
    if (is_about(ratio, u.factor, exactly)) return u;
  }
  return std::nullopt;
}

const char* looks_like(double row, double step) {
  return is_about(row, 1e3 * step, exactly)   ? "milliseconds"
         : is_about(row, 1e6 * step, exactly) ? "microseconds"
                                              : nullptr;
}

void refuse_another_step(const Step& step, const std::vector<const LayerRecording*>& recordings) {
  if (!(step.seconds > 0)) return;
  for (const LayerRecording* const each : recordings) {
    const LayerRecording& r = *each;
    if (!r.timed || r.time.size() < 2) continue;
    const double row = std::strtod(fmt::format("{:.4g}", step_of(r)).c_str(), nullptr);
    if (!same_step(step_of(r), step.seconds))
      throw InputError(
          fmt::format("{}: its rows are {:.4g} s apart by its `time`, but a step of the rule is {:.4g} s "
                      "(`{}`)\n  hint: {}",
                      r.name, row, step.seconds, step_text(step), what_to_do(step, row)));
    return;  // all have steps of one length
  }
}

}  // namespace rule_search
