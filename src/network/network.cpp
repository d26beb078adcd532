#include "network/network.hpp"

namespace rule_search {

const char* name(Feedback feedback) {
  switch (feedback) {
    case Feedback::fixed:
      return "fixed";
    case Feedback::symmetric:
      return "symmetric";
    case Feedback::direct:
      return "direct";
    case Feedback::sign:
      return "sign";
  }
  return "";
}

std::optional<Feedback> feedback_named(const std::string& text) {
  for (Feedback f : {Feedback::fixed, Feedback::symmetric, Feedback::direct, Feedback::sign}) {
    if (text == name(f)) return f;
  }
  return std::nullopt;
}

}  // namespace rule_search
