// One search by several processes. Rank 0 has the folder, the journal and the user; the other ranks follow it.
#pragma once

#include <string>

#include "base/ranks.hpp"
#include "grammar/source.hpp"
#include "run/job.hpp"

namespace rule_search {

/// How ranks get the data.
enum class DataOfRanks {
  sent,       ///< rank 0 reads them and sends them, wherever they are
  read_each,  ///< every rank reads them from the same path
};

/// Threads of this process where nobody chose a number: its share of the processors of the machine.
int default_threads(const Ranks& ranks);

/// What rank 0 does first: tells the others what is searched. `threads` of each rank; `recalling`: whether the journal has
/// results already. Throws RankFailed, InputError where a rank is of another program or has other kernels.
void tell_job(Ranks& ranks, const Job& job, const Source& rule, int threads, DataOfRanks data, bool recalling);
/// What all ranks do once they have the data. Throws InputError where a rank has others.
void compare_data(Ranks& ranks, const std::string& hash);

/// What the other ranks do, until the search is over. Whatever goes wrong is told to rank 0.
void follow(Ranks& ranks);

}  // namespace rule_search
