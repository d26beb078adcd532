#include "fit/objective.hpp"

#include <fmt/format.h>

#include <limits>

#include "base/error.hpp"

namespace rule_search {

Description Objective::describe() const {
  Description d;
  d.headline = {"Objective", identity()};
  d.data_name = identity();
  return d;
}

std::unique_ptr<const Objective> Objective::weighed_by_noise(const FittedRule&) const { return nullptr; }

std::vector<Expr> Objective::seed_terms() const {
  return {make(Op::multiply, {make_quantity(Quantity::err_post), make_transpose(make_quantity(Quantity::pre))})};
}

std::string Objective::recorded(Part, std::size_t, const Rule&, const std::vector<double>&) const {
  throw InputError(fmt::format(
      "‹record›: {} have no form in which other software could read them\n  hint: leave it out", describe().units));
}

std::unique_ptr<const Objective> Objective::with_own_values(bool) const { return nullptr; }

bool Objective::finds_itself(const Parameter&) const { return false; }

std::string Objective::unit_name(Part, std::size_t unit) const {
  return fmt::format("{} {}", describe().unit, unit + 1);
}

void refuse_values_of_recordings(const plan::Plan& plan) {
  for (const Parameter& p : plan.parameters) {
    if (p.per_recording)
      throw InputError(
          fmt::format("{}[recording]: the parameter has a value for every recording, but there are no recordings here\n"
                      "  hint: leave [recording] out, or ‹objective› recordings",
                      p.name));
  }
}

void refuse_trials(const plan::Plan& plan, const std::string& units) {
  for (const plan::Memory& s : plan.states) {
    if (s.each_trial)
      throw InputError(
          fmt::format("the state {} begins anew each trial, but {} have no trials\n  hint: leave `each trial` out, or "
                      "‹objective› reward, or recordings with a column trial",
                      s.name, units));
  }
}

double Objective::degrees_of_error(std::size_t) const { return std::numeric_limits<double>::infinity(); }

std::vector<Fold> Objective::folds(std::size_t) const { return {}; }

double Objective::gain_by_chance(const Score&, const Score&, std::array<std::size_t, 2>) const { return 1; }

Comparison Objective::compare(const FittedRule&, const Score&, const ComparisonRequest&, Steps&) const { return {}; }

}  // namespace rule_search
