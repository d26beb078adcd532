#include "data/recording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <string>
#include <vector>

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

std::string in_small_letters(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// How files of other kinds become recordings.
struct Conversion {
  std::vector<const char*> endings;
  const char* hint;
};

std::string hint_for(const std::string& ending) {
  static const std::vector<Conversion> conversions = {
      {{".npy"}, "give the folder, which holds pre.npy and the others"},
      {{".mat"}, "scipy.io.loadmat reads it (h5py what MATLAB 7.3 wrote), numpy.savez writes an .npz file"},
      {{".gz", ".bz2", ".xz", ".zst"}, "unpack it: a .csv file is plain text"},
      {{".zip"}, "unpack it; of arrays, numpy.savez writes an .npz file"},
      {{".tsv", ".tab", ".txt", ".dat"},
       "separate its fields by commas, and name it .csv: pandas.read_csv reads it (sep='\\t' for tabs), "
       "DataFrame.to_csv with index=False writes a .csv file"},
      {{".h5", ".hdf5", ".hdf"}, "h5py reads it, numpy.savez writes an .npz file"},
      {{".nwb"}, "pynwb reads it, numpy.savez writes an .npz file"},
      {{".parquet", ".feather", ".arrow"},
       "pandas.read_parquet or read_feather reads it, DataFrame.to_csv with index=False writes a .csv file"},
      {{".xlsx", ".xls", ".ods"}, "save it as CSV, with commas between fields and a point in numbers"},
      {{".pkl", ".pickle"},
       "pandas.read_pickle reads it; DataFrame.to_csv with index=False writes a .csv file, numpy.savez an .npz file"},
      {{".rds", ".rda", ".rdata"},
       "readRDS or load reads it in R, write.csv with row.names = FALSE writes a .csv file"}};
  for (const Conversion& c : conversions) {
    if (std::find(c.endings.begin(), c.endings.end(), ending) != c.endings.end()) return c.hint;
  }
  return "";
}

}  // namespace

LayerRecording read_layer_recording(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status))
    throw InputError(
        fmt::format("{}: no such recording\n  hint: ‹recording› takes a .csv file, a .npz file or a folder "
                    "of .npy files",
                    path));
  const std::string ending = in_small_letters(fs::path(path).extension().string());
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
  const std::string hint = hint_for(ending);
  throw InputError(
      fmt::format("{}: expected a recording, a file named .csv or .npz or a folder of .npy files, found {}{}{}", path,
                  fs::is_regular_file(status) ? "another name" : "no file", hint.empty() ? "" : "\n  hint: ", hint));
}

}  // namespace rule_search
