// How well the errors that feedback delivers agree with those of backpropagation.
#pragma once

#include <memory>
#include <vector>

#include "network/engine.hpp"

namespace rule_search {

/// Angles between the errors that layers get and those that the transposed forward weights would carry there (Lillicrap et
/// al. 2016), both summed over samples.
template <class T>
class Alignment {
 public:
  explicit Alignment(const Engine<T>& engine);
  /// The sample whose errors the engine holds, down to the input.
  void add(Engine<T>& engine);
  /// Degrees, from the input layer to the output layer.
  std::vector<double> degrees() const;

 private:
  std::unique_ptr<Pathway<T>> symmetric_;
  std::vector<Activity<T>> error_;
  std::vector<std::vector<double>> delivered_, transposed_;
};

}  // namespace rule_search
