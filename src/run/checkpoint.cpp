#include "run/checkpoint.hpp"

#include <utility>

#include "expression/print.hpp"
#include "objectives/few_shot/baselines.hpp"
#include "run/packing.hpp"

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

std::string Checkpoint::carried_out(const std::string& call, const std::function<std::string()>& compute) {
  if (journal_ == nullptr) return compute();
  if (!journal_->recalling() && stop_) {
    if (const std::string why = stop_(); !why.empty()) throw SearchStopped(why);
  }
  return journal_->result(call, compute, std::exchange(first_, false));
}

BeforeUnit Checkpoint::before() const {
  if (!give_up_) return {};
  return [this] {
    if (const std::string why = give_up_(); !why.empty()) throw SearchStopped(why);
  };
}

FittedRule Checkpoint::fit(const Rule& rule, const std::vector<double>& start, const FitRequest& request) {
  const std::string call =
      step("fit", rule, start, *request.objective, request.part, request.episodes,
           Packer()(request.entries, request.iterations, request.initial_radius, request.hopeless_above));
  // How many episodes a fit takes is part of what it gives.
  std::size_t episodes = 0;
  bool computed = false;
  FittedRule out;
  unpack(carried_out(call,
                     [&] {
                       computed = true;
                       FitRequest counted = request;
                       counted.before = before();
                       counted.progress = [&](std::size_t ran, double loss) {
                         episodes += ran;
                         if (request.progress) request.progress(ran, loss);
                       };
                       const FittedRule fitted = rule_search::fit(rule, start, counted);
                       return Packer()(fitted, episodes).bytes();
                     }),
         out, episodes);
  out.rule = rule;
  if (!computed && request.progress) request.progress(episodes, out.fit_loss);
  return out;
}

Slopes Checkpoint::slopes(const Rule& rule, const std::vector<double>& theta, const FitRequest& request) {
  const std::string call =
      step("slopes", rule, theta, *request.objective, request.part, request.episodes, Packer()(request.tempered));
  Slopes out;
  unpack(carried_out(call,
                     [&] {
                       FitRequest stoppable = request;
                       stoppable.before = before();
                       return Packer()(rule_search::slopes(rule, theta, stoppable)).bytes();
                     }),
         out);
  return out;
}

Score Checkpoint::score(const Rule& rule, const std::vector<double>& theta, const Objective& objective, Part part,
                        std::size_t count, bool alignment) {
  const std::string call = step("score", rule, theta, objective, part, count, Packer()(alignment));
  Score out;
  unpack(carried_out(
             call,
             [&] {
               return Packer()(rule_search::score(rule, theta, objective, part, count, alignment, before())).bytes();
             }),
         out);
  return out;
}

Score Checkpoint::score_nearest_class_mean(const EpisodeSource& test, std::size_t count) {
  const std::string call = Packer()(std::string("nearest class mean"), count).bytes();
  Score out;
  unpack(carried_out(call, [&] { return Packer()(rule_search::score_nearest_class_mean(test, count)).bytes(); }), out);
  return out;
}

Curve Checkpoint::curve(const FittedRule& fitted, const Objective& objective, std::size_t count,
                        const std::function<void(std::size_t, double)>& done) {
  Curve out;
  for (const std::vector<double>& theta : fitted.history) {
    out.points.push_back(score(fitted.rule, theta, objective, Part::validation, count));
    if (done) done(count, out.points.back().loss.mean);
  }
  return out;
}

}  // namespace rule_search
