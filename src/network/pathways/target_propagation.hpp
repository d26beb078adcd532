// Difference target propagation (Lee, Zhang, Fischer & Bengio 2015) with linear feedback and targets an infinitesimal step
// away: from layer to layer by weights that learn to undo what the forward weights do.
//
// The target of a layer differs from its activity by d_k = sum over the layers l that read it of V_kl' d_l, and the step of
// the target at the output cancels (Meulemans et al. 2020 have the general form). No derivative stands between two layers,
// since V learns it. The error of a layer is that difference times the derivative of its neurons, so that it means what it
// means with other kinds of feedback.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "network/pathway.hpp"
#include "plan/plan.hpp"

namespace rule_search {

template <class T>
class TargetPropagationPathway : public Pathway<T> {
 public:
  TargetPropagationPathway(const Network& network, int planes);

  void start(const std::vector<std::vector<double>>& weights, bool to_input, const FeedbackNoise& noise,
             const FixedMatrices<T>* prepared) override;
  /// Every matrix takes a step towards giving back a disturbance of the layer before from how the layer after answers.
  void learn(const Carried<T>& network, int step) override;
  void carry(const Carried<T>& network, int lowest, std::vector<Activity<T>>& error) override;
  std::vector<std::vector<double>> weights() override;

 private:
  // The feedback weights of a connection, as a connection that learns: pre is the disturbance, post the answer to it.
  struct Learning {
    explicit Learning(int neurons_pre, int neurons_post, int planes)
        : disturbance(neurons_pre, 1), answer(neurons_post, planes) {
      disturbance.active = false;
    }
    Activity<T> disturbance, answer;
    std::optional<Connection<T>> weights;
  };

  bool transposed(const Projection& connection) const;
  void take_answer(const Carried<T>& network, int c, Learning& learning);
  const kernels::Weights<T>& back(const Carried<T>& network, int c) const;

  TargetPropagation how_;
  Graph graph_;
  plan::Plan plan_;
  std::vector<std::unique_ptr<Learning>> learning_;  // null where forward weights take their place
  std::vector<std::vector<double>> unused_;          // what was given where forward weights take their place
  std::vector<Activity<T>> difference_;              // of target and activity by layer, its sign turned
  bool to_input_ = false;
  FeedbackNoise noise_;
};

}  // namespace rule_search
