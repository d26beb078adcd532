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
};

/// Shape of the feedback weights that belong to a connection from layer l to layer l + 1.
enum class FeedbackShape {
  none,             ///< it has no weights of its own
  forward_weights,  ///< layers[l + 1] x layers[l]
  from_output,      ///< layers[L] x layers[l]
};

/// What there is to know of a kind of feedback.
struct FeedbackKind {
  Feedback feedback;
  const char* name;
  FeedbackShape shape;
  bool magnitudes;             ///< of its weights only the magnitudes count
  bool reads_forward_weights;  ///< an error at the input asks for the weights of the first connection
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

/// Rows of the feedback weights of connection l, which have a column a neuron of layer l; 0 where there are none.
int feedback_rows(Feedback feedback, const Network& network, int l);

}  // namespace rule_search
