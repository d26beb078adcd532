// One step of a network with tangents: activities forward, errors back, and then all weights change at once.
#pragma once

#include <memory>
#include <vector>

#include "network/first_connection.hpp"
#include "network/pathway.hpp"
#include "network/populations.hpp"
#include "plan/layout.hpp"

namespace rule_search {

/// What all runs of an episode have in common, whatever the rule is.
template <class T>
struct Prepared {
  SampleSpace<T> space;                              ///< what set_space() made of inputs and first weights
  std::shared_ptr<const FixedMatrices<T>> feedback;  ///< what Pathway::prepared() made of the feedback weights
};

/// Where an episode starts. Matrices are row by row.
template <class T>
struct Start {
  const std::vector<std::vector<double>>& weights;           ///< one a connection, in the order of the graph
  const std::vector<std::vector<double>>& feedback_weights;  ///< of the shapes that feedback_shapes() says
  KnownInputs inputs;
  FeedbackNoise noise;                    ///< for feedback weights that learn
  const Prepared<T>* prepared = nullptr;  ///< of these inputs and weights, or null
  bool weights_asked = false;             ///< weights() will be called, or the weights read
  bool input_error_asked = false;         ///< errors will be carried to the input, whatever the rule needs
};

/// A network of layers whose connections all learn by one plan. Not thread-safe.
template <class T>
class Engine {
 public:
  /// `directions`: entries of theta to differentiate by; direction d is plane 1 + d.
  Engine(plan::Plan plan, Network network, Feedback feedback, const std::vector<int>& directions,
         FirstLayer first = FirstLayer::fastest);
  Engine(const Engine&) = delete;  // its parts look at one another
  Engine& operator=(const Engine&) = delete;

  /// Begins an episode with these coefficients, all entries of theta.
  void start(const Start<T>& start, const std::vector<double>& theta);
  /// The input becomes sample t of the known ones, at `x`.
  void set_input(int t, const double* x);
  /// Activities of all layers. `learning`: learn() follows. False where something is not finite any more.
  bool forward(bool learning);
  /// After forward(): feedback weights that learn take a step.
  void learn_feedback(int t) { pathway_->learn(carried(), t); }
  /// The errors that the rule reads, where the output should have been `label`; `to_input`: down to the input in any case.
  void errors(int label, bool to_input = false);
  /// After forward(true) and errors(): weights and states change by the rule; t as given to set_input().
  void learn(int t);

  /// Row by row, one matrix a connection.
  std::vector<std::vector<double>> weights() const;
  /// Those that learn; empty where none does.
  std::vector<std::vector<double>> feedback_weights() { return pathway_->weights(); }
  const Network& network() const { return network_; }
  const Graph& graph() const { return graph_; }
  const ParameterLayout& layout() const { return layout_; }
  const plan::Plan& plan() const { return plan_; }
  int planes() const { return planes_; }
  Populations<T>& populations() { return populations_; }
  const Populations<T>& populations() const { return populations_; }
  /// What connection c adds to the input current of its layer.
  const Activity<T>& net_of(std::size_t c) const { return *nets_[c]; }
  /// The network as it stands, for another pathway than its own.
  Carried<T> carried() { return {graph_, populations_, connections_, static_cast<T>(network_.beta), planes_}; }

 private:
  int neurons(int l) const { return network_.layers[static_cast<std::size_t>(l)]; }
  void add_connection(int c, std::vector<int> direction, FirstLayer first, bool reads_weights);
  void join(std::size_t l);

  plan::Plan plan_;
  Network network_;
  Graph graph_;
  int planes_;
  ParameterLayout layout_;
  bool needs_input_error_;
  Populations<T> populations_;
  std::unique_ptr<Pathway<T>> pathway_;
  bool feedback_learns_;
  std::vector<std::unique_ptr<Activity<T>>> own_nets_;  // null for the only connection to a layer
  std::vector<const Activity<T>*> nets_;
  std::vector<std::unique_ptr<FirstConnection<T>>> first_;  // those from the input, in their order
  std::vector<std::unique_ptr<Connection<T>>> later_;
  std::vector<Connection<T>*> connections_;  // all; those from the input as chosen for the episode
  SampleSpace<T> space_;
  const SampleSpace<T>* known_ = nullptr;  // that of the episode, where it goes by sample
  bool input_read_ = true;                 // whether a step then asks for the activity of the input
  Projections<T> projections_;
  int sample_ = 0;  // that is the input
};

}  // namespace rule_search
