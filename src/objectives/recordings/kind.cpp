#include "objectives/recordings/kind.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/error.hpp"
#include "base/fields.hpp"
#include "objectives/recordings/objective.hpp"

namespace rule_search {

namespace {

namespace fs = std::filesystem;

// A name that is spelt otherwise than in the rule looks like a signal that nobody asks for.
std::optional<std::string> unused_columns(const plan::Plan& plan, const LayerRecording& recording) {
  std::vector<std::string> unused;
  for (const auto& [name, series] : recording.others) {
    const bool asked = (name == "err_pre" && plan.uses(Quantity::err_pre)) ||
                       std::any_of(plan.signals.begin(), plan.signals.end(),
                                   [&name = name](const Signal& s) { return s.name == name; });
    if (!asked) unused.push_back(name);
  }
  if (unused.empty()) return std::nullopt;
  return fmt::format("recorded, but in no candidate: {}", fmt::join(unused, ", "));
}

// Rules have steps, not times.
std::optional<std::string> uneven_times(const LayerRecording& r) {
  double least = r.time[1] - r.time[0];
  double most = least;
  for (std::size_t t = 1; t < r.time.size(); ++t) {
    least = std::min(least, r.time[t] - r.time[t - 1]);
    most = std::max(most, r.time[t] - r.time[t - 1]);
  }
  constexpr double jitter = 1.5;
  if (!(most > jitter * least)) return std::nullopt;
  return fmt::format(
      "{}: its times are {:.4g} to {:.4g} apart, but every one is a step of the rule like all others\n"
      "  hint: resample it, or record at even times",
      r.name, least, most);
}

nlohmann::json absolute(const std::vector<std::string>& files) {
  nlohmann::json out;
  for (const std::string& file : files) out.push_back(fs::absolute(file).lexically_normal().string());
  return out;
}

// As the user most likely gave it, so that messages name it like that.
std::string near_name(const std::string& file) {
  const std::string near = fs::proximate(file).string();
  return near.starts_with("..") ? file : near;
}

}  // namespace

std::vector<Option> RecordingsKind::options() {
  Option recording = texts_option(
      "recording", files_,
      "a file each, at least three: .csv with columns time, pre[1], w[1][1] (postsynaptic, presynaptic), post[1], "
      "choice[1], target[1], err_pre[1], signals by their names, a row a step, empty where nothing was recorded; or "
      ".npz or a folder of .npy with arrays pre (time x presynaptic), w (time x postsynaptic x presynaptic) and so on. "
      "docs/recordings.md tells more");
  recording.path = true;
  recording.get = [this] { return absolute(files_); };
  Option test = texts_option("test-recording", test_files_,
                             "a file each, in the same forms: recordings to report on, of which the search knows "
                             "nothing. Without them three of "
                             "ten are kept apart where there are twelve or more; with fewer every recording is "
                             "foretold by a search without it");
  test.path = true;
  test.get = [this] { return absolute(test_files_); };
  Option initial = flag_option(
      "fit-initial-weights", fit_initial_weights_,
      "fit the initial weights with the rule, in each recording its own: they were recorded with noise. Those that "
      "were not recorded are always fitted");
  initial.aliases = {"fit-first-weights"};
  return {
      recording,
      test,
      choice_option("activation", activation_, {"linear", "softplus", "relu", "sigmoid", "tanh"},
                    "what neurons make of their input"),
      number_option("beta", beta_, 1e-3, 1e3, "sharpness of the softplus"),
      flag_option(
          "one-step", one_step_,
          "begin fits with single steps from the recorded weights, not with sums of steps; rules are still judged by "
          "simulations of whole recordings"),
      initial};
}

void RecordingsKind::check() const {
  if (files_.empty())
    throw InputError(
        "‹objective› recordings: expected recordings, found none\n  hint: ‹recording› FILE.csv, as often as there are "
        "files; at least three");
}

std::unique_ptr<Objective> RecordingsKind::make(std::uint64_t seed, const Loaded& loaded) const {
  const auto read = [](const std::vector<std::string>& files) {
    std::vector<LayerRecording> out;
    for (const std::string& file : files) out.push_back(read_layer_recording(near_name(file)));
    return out;
  };
  const RecordingsOptions options{*activation_named(activation_), beta_, one_step_, fit_initial_weights_};
  auto out = std::make_unique<RecordingsObjective>(read(files_), options, seed, read(test_files_));
  if (loaded) loaded(out->content_hash());
  return out;
}

std::vector<std::string> RecordingsKind::notes(const Objective& objective, const Rule& candidates) const {
  std::vector<std::string> out;
  const auto* const recordings = dynamic_cast<const RecordingsObjective*>(&objective);
  if (recordings == nullptr) return out;
  if (const auto note = unused_columns(plan::lower(candidates), recordings->recording(Part::search, 0)))
    out.push_back(*note);
  for (const Part part : {Part::search, Part::validation, Part::test}) {
    for (std::size_t k = 0; k < recordings->units(part); ++k) {
      if (const auto note = uneven_times(recordings->recording(part, k))) {
        out.push_back(*note);
        return out;  // one is told for all
      }
    }
  }
  return out;
}

Description RecordingsKind::describe_schema_1(nlohmann::json& result) const {
  const nlohmann::json& o = result.at("objective");
  RecordingsOptions options;
  int before = 0;
  int after = 0;
  std::string activation = "linear";
  if (o.contains("activation")) FieldReader::read(o["activation"], "objective.activation", activation);
  if (const auto known = activation_named(activation)) options.activation = *known;
  if (o.contains("begun_with_single_steps"))
    FieldReader::read(o["begun_with_single_steps"], "objective.begun_with_single_steps", options.one_step);
  if (o.contains("cells") && o["cells"].is_object()) {
    if (o["cells"].contains("before")) FieldReader::read(o["cells"]["before"], "objective.cells.before", before);
    if (o["cells"].contains("after")) FieldReader::read(o["cells"]["after"], "objective.cells.after", after);
  }
  Description d =
      recordings_words(before, after, options, o.contains("choices") && !o.contains("weights") && !o.contains("post"));
  // The neurons of recordings were units then.
  d.unit = "neuron";
  d.units = "neurons";
  d.validation_units = "neurons of validation recordings";
  d.test_units = "neurons of test recordings";
  d.answer_ends = "in {} neurons of test recordings";
  return d;
}

}  // namespace rule_search
