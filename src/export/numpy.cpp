#include "export/arrays.hpp"
#include "export/export.hpp"

namespace rule_search {

std::string to_numpy(const Rule& rule) {
  static const ArrayLibrary numpy = {.imports = "import numpy as np\n",
                                     .module = "np",
                                     .arrays = "NumPy arrays",
                                     .as_array = "np.asarray",
                                     .like_w = "dtype=w.dtype",
                                     .sigmoid = "_sigmoid",
                                     .relu = "np.maximum({}, 0)",
                                     .min = "np.minimum({0}, {1})",
                                     .max = "np.maximum({0}, {1})"};
  const std::string text = ArrayCode(rule, numpy).text();
  if (text.find("_sigmoid(") == std::string::npos) return text;
  return text + "\n\ndef _sigmoid(x):\n    return np.exp(-np.logaddexp(0, -x))\n";
}

}  // namespace rule_search
