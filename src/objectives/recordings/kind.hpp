// Recordings as an objective of the program.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "data/recording.hpp"
#include "objectives/kind.hpp"
#include "objectives/recordings/given_noise.hpp"
#include "objectives/recordings/warm_up.hpp"

namespace rule_search {

class RecordingsKind : public ObjectiveKind {
 public:
  RecordingsKind() : ObjectiveKind("recordings", "a layer changes as it was recorded", {"trajectory"}) {}

  bool counts_units() const override { return false; }
  std::vector<Option> options() override;
  void check() const override;
  std::unique_ptr<Objective> make(const Rule& rule, std::uint64_t seed, const Loaded& loaded) const override;
  /// Of resampled recordings.
  std::vector<std::string> data_notes(const Objective& objective) const override;
  /// See notes_on_recordings().
  std::vector<std::string> notes(const Objective& objective, const Rule& candidates) const override;
  std::string other_data_hint() const override {
    return "put the files back that the run began with, or begin a run of its own";
  }
  Description describe_schema_1(nlohmann::json& result) const override;
  /// Takes the place of files: recordings of a caller, and those to report on alone, if any.
  void give(std::vector<LayerRecording> recordings, std::vector<LayerRecording> test) {
    given_ = std::move(recordings);
    given_test_ = std::move(test);
  }

 private:
  std::vector<std::string> files_, test_files_;
  std::vector<LayerRecording> given_, given_test_;
  std::string activation_ = "linear";
  double beta_ = 10;
  bool one_step_ = false, fit_initial_weights_ = false, fit_initial_states_ = false, permute_ = false,
       resample_ = false;
  WarmUp warm_up_;
  GivenNoise noise_;
};

}  // namespace rule_search
