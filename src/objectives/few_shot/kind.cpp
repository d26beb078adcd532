#include "objectives/few_shot/kind.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.hpp"
#include "base/fields.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "objectives/few_shot/baselines.hpp"
#include "objectives/few_shot/objective.hpp"

namespace rule_search {

std::vector<Option> FewShotOptions::rows() {
  Option folder =
      text_option("data", data, "folder with IDX files; without it Fashion-MNIST, where Debian's package puts it");
  folder.decides = false;  // the same data may have moved
  folder.path = true;
  std::vector<Option> out = network_rows();
  out.insert(out.begin(), folder);
  out.push_back(whole_option("ways", task.ways, 2, 1000, "classes of a task"));
  out.push_back(whole_option("shots", task.shots, 1, 100000, "images a class to learn from"));
  out.push_back(whole_option("queries", task.queries, 1, 100000, "images a class to be asked"));
  out.push_back(optional_whole_option("stream", task.stream, 1, 10000000,
                                      "a stream of so many images of all classes, in place of ways and shots"));
  return out;
}

void FewShotOptions::check() const {
  const TaskShape standard;
  if (task.stream > 0 && (task.ways != standard.ways || task.shots != standard.shots))
    throw InputError(
        "‹stream› is of all classes, so ‹ways› and ‹shots› say nothing\n  hint: leave them out; ‹queries› says how "
        "many "
        "images of every class are asked");
}

std::string FewShotOptions::folder() const { return data.empty() ? default_data_folder() : data; }

Dataset FewShotOptions::load() const { return load_dataset(folder()); }

std::vector<Option> FewShotKind::options() {
  std::vector<Option> out = given_.rows();
  out.push_back(flag_option("permute-labels", given_.task.permute_labels,
                            "labels of the stream dealt out at random, so that nothing can be learnt: what is found is "
                            "false"));
  return out;
}

std::unique_ptr<Objective> FewShotKind::make(const Rule& rule, std::uint64_t seed, const Loaded& loaded) const {
  given_.check();
  Tasks tasks;
  tasks.owned = std::make_shared<const Dataset>(given_.load());
  tasks.data = tasks.owned.get();
  if (loaded) loaded(tasks.data->content_hash);
  tasks.shape = given_.task;
  tasks.network = given_.network(*tasks.data);
  check_coefficients(rule, tasks.network);
  tasks.seed = seed;
  tasks.split = make_split(*tasks.data, tasks.shape, seed);
  return std::make_unique<TaskObjective>(tasks, tasks.network, given_.feedback_kind());
}

Description FewShotKind::describe_schema_1(nlohmann::json& result) const {
  const nlohmann::json setting = result.value("setting", nlohmann::json());
  const auto need = [&](const char* key, auto& value) {
    if (!setting.is_object()) throw FieldMistake{"setting", "an object", described(setting)};
    if (!setting.contains(key)) throw FieldMistake{std::string("setting.") + key, "this key", "nothing"};
    FieldReader::read(setting[key], std::string("setting.") + key, value);
  };
  const auto have = [&](const char* key, auto& value) {
    if (setting.contains(key)) FieldReader::read(setting[key], std::string("setting.") + key, value);
  };
  if (nlohmann::json& baselines = result["baselines"]; baselines.is_object()) {
    std::size_t place = 0;
    for (const BaselineKind& kind : baseline_kinds()) {
      if (!baselines.contains(kind.name) || !baselines[kind.name].is_object()) continue;
      baselines[kind.name]["title"] = kind.title;
      baselines[kind.name]["place"] = place++;
    }
  }
  std::string feedback;
  Tasks tasks;
  need("feedback", feedback);
  const std::optional<Feedback> kind = feedback_named(feedback);
  if (!kind) throw FieldMistake{"setting.feedback", feedback_names("\""), "\"" + feedback + "\""};
  need("ways", tasks.shape.ways);
  need("shots", tasks.shape.shots);
  for (const auto& [key, value] : {std::pair{"ways", tasks.shape.ways}, {"shots", tasks.shape.shots}}) {
    if (value < 1) throw FieldMistake{std::string("setting.") + key, "a whole number from 1", std::to_string(value)};
  }
  have("queries", tasks.shape.queries);
  have("stream", tasks.shape.stream);
  have("layers", tasks.network.layers);
  have("beta", tasks.network.beta);
  read_network_details(setting, tasks.network);
  have("permute_labels", tasks.shape.permute_labels);
  return words_of(tasks, tasks.network, *kind);
}

}  // namespace rule_search
