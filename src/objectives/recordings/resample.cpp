#include "objectives/recordings/resample.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <utility>

#include "base/error.hpp"
#include "expression/print.hpp"
#include "objectives/recordings/step_length.hpp"

namespace rule_search {

namespace {

constexpr double uneven = 1.5;  // times the shortest

// Seconds from a row to the next where nothing is missing between them: a mean, since times are often rounded.
double typical_row(const LayerRecording& r) {
  const double middle = step_of(r);
  double sum = 0;
  double count = 0;
  for (std::size_t t = 1; t < r.time.size(); ++t) {
    const double row = r.time[t] - r.time[t - 1];
    if (row * uneven < middle || row > uneven * middle) continue;
    sum += row;
    ++count;
  }
  return sum / count;  // the middle one is among them
}

// As they index numbers.
struct Sizes {
  std::size_t n, m;

  explicit Sizes(const LayerRecording& r) : n(static_cast<std::size_t>(r.n)), m(static_cast<std::size_t>(r.m)) {}
};

// Without its numbers. `steps` is whole.
LayerRecording begun(const LayerRecording& r, double step, double steps) {
  constexpr double most = 1e8;  // 800 MB
  if (steps < 2)
    throw InputError(
        fmt::format("{}: ‹resample›: its {} rows are one step of {:.4g} s, expected at least 2\n  hint: write a "
                    "shorter step in the "
                    "rule",
                    r.name, r.steps, step));
  if (steps * r.n * r.m > most || steps * (r.n + r.m) > most)
    throw InputError(fmt::format(
        "{}: ‹resample›: {:.4g} steps of {:.4g} s with {} x {} weights are more than {:.0e} numbers\n  hint: write a "
        "longer step in the rule, or record less time",
        r.name, steps, step, r.n, r.m, most));
  LayerRecording out;
  out.name = r.name;
  out.steps = static_cast<int>(steps);
  out.n = r.n;
  out.m = r.m;
  out.timed = true;
  for (int k = 0; k < out.steps; ++k) out.time.push_back(r.time[0] + static_cast<double>(k) * step);
  for (const auto& [name, series] : r.others) out.others[name].width = series.width;
  return out;
}

// `count` numbers of row `from`, or as many zeros where there is no such row; `values` may be empty.
constexpr std::size_t no_row = static_cast<std::size_t>(-1);
template <class T>
void append(std::vector<T>& out, const std::vector<T>& values, std::size_t from, std::size_t count) {
  if (values.empty()) return;
  if (from == no_row) {
    out.insert(out.end(), count, T{});
    return;
  }
  const auto first = values.begin() + static_cast<std::ptrdiff_t>(from * count);
  out.insert(out.end(), first, first + static_cast<std::ptrdiff_t>(count));
}

// The mean of rows `from` to `to`, the last one not included.
void append_mean(std::vector<double>& out, const std::vector<double>& values, std::size_t from, std::size_t to,
                 std::size_t count) {
  if (values.empty()) return;
  for (std::size_t k = 0; k < count; ++k) {
    double sum = 0;
    for (std::size_t row = from; row < to; ++row) sum += values[row * count + k];
    out.push_back(sum / static_cast<double>(to - from));
  }
}

// Of independent values.
void append_error_of_mean(std::vector<double>& out, const std::vector<double>& errors, std::size_t from, std::size_t to,
                          std::size_t count) {
  if (errors.empty()) return;
  for (std::size_t k = 0; k < count; ++k) {
    double squares = 0;
    for (std::size_t row = from; row < to; ++row) squares += errors[row * count + k] * errors[row * count + k];
    out.push_back(std::sqrt(squares) / static_cast<double>(to - from));
  }
}

LayerRecording at_shorter_steps(const LayerRecording& r, double step) {
  constexpr double on_time = 0.1;  // of a step
  const Sizes size(r);
  // A clock that is a little fast or slow must not drift away from the steps.
  const double rows = typical_row(r) / step;
  const bool whole = same_step(std::max(std::round(rows), 1.0) * step, typical_row(r));
  const double own = whole ? typical_row(r) / std::max(std::round(rows), 1.0) : step;
  const auto position = [&](std::size_t t) { return (r.time[t] - r.time[0]) / own; };
  LayerRecording out = begun(r, step, std::floor(position(r.time.size() - 1) + on_time) + 1);
  std::size_t row = 0;
  for (int k = 0; k < out.steps; ++k) {
    const double now = k;
    while (row + 1 < r.time.size() && position(row + 1) <= now + on_time) ++row;
    const std::size_t seen = std::abs(position(row) - now) <= on_time ? row : no_row;
    append(out.pre, r.pre, row, size.m);
    append(out.target, r.target, row, size.n);
    for (const auto& [name, series] : r.others)
      append(out.others[name].values, series.values, row, static_cast<std::size_t>(series.width));
    append(out.post, r.post, seen, size.n);
    append(out.post_seen, r.post_seen, seen, size.n);
    append(out.post_error, r.post_error, seen, size.n);
    append(out.w, r.w, seen, size.n * size.m);
    append(out.w_seen, r.w_seen, seen, size.n * size.m);
    append(out.w_error, r.w_error, seen, size.n * size.m);
    append(out.choice, r.choice, seen, size.n);
    append(out.choice_seen, r.choice_seen, seen, size.n);
  }
  return out;
}

void refuse_longer_steps(const LayerRecording& r, double step, double row) {
  if (!same_step(std::round(step / row) * row, step))
    throw InputError(fmt::format(
        "{}: ‹resample›: its rows are {:.4g} s apart, and a step of the rule, {:.4g} s, is {:.4g} of them, expected a "
        "whole number\n  hint: write a step of {} in the rule, or a shorter one",
        r.name, row, step, step / row, time_text(std::strtod(fmt::format("{:.4g}", row).c_str(), nullptr))));
  for (std::size_t t = 1; t < r.time.size(); ++t) {
    const double now = r.time[t] - r.time[t - 1];
    if (now * uneven >= row && now <= uneven * row) continue;
    throw InputError(fmt::format(
        "{}: ‹resample›: its times are uneven, {:.4g} s and then {:.4g} s, and a step of the rule, {:.4g} s, is a mean "
        "over {:.0f} rows\n  hint: fill its gaps, cut it into several, or write a shorter step in the rule",
        r.name, row, now, step, std::round(step / row)));
  }
  if (!r.choice.empty())
    throw InputError(
        fmt::format("{}: ‹resample›: its rows are {:.4g} s apart, a step of the rule is {:.4g} s, and several choices "
                    "can't be made "
                    "one\n  hint: write the step of a choice in the rule",
                    r.name, row, step));
}

LayerRecording at_longer_steps(const LayerRecording& r, double step) {
  refuse_longer_steps(r, step, typical_row(r));
  const auto every = static_cast<std::size_t>(std::round(step / typical_row(r)));
  const Sizes size(r);
  const auto rows = static_cast<std::size_t>(r.steps);
  LayerRecording out = begun(r, step, std::ceil(static_cast<double>(rows) / static_cast<double>(every)));
  for (std::size_t from = 0; from < rows; from += every) {
    const std::size_t to = std::min(from + every, rows);
    append_mean(out.pre, r.pre, from, to, size.m);
    append_mean(out.target, r.target, from, to, size.n);
    for (const auto& [name, series] : r.others)
      append_mean(out.others[name].values, series.values, from, to, static_cast<std::size_t>(series.width));
    append(out.w, r.w, from, size.n * size.m);
    append(out.w_seen, r.w_seen, from, size.n * size.m);
    append(out.w_error, r.w_error, from, size.n * size.m);
    append_mean(out.post, r.post, from, to, size.n);
    append_error_of_mean(out.post_error, r.post_error, from, to, size.n);
    for (std::size_t i = 0; i < size.n && !r.post.empty(); ++i) {
      bool all = true;
      for (std::size_t row = from; row < to; ++row) all = all && r.post_seen[row * size.n + i] != 0;
      out.post_seen.push_back(all ? 1 : 0);
      if (!all) out.post[out.post.size() - size.n + i] = 0;
    }
  }
  return out;
}

bool has_gaps(const LayerRecording& r) {
  const double row = step_of(r);
  for (std::size_t t = 1; t < r.time.size(); ++t) {
    const double now = r.time[t] - r.time[t - 1];
    if (now * uneven < row || now > uneven * row) return true;
  }
  return false;
}

// What was done to one recording, as it is told of all that it was done to.
std::string done(const LayerRecording& before, double step) {
  const double row = step_of(before);
  const std::string rows = fmt::format("rows {:.4g} s apart", row);
  if (same_step(row, step))
    return has_gaps(before) ? fmt::format(
                                  "{} and gaps, in which inputs, signals and targets are held and w, post and "
                                  "choices are not recorded",
                                  rows)
                            : "";
  if (row < step)
    return fmt::format(
        "{}, {:.0f} to a step: inputs, signals, targets and post are their means, w is that of the first", rows,
        std::round(step / row));
  const char* const unit = looks_like(row, step);
  return fmt::format(
      "{}, {:.4g} steps each: inputs, signals and targets are held, and w, post and choices are recorded at steps on a "
      "recorded time alone{}",
      rows, row / step, unit == nullptr ? "" : fmt::format(" (`time` is in seconds; does the file have {}?)", unit));
}

}  // namespace

LayerRecording resampled(const LayerRecording& r, double step) {
  if (!r.timed)
    throw InputError(fmt::format(
        "{}: ‹resample›: it has no `time`, so nobody knows how long its rows are\n  hint: write times in seconds into "
        "the column `time`, or leave ‹resample› out",
        r.name));
  const double row = step_of(r);
  if (same_step(row, step) && !has_gaps(r)) return r;
  return row > step || same_step(row, step) ? at_shorter_steps(r, step) : at_longer_steps(r, step);
}

std::vector<std::string> resample(std::vector<LayerRecording>& recordings, const Step& step) {
  struct Group {
    std::string first;  // name
    std::size_t count = 0, rows = 0, steps = 0;
  };
  std::map<std::string, Group> groups;
  for (LayerRecording& r : recordings) {
    LayerRecording other = resampled(r, step.seconds);
    const std::string what = done(r, step.seconds);
    if (what.empty()) continue;
    Group& group = groups[what];
    if (group.count++ == 0) group.first = r.name;
    group.rows += static_cast<std::size_t>(r.steps);
    group.steps += static_cast<std::size_t>(other.steps);
    r = std::move(other);
  }
  std::vector<std::string> out;
  for (const auto& [what, group] : groups)
    out.push_back(fmt::format("resampled to steps of {}: {}{} had {}; {} rows became {} steps", time_text(step.seconds),
                              group.first, group.count == 1 ? "" : fmt::format(" and {} more", group.count - 1), what,
                              group.rows, group.steps));
  return out;
}

}  // namespace rule_search
