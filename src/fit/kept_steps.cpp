#include "fit/kept_steps.hpp"

#include <algorithm>
#include <utility>

#include "expression/print.hpp"
#include "fit/packing.hpp"

namespace rule_search {

namespace {

void put(Packer& to, const KeptSteps::Fit& f) {
  to(f.fitted, f.units, f.hopeless_above, f.fitted.late.size());
  for (const LateStep& s : f.fitted.late) to(s.loss, s.theta, s.fit_loss, s.units, s.accepted);
}
void take(Unpacker& from, KeptSteps::Fit& f) {
  std::size_t late = 0;
  from(f.fitted, f.units, f.hopeless_above, late);
  for (std::size_t k = 0; k < late; ++k) {
    LateStep& s = f.fitted.late.emplace_back();
    from(s.loss, s.theta, s.fit_loss, s.units, s.accepted);
  }
}
template <class T>
void put(Packer& to, const T& value) {
  to(value);
}
template <class T>
void take(Unpacker& from, T& value) {
  from(value);
}

template <class T>
void put_all(Packer& to, const std::map<std::string, T>& results) {
  to(results.size());
  for (const auto& [key, value] : results) {
    to(key);
    put(to, value);
  }
}

template <class T>
void take_all(Unpacker& from, std::map<std::string, T>& results) {
  std::size_t count = 0;
  from(count);
  for (std::size_t k = 0; k < count; ++k) {
    std::string key;
    T value;
    from(key);
    take(from, value);
    results.insert_or_assign(std::move(key), std::move(value));
  }
}

template <class T>
void append(std::string& key, const T& number) {
  key.append(reinterpret_cast<const char*>(&number), sizeof(T));
}

template <class T>
void append_all(std::string& key, const std::vector<T>& numbers) {
  append(key, numbers.size());
  for (const T& x : numbers) append(key, x);
}

template <class T>
std::optional<T> found(std::map<std::string, T>& in, const std::string& key, KeptSteps::Use use) {
  const auto at = in.find(key);
  if (at == in.end()) return {};
  if (use == KeptSteps::Use::look) return at->second;
  return std::move(in.extract(at).mapped());
}

}  // namespace

std::string key_of_step(const std::string& what, const Rule& rule, const std::vector<double>& theta,
                        const Objective& objective, Part part, std::size_t units) {
  std::string key = what + '\n' + print(rule) + '\n' + objective.identity() + '\n';
  append_all(key, theta);
  append(key, part);
  append(key, units);
  return key;
}

std::string key_of_step(const std::string& what, const Rule& rule, const std::vector<double>& theta,
                        const FitRequest& request) {
  std::string key = key_of_step(what, rule, theta, *request.objective, request.part, request.units);
  append_all(key, request.entries);
  append(key, request.iterations);
  append(key, request.initial_radius);
  for (const bool b : {request.fresh, request.to_the_end, request.tempered, request.wide}) append(key, b);
  return key;
}

std::string key_of_cross_validation(const Rule& rule, const std::vector<double>& theta, const Objective& objective,
                                    const std::vector<int>& entries) {
  std::string key = key_of_step("cross-validated", rule, theta, objective, Part::search, 0);
  append_all(key, entries);
  return key;
}

std::string key_of_other(const std::string& name, std::size_t count) {
  std::string key = "other " + name + '\n';
  append(key, count);
  return key;
}

void KeptSteps::keep(const std::string& key, Fit fit) {
  const std::lock_guard lock(mutex_);
  fits_.insert_or_assign(key, std::move(fit));
}

void KeptSteps::keep(const std::string& key, Score score) {
  const std::lock_guard lock(mutex_);
  scores_.insert_or_assign(key, std::move(score));
}

void KeptSteps::keep(const std::string& key, QuadraticModel model) {
  const std::lock_guard lock(mutex_);
  models_.insert_or_assign(key, std::move(model));
}

std::optional<KeptSteps::Fit> KeptSteps::fit(const std::string& key, double hopeless_above, bool fresh, Use use) {
  const std::lock_guard lock(mutex_);
  const auto at = fits_.find(key);
  if (at == fits_.end()) return {};
  const Fit& kept = at->second;
  if (kept.hopeless_above == hopeless_above) return found(fits_, key, use);
  if (fresh) return {};
  if (hopeless_above > kept.hopeless_above && kept.fitted.given_up) return {};  // it would have gone on
  const std::vector<LateStep>& late = kept.fitted.late;
  const auto end =
      std::find_if(late.begin(), late.end(), [&](const LateStep& s) { return is_hopeless(s.loss, hopeless_above); });
  if (end == late.end()) return found(fits_, key, use);
  if (end->accepted > kept.fitted.history.size()) return {};
  Fit out{{}, end->units, hopeless_above};
  out.fitted.theta = end->theta;
  out.fitted.fit_loss = end->fit_loss;
  out.fitted.given_up = true;
  out.fitted.late.assign(late.begin(), end);
  const auto& history = kept.fitted.history;
  out.fitted.history.assign(history.begin(), history.begin() + static_cast<std::ptrdiff_t>(end->accepted));
  if (use == Use::take) fits_.erase(at);
  return out;
}

std::optional<Score> KeptSteps::score(const std::string& key, Use use) {
  const std::lock_guard lock(mutex_);
  return found(scores_, key, use);
}

std::optional<QuadraticModel> KeptSteps::model(const std::string& key, Use use) {
  const std::lock_guard lock(mutex_);
  return found(models_, key, use);
}

std::size_t KeptSteps::size() {
  const std::lock_guard lock(mutex_);
  return fits_.size() + scores_.size() + models_.size();
}

std::string KeptSteps::packed() {
  const std::lock_guard lock(mutex_);
  Packer to;
  put_all(to, fits_);
  put_all(to, scores_);
  put_all(to, models_);
  return to.bytes();
}

void KeptSteps::keep_packed(const std::string& bytes) {
  const std::lock_guard lock(mutex_);
  Unpacker from(bytes);
  take_all(from, fits_);
  take_all(from, scores_);
  take_all(from, models_);
  from.end();
}

void KeptSteps::clear() {
  const std::lock_guard lock(mutex_);
  fits_.clear();
  scores_.clear();
  models_.clear();
}

}  // namespace rule_search
