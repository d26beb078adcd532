// Bytes of an IDX file, plain or gzipped (the first bytes tell): images and labels. What is read has the
// sizes that it says.
#include "base/error.hpp"
#include "data/idx.hpp"
#include "fuzz.hpp"

using namespace rule_search;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string& path = fuzz::file_of(data, size, "-ubyte");
  try {
    const IdxImages images = read_idx_images(path);
    fuzz::require(images.count >= 0 && images.rows > 0 && images.cols > 0, "images have a size");
    fuzz::require(images.pixels.size() == static_cast<std::size_t>(images.count) *
                                              static_cast<std::size_t>(images.rows) *
                                              static_cast<std::size_t>(images.cols),
                  "there are count x rows x cols pixels");
  } catch (const InputError& e) {
    fuzz::check_message(e.what());
  }
  try {
    read_idx_labels(path);
  } catch (const InputError& e) {
    fuzz::check_message(e.what());
  }
  return 0;
}
