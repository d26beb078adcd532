// The one place where a pathway joins: a file in pathways/, an enumerator and a row here.
#include "network/feedback.hpp"

#include <array>

#include "base/named.hpp"
#include "network/network.hpp"
#include "network/pathways/direct.hpp"
#include "network/pathways/fixed.hpp"
#include "network/pathways/sign.hpp"
#include "network/pathways/symmetric.hpp"

namespace rule_search {

namespace {

template <class P>
auto make(const Network& network, int planes) {
  return std::unique_ptr<Pathway<typename P::Number>>(std::make_unique<P>(network, planes));
}

template <template <class> class P>
constexpr FeedbackKind row(Feedback feedback, const char* name, FeedbackShape shape, bool magnitudes,
                           bool reads_forward_weights) {
  return {feedback, name, shape, magnitudes, reads_forward_weights, make<P<float>>, make<P<double>>};
}

constexpr std::array kinds = {
    row<FixedPathway>(Feedback::fixed, "fixed", FeedbackShape::forward_weights, false, false),
    row<SymmetricPathway>(Feedback::symmetric, "symmetric", FeedbackShape::none, false, true),
    row<DirectPathway>(Feedback::direct, "direct", FeedbackShape::from_output, false, false),
    row<SignPathway>(Feedback::sign, "sign", FeedbackShape::forward_weights, true, true),
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

int feedback_rows(Feedback feedback, const Network& network, int l) {
  switch (kind(feedback).shape) {
    case FeedbackShape::none:
      return 0;
    case FeedbackShape::forward_weights:
      return network.layers[static_cast<std::size_t>(l) + 1];
    case FeedbackShape::from_output:
      return network.layers.back();
  }
  return 0;
}

}  // namespace rule_search
