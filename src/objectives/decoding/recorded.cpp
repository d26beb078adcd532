#include "objectives/decoding/recorded.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/hash.hpp"

namespace rule_search {

namespace {

constexpr std::array<Part, 4> turns = {Part::search, Part::validation, Part::search, Part::test};
constexpr std::ptrdiff_t least_learning = 20;  // steps

DecodingStream stretch(const NeuralRecording& r, std::size_t from, std::vector<char> learn) {
  const auto rows = [&](const std::vector<double>& values, int width) {
    const auto w = static_cast<std::size_t>(width);
    return std::vector<double>(values.begin() + static_cast<std::ptrdiff_t>(from * w),
                               values.begin() + static_cast<std::ptrdiff_t>((from + learn.size()) * w));
  };
  DecodingStream out;
  out.counts = rows(r.counts, r.units);
  out.target = rows(r.target, r.outputs);
  out.learn = std::move(learn);
  out.fitted_before = out.steps();
  return out;
}

std::vector<char> learn_first(int learn, int frozen) {
  std::vector<char> out(static_cast<std::size_t>(learn + frozen), 0);
  std::fill_n(out.begin(), learn, 1);
  return out;
}

void check_mask(const NeuralRecording& r) {
  const std::ptrdiff_t learning = std::count(r.learn.begin(), r.learn.end(), 1);
  const auto all = static_cast<std::ptrdiff_t>(r.learn.size());
  if (learning < least_learning)
    throw InputError(
        fmt::format("{}: learn is 1 in {} of {} bins, expected at least {}", r.name, learning, all, least_learning));
  if (learning == all)
    throw InputError(
        fmt::format("{}: learn is 1 in all {} bins, so that no bin would be scored\n  hint: a rule is scored where it "
                    "does not learn: "
                    "learn = 0 in the last third, or leave learn out",
                    r.name, all));
}

void standardise(RecordedStreams& out) {
  const auto k = static_cast<std::size_t>(out.outputs);
  for (std::size_t i = 0; i < k; ++i) {
    double n = 0;
    double sum = 0;
    double squares = 0;
    for (const DecodingStream& s : out.of(Part::search)) {
      for (std::size_t t = i; t < s.target.size(); t += k) {
        ++n;
        sum += s.target[t];
      }
    }
    const double mean = sum / n;
    for (const DecodingStream& s : out.of(Part::search)) {
      for (std::size_t t = i; t < s.target.size(); t += k) squares += (s.target[t] - mean) * (s.target[t] - mean);
    }
    const double deviation = std::sqrt(squares / n);
    constexpr double rounding = 1e-9;
    if (!(deviation > rounding * std::abs(mean)) || !std::isfinite(deviation))
      throw InputError(fmt::format("{}: number {} of the target is {:g} throughout\n  hint: leave it out",
                                   out.files.front(), i + 1, mean));
    for (std::vector<DecodingStream>& part : out.of_part) {
      for (DecodingStream& s : part) {
        for (std::size_t t = i; t < s.target.size(); t += k) s.target[t] = (s.target[t] - mean) / deviation;
      }
    }
  }
}

std::string hash_of(const RecordedStreams& r) {
  Hash hash;
  for (const std::vector<DecodingStream>& part : r.of_part) {
    for (const DecodingStream& s : part) {
      for (const std::vector<double>* values : {&s.counts, &s.target})
        hash.add(values->data(), values->size() * sizeof(double));
      hash.add(s.learn.data(), s.learn.size());
    }
  }
  return hash.text();
}

}  // namespace

RecordedStreams cut_recordings(const std::vector<NeuralRecording>& recordings, const StretchLengths& lengths,
                               double bin) {
  RecordedStreams out;
  out.units = recordings.front().units;
  out.outputs = recordings.front().outputs;
  out.masked = !recordings.front().learn.empty();
  const auto whole = static_cast<std::size_t>(lengths.learn) + static_cast<std::size_t>(lengths.frozen);
  const auto part_of_whole =
      static_cast<std::size_t>(lengths.search_learn) + static_cast<std::size_t>(lengths.search_frozen);
  std::size_t dealt = 0;
  for (const NeuralRecording& r : recordings) {
    out.files.push_back(r.name);
    const bool masked = !r.learn.empty();
    if (masked != out.masked)
      throw InputError(fmt::format(
          "{}: {} learn, and {} {}\n  hint: say in all recordings when a rule learns, or in none",
          masked ? r.name : recordings.front().name, "has", masked ? recordings.front().name : r.name, "has not"));
    if (masked) {
      check_mask(r);
      out.of_part[static_cast<std::size_t>(turns[dealt++ % turns.size()])].push_back(stretch(r, 0, r.learn));
      continue;
    }
    for (std::size_t from = 0; from + whole <= r.bins(); from += whole) {
      const Part part = turns[dealt++ % turns.size()];
      std::vector<DecodingStream>& to = out.of_part[static_cast<std::size_t>(part)];
      if (part != Part::search) {
        to.push_back(stretch(r, from, learn_first(lengths.learn, lengths.frozen)));
        continue;
      }
      for (std::size_t at = from; at + part_of_whole <= from + whole; at += part_of_whole)
        to.push_back(stretch(r, at, learn_first(lengths.search_learn, lengths.search_frozen)));
    }
  }
  // Two of each part at least, so that there is an interval.
  constexpr std::size_t least = 2 * turns.size();
  if (dealt < least) {
    if (out.masked)
      throw InputError(fmt::format(
          "‹recording›: {} recordings that say when a rule learns, expected at least {}: four for search, two for "
          "validation, two for test\n  hint: cut a long one into several files",
          dealt, least));
    std::size_t bins = 0;
    for (const NeuralRecording& r : recordings) bins += r.bins();
    throw InputError(
        fmt::format("‹recording›: {:g} s give {} sessions of {:g} s, expected at least {}: four for search, two for "
                    "validation, two for "
                    "test\n  hint: shorter sessions with ‹learn-time› and ‹frozen-time›, or more recordings",
                    static_cast<double>(bins) * bin, dealt, static_cast<double>(whole) * bin, least));
  }
  standardise(out);
  out.hash = hash_of(out);
  return out;
}

}  // namespace rule_search
