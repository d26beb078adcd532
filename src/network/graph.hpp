// Which layers of a network are connected: a chain from the input to the output, and skips on top of it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rule_search {

/// All neurons of a layer to all of a later one. Layer 0 is the input.
struct Projection {
  int from = 0, to = 1;
  bool operator==(const Projection&) const = default;
};

/// "0-5".
std::string text(const Projection& projection);
/// "0-1, 1-2, 0-2".
std::string text(const std::vector<Projection>& projections);

/// Connections by number, and which of them meet at a layer.
struct Graph {
  /// `skips` in any order, none of the chain and none twice.
  Graph(int layers, const std::vector<Projection>& skips);

  std::vector<Projection> connections;     ///< ordered by the layer they lead to, then by the layer they come from
  std::vector<std::vector<int>> incoming;  ///< of every layer, the connections that lead to it; none of the input
  std::vector<std::vector<int>> readers;   ///< of every layer, the connections that come from it; none of the output

  int layers() const { return static_cast<int>(incoming.size()); }
};

/// A choice of skips by name (Im, Patil & Branson 2020 have such choices).
struct SkipPattern {
  const char* name;
  const char* meaning;
  bool (*has)(int from, int to, int last);  ///< for layers that are no neighbours; `last` is the output
};

std::span<const SkipPattern> skip_patterns();
std::vector<std::string> skip_names();
/// Skips of the pattern with this name, in the order of Graph::connections; nothing where there is no such name.
std::optional<std::vector<Projection>> skips_named(const std::string& name, int layers);
/// The name of the pattern that has these skips and no other; "" where none has.
std::string name_of_skips(const std::vector<Projection>& skips, int layers);

/// Puts skips in the order of Graph::connections. Throws InputError where one does not lead forward, names no layer, is of
/// the chain, or stands twice; `where` begins the message.
void check_skips(std::vector<Projection>& skips, int layers, const std::string& where);

}  // namespace rule_search
