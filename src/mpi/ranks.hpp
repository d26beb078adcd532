// Ranks by MPI. Only this folder knows it.
#pragma once

#include <mpi.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/ranks.hpp"

namespace rule_search {

class MpiRanks final : public Ranks {
 public:
  /// All processes that share this communicator, which must outlive it.
  explicit MpiRanks(MPI_Comm all);
  ~MpiRanks() override;

  std::size_t count() const override { return machines_.size(); }
  std::size_t rank() const override { return rank_; }
  std::string machine(std::size_t rank) const override { return machines_.at(rank); }
  Ranks& group(std::size_t groups) override;

 protected:
  std::vector<std::string> gather(const std::string& own) override;

 private:
  MPI_Comm all_;
  std::size_t rank_ = 0;
  std::vector<std::string> machines_;                        // by rank
  std::map<std::size_t, std::unique_ptr<MpiRanks>> groups_;  // by their number
  std::vector<MPI_Comm> made_;
};

}  // namespace rule_search
