// Decoding by spiking neurons as an objective of the program.
#pragma once

#include <string>
#include <vector>

#include "objectives/decoding/objective.hpp"
#include "objectives/kind.hpp"

namespace rule_search {

class DecodingKind : public ObjectiveKind {
 public:
  DecodingKind()
      : ObjectiveKind("decoding", "a network of spiking neurons learns online to decode a velocity from spike counts") {
  }

  std::vector<Option> options() override;
  bool has_layers() const override { return true; }
  /// Sessions are long, and differences between rules on the same sessions vary little.
  void choose_units(SearchOptions& options) const override {
    options.fit_units = 8;
    options.refit_units = 16;
    options.validation_units = 40;
    options.test_units = 64;
    options.curve_units = 8;
  }
  void check() const override { options_.check(); }
  std::unique_ptr<Objective> make(const Rule& rule, std::uint64_t seed, const Loaded& loaded) const override;
  std::string other_data_hint() const override {
    return "the mathematical library draws others here; begin a run of its own";
  }
  bool has_recorded(const nlohmann::json& document) const override;
  Replayed replay(const nlohmann::json& document, const std::string& path, const ReplayRequest& request) const override;

 private:
  DecodingOptions options_;
};

}  // namespace rule_search
