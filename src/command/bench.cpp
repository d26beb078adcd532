#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <thread>

#include "base/json.hpp"
#include "command/bench_decoding.hpp"
#include "command/bench_sessions.hpp"
#include "command/episode_options.hpp"
#include "command/timing.hpp"
#include "evaluate/kernels/table.hpp"
#include "evaluate/work.hpp"
#include "objectives/few_shot/batch.hpp"
#include "objectives/few_shot/episode_file.hpp"
#include "objectives/reward/task.hpp"
#include "plan/layout.hpp"
#include "plan/plan.hpp"

namespace rule_search::command {

namespace {

// The pool of ten terms, and three of them as the paper's rule has them (rules/pool_2023.rule,
// rules/f_bio.rule), written out so that the program needs no file to measure itself.
constexpr const char* ten_terms =
    "rule ten_terms\n"
    "param theta0 = 0.008 param theta1 = 0 param theta2 = -0.03 param theta3 = 0 param theta4 = 0\n"
    "param theta5 = 0 param theta6 = 0 param theta7 = 0 param theta8 = 0 param theta9 = 0.004\n"
    "dw = -theta0*err_post*pre' - theta1*post*err_pre' - theta2*err_post*err_pre' - theta3*w\n"
    "   - theta4*ones_post*err_pre' - theta5*sum(post)*err_post*pre' - "
    "theta6*(post'*w*err_pre)*post*err_pre'\n"
    "   - theta7*(post'*w*err_pre)*err_post*pre' - theta8*((w*pre)'*err_post)*post*err_pre'\n"
    "   + theta9*(post*pre' - post*post'*w)\n";
constexpr const char* ten_terms_in =
    "rule ten_terms_in\n"
    "param theta0 = 0.008 param theta1 = 1e-4 param theta2 = -0.03 param theta3 = 1e-5 param theta4 = 1e-4\n"
    "param theta5 = 1e-5 param theta6 = 1e-4 param theta7 = 1e-4 param theta8 = 1e-4 param theta9 = 0.004\n"
    "dw = -theta0*err_post*pre' - theta1*post*err_pre' - theta2*err_post*err_pre' - theta3*w\n"
    "   - theta4*ones_post*err_pre' - theta5*sum(post)*err_post*pre' - theta6*(post'*w*err_pre)*post*err_pre'\n"
    "   - theta7*(post'*w*err_pre)*err_post*pre' - theta8*((w*pre)'*err_post)*post*err_pre'\n"
    "   + theta9*(post*pre' - post*post'*w)\n";
constexpr const char* three_terms =
    "rule three_terms\n"
    "param theta0 = 0.008 param theta2 = -0.03 param theta9 = 0.004\n"
    "dw = -theta0*err_post*pre' - theta2*err_post*err_pre' + theta9*(post*pre' - post*post'*w)\n";

struct Options {
  int episodes = 8;
  int repeats = 5;
  bool as_json = false;
  std::string recorded;
  std::string objective = "few-shot";
  SessionBench session;
  EpisodeOptions episode;
};

// The more connections lead to a layer, the smaller are the coefficients that it bears.
std::vector<double> bearable(std::vector<double> theta, const Network& network) {
  std::size_t most = 1;
  for (const auto& incoming : network.graph().incoming) most = std::max(most, incoming.size());
  for (double& x : theta) x /= static_cast<double>(most);
  return theta;
}

struct Timing {
  double seconds = 0;        ///< an episode, median
  double multiply_adds = 0;  ///< an episode
};

int run(const Options& o) {
  std::string name;
  Network network;
  Feedback feedback = o.episode.feedback_kind();
  EpisodeSource source;
  std::size_t count = static_cast<std::size_t>(o.episodes);
  // Drawn episodes stay here for as long as they are run.
  std::optional<Dataset> data;
  std::optional<TaskSource> tasks;
  if (!o.recorded.empty()) {
    Recording recording = read_recording(o.recorded);
    name = recording.name;
    network = recording.episode.network;
    feedback = recording.episode.feedback;
    count = 1;
    source = remembered(
        [episode = std::make_shared<const Episode>(std::move(recording.episode))](std::size_t) { return episode; });
  } else {
    data.emplace(o.episode.load());
    const TaskShape& task = o.episode.task;
    name = data->name + (task.stream > 0 ? ", streams" : fmt::format(", {}-way tasks", task.ways));
    network = o.episode.network(*data);
    tasks.emplace(*data, make_split(*data, o.episode.task, o.episode.seed), o.episode.task, network, feedback,
                  o.episode.seed);
    source = remembered(draws(*tasks, Part::search));
  }
  const int steps = source(0)->train.size;

  const auto time = [&](const char* text, bool slopes) {
    const Rule rule = check_rule({"bench", text});
    const ParameterLayout layout(rule.parameters, network.connections());
    const std::vector<double> theta = bearable(layout.initial, network);
    std::vector<int> directions(slopes ? static_cast<std::size_t>(layout.size()) : 0);
    std::iota(directions.begin(), directions.end(), 0);
    Learner<float> learner(plan::lower(rule), network, feedback, directions);
    learner.run(*source(0), theta);  // memory is touched for the first time
    Timing t;
    std::vector<double> seconds;
    const std::uint64_t before = work::multiply_adds;
    for (int r = 0; r < o.repeats; ++r) {
      seconds.push_back(seconds_of([&] {
                          for (std::size_t k = 0; k < count; ++k) {
                            if (learner.run(*source(k), theta).diverged)
                              throw std::runtime_error("an episode of the benchmark diverged");
                          }
                        }) /
                        static_cast<double>(count));
    }
    t.seconds = median(seconds);
    t.multiply_adds = static_cast<double>(work::multiply_adds - before) /
                      (static_cast<double>(count) * static_cast<double>(o.repeats));
    return t;
  };
  for (std::size_t k = 0; k < count; ++k) source(k);
  const double top = peak_multiply_adds();
  const Timing values = time(three_terms, false);
  const Timing p3 = time(three_terms, true);
  const Timing p10 = time(ten_terms, true);
  const Timing p10_in = time(ten_terms_in, true);

  // As many episodes for each thread as there are for one, in turn, so that both see the same machine.
  const int threads =
      o.episode.threads > 0 ? o.episode.threads : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  const Rule rule = check_rule({"bench", ten_terms});
  const ParameterLayout layout(rule.parameters, network.connections());
  const std::vector<double> theta = bearable(layout.initial, network);
  std::vector<int> directions(static_cast<std::size_t>(layout.size()));
  std::iota(directions.begin(), directions.end(), 0);
  const Batch batch(plan::lower(rule), network, feedback, directions);
  const std::size_t all = std::max<std::size_t>(count, 4) * static_cast<std::size_t>(threads);
  const EpisodeSource shared = [&](std::size_t k) { return source(k % count); };
  std::vector<double> speedups;
  for (int r = 0; r <= o.repeats; ++r) {
    const auto timed = [&](int n) {
      const auto limit = limit_threads(n);
      return seconds_of([&] { batch.run(shared, all, theta); });
    };
    const double one = timed(1);
    const double many = timed(threads);
    if (r > 0) speedups.push_back(one / many);  // the first round makes the threads
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const double memory = 1024.0 * static_cast<double>(usage.ru_maxrss);

  const nlohmann::json out = {
      {"processor_path", kernels::processor_path()},
      {"seconds_per_episode",
       {{"values", values.seconds}, {"p3", p3.seconds}, {"p10", p10.seconds}, {"p10_none_at_zero", p10_in.seconds}}},
      {"multiply_adds_per_episode",
       {{"values", values.multiply_adds},
        {"p3", p3.multiply_adds},
        {"p10", p10.multiply_adds},
        {"p10_none_at_zero", p10_in.multiply_adds}}},
      {"peak_multiply_adds_per_second", top},
      {"fma_fraction_of_peak", p10.multiply_adds / p10.seconds / top},
      {"fma_fraction_of_peak_p3", p3.multiply_adds / p3.seconds / top},
      {"threads", threads},
      {"thread_speedup", median(speedups)},
      {"peak_memory_bytes", memory},
      {"bytes_moved", nullptr},
      {"layers", network.layers},
      {"steps", steps},
      {"episodes", count},
      {"repeats", o.repeats}};
  if (o.as_json) {
    std::cout << dump(out, 2) << "\n";
    return 0;
  }
  fmt::print("{} of {} steps, network {}; {} kernels\n", name, steps, fmt::join(network.layers, "-"),
             kernels::processor_path());
  const auto line = [&](const char* what, const Timing& t) {
    fmt::print("  {:<34} {:8.2f} ms   {:6.2f} G multiply-adds   {:4.1f} % of peak\n", what, 1e3 * t.seconds,
               1e-9 * t.multiply_adds, 100 * t.multiply_adds / t.seconds / top);
  };
  fmt::print("  an episode on one thread\n");
  line("  three terms, values only", values);
  line("  three terms, all tangents", p3);
  line("  ten terms, all tangents", p10);
  line("  the same, no term at 0", p10_in);
  fmt::print("  peak in registers, one thread       {:.1f} G multiply-adds a second, single precision\n", 1e-9 * top);
  fmt::print("  {} threads against one               {:.2f} times\n", threads, median(speedups));
  fmt::print("  peak memory                         {:.0f} MB\n", 1e-6 * memory);
  return 0;
}

}  // namespace

Action prepare_bench(CLI::App& sub) {
  auto o = std::make_shared<Options>();
  sub.add_option("--objective", o->objective,
                 "what is measured: few-shot tasks, sessions learnt from reward, or spiking networks that decode")
      ->check(CLI::IsMember({"few-shot", "reward", "decoding"}))
      ->capture_default_str();
  sub.add_option("--task", o->session.task, "reward: the task")
      ->check(CLI::IsMember(task_names()))
      ->capture_default_str();
  sub.add_option("--session", o->session.recorded,
                 "reward and decoding: a recorded session in place of a drawn one, as `eval --record` writes it");
  sub.add_option("--episodes", o->episodes, "different episodes")->check(CLI::Range(1, 1000))->capture_default_str();
  sub.add_option("--repeats", o->repeats, "how often each is timed; the median counts")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  sub.add_option("--episode", o->recorded, "a recorded episode in place of drawn ones, as `eval --record` writes it");
  add_json(sub, o->as_json);
  o->episode.add(sub);
  return [o, &sub] {
    const std::vector<std::string> of_sessions = o->objective == "decoding"
                                                     ? std::vector<std::string>{"--session"}
                                                     : std::vector<std::string>{"--task", "--session"};
    const std::vector<std::string> of_both = {"--help", "--objective", "--repeats", "--json"};
    const bool sessions = o->objective != "few-shot";
    for (const CLI::Option* given : sub.get_options()) {
      const std::string name = given->get_name();
      const bool its_own = std::find(of_sessions.begin(), of_sessions.end(), name) != of_sessions.end();
      if (given->count() == 0 || std::find(of_both.begin(), of_both.end(), name) != of_both.end()) continue;
      if (its_own == sessions) continue;
      throw InputError(
          fmt::format("{}: is of no effect with --objective {}\n  hint: leave {} out", name, o->objective, name));
    }
    if (sub.count("--task") > 0 && sub.count("--session") > 0)
      throw InputError("--task: is of no effect with --session\n  hint: leave one of them out");
    if (!sessions) return run(*o);
    if (o->objective == "decoding") return bench_decoding({o->session.recorded, o->repeats, o->as_json});
    o->session.repeats = o->repeats;
    o->session.as_json = o->as_json;
    return bench_sessions(o->session);
  };
}

}  // namespace rule_search::command
