#include "network/graph.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "base/random.hpp"

using namespace rule_search;

namespace {

std::string named(const std::string& name, int layers) {
  const auto skips = skips_named(name, layers);
  REQUIRE(skips);
  return text(*skips);
}

std::string refusal(std::vector<Projection> skips, int layers) {
  try {
    check_skips(skips, layers, "here");
  } catch (const InputError& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE("patterns of skips have the connections that their meaning says, in the order of the graph") {
  CHECK(named("none", 5).empty());
  CHECK(named("residual", 5) == "0-2, 1-3, 2-4");
  CHECK(named("input", 5) == "0-2, 0-3, 0-4");
  CHECK(named("output", 5) == "0-4, 1-4, 2-4");
  CHECK(named("inout", 5) == "0-4");
  CHECK(named("dense", 5) == "0-2, 0-3, 1-3, 0-4, 1-4, 2-4");
  CHECK_FALSE(skips_named("all", 5));
  CHECK_FALSE(skips_named("", 5));
  CHECK(skip_names() == std::vector<std::string>{"none", "residual", "input", "output", "inout", "dense"});
}

TEST_CASE("a network without hidden layers has no skips, whatever they are called; with one it has one at most") {
  for (const std::string& name : skip_names()) {
    CHECK(named(name, 2).empty());
    CHECK(named(name, 3) == (name == "none" ? "" : "0-2"));
  }
}

TEST_CASE("a choice of skips has the name of its pattern, the first where several have the same") {
  for (const std::string& name : skip_names()) CHECK(name_of_skips(*skips_named(name, 5), 5) == name);
  CHECK(name_of_skips({{0, 2}}, 3) == "inout");
  CHECK(name_of_skips({{0, 2}}, 4).empty());
  CHECK(name_of_skips({}, 2) == "none");
}

TEST_CASE("connections are ordered by the layer they lead to, then by the one they come from") {
  const Graph chain(3, {});
  CHECK(text(chain.connections) == "0-1, 1-2");
  const Graph graph(5, {{1, 4}, {0, 3}, {0, 2}});
  CHECK(text(graph.connections) == "0-1, 0-2, 1-2, 0-3, 2-3, 1-4, 3-4");
  CHECK(graph.layers() == 5);
  CHECK(graph.incoming == std::vector<std::vector<int>>{{}, {0}, {1, 2}, {3, 4}, {5, 6}});
  CHECK(graph.readers == std::vector<std::vector<int>>{{0, 1, 3}, {2, 5}, {4}, {6}, {}});
}

TEST_CASE("of any graph every connection comes in once and is read once, at the layers that it joins") {
  Random random(7);
  for (int round = 0; round < 50; ++round) {
    const int layers = 2 + static_cast<int>(random.below(7));
    std::vector<Projection> skips;
    for (int from = 0; from < layers; ++from) {
      for (int to = from + 2; to < layers; ++to) {
        if (random.below(2) == 0) skips.push_back({from, to});
      }
    }
    random.shuffle(skips);
    const Graph graph(layers, skips);
    CHECK(static_cast<int>(graph.connections.size()) == layers - 1 + static_cast<int>(skips.size()));
    std::set<std::pair<int, int>> seen;
    for (int l = 0; l < layers; ++l) {
      const auto i = static_cast<std::size_t>(l);
      for (const int c : graph.incoming[i]) {
        const Projection& p = graph.connections[static_cast<std::size_t>(c)];
        CHECK(p.to == l);
        CHECK(seen.insert({p.from, p.to}).second);
      }
      CHECK(std::is_sorted(graph.incoming[i].begin(), graph.incoming[i].end()));
      for (const int c : graph.readers[i]) CHECK(graph.connections[static_cast<std::size_t>(c)].from == l);
    }
    CHECK(seen.size() == graph.connections.size());
    // What is listed is put in this order, and stays.
    std::vector<Projection> ordered = skips;
    check_skips(ordered, layers, "here");
    std::vector<Projection> rest = graph.connections;
    std::erase_if(rest, [](const Projection& p) { return p.to == p.from + 1; });
    CHECK(ordered == rest);
  }
}

TEST_CASE("skips that can't be are refused with what is wrong and how to mend it") {
  CHECK(refusal({{0, 4}, {1, 3}}, 5).empty());
  CHECK(refusal({{3, 1}}, 5) ==
        "here: 3-1: expected a connection to a later layer, found one from layer 3 to layer 1\n  hint: 1-3 leads "
        "forward");
  CHECK(refusal({{2, 2}}, 5) ==
        "here: 2-2: expected a connection to a later layer, found one from layer 2 to layer 2\n  hint: leave it out");
  for (const Projection& p : {Projection{0, 5}, {-1, 2}, {5, 6}, {7, 1}, {2, -1}})
    CHECK(refusal({p}, 5) == "here: " + text(p) + ": expected two layers from 0 (the input) to 4 (the output)");
  CHECK(refusal({{0, 2}, {1, 2}}, 5) ==
        "here: 1-2: this connection is of the chain, which is always there\n  hint: leave it out");
  CHECK(refusal({{0, 2}, {1, 4}, {0, 2}}, 5) == "here: 0-2 stands there twice\n  hint: name every connection once");
}
