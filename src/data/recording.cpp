#include "data/recording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/error.hpp"
#include "data/recording_csv.hpp"
#include "data/recording_numpy.hpp"

namespace rule_search {

namespace {

namespace fs = std::filesystem;

// A kind of file or folder that a recording can be.
struct Format {
  fs::file_type type;
  const char* ending;  // of a file's name
  LayerRecording (*read)(const std::string& path);
};
constexpr std::array<Format, 3> formats = {{{fs::file_type::regular, ".csv", read_csv_recording},
                                            {fs::file_type::regular, ".npz", read_numpy_recording},
                                            {fs::file_type::directory, nullptr, read_numpy_recording}}};

}  // namespace

LayerRecording read_layer_recording(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status))
    throw InputError(
        fmt::format("{}: no such recording\n  hint: ‹recording› takes a .csv file, a .npz file or a folder "
                    "of .npy files",
                    path));
  const std::string ending = fs::path(path).extension().string();
  const auto* const format = std::find_if(formats.begin(), formats.end(), [&](const Format& f) {
    return f.type == status.type() && (f.ending == nullptr || ending == f.ending);
  });
  if (fs::is_directory(status) && !fs::exists(fs::path(path) / "pre.npy")) {
    for (const fs::directory_entry& entry : fs::directory_iterator(path, error)) {
      if (entry.path().extension() == ".csv")
        throw InputError(
            fmt::format("{}: a folder of .csv files, expected one of .npy files, or a file\n  hint: give its files, "
                        "‹recording› {}/*.csv",
                        path, path));
    }
  }
  if (format != formats.end()) return format->read(path);
  throw InputError(
      fmt::format("{}: expected a recording, a file named .csv or .npz or a folder of .npy files, found {}{}", path,
                  fs::is_regular_file(status) ? "another name" : "no file",
                  ending == ".npy"   ? "\n  hint: give the folder, which holds pre.npy and the others"
                  : ending == ".mat" ? "\n  hint: scipy.io.loadmat reads it (h5py what MATLAB 7.3 wrote), numpy.savez "
                                       "writes an .npz file"
                                     : ""));
}

}  // namespace rule_search
