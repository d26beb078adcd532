#include "objectives/recordings/kind.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/fields.hpp"
#include "objectives/file_option.hpp"
#include "objectives/recordings/notes.hpp"
#include "objectives/recordings/objective.hpp"
#include "objectives/recordings/permuted.hpp"
#include "objectives/recordings/resample.hpp"

namespace rule_search {

namespace {

std::vector<std::string> resample_to_steps_of(const Rule& rule, std::vector<LayerRecording>& recordings) {
  if (!(rule.step.seconds > 0))
    throw InputError(fmt::format(
        "‹resample›: the rule {} does not say how long its step is\n  hint: write it into the rule, as in step 1 ms",
        rule.name));
  return resample(recordings, rule.step);
}

}  // namespace

std::vector<Option> RecordingsKind::options() {
  const Option recording = files_option(
      "recording", files_,
      "a file each, at least three: .csv with columns time, pre[1], w[1][1] (postsynaptic, presynaptic), post[1], "
      "choice[1], target[1], err_pre[1], signals by their names, a row a step, empty where nothing was recorded; or "
      ".npz or a folder of .npy with arrays pre (time x presynaptic), w (time x postsynaptic x presynaptic) and so on. "
      "docs/recordings.md tells more");
  const Option test = files_option("test-recording", test_files_,
                                   "a file each, in the same forms: recordings to report on, of which the search knows "
                                   "nothing. Without them three of "
                                   "ten are kept apart where there are twelve or more; with fewer every recording is "
                                   "foretold by a search without it");
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
      initial,
      flag_option("fit-initial-states", fit_initial_states_,
                  "fit the initial states of a rule with it, in each recording its own, in place of what the rule file "
                  "says: for recordings that begin in the middle of something, as pieces of a long one do"),
      warm_up_option(warm_up_),
      noise_option(noise_),
      flag_option("permute", permute_,
                  "give every recording the weights, activities and choices of another one, in one half of all turned "
                  "the other way, so that nothing can be learnt: what a search then finds is a false discovery"),
      flag_option(
          "resample", resample_,
          "bring recordings with a `time`, in seconds, to rows as long as a step of the rule, as its line step 1 "
          "ms says it. Shorter steps: pre, signals and targets are held until the next row; w, post and choices "
          "are compared at recorded times alone. Longer steps, of whole rows: means, and w of the first row")};
}

void RecordingsKind::check() const {
  if (files_.empty() && given_.empty())
    throw InputError(
        "‹objective› recordings: expected recordings, found none\n  hint: ‹recording› FILE.csv, as often as there are "
        "files; at least three");
  if (fit_initial_states_ && !warm_up_.text().empty())
    throw InputError(
        "‹warm-up›: cannot be used with ‹fit-initial-states›: both say what the states of a rule begin with\n  hint: "
        "leave out one of them");
}

std::unique_ptr<Objective> RecordingsKind::make(const Rule& rule, std::uint64_t seed, const Loaded& loaded) const {
  const auto read = [](const std::vector<std::string>& files, const std::vector<LayerRecording>& given) {
    std::vector<LayerRecording> out = given;
    for (const std::string& file : files) out.push_back(read_layer_recording(near_name(file)));
    return out;
  };
  std::vector<LayerRecording> recordings = read(files_, given_);
  std::vector<LayerRecording> test = read(test_files_, given_test_);
  noise_.apply(recordings);
  noise_.apply(test);
  RecordingsOptions options{*activation_named(activation_), beta_, one_step_, fit_initial_weights_,
                            fit_initial_states_};
  options.permuted = permute_;
  if (resample_) {
    options.resampled = resample_to_steps_of(rule, recordings);
    if (!test.empty()) resample_to_steps_of(rule, test);
  }
  options.warm_up = warm_up_.rows(recordings);
  if (permute_) recordings = permuted(recordings, seed);
  auto out = std::make_unique<RecordingsObjective>(std::move(recordings), options, seed, std::move(test));
  const bool has_own =
      std::any_of(rule.parameters.begin(), rule.parameters.end(), [](const Parameter& p) { return p.per_recording; });
  if (has_own) out->with_own_values(true);  // throws before a search where it can't be
  if (loaded) loaded(out->content_hash());
  return out;
}

std::vector<std::string> RecordingsKind::data_notes(const Objective& objective) const {
  const auto* const recordings = dynamic_cast<const RecordingsObjective*>(&objective);
  return recordings == nullptr ? std::vector<std::string>() : recordings->options().resampled;
}

std::vector<std::string> RecordingsKind::notes(const Objective& objective, const Rule& candidates) const {
  const auto* const recordings = dynamic_cast<const RecordingsObjective*>(&objective);
  if (recordings == nullptr) return {};
  std::vector<const LayerRecording*> all;
  for (const Part part : {Part::search, Part::validation, Part::test}) {
    for (std::size_t k = 0; k < recordings->units(part); ++k) all.push_back(&recordings->recording(part, k));
  }
  // Not in the order of the split, which nobody knows.
  std::sort(all.begin(), all.end(), [](const auto* a, const auto* b) { return a->name < b->name; });
  std::vector<std::string> out = notes_on_recordings(all, recordings->options(), plan::lower(candidates));
  if (const auto few = too_few_to_tell(recordings->units(Part::search))) out.push_back(*few);
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
  d.coefficient_intervals.clear();
  d.validation_units = "neurons of validation recordings";
  d.test_units = "neurons of test recordings";
  d.answer_ends = "in {} neurons of test recordings";
  return d;
}

}  // namespace rule_search
