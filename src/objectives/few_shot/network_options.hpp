// The network of a task, as users give it and documents have it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/options.hpp"
#include "data/dataset.hpp"
#include "network/network.hpp"

namespace rule_search {

struct NetworkOptions {
  std::string feedback = "fixed";
  std::vector<int> hidden = {170, 130, 100, 70};
  double beta = 10;
  std::string skip = "none";
  std::string connections;  ///< "0-5,1-5", where no pattern has a name for it
  TargetPropagation dtp;
  std::string dtp_top = "symmetric", dtp_readers = "mean";

  std::vector<Option> network_rows();
  /// For images of these data. Throws InputError where skips don't fit the layers, or options the kind of feedback.
  Network network(const Dataset& data) const;
  Feedback feedback_kind() const;
  /// Becomes the options that give this network.
  void take(const Network& network, Feedback feedback);
};

/// What documents say of skips and of difference target propagation: nothing of a chain, and of other feedback.
nlohmann::json network_details(const Network& network, Feedback feedback);
/// Reads what network_details() wrote, from an object at "setting", into a network that has its layers. Throws FieldMistake.
void read_network_details(const nlohmann::json& setting, Network& network);

/// "fixed feedback", or what there is to say of feedback weights that learn.
std::string feedback_text(const Network& network, Feedback feedback);

}  // namespace rule_search
