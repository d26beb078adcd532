#include "run/journaled_steps.hpp"

#include <utility>

#include "base/schedule.hpp"
#include "expression/print.hpp"
#include "fit/cross_validation.hpp"
#include "fit/packing.hpp"

namespace rule_search {

namespace {

// A step by what decides its result.
std::string step(const std::string& what, const Rule& rule, const std::vector<double>& theta,
                 const Objective& objective, Part part, std::size_t episodes, const Packer& more) {
  return Packer()(what, print(rule), theta, objective.identity(), part, episodes, more.bytes()).bytes();
}

template <class... T>
void unpack(const std::string& bytes, T&... values) {
  Unpacker from(bytes);
  from(values...);
  from.end();
}

}  // namespace

std::string JournaledSteps::carried_out(const std::string& call, const std::function<std::string()>& compute) {
  if (ScheduleRecord* const schedule = ScheduleRecord::current()) schedule->step();
  std::string why;
  if (!journal_.recalling() && stop_) why = stop_();
  const bool first = std::exchange(first_, false);
  const bool computes = first || !journal_.recalling();
  if (ranks() != nullptr) ranks()->exchange(call, Packer()(why, computes).bytes());
  if (!why.empty()) {
    if (ranks() != nullptr) ranks()->over();
    throw SearchStopped(why);
  }
  std::string result = journal_.result(call, compute, first);
  if (ranks() != nullptr) ranks()->exchange(call, Packer()(result, journal_.recalling()).bytes());
  return result;
}

std::string FollowingSteps::carried_out(const std::string& call, const std::function<std::string()>& compute) {
  std::string why;
  bool computes = false;
  unpack(ranks()->exchange(call, "")[0], why, computes);
  if (!why.empty()) {
    ranks()->over();
    throw SearchStopped(why);
  }
  const std::string own = computes ? compute() : "";
  std::string result;
  unpack(ranks()->exchange(call, "")[0], result, recalling_);
  if (computes && own != result)
    throw RankFailed("computes other numbers than rank 0\n  hint: use machines of one kind, with the same libraries");
  return result;
}

void RecordedSteps::ahead(std::size_t count, const std::function<void(std::size_t, Steps&)>& procedure,
                          std::size_t threads) {
  if (!recalling()) Steps::ahead(count, procedure, threads);
}

void RecordedSteps::scores_ahead(const std::vector<FittedRule>& rules, const Objective& objective, Part part,
                                 std::size_t count) {
  if (!recalling()) Steps::scores_ahead(rules, objective, part, count);
}

Execution RecordedSteps::execution() const {
  Execution out{{}, ranks_};
  if (give_up_) {
    out.before = [this] {
      if (const std::string why = give_up_(); !why.empty()) throw SearchStopped(why);
    };
  }
  return out;
}

FittedRule RecordedSteps::fit(const Rule& rule, const std::vector<double>& start, const FitRequest& request) {
  // Fits on units that stay the same are named as they were before there were others.
  const std::string call =
      step(request.fresh ? "fit on fresh units" : "fit", rule, start, *request.objective, request.part, request.units,
           Packer()(request.entries, request.iterations, request.initial_radius, request.hopeless_above,
                    request.to_the_end));
  // How many episodes a fit takes is part of what it gives.
  std::size_t episodes = 0;
  bool computed = false;
  FittedRule out;
  unpack(carried_out(call,
                     [&] {
                       computed = true;
                       FitRequest counted = request;
                       counted.execution = execution();
                       counted.progress = [&](std::size_t ran, double loss) {
                         episodes += ran;
                         if (request.progress) request.progress(ran, loss);
                       };
                       const FittedRule fitted = Steps::fit(rule, start, counted);
                       return Packer()(fitted, episodes).bytes();
                     }),
         out, episodes);
  out.rule = rule;
  if (!computed && request.progress) request.progress(episodes, out.fit_loss);
  return out;
}

QuadraticModel RecordedSteps::quadratic_model(const Rule& rule, const std::vector<double>& theta,
                                              const FitRequest& request) {
  const std::string call = step("model", rule, theta, *request.objective, request.part, request.units,
                                request.wide ? Packer()(request.tempered)(request.wide) : Packer()(request.tempered));
  QuadraticModel out;
  unpack(carried_out(call,
                     [&] {
                       FitRequest stoppable = request;
                       stoppable.execution = execution();
                       return Packer()(Steps::quadratic_model(rule, theta, stoppable)).bytes();
                     }),
         out);
  return out;
}

Score RecordedSteps::score(const Rule& rule, const std::vector<double>& theta, const Objective& objective, Part part,
                           std::size_t count, bool alignment) {
  const std::string call = step("score", rule, theta, objective, part, count, Packer()(alignment));
  Score out;
  unpack(
      carried_out(call, [&] { return Packer()(Steps::score(rule, theta, objective, part, count, alignment)).bytes(); }),
      out);
  return out;
}

Score RecordedSteps::cross_validated(const Rule& rule, const std::vector<double>& theta, const Objective& objective,
                                     const std::vector<int>& entries) {
  // Steps of all entries are named as they were before there were others.
  const std::string call = step("cross-validated", rule, theta, objective, Part::search, objective.units(Part::search),
                                entries.empty() ? Packer() : Packer()(entries));
  Score out;
  unpack(carried_out(call, [&] { return Packer()(Steps::cross_validated(rule, theta, objective, entries)).bytes(); }),
         out);
  return out;
}

Score RecordedSteps::score_other(const std::string& name, std::size_t count, const std::function<Score()>& compute) {
  const std::string call = Packer()(name, count).bytes();
  Score out;
  unpack(carried_out(call, [&] { return Packer()(Steps::score_other(name, count, compute)).bytes(); }), out);
  return out;
}

}  // namespace rule_search
