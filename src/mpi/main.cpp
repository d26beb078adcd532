// The program of many processes: rank 0 does what `rule-search search` does, the others carry out their share of it.
#include <mpi.h>

#include <cstdio>

#include "command/entry.hpp"
#include "mpi/ranks.hpp"
#include "run/shared_search.hpp"

// NOLINTNEXTLINE(bugprone-exception-escape): what telling of an error throws has nobody left to tell
int main(int argc, char** argv) {
  int provided = 0;
  MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
  if (provided < MPI_THREAD_FUNNELED) {
    std::fputs("rule-search-mpi: this MPI does not allow threads\n  hint: use one that provides MPI_THREAD_FUNNELED\n",
               stderr);
    MPI_Abort(MPI_COMM_WORLD, 1);
  }
  int code = 0;
  {
    rule_search::MpiRanks ranks(MPI_COMM_WORLD);
    if (ranks.rank() == 0) {
      code = rule_search::command::run_command_line(argc, argv, &ranks);
      ranks.fail("nothing is searched");  // unless a search is over: a mistake, or --help
    } else {
      rule_search::follow(ranks);
    }
  }
  MPI_Finalize();
  return code;
}
