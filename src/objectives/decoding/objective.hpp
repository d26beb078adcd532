// The fifth objective: a network of spiking neurons decodes a velocity from spike counts and learns online by a rule. What is
// asked is how well it decodes what it does not learn from.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "fit/objective.hpp"
#include "objectives/decoding/learner.hpp"
#include "objectives/decoding/options.hpp"

namespace rule_search {

/// A step counts no more: the velocity has a variance of about 1.
constexpr double largest_step_error = 5;

class DecodingObjective : public Objective {
 public:
  /// Throws InputError where the options don't fit each other.
  DecodingObjective(const DecodingOptions& options, std::uint64_t seed);

  std::string identity() const override;
  int connections() const override { return static_cast<int>(options_.shape().connections().size()); }
  std::size_t units(Part part) const override;
  std::size_t answers(Part part, std::size_t unit) const override;
  int longest_unit() const override;
  std::unique_ptr<Evaluator> compile(EvaluatorRequest request) const override;
  LossTraits traits() const override;
  /// None: with errors that follow the weights every candidate that learns can be the first.
  std::vector<Expr> seed_terms() const override { return {}; }
  Description describe() const override;
  Comparison compare(const FittedRule& found, const Score& test, const ComparisonRequest& request,
                     Steps& steps) const override;
  /// Losses are half the mean square error of the steps that are scored; accuracy is Pearson's correlation there, the mean of
  /// both axes.
  Score summarise(const std::vector<Outcome>& outcomes) const override;
  std::string recorded(Part part, std::size_t unit, const Rule& rule, const std::vector<double>& theta) const override;

  const DecodingOptions& options() const { return options_; }
  std::uint64_t seed() const { return seed_; }
  /// As drawn_session() draws it; the last ones are kept, since a fit asks for the same ones several times.
  std::shared_ptr<const DecodingSession> session(Part part, std::size_t number) const;

 private:
  struct Kept;
  DecodingOptions options_;
  std::uint64_t seed_;
  std::shared_ptr<Kept> kept_;
};

/// What decoders make of a session: from the outputs of all its steps, two numbers each. Without derivatives unless
/// `losses_by` has them, steps x `directions`.
Outcome decoding_outcome(const DecodingOptions& options, const DecodingStream& stream,
                         const std::vector<double>& outputs, const std::vector<double>& losses_by = {},
                         std::size_t directions = 0);

}  // namespace rule_search
