// Bytes of a recording: comma-separated values, an archive of NumPy arrays, or one such array. What is read has the
// sizes that it says, and nothing in it is not finite.
#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "data/numpy.hpp"
#include "data/recording.hpp"
#include "fuzz.hpp"

using namespace rule_search;

namespace {

void check(const std::string& path) {
  try {
    const LayerRecording r = read_layer_recording(path);
    const auto steps = static_cast<std::size_t>(r.steps);
    const auto n = static_cast<std::size_t>(r.n);
    const auto m = static_cast<std::size_t>(r.m);
    fuzz::require(steps >= 2 && n > 0 && m > 0, "a recording has times and cells");
    fuzz::require(r.time.size() == steps && r.pre.size() == steps * m, "times and input are there");
    fuzz::require(r.w.size() == steps * n * m && r.w_seen.size() == r.w.size(), "weights or gaps are there");
    fuzz::require(r.post_seen.size() == r.post.size() && (r.post.empty() || r.post.size() == steps * n),
                  "activities are there or not");
    fuzz::require(r.target.empty() || r.target.size() == steps * n, "targets are there or not");
    for (const auto& [values, seen] :
         {std::pair{&r.w, &r.w_seen}, {&r.post, &r.post_seen}, {&r.choice, &r.choice_seen}}) {
      fuzz::require(values->size() == seen->size(), "every number says whether it was seen");
      for (std::size_t k = 0; k < values->size(); ++k)
        fuzz::require((*seen)[k] != 0 || (*values)[k] == 0, "what was not seen is 0");
    }
    for (const auto* values : {&r.time, &r.pre, &r.w, &r.post, &r.target, &r.choice})
      fuzz::require(std::all_of(values->begin(), values->end(), [](double x) { return std::isfinite(x); }),
                    "what is read is finite");
  } catch (const InputError& e) {
    fuzz::check_message(e.what());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const bool archive = size > 1 && data[0] == 'P' && data[1] == 'K';
  check(fuzz::file_of(data, size, archive ? ".npz" : ".csv"));
  try {
    const NumpyArray array = parse_npy({reinterpret_cast<const char*>(data), size}, "an array");
    std::uint64_t count = 1;
    for (std::uint64_t s : array.shape) count *= s;
    fuzz::require(array.values.size() == count, "an array has as many numbers as its shape says");
  } catch (const InputError& e) {
    fuzz::check_message(e.what());
  }
  return 0;
}
