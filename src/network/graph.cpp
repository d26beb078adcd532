#include "network/graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/named.hpp"

namespace rule_search {

namespace {

constexpr std::array patterns = {
    SkipPattern{"none", "the chain alone", [](int, int, int) { return false; }},
    SkipPattern{"residual", "from every layer to the second next",
                [](int from, int to, int) { return to - from == 2; }},
    SkipPattern{"input", "from the input to every layer", [](int from, int, int) { return from == 0; }},
    SkipPattern{"output", "from every layer to the output", [](int, int to, int last) { return to == last; }},
    SkipPattern{"inout", "from the input to the output",
                [](int from, int to, int last) { return from == 0 && to == last; }},
    SkipPattern{"dense", "from every layer to every later one", [](int, int, int) { return true; }},
};

bool before(const Projection& a, const Projection& b) { return a.to != b.to ? a.to < b.to : a.from < b.from; }

}  // namespace

std::string text(const Projection& p) { return fmt::format("{}-{}", p.from, p.to); }

std::string text(const std::vector<Projection>& projections) {
  std::string out;
  for (const Projection& p : projections) out += (out.empty() ? "" : ", ") + text(p);
  return out;
}

Graph::Graph(int layers, const std::vector<Projection>& skips)
    : connections(skips), incoming(static_cast<std::size_t>(layers)), readers(static_cast<std::size_t>(layers)) {
  for (int l = 0; l + 1 < layers; ++l) connections.push_back({l, l + 1});
  std::sort(connections.begin(), connections.end(), before);
  for (int c = 0; c < static_cast<int>(connections.size()); ++c) {
    const Projection& p = connections[static_cast<std::size_t>(c)];
    incoming[static_cast<std::size_t>(p.to)].push_back(c);
    readers[static_cast<std::size_t>(p.from)].push_back(c);
  }
}

std::span<const SkipPattern> skip_patterns() { return patterns; }

std::vector<std::string> skip_names() { return names_of(patterns); }

std::optional<std::vector<Projection>> skips_named(const std::string& name, int layers) {
  for (const SkipPattern& p : patterns) {
    if (name != p.name) continue;
    std::vector<Projection> out;
    for (int to = 2; to < layers; ++to) {
      for (int from = 0; from < to - 1; ++from) {
        if (p.has(from, to, layers - 1)) out.push_back({from, to});
      }
    }
    return out;
  }
  return std::nullopt;
}

std::string name_of_skips(const std::vector<Projection>& skips, int layers) {
  // With one hidden layer all patterns are the connection from the input to the output.
  for (const char* name : {"none", "inout"}) {
    if (skips == skips_named(name, layers)) return name;
  }
  for (const SkipPattern& p : patterns) {
    if (skips == skips_named(p.name, layers)) return p.name;
  }
  return "";
}

void check_skips(std::vector<Projection>& skips, int layers, const std::string& where) {
  const int last = layers - 1;
  for (const Projection& p : skips) {
    if (p.from < 0 || p.to > last || p.from > last || p.to < 0)
      throw InputError(
          fmt::format("{}: {}: expected two layers from 0 (the input) to {} (the output)", where, text(p), last));
    if (p.from >= p.to)
      throw InputError(fmt::format(
          "{}: {}: expected a connection to a later layer, found one from layer {} to layer {}\n  hint: {}", where,
          text(p), p.from, p.to, p.from > p.to ? fmt::format("{}-{} leads forward", p.to, p.from) : "leave it out"));
    if (p.to - p.from == 1)
      throw InputError(fmt::format(
          "{}: {}: this connection is of the chain, which is always there\n  hint: leave it out", where, text(p)));
  }
  std::sort(skips.begin(), skips.end(), before);
  const auto twice = std::adjacent_find(skips.begin(), skips.end());
  if (twice != skips.end())
    throw InputError(fmt::format("{}: {} stands there twice\n  hint: name every connection once", where, text(*twice)));
}

}  // namespace rule_search
