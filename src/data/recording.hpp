// What was recorded of one layer of plastic synapses over time, read from CSV or NumPy files.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace rule_search {

/// n postsynaptic and m presynaptic neurons, T times. Matrices are row by row, time by time. Where something was not
/// recorded its `seen` is 0 and its number 0.
struct LayerRecording {
  std::string name;  ///< the file
  int steps = 0;     ///< T
  int n = 0, m = 0;
  std::vector<double> time;  ///< T, ascending, in seconds; 0, 1, ... where the file has none
  bool timed = false;        ///< whether the file has them
  std::vector<double> pre;   ///< T x m, all of it
  std::vector<double> post;  ///< T x n, or empty
  std::vector<char> post_seen;
  std::vector<double> w;     ///< T x n x m: the weights that met the activity of that time
  std::vector<char> w_seen;  ///< of the first time all, or those that need not be fitted
  /// Standard errors of post and w, as long as they are and above 0 where they were seen, else 0; empty where nobody knows.
  std::vector<double> post_error, w_error;
  std::vector<double> target;  ///< T x n, all of it, or empty: what err_post = post - target is made with
  std::vector<double> choice;  ///< T x n of 0 and 1, or empty: what was chosen, with the probability post
  std::vector<char> choice_seen;
  /// What else was recorded, by name: the signals, and err_pre.
  struct Series {
    int width = 1;               ///< numbers each time
    std::vector<double> values;  ///< T x width, all of it
  };
  std::map<std::string, Series> others;
};

/// Reads one recording:
///   NAME.csv  one line per time; columns `pre[1]` ... `pre[m]`, and where there are any `w[1][1]` ... `w[n][m]`
///             (postsynaptic, then presynaptic neuron), `time`, `post[1]` ... `post[n]`, `choice[1]` ... `choice[n]`,
///             `target[1]` ... `target[n]`, in any order; any other name, with an index or without, is a signal, as
///             `reward`. A cell of a w, post or choice column that is empty was not recorded. `w_se[1][1]` ... and
///             `post_se[1]` ... are standard errors of w and post.
///   NAME.npz  arrays pre (T x m), and where there are any w (T x n x m), time (T), post, choice and target (T x n),
///             signals (T or T x k), and w_seen, post_seen, choice_seen of the same shapes: 0 where nothing was
///             recorded, whatever the number there is. w_se and post_se are standard errors.
///   a folder  with the same arrays as pre.npy, w.npy, ...
/// One of w, post and choice must be there, and says how many postsynaptic neurons there are. Throws InputError with file, row and
/// column of what is wrong.
LayerRecording read_layer_recording(const std::string& path);

}  // namespace rule_search
