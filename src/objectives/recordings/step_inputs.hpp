// What a rule is given of a recording beside the activity of the layer, step by step: targets, errors and signals.
#pragma once

#include <string>
#include <vector>

#include "data/recording.hpp"
#include "network/plastic_layer.hpp"
#include "plan/plan.hpp"

namespace rule_search {

/// Of one recording under one plan; the recording must outlive it.
class StepInputs {
 public:
  /// Throws InputError where the recording lacks what the plan asks for.
  StepInputs(const plan::Plan& plan, const LayerRecording& recording);

  PlasticLayer::StepInput at(int t) const;

 private:
  const double* series(const std::string& name, int width) const;
  [[noreturn]] void refuse_missing(const std::string& name, int width) const;

  struct Series {
    const double* values;
    int width;
  };
  const LayerRecording& r_;
  std::vector<Series> signals_;
  const double* err_pre_ = nullptr;
  const double* trial_ = nullptr;  // where a state begins anew at every trial
};

}  // namespace rule_search
