// Every way to connect layers, and every way to carry errors back, for tests that try them all.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "drawn_episode.hpp"
#include "network/network.hpp"

namespace rule_search::test {

struct Skips {
  std::string name;
  std::vector<Projection> skips;
};

/// All patterns, and of four layers or more lists that no pattern has.
inline std::vector<Skips> every_skips(int layers) {
  std::vector<Skips> out;
  for (const SkipPattern& p : skip_patterns()) out.push_back({p.name, *skips_named(p.name, layers)});
  if (layers < 4) return out;
  out.push_back({"from the input to the second layer alone", {{0, 2}}});
  out.push_back({"a list of its own", {{0, 3}, {1, layers - 1}}});
  return out;
}

struct ErrorPathway {
  std::string name;
  Feedback feedback;
  TargetPropagation dtp = {};
};

/// All kinds of feedback; that with targets in all its forms.
inline std::vector<ErrorPathway> every_pathway() {
  std::vector<ErrorPathway> out;
  for (const FeedbackKind& k : feedback_kinds()) {
    if (k.feedback != Feedback::dtp) out.push_back({k.name, k.feedback});
  }
  using Top = TargetPropagation::Top;
  using Readers = TargetPropagation::Readers;
  for (const Top top : {Top::net, Top::symmetric}) {
    for (const Readers readers : {Readers::mean, Readers::sum})
      out.push_back({std::string("dtp, top ") + (top == Top::net ? "net" : "symmetric") + ", " +
                         (readers == Readers::mean ? "mean" : "sum") + " of readers",
                     Feedback::dtp,
                     {.rate = 0.3, .decay = 0.02, .noise = 0.3, .floor = 0.01, .top = top, .readers = readers}});
  }
  return out;
}

/// Calls f(episode) for every choice of skips and every pathway; in `what` stands which it is.
template <class F>
void for_every_graph(const std::vector<int>& layers, int steps, int queries, std::string& what, F f) {
  for (const Skips& s : every_skips(static_cast<int>(layers.size()))) {
    for (const ErrorPathway& p : every_pathway()) {
      what = s.name + "; " + p.name;
      f(drawn_episode(p.feedback, 5, Network{layers, 10, s.skips, p.dtp}, steps, queries));
    }
  }
}

}  // namespace rule_search::test
