#include "mpi/ranks.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <numeric>
#include <thread>

namespace rule_search {

namespace {

// MPI counts in int.
constexpr std::uint64_t most_at_once = 1U << 30U;

// A rank that waits leaves its processor to those that work: there may be more ranks than processors, and steps of others can
// take minutes. What comes soon is not waited for long.
void be_patient(MPI_Request request) {
  using namespace std::chrono_literals;
  const auto begun = std::chrono::steady_clock::now();
  for (;;) {
    int there = 0;
    MPI_Request_get_status(request, &there, MPI_STATUS_IGNORE);
    if (there != 0) return;
    const auto waited = std::chrono::steady_clock::now() - begun;
    if (waited < 50us)
      std::this_thread::yield();
    else
      std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(waited / 20, 1ms));
  }
}

}  // namespace

MpiRanks::MpiRanks(MPI_Comm all) : all_(all) {
  int rank = 0;
  int count = 0;
  MPI_Comm_rank(all_, &rank);
  MPI_Comm_size(all_, &count);
  rank_ = static_cast<std::size_t>(rank);
  machines_.resize(static_cast<std::size_t>(count));
  std::array<char, MPI_MAX_PROCESSOR_NAME> name{};
  int length = 0;
  MPI_Get_processor_name(name.data(), &length);
  machines_ = gather(std::string(name.data(), static_cast<std::size_t>(length)));
}

MpiRanks::~MpiRanks() {
  groups_.clear();
  for (MPI_Comm& made : made_) MPI_Comm_free(&made);
}

Ranks& MpiRanks::group(std::size_t groups) {
  const auto [at, fresh] = groups_.try_emplace(groups);
  if (fresh) {
    MPI_Comm part = MPI_COMM_NULL;
    MPI_Comm_split(all_, static_cast<int>(number_of_group(groups)), static_cast<int>(rank_), &part);
    made_.push_back(part);
    at->second = std::make_unique<MpiRanks>(part);
  }
  return *at->second;
}

std::vector<std::string> MpiRanks::gather(const std::string& own) {
  std::vector<std::uint64_t> sizes(machines_.size());
  const std::uint64_t size = own.size();
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Iallgather(&size, 1, MPI_UINT64_T, sizes.data(), 1, MPI_UINT64_T, all_, &request);
  be_patient(request);
  MPI_Wait(&request, MPI_STATUS_IGNORE);
  std::vector<std::string> out(sizes.size());
  const std::uint64_t total = std::accumulate(sizes.begin(), sizes.end(), std::uint64_t{0});
  if (total <= most_at_once) {
    std::vector<int> counts;
    std::vector<int> places;
    int place = 0;
    for (const std::uint64_t s : sizes) {
      counts.push_back(static_cast<int>(s));
      places.push_back(place);
      place += static_cast<int>(s);
    }
    std::string all(total, '\0');
    MPI_Iallgatherv(own.data(), static_cast<int>(size), MPI_BYTE, all.data(), counts.data(), places.data(), MPI_BYTE,
                    all_, &request);
    be_patient(request);
    MPI_Wait(&request, MPI_STATUS_IGNORE);
    for (std::size_t r = 0; r < out.size(); ++r)
      out[r] = all.substr(static_cast<std::size_t>(places[r]), static_cast<std::size_t>(sizes[r]));
    return out;
  }
  for (std::size_t r = 0; r < out.size(); ++r) {
    out[r] = r == rank_ ? own : std::string(sizes[r], '\0');
    for (std::uint64_t from = 0; from < sizes[r]; from += most_at_once) {
      MPI_Ibcast(out[r].data() + from, static_cast<int>(std::min(most_at_once, sizes[r] - from)), MPI_BYTE,
                 static_cast<int>(r), all_, &request);
      be_patient(request);
      MPI_Wait(&request, MPI_STATUS_IGNORE);
    }
  }
  return out;
}

}  // namespace rule_search
