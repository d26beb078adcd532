// The kinds of feedback: how the error of a layer can be carried to the layers before it.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rule_search {

struct Network;
template <class T>
class Pathway;

/// How errors travel back. Each has a row in feedback.cpp, in the same order.
enum class Feedback {
  fixed,      ///< by fixed random weights B (feedback alignment)
  symmetric,  ///< by the transposed forward weights (backpropagation)
  direct,     ///< the error of the output layer goes to every layer by fixed random weights
  sign,       ///< random magnitudes, the signs of the forward weights (sign-symmetry)
  dtp,        ///< by weights that learn to undo what the forward weights do (difference target propagation)
};

/// What feedback weights of a network there are.
enum class FeedbackShape {
  none,             ///< none of its own
  forward_weights,  ///< a matrix a connection, of the shape of its weights
  from_output,      ///< a matrix a layer but the last: neurons of the output x neurons of the layer
};

/// How the feedback weights of difference target propagation learn, and how they carry errors
/// (pathways/target_propagation.hpp). The defaults are those of Fashion-MNIST and EMNIST streams.
struct TargetPropagation {
  enum class Top {
    net,       ///< the output's feedback weights learn as all others
    symmetric  ///< the transposed forward weights take their place (Lee et al. 2015)
  };
  enum class Readers { mean, sum };  ///< of what the layers that read a layer send back to it
  double rate = 0.3;                 ///< of a step, in (0, 1]
  double decay = 0.01;               ///< of the feedback weights, a share of the rate
  double noise = 0.3;                ///< standard deviation of what a layer's activity is disturbed by
  double floor = 1e-3;               ///< below it, in squares of the noise, an answer teaches little
  Top top = Top::symmetric;
  Readers readers = Readers::mean;
  int warm_up = 250;  ///< inputs without labels that they learn from before an episode; see warm_up.hpp
};

/// What there is to know of a kind of feedback.
struct FeedbackKind {
  Feedback feedback;
  const char* name;
  FeedbackShape shape;
  bool magnitudes;             ///< of its weights only the magnitudes count
  bool reads_forward_weights;  ///< an error at the input asks for the weights of connections that leave it
  bool learns;                 ///< its weights change; they begin at 0
  std::unique_ptr<Pathway<float>> (*of_floats)(const Network& network, int planes);
  std::unique_ptr<Pathway<double>> (*of_doubles)(const Network& network, int planes);
};

std::span<const FeedbackKind> feedback_kinds();
const FeedbackKind& kind(Feedback feedback);
inline const char* name(Feedback feedback) { return kind(feedback).name; }
std::optional<Feedback> feedback_named(const std::string& name);
/// In the order of the kinds.
std::vector<std::string> feedback_names();
/// For messages: the names between `quote`s, as in "fixed, symmetric, direct or sign".
std::string feedback_names(const std::string& quote);

struct MatrixShape {
  int rows = 0, cols = 0;
  bool operator==(const MatrixShape&) const = default;
};
/// Of all feedback weights, in the order of connections or layers.
std::vector<MatrixShape> feedback_shapes(Feedback feedback, const Network& network);

}  // namespace rule_search
