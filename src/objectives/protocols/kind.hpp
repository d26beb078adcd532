// Plasticity protocols as an objective of the program.
#pragma once

#include <string>
#include <vector>

#include "objectives/kind.hpp"
#include "objectives/protocols/objective.hpp"

namespace rule_search {

class ProtocolsKind : public ObjectiveKind {
 public:
  ProtocolsKind() : ObjectiveKind("protocols", "a synapse changes as it did in a table of protocols") {}

  bool counts_units() const override { return false; }
  std::vector<Option> options() override;
  void check() const override;
  std::unique_ptr<Objective> make(const Rule& rule, std::uint64_t seed, const Loaded& loaded) const override;
  std::vector<std::string> data_notes(const Objective& objective) const override;
  std::vector<std::string> notes(const Objective& objective, const Rule& candidates) const override;
  std::string other_data_hint() const override {
    return "put the tables back that the run began with, or begin a run of its own";
  }

 private:
  std::vector<std::string> files_, test_files_;
};

}  // namespace rule_search
