#include "fit/own_values.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "plan/layout.hpp"

namespace rule_search {

namespace {

constexpr double significant = 0.05;

bool has_own(const Rule& rule) {
  return std::any_of(rule.parameters.begin(), rule.parameters.end(),
                     [](const Parameter& p) { return p.per_recording; });
}

OwnValues::Better better(const OwnValues& of) {
  const bool gains = of.difference.high < 0 || of.ratio.high < 0;
  const bool loses = of.difference.low > 0 || of.ratio.low > 0;
  if (gains != loses) return gains ? OwnValues::Better::own_values : OwnValues::Better::one_value;
  // Where the fit says that they differ, and foretelling does not say so, both may be true.
  return gains || of.by_chance < significant ? OwnValues::Better::cannot_be_told : OwnValues::Better::one_value;
}

class OwnValuesStage {
 public:
  OwnValuesStage(const FittedRule& found, const Objective& objective, Steps& steps, const OwnValuesRequest& request)
      : layout_(found.rule.parameters, objective.connections()),
        rule_(found.rule),
        steps_(steps),
        request_(request),
        units_(objective.units(Part::search)),
        connections_(objective.connections()) {
    for (int k : layout_.all()) {
      Parameter& p = rule_.parameters[static_cast<std::size_t>(layout_.parameter[static_cast<std::size_t>(k)])];
      if (std::find(request.fixed.begin(), request.fixed.end(), k) == request.fixed.end())
        entries_.push_back(k);
      else
        p.per_recording = false;
    }
  }

  const Rule& rule() const { return rule_; }

  OwnValues run(const std::vector<double>& start, const Objective& own, const Objective& common) {
    OwnValues out;
    const std::vector<double> with_one = fitted(start, common);
    // Values differ from the common ones, and have their size as a unit.
    rule_ = with_values(rule_, with_one, connections_);
    // Beside other shared parameters a unit's value can have its least elsewhere.
    const std::vector<double> with_own = fitted(fitted(with_one, own), own);
    out.common = cross_validated(with_one, common);
    out.own = cross_validated(with_own, own);
    out.difference = paired(out.own.losses, out.common.losses);
    out.ratio = paired_ratio(out.own.losses, out.common.losses, own.traits().tolerance);
    const Score fit_of_common = steps_.score(rule_, with_one, common, Part::search, units_);
    const Score fit_of_own = steps_.score(rule_, with_own, own, Part::search, units_);
    done(2 * units_, fit_of_own.loss.mean);
    add_parameters(with_one, with_own, own, out);
    const std::size_t more = out.parameters.size() * (units_ - 1);
    out.by_chance = own.gain_by_chance(fit_of_common, fit_of_own, {entries_.size(), entries_.size() + more});
    out.better = better(out);
    return out;
  }

 private:
  std::vector<double> fitted(const std::vector<double>& start, const Objective& objective) {
    FitRequest request;
    request.objective = &objective;
    request.units = units_;
    request.entries = entries_;
    request.iterations = 20;
    request.to_the_end = true;
    request.progress = request_.done;
    const FittedRule out = steps_.fit(rule_, start, request);
    return std::isfinite(out.fit_loss) ? out.theta : start;
  }

  Score cross_validated(const std::vector<double>& theta, const Objective& objective) {
    Score out = steps_.cross_validated(rule_, theta, objective, entries_);
    done(units_, out.loss.mean);
    return out;
  }

  void add_parameters(const std::vector<double>& with_one, const std::vector<double>& with_own, const Objective& own,
                      OwnValues& out) {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    const std::vector<Outcome> outcomes = own.compile({plan::lower(rule_)})->run(Part::search, units_, with_own);
    for (std::size_t u = 0; u < units_; ++u) out.units.push_back(own.unit_name(Part::search, u));
    for (int entry : entries_) {
      const auto k = static_cast<std::size_t>(entry);
      const Parameter& p = rule_.parameters[static_cast<std::size_t>(layout_.parameter[k])];
      if (!p.per_recording) {
        out.shared.push_back({layout_.names[k], p.unit, with_own[k], with_one[k]});
        continue;
      }
      const std::size_t place = out.parameters.size();
      OwnParameter& parameter = out.parameters.emplace_back();
      parameter.name = p.name;
      parameter.unit = p.unit;
      parameter.common = with_one[k];
      for (const Outcome& o : outcomes)
        parameter.values.push_back(place < o.own.size() ? o.own[place] : OwnValue{none, none});
      summarise_values(parameter);
    }
  }

  void done(std::size_t units, double loss) const {
    if (request_.done) request_.done(units, loss);
  }

  ParameterLayout layout_;
  Rule rule_;
  Steps& steps_;
  const OwnValuesRequest& request_;
  std::size_t units_;
  int connections_;
  std::vector<int> entries_;  // that are not fixed
};

}  // namespace

void summarise_values(OwnParameter& parameter) {
  std::vector<double> values;
  double squares = 0;  // of errors
  std::size_t known = 0;
  for (const OwnValue& v : parameter.values) {
    if (!std::isfinite(v.value)) continue;
    values.push_back(v.value);
    if (!std::isfinite(v.standard_error)) continue;
    squares += v.standard_error * v.standard_error;
    ++known;
  }
  const Estimate mean = estimate(values);
  parameter.mean = mean.mean;
  double spread = 0;
  for (double v : values) spread += (v - mean.mean) * (v - mean.mean);
  const double variance = values.size() < 2 ? 0 : spread / static_cast<double>(values.size() - 1);
  parameter.deviation = std::sqrt(variance);
  const double of_errors = known > 0 ? squares / static_cast<double>(known) : 0;
  parameter.beyond_errors = std::sqrt(std::max(0.0, variance - of_errors));
}

std::optional<OwnValues> own_values(const FittedRule& found, const Objective& objective, Steps& steps,
                                    const OwnValuesRequest& request) {
  if (!has_own(found.rule)) return std::nullopt;
  OwnValuesStage stage(found, objective, steps, request);
  if (!has_own(stage.rule())) return std::nullopt;
  const std::unique_ptr<const Objective> own = objective.with_own_values(true);
  const std::unique_ptr<const Objective> common = objective.with_own_values(false);
  if (own == nullptr || common == nullptr) return std::nullopt;
  return stage.run(found.theta, *own, *common);
}

}  // namespace rule_search
