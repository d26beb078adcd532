#include "run/shared_search.hpp"

#include <fmt/format.h>
#include <tbb/global_control.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <new>
#include <optional>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/temporary_folder.hpp"
#include "expression/rule.hpp"
#include "fit/packing.hpp"
#include "run/journaled_steps.hpp"
#include "run/program.hpp"
#include "run/sent_files.hpp"
#include "run/stop.hpp"
#include "search/search.hpp"

namespace rule_search {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kernels_variable = "RULE_SEARCH_KERNELS";

// What rank 0 tells.
struct Told {
  std::string options;  // JSON
  std::string rule_name, rule_text;
  std::string kernels;  // that the user asked for
  int threads = 0;
  bool recalling = false;
  std::string folder_read;                      // the objective's folder of data
  std::vector<std::string> path_options;        // names
  std::vector<std::vector<std::string>> paths;  // of each
  std::vector<std::string> files;  // of the folder, then of every path; none where every rank reads its own

  std::string packed() const {
    return Packer()(options, rule_name, rule_text, kernels, threads, recalling, folder_read, path_options, paths, files)
        .bytes();
  }
  static Told unpacked(const std::string& bytes) {
    Told out;
    Unpacker from(bytes);
    from(out.options, out.rule_name, out.rule_text, out.kernels, out.threads, out.recalling, out.folder_read,
         out.path_options, out.paths, out.files);
    return out;
  }
};

std::string absolute(const std::string& path) {
  if (path.empty()) return "";
  const fs::path out = fs::absolute(path).lexically_normal();
  return (out.has_filename() ? out : out.parent_path()).string();
}

// Same numbers take the same program and the same instructions.
void compare_programs(Ranks& ranks) {
  const result::Program own = this_program();
  std::vector<std::string> said =
      ranks.exchange("program", Packer()(own.version, own.compiler, own.processor_path).bytes());
  struct Program {
    std::string version, compiler, path;
  };
  std::vector<Program> programs(said.size());
  for (std::size_t r = 0; r < said.size(); ++r) {
    Unpacker from(said[r]);
    from(programs[r].version, programs[r].compiler, programs[r].path);
  }
  for (std::size_t r = 1; r < programs.size(); ++r) {
    const Program& first = programs[0];
    const Program& other = programs[r];
    if (first.version == other.version && first.compiler == other.compiler && first.path == other.path) continue;
    ranks.over();
    const bool kernels = first.version == other.version && first.compiler == other.compiler;
    throw InputError(
        kernels
            ? fmt::format("{} computes with {} instructions, {} with {}: their numbers would differ in the last bits\n"
                          "  hint: --kernels {} has all ranks use the same",
                          ranks.name(r), other.path, ranks.name(0), first.path,
                          first.path == "portable" || other.path == "portable" ? "portable" : "avx2")
            : fmt::format(
                  "{} runs version {}, built by {}; {} version {}, built by {}\n  hint: install the same program on "
                  "all machines",
                  ranks.name(r), other.version, other.compiler, ranks.name(0), first.version, first.compiler));
  }
}

// Sets the paths to where this rank has the files. `kept`, where it wrote some, must live until they are read.
void place_data(Ranks& ranks, const Told& told, Job& job, std::optional<TemporaryFolder>& kept) {
  std::string folder = told.folder_read;
  std::vector<std::vector<std::string>> paths = told.paths;
  if (!told.files.empty()) {
    // One rank of a machine writes them; that of rank 0 has them.
    std::string place;
    const bool has_them = ranks.machine(ranks.rank()) == ranks.machine(0);
    if (!has_them && ranks.first_on_machine() == ranks.rank()) {
      kept.emplace();
      place = kept->path().string();
      for (std::size_t k = 0; k < told.files.size(); ++k) {
        if (!told.files[k].empty()) unpack_files(told.files[k], kept->path() / std::to_string(k));
      }
    }
    const std::vector<std::string> places = ranks.exchange("places", place);
    if (!has_them) {
      const fs::path here = places[ranks.first_on_machine()];
      std::size_t k = 0;
      const auto moved = [&](const std::string& path) {
        const std::size_t number = k++;
        return path.empty() ? path : (here / std::to_string(number) / fs::path(path).filename()).string();
      };
      folder = moved(folder);
      for (std::vector<std::string>& of_option : paths) {
        for (std::string& path : of_option) path = moved(path);
      }
    }
  }
  for (std::size_t k = 0; k < paths.size(); ++k) job.set(told.path_options[k], paths[k]);
  if (!folder.empty()) job.kind().look_for_data_in(folder);
}

void carry_out_shared(Ranks& ranks) {
  Told told = Told::unpacked(ranks.exchange("job", "")[0]);
  // Before anything is computed: kernels are chosen once.
  if (!told.kernels.empty()) ::setenv(kernels_variable, told.kernels.c_str(), 1);
  compare_programs(ranks);
  const tbb::global_control threads(tbb::global_control::max_allowed_parallelism,
                                    static_cast<std::size_t>(told.threads > 0 ? told.threads : default_threads(ranks)));
  json options = json::parse(told.options);
  for (const std::string& name : told.path_options) options.erase(name);
  Job job = Job::from_json(options, "rank 0");
  std::optional<TemporaryFolder> kept;
  place_data(ranks, told, job, kept);
  told.files.clear();
  const Rule rule = check_rule({told.rule_name, told.rule_text}, job.degree());
  std::string hash;
  const std::unique_ptr<Objective> objective =
      job.kind().make(rule, job.seed(), [&](const std::string& content_hash) { hash = content_hash; });
  compare_data(ranks, hash);
  kept.reset();
  FollowingSteps steps(ranks, told.recalling, [] { return StopSignals::received(); });
  search(rule, *objective, job.search_options(), {}, {}, &steps);
  ranks.end();
}

}  // namespace

int default_threads(const Ranks& ranks) {
  const auto processors = static_cast<std::size_t>(std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN)));
  return static_cast<int>(std::max<std::size_t>(1, processors / ranks.count_on_machine()));
}

void tell_job(Ranks& ranks, const Job& job, const Source& rule, int threads, DataOfRanks data, bool recalling) {
  Told told;
  told.options = dump(job.to_json());
  told.rule_name = rule.name;
  told.rule_text = rule.text;
  const char* const kernels = std::getenv(kernels_variable);
  told.kernels = kernels == nullptr ? "" : kernels;
  told.threads = threads;
  told.recalling = recalling;
  told.folder_read = absolute(job.kind().folder_read());
  for (const Option& o : job.options()) {
    const json value = o.path ? o.get() : json();
    if (value.is_null()) continue;
    told.path_options.push_back(o.name);
    told.paths.emplace_back();
    for (const std::string& path : texts_of(value)) told.paths.back().push_back(absolute(path));
  }
  if (data == DataOfRanks::sent) {
    const auto add = [&](const std::string& path) { told.files.push_back(path.empty() ? "" : packed_files(path)); };
    add(told.folder_read);
    for (std::size_t k = 0; k < told.paths.size(); ++k) {
      for (const std::string& path : told.paths[k]) add(path == told.folder_read ? "" : path);
    }
  }
  ranks.exchange("job", told.packed());
  compare_programs(ranks);
  if (data == DataOfRanks::sent) ranks.exchange("places", "");
}

void compare_data(Ranks& ranks, const std::string& hash) {
  const std::vector<std::string> said = ranks.exchange("data", hash);
  for (std::size_t r = 1; r < said.size(); ++r) {
    if (said[r] == said[0]) continue;
    ranks.over();
    throw InputError(
        fmt::format("{} reads other data than {}: their content has the hash {}, not {}\n  hint: --data-of-ranks sent "
                    "has rank 0 send them",
                    ranks.name(r), ranks.name(0), said[r], said[0]));
  }
}

void follow(Ranks& ranks) {
  const StopSignals signals;
  try {
    carry_out_shared(ranks);
  } catch (const std::bad_alloc&) {
    ranks.fail("not enough memory\n  hint: fewer ranks on this machine, or fewer --threads");
  } catch (const std::exception& e) {
    ranks.fail(e.what());
  }
}

}  // namespace rule_search
