// A data set in memory, small enough that plain loops over it take no time: every class has a picture of its
// own, its images are noisy copies.
#pragma once

#include <algorithm>
#include <string>

#include "base/random.hpp"
#include "data/dataset.hpp"

namespace rule_search::test {

inline Dataset noisy_pictures(const std::string& name, int classes, int images_a_class, std::uint64_t seed) {
  Random random(seed, 1, 0);
  Dataset set;
  set.name = name;
  set.folder = name;
  set.rows = 3;
  set.cols = 4;
  set.classes = classes;
  set.content_hash = name + " " + std::to_string(seed);
  set.images_of_class.resize(static_cast<std::size_t>(classes));
  for (int c = 0; c < classes; ++c) {
    std::vector<double> picture(static_cast<std::size_t>(set.rows * set.cols));
    for (double& x : picture) x = random.uniform() < 0.3 ? 0 : 255 * random.uniform();
    for (int k = 0; k < images_a_class; ++k) {
      set.images_of_class[static_cast<std::size_t>(c)].push_back(static_cast<int>(set.label.size()));
      set.label.push_back(c);
      for (double x : picture)
        set.pixels.push_back(
            static_cast<std::uint8_t>(std::clamp(x == 0 ? 0 : x + random.uniform(-300, 300), 0.0, 255.0)));
    }
  }
  return set;
}

}  // namespace rule_search::test
