// Few-shot tasks as an objective of the program.
#pragma once

#include <string>
#include <vector>

#include "objectives/few_shot/network_options.hpp"
#include "objectives/few_shot/task.hpp"
#include "objectives/kind.hpp"

namespace rule_search {

/// What tasks are made of, as a user gives it.
struct FewShotOptions : NetworkOptions {
  std::string data;  ///< folder with IDX files; empty for Fashion-MNIST where Debian's package puts it
  TaskShape task;

  /// All but whether labels are permuted, which only a search can be asked.
  std::vector<Option> rows();
  /// Throws InputError where options do not fit each other.
  void check() const;
  std::string folder() const;
  Dataset load() const;
};

class FewShotKind : public ObjectiveKind {
 public:
  FewShotKind() : ObjectiveKind("few-shot", "a network learns few-shot tasks online", {"task"}) {}

  std::vector<Option> options() override;
  bool has_layers() const override { return true; }
  std::unique_ptr<Objective> make(const Rule& rule, std::uint64_t seed, const Loaded& loaded) const override;
  std::string data_folder() const override { return given_.data; }
  void look_for_data_in(const std::string& folder) override { given_.data = folder; }
  std::string folder_read() const override { return given_.folder(); }
  std::string other_data_hint() const override { return "‹data› DIR says where the run's data are now"; }
  bool has_recorded(const nlohmann::json& document) const override;
  Replayed replay(const nlohmann::json& document, const std::string& path, const ReplayRequest& request) const override;
  Description describe_schema_1(nlohmann::json& result) const override;

 private:
  FewShotOptions given_;
};

}  // namespace rule_search
