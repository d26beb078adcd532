// The second objective: recordings of a layer over time, which the rule is to bring about when the layer is simulated
// from where they begin. Nothing of what was recorded later is shown to the simulation but its input, so errors
// accumulate, as they do in what the rule is meant for.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "data/recording.hpp"
#include "fit/objective.hpp"
#include "objectives/recordings/simulation.hpp"

namespace rule_search {

class TrajectoryObjective : public Objective {
 public:
  /// Splits the recordings 40 : 30 : 30 in an order that follows from the seed. Throws InputError where there are fewer
  /// than six, their cells are not the same, two hold the same, one holds nothing to explain, or nothing changes in those
  /// to search on.
  TrajectoryObjective(std::vector<LayerRecording> recordings, const TrajectoryOptions& options, std::uint64_t seed);

  std::string identity() const override;
  int connections() const override { return 1; }
  /// A unit is a cell of a recording, with its synapses: recordings are often too few to say anything of the noise
  /// between them, and what cells of one recording have in common, their input, is known and no noise. Cells of which
  /// nothing was recorded that a rule could explain are none.
  std::size_t units(Part part) const override { return units_[static_cast<std::size_t>(part)].size(); }
  /// One for every weight that was seen after the first time (and at the first where those are fitted), and for every
  /// activity and choice that was seen. Of held-out recordings with first weights that are fitted those of the second half.
  std::size_t answers(Part part, std::size_t unit) const override;
  std::unique_ptr<Evaluator> compile(const plan::Plan& plan, std::vector<int> directions, Precision precision,
                                     BeforeUnit before) const override;
  LossTraits traits() const override;
  Description describe() const override;
  /// Beside a layer that does not change.
  Comparison compare(const FittedRule& found, const Score& test, const ComparisonRequest& request,
                     Steps& steps) const override;
  /// What the rule makes of the weights that were recorded, step by step, added up: the integral form of a regression,
  /// linear in coefficients (Messenger & Bortz, Multiscale Model. Simul. 19:1474 (2021)). Noise biases it. Where no
  /// weights were recorded after the first time, or not all at the first, the first half of the simulation, and of that
  /// the first quarter: errors have had less time to grow. With TrajectoryOptions::one_step single steps from the
  /// recorded weights, which noise biases as well.
  const Objective* surrogate() const override { return easier_.get(); }
  /// Losses count up to twice that of a layer that does not change; accuracy is the share of the squares explained.
  Score summarise(const std::vector<Outcome>& outcomes) const override;

  std::size_t recordings(Part part) const { return parts_[static_cast<std::size_t>(part)].size(); }
  /// After the synapses, of every recording.
  std::size_t cells() const { return static_cast<std::size_t>((*recordings_)[0].n); }
  const LayerRecording& recording(Part part, std::size_t number) const;
  /// First weights that are fitted with the rule, over all recordings; see Simulation.
  std::size_t fitted_first_weights_of_all() const;
  /// FNV-1a of all that was recorded, in the order in which it was given, 16 hexadecimal digits.
  std::string content_hash() const;
  const TrajectoryOptions& options() const { return options_; }
  /// Sizes that residuals are told in: root mean square of the change of weights since the first time, standard
  /// deviation of activities, and root of the entropy of choices, in nats, over the recordings to search on; 0 where
  /// none was seen.
  double weight_scale() const { return scales_.weights; }
  double post_scale() const { return scales_.post; }
  double choice_scale() const { return scales_.choice; }
  /// Noise of the recordings, as the residuals of a rule on those to search on tell it, in the units of weights and of
  /// activities; 0 where none was seen.
  struct Noise {
    double weights = 0, post = 0;
  };
  Noise noise(const plan::Plan& plan, const std::vector<double>& theta) const;

 private:
  struct Unit {
    std::size_t recording, cell;  ///< by number in its part
  };

  std::shared_ptr<const std::vector<LayerRecording>> recordings_;  ///< an easier objective is of the same
  TrajectoryOptions options_;
  std::array<std::vector<std::size_t>, 3> parts_;  ///< of recordings_
  std::array<std::vector<Unit>, 3> units_;
  ResidualScales scales_;
  std::vector<std::vector<double>> first_;  ///< by recording: first_weights_known()

  TrajectoryLoss loss_ = TrajectoryLoss::simulation;  ///< another one in what is the easier objective of another
  std::unique_ptr<TrajectoryObjective> easier_;

  TrajectoryObjective(const TrajectoryObjective& of, TrajectoryLoss loss);
  void number_units();
  std::size_t answers(Part part, const Unit& unit) const;
  std::size_t number(Part part, std::size_t k) const { return parts_[static_cast<std::size_t>(part)].at(k); }
};

/// What reports say of recordings, all but their data. `choices_alone`: neither weights nor activities were recorded.
Description recordings_words(int presynaptic, int postsynaptic, const TrajectoryOptions& options, bool choices_alone);

}  // namespace rule_search
