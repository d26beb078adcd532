// The one place where a pathway joins: a file in pathways/, an enumerator and a row here.
#include "network/feedback.hpp"

#include <array>

#include "base/named.hpp"
#include "network/network.hpp"
#include "network/pathways/direct.hpp"
#include "network/pathways/fixed.hpp"
#include "network/pathways/sign.hpp"
#include "network/pathways/symmetric.hpp"
#include "network/pathways/target_propagation.hpp"

namespace rule_search {

namespace {

template <class P>
auto make(const Network& network, int planes) {
  return std::unique_ptr<Pathway<typename P::Number>>(std::make_unique<P>(network, planes));
}

template <template <class> class P>
constexpr FeedbackKind row(Feedback feedback, const char* name, FeedbackShape shape, bool magnitudes,
                           bool reads_forward_weights, bool learns = false) {
  return {feedback, name, shape, magnitudes, reads_forward_weights, learns, make<P<float>>, make<P<double>>};
}

constexpr std::array kinds = {
    row<FixedPathway>(Feedback::fixed, "fixed", FeedbackShape::forward_weights, false, false),
    row<SymmetricPathway>(Feedback::symmetric, "symmetric", FeedbackShape::none, false, true),
    row<DirectPathway>(Feedback::direct, "direct", FeedbackShape::from_output, false, false),
    row<SignPathway>(Feedback::sign, "sign", FeedbackShape::forward_weights, true, true),
    row<TargetPropagationPathway>(Feedback::dtp, "dtp", FeedbackShape::forward_weights, false, true, true),
};

}  // namespace

std::span<const FeedbackKind> feedback_kinds() { return kinds; }

const FeedbackKind& kind(Feedback feedback) { return kinds[static_cast<std::size_t>(feedback)]; }

std::optional<Feedback> feedback_named(const std::string& text) {
  return value_named(kinds, text, &FeedbackKind::feedback);
}

std::vector<std::string> feedback_names() { return names_of(kinds); }

std::string feedback_names(const std::string& quote) {
  std::string text;
  for (std::size_t k = 0; k < kinds.size(); ++k) {
    text += k == 0 ? "" : k + 1 < kinds.size() ? ", " : " or ";
    text.append(quote).append(kinds[k].name).append(quote);
  }
  return text;
}

std::vector<MatrixShape> feedback_shapes(Feedback feedback, const Network& network) {
  const auto neurons = [&](int l) { return network.layers[static_cast<std::size_t>(l)]; };
  std::vector<MatrixShape> out;
  switch (kind(feedback).shape) {
    case FeedbackShape::none:
      break;
    case FeedbackShape::forward_weights:
      for (const Projection& p : network.graph().connections) out.push_back({neurons(p.to), neurons(p.from)});
      break;
    case FeedbackShape::from_output:
      for (std::size_t l = 0; l + 1 < network.layers.size(); ++l)
        out.push_back({network.layers.back(), network.layers[l]});
      break;
  }
  return out;
}

}  // namespace rule_search
