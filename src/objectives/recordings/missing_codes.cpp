#include "objectives/recordings/missing_codes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

#include "base/error.hpp"
#include "objectives/recordings/columns.hpp"

namespace rule_search {

namespace {

constexpr double far_beyond = 1e20;

bool is_code(double x) {
  constexpr std::array<double, 6> codes = {-999, -9999, -99999, 9999, 99999, 999999};
  return std::abs(x) >= far_beyond || std::find(codes.begin(), codes.end(), x) != codes.end();
}

// From the least to the largest number; none where `most` is below `least`.
struct Range {
  double least = std::numeric_limits<double>::infinity();
  double most = -std::numeric_limits<double>::infinity();

  void add(double x) {
    least = std::min(least, x);
    most = std::max(most, x);
  }
  void add(const Range& other) {
    least = std::min(least, other.least);
    most = std::max(most, other.most);
  }
  bool empty() const { return most < least; }
  double distance(double x) const { return std::max({least - x, x - most, 0.0}); }
};

struct Code {
  double value = 0;
  std::size_t count = 0, first = 0, rows = 0;
  std::string column, quantity;
  Range rest;
};

// The first code of a column, and what else it holds.
Code code_in(const RecordedColumn& column) {
  Code out;
  out.column = column.name;
  out.quantity = column.quantity;
  for (std::size_t t = 0; t < column.rows(); ++t) {
    if (!column.is_seen(t)) continue;
    ++out.rows;
    const double x = column.at(t);
    if (!is_code(x)) {
      out.rest.add(x);
      continue;
    }
    if (out.count == 0) {
      out.value = x;
      out.first = t;
    }
    out.count += x == out.value;
  }
  return out;
}

// A count of 9999 among thousands is a count, and a column of nothing else is beside the others of its kind.
bool stands_out(const Code& code, const Range& of_quantity) {
  const bool alone = code.rest.empty();
  const Range& rest = alone ? of_quantity : code.rest;
  if (code.count == 0 || rest.empty() || (alone && code.value > 0 && code.value < far_beyond)) return false;
  const double distance = rest.distance(code.value);
  return distance > 0 && (distance >= rest.most - rest.least || (code.value < 0 && rest.least >= 0));
}

bool may_have_gaps(const std::string& quantity) { return quantity == "w" || quantity == "post"; }

[[noreturn]] void refuse(const LayerRecording& r, const Code& code) {
  const std::string others =
      code.rest.empty() ? ""
                        : fmt::format(", and from {:.4g} to {:.4g} in the others", code.rest.least, code.rest.most);
  throw InputError(fmt::format(
      "{}: column {} is {:g} in {} of {} rows, the first is row {}{}; this is no measurement, but stands for "
      "\"not recorded\"\n  hint: {}",
      r.name, code.column, code.value, code.count, code.rows, code.first + 1, others,
      may_have_gaps(code.quantity)
          ? fmt::format("leave these cells of a .csv file empty; of arrays, {}_seen is 0 there", code.quantity)
          : fmt::format("a rule needs {} in every row: fill these in, or leave out rows at the beginning or the end",
                        code.quantity)));
}

// All columns of one quantity after another.
void refuse_first(const LayerRecording& r, const std::vector<Code>& columns) {
  for (const Code& code : columns) {
    if (code.count == 0) continue;
    Range of_quantity;
    for (const Code& other : columns) {
      if (other.quantity == code.quantity) of_quantity.add(other.rest);
    }
    if (stands_out(code, of_quantity)) refuse(r, code);
  }
}

/// Rows at which a column holds its extreme number, if they stand out.
struct Lone {
  double value = 0;
  std::size_t count = 0, first = 0;
  Range rest;
};

Lone lone_value(const RecordedColumn& column) {
  constexpr double far = 50;        // standard deviations
  constexpr double larger = 100;    // than all others
  constexpr std::size_t many = 10;  // a flag has two values, a count a few
  Lone out;
  for (std::size_t t = 0; t < column.rows(); ++t) {
    if (!column.is_seen(t)) continue;
    const double x = column.at(t);
    if (x == out.value && out.count > 0) {
      ++out.count;
    } else if (std::abs(x) > std::abs(out.value)) {
      out.value = x;
      out.count = 1;
      out.first = t;
    }
  }
  if (out.count < 2) return {};
  double sum = 0;
  double squares = 0;
  std::size_t count = 0;
  std::set<double> distinct;
  for (std::size_t t = 0; t < column.rows(); ++t) {
    const double x = column.at(t);
    if (!column.is_seen(t) || x == out.value) continue;
    if (larger * std::abs(x) > std::abs(out.value)) return {};
    out.rest.add(x);
    sum += x;
    squares += x * x;
    ++count;
    if (distinct.size() < many) distinct.insert(x);
  }
  if (distinct.size() < many) return {};
  const double mean = sum / static_cast<double>(count);
  const double deviation = std::sqrt(std::max(0.0, squares / static_cast<double>(count) - mean * mean));
  return std::abs(out.value - mean) > far * deviation ? out : Lone{};
}

}  // namespace

void refuse_missing_codes(const LayerRecording& recording) {
  std::vector<Code> columns;
  for_each_column(recording, false, [&](const RecordedColumn& c) { columns.push_back(code_in(c)); });
  refuse_first(recording, columns);
}

void refuse_missing_codes(const LayerRecording& recording, const std::string& series) {
  std::vector<Code> columns;
  for_each_column(recording, true, [&](const RecordedColumn& c) {
    if (c.quantity == series) columns.push_back(code_in(c));
  });
  refuse_first(recording, columns);
}

std::optional<std::string> lone_values(const std::vector<const LayerRecording*>& recordings) {
  std::string first;
  std::size_t columns = 0;
  for (const LayerRecording* r : recordings) {
    for_each_column(*r, true, [&](const RecordedColumn& c) {
      const Lone lone = lone_value(c);
      if (lone.count == 0) return;
      if (++columns == 1)
        first = fmt::format(
            "{}: column {} is exactly {:g} in {} rows, the first is row {}, and from {:.4g} to {:.4g} "
            "in all others",
            r->name, c.name, lone.value, lone.count, lone.first + 1, lone.rest.least, lone.rest.most);
    });
  }
  if (columns == 0) return std::nullopt;
  return fmt::format(
      "{}{}\n  hint: if this stands for \"not recorded\", leave these cells of w and post empty, or leave "
      "out the rows",
      first, columns == 1 ? "" : fmt::format("; {} other columns are alike", columns - 1));
}

}  // namespace rule_search
