// Which elements of a column are not zero.
#pragma once

#include <vector>

#include "evaluate/register.hpp"

namespace rule_search {

/// Pixels are often zero, and so is what is made of them: products over them leave these rows out.
template <class T>
class Filled {
 public:
  /// Elements of x that are not zero in one of the first `planes` planes, in ascending order. `listed`: a column that may
  /// know them already (Activity::filled), or null. Good until the next call.
  const std::vector<int>& of(const Register<T>& x, int planes, const Activity<T>* listed);

 private:
  std::vector<unsigned char> any_;
  std::vector<int> filled_;
};

}  // namespace rule_search
