#include "objectives/few_shot/learner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <optional>
#include <type_traits>

#include "base/error.hpp"
#include "evaluate/subnormals.hpp"
#include "network/alignment.hpp"
#include "network/engine.hpp"
#include "network/orthonormality.hpp"
#include "network/pathways/feedback_weights.hpp"
#include "network/softmax.hpp"
#include "objectives/few_shot/decoy.hpp"

namespace rule_search {

namespace {

// All inputs of an episode are known before it begins.
KnownInputs inputs_of(const Episode& e) {
  const auto inputs = static_cast<std::size_t>(e.network.layers[0]);
  const auto samples = [&](const Samples& s) {
    return std::span(s.x).first(static_cast<std::size_t>(s.size) * inputs);
  };
  return {samples(e.train), samples(e.query)};
}

const double* sample(const Samples& s, int k, int inputs) {
  return s.x.data() + static_cast<std::ptrdiff_t>(k) * inputs;
}

Outcome diverged() {
  Outcome failed;
  failed.diverged = true;
  return failed;
}

bool finite(const Outcome& o) {
  return std::isfinite(o.loss) &&
         std::all_of(o.jacobian.begin(), o.jacobian.end(), [](double x) { return std::isfinite(x); });
}

void refuse_signals(const plan::Plan& plan) {
  if (plan.signals.empty()) return;
  throw InputError(
      fmt::format("the rule asks for the signal {}, but a few-shot task has none to tell\n  hint: recordings bring "
                  "signals as columns of that name (‹objective› recordings)",
                  plan.signals[0].name));
}

}  // namespace

void prepare(Episode& episode) {
  const KnownInputs inputs = inputs_of(episode);
  const std::vector<int>& layers = episode.network.layers;
  if (!pays_by_sample(inputs, layers[0])) return;
  auto prepared = std::make_shared<Prepared<float>>();
  set_space(prepared->space, inputs, episode.network, episode.weights);
  prepared->feedback = make_pathway<float>(episode.feedback, episode.network, 1)->prepared(episode.feedback_weights);
  episode.prepared = std::move(prepared);
}

std::size_t bytes(const Prepared<float>& prepared) {
  return prepared.space.bytes() + (prepared.feedback != nullptr ? prepared.feedback->bytes() : 0);
}

template <class T>
struct Learner<T>::State {
  State(const plan::Plan& plan, const Network& network, Feedback feedback, const std::vector<int>& directions,
        FirstLayer first)
      : engine(plan, network, feedback, directions, first), decoys(plan) {}

  void start(const Episode& episode, const std::vector<double>& theta, const Wanted& wanted);
  bool learn(const Episode& episode, const Wanted& wanted, Outcome& out);
  bool probe(const Episode& episode, int samples, Outcome& out);
  bool answer(const Episode& episode, const Wanted& wanted, Outcome& out);
  CrossEntropy answer_of_shortcut(int label) const;

  Engine<T> engine;
  Decoys<T> decoys;
};

template <class T>
void Learner<T>::State::start(const Episode& episode, const std::vector<double>& theta, const Wanted& wanted) {
  Start<T> start{episode.weights, episode.feedback_weights, inputs_of(episode), noise_of(episode)};
  if constexpr (std::is_same_v<T, float>) start.prepared = episode.prepared.get();
  start.weights_asked = wanted.alignment || wanted.weights || wanted.orthonormality;
  // Feedback weights to the input learn only where something asks for what they bring.
  start.input_error_asked = wanted.alignment || wanted.weights;
  engine.start(start, theta);
}

// The queries as they are answered by now; no derivatives.
template <class T>
bool Learner<T>::State::probe(const Episode& episode, int samples, Outcome& out) {
  const int inputs = episode.network.layers[0];
  const double queries = std::max(1, episode.query.size);
  Probe& p = out.probes.emplace_back();
  p.samples = samples;
  std::vector<double> none;
  for (int q = 0; q < episode.query.size; ++q) {
    engine.set_input(episode.train.size + q, sample(episode.query, q, inputs));
    if (!engine.forward(false)) return false;
    const Populations<T>& at = engine.populations();
    const CrossEntropy answer =
        cross_entropy(at.net.back(), at.activity.back(), episode.query.label[static_cast<std::size_t>(q)], none);
    p.loss += answer.loss / queries;
    p.accuracy += (answer.correct ? 1 : 0) / queries;
  }
  return true;
}

// The stream. False where something is not finite any more.
template <class T>
bool Learner<T>::State::learn(const Episode& episode, const Wanted& wanted, Outcome& out) {
  const int inputs = episode.network.layers[0];
  const std::int64_t steps = episode.train.size;
  for (int t = 0; t < episode.train.size; ++t) {
    engine.set_input(t, sample(episode.train, t, inputs));
    if (!engine.forward(true)) return false;
    engine.learn_feedback(t);
    engine.errors(episode.train.label[static_cast<std::size_t>(t)]);
    decoys.fill(episode, t, engine.populations());
    engine.learn(t);
    // Whether another share of the stream is behind.
    if ((std::int64_t{t} + 1) * wanted.probes / steps != std::int64_t{t} * wanted.probes / steps &&
        !probe(episode, t + 1, out))
      return false;
  }
  return true;
}

// By what the connection from the input to the output brings alone; values only.
template <class T>
CrossEntropy Learner<T>::State::answer_of_shortcut(int label) const {
  const std::vector<Projection>& all = engine.graph().connections;
  const auto at = std::find(all.begin(), all.end(), Projection{0, engine.graph().layers() - 1});
  assert(at != all.end() && engine.planes() == 1);
  const Activity<T>& net = engine.net_of(static_cast<std::size_t>(at - all.begin()));
  std::vector<double> none;
  return cross_entropy(net, engine.populations().activity.back(), label, none);
}

// The queries, with the weights as the stream left them. False where something is not finite any more.
template <class T>
bool Learner<T>::State::answer(const Episode& episode, const Wanted& wanted, Outcome& out) {
  const int inputs = episode.network.layers[0];
  std::optional<Alignment<T>> alignment;
  if (wanted.alignment) alignment.emplace(engine);
  std::vector<std::vector<double>> weights;
  if (wanted.weights || wanted.orthonormality) weights = engine.weights();
  if (wanted.orthonormality) out.orthonormality.assign(weights.size(), 0.0);
  for (int q = 0; q < episode.query.size; ++q) {
    engine.set_input(episode.train.size + q, sample(episode.query, q, inputs));
    if (!engine.forward(false)) return false;
    const int label = episode.query.label[static_cast<std::size_t>(q)];
    const Populations<T>& p = engine.populations();
    const CrossEntropy answer = wanted.shortcut ? answer_of_shortcut(label)
                                                : cross_entropy(p.net.back(), p.activity.back(), label, out.jacobian);
    out.query_losses.push_back(answer.loss);
    out.accuracy += answer.correct ? 1 : 0;
    if (wanted.orthonormality) add_orthonormality_errors(weights, engine, out.orthonormality);
    if (!alignment) continue;
    engine.errors(label, true);
    alignment->add(engine);
  }
  const double queries = std::max(1, episode.query.size);
  for (double loss : out.query_losses) out.loss += loss / queries;
  out.accuracy /= queries;
  for (double& error : out.orthonormality) error /= queries;
  if (alignment) out.alignment = alignment->degrees();
  if (wanted.weights) {
    out.weights = std::move(weights);
    out.feedback_weights = engine.feedback_weights();
  }
  return finite(out);
}

template <class T>
Learner<T>::Learner(const plan::Plan& plan, const Network& network, Feedback feedback, std::vector<int> directions,
                    FirstLayer first) {
  refuse_signals(plan);
  state_ = std::make_unique<State>(plan, network, feedback, directions, first);
}

template <class T>
Learner<T>::~Learner() = default;

template <class T>
Outcome Learner<T>::run(const Episode& episode, const std::vector<double>& theta, Wanted wanted) {
  assert(static_cast<int>(theta.size()) == state_->engine.layout().size());
  const SubnormalsAreZero quick;
  state_->start(episode, theta, wanted);
  Outcome out;
  if (!state_->learn(episode, wanted, out) || !state_->answer(episode, wanted, out)) return diverged();
  return out;
}

template class Learner<float>;
template class Learner<double>;

}  // namespace rule_search
