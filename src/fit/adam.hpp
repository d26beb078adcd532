// Adam (Kingma & Ba, ICLR 2015, algorithm 1): steps along noisy gradients, each coefficient by its own scale.
#pragma once

#include <cstddef>
#include <vector>

namespace rule_search {

struct AdamOptions {
  double learning_rate = 1e-3;
  double beta1 = 0.9;    ///< memory of the gradient
  double beta2 = 0.999;  ///< memory of its square
  double epsilon = 1e-8;
  /// A gradient with an entry of more than so many times its root mean square so far is scaled down to that,
  /// whole; 0 for never, as the algorithm is written. Near the edge of stability one gradient can be larger
  /// than all others by orders of magnitude, and the memory of its square stops the fit for as long as it
  /// lasts.
  double clip = 0;
};

class Adam {
 public:
  Adam(std::size_t size, AdamOptions options);
  /// The factor at most 1 by which step() will scale this gradient.
  double clipping(const std::vector<double>& gradient) const;
  /// Moves theta against the gradient; both have `size` numbers.
  void step(std::vector<double>& theta, const std::vector<double>& gradient);

 private:
  AdamOptions options_;
  std::vector<double> mean_, square_;
  int steps_ = 0;
};

/// Adds the slope of lambda |theta|_1. At 0 that is 0, the subgradient that leaves a coefficient alone.
void add_l1(std::vector<double>& gradient, const std::vector<double>& theta, double lambda);

}  // namespace rule_search
