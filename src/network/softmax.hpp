// The output layer of a network that classifies.
#pragma once

#include <vector>

#include "evaluate/activity.hpp"

namespace rule_search {

/// out = softmax(net), with tangents. False where something is not finite any more.
template <class T>
bool softmax(const Activity<T>& net, Activity<T>& out);

/// error = y - one_hot(label), with tangents: the derivative of the cross-entropy by net.
template <class T>
void softmax_error(const Activity<T>& y, int label, Activity<T>& error);

/// The cross-entropy of one sample.
struct CrossEntropy {
  double loss = 0;
  bool correct = false;  ///< the largest net is the label's
};
/// By net itself, where y = softmax(net) may have become 0; appends the derivatives by all directions to `derivatives`.
template <class T>
CrossEntropy cross_entropy(const Activity<T>& net, const Activity<T>& y, int label, std::vector<double>& derivatives);

}  // namespace rule_search
