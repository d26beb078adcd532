// A rule carried out for some steps on random numbers by the oracle of the evaluator's tests, as a JSON document.
//   rule-search-steps FILE.rule STEPS [spikes]
// Coefficients that are 0 in the file get a small value, so that every term counts. With `spikes` activities are 0 or 1, and 0 in the first
// steps: simulators need some time until the first spike.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>
#include <string>

#include "expression/rule.hpp"
#include "reference_value.hpp"

using namespace rule_search;
using nlohmann::json;
using reference::Matrix;

namespace {

constexpr std::size_t n_post = 3;
constexpr std::size_t n_pre = 5;

std::size_t size_of(Side side) { return side == Side::one ? 1 : side == Side::pre ? n_pre : n_post; }

class Numbers {
 public:
  explicit Numbers(bool spikes) : spikes_(spikes) {}

  Matrix drawn(Shape shape, double least, double most) {
    Matrix out{size_of(shape.rows), size_of(shape.cols), {}};
    for (std::size_t k = 0; k < out.rows * out.cols; ++k)
      out.x.push_back({std::uniform_real_distribution<double>(least, most)(random_), {}});
    return out;
  }

  Matrix quantity(Quantity q, bool silent) {
    const bool activity = q == Quantity::pre || q == Quantity::post;
    Matrix out = drawn(shape_of(q), activity || q == Quantity::gate ? 0.1 : -1, 1);
    for (reference::Dual& x : out.x) {
      if (spikes_ && activity) x.v = x.v > 0.7 && !silent ? 1 : 0;
    }
    return out;
  }

 private:
  std::mt19937_64 random_{17};
  bool spikes_;
};

// The change of a weight within its bounds.
double bounded(const WeightBound& b, double w, double change) {
  if (!b.soft) return std::min(std::max(w + change, b.lower), b.upper) - w;
  return change * (change > 0 ? b.upper - w : w - b.lower) / (b.upper - b.lower);
}

json listed(const Matrix& m, Shape shape) {
  if (shape.is_number()) return m.x[0].v;
  json out = json::array();
  if (!shape.is_matrix()) {
    for (const reference::Dual& x : m.x) out.push_back(x.v);
    return out;
  }
  for (std::size_t r = 0; r < m.rows; ++r) {
    out.push_back(json::array());
    for (std::size_t c = 0; c < m.cols; ++c) out.back().push_back(m.at(r, c).v);
  }
  return out;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) return 2;
  std::ifstream file(arguments[1]);
  std::stringstream text;
  text << file.rdbuf();
  // A plain state for every step of a delay, as exports have them.
  const Rule rule = with_delays_written_out(check_rule({arguments[1], text.str()}));
  Numbers numbers(count > 3);

  const reference::Walk walk(0);
  std::vector<reference::Dual> theta;
  json out = {{"parameters", json::object()}, {"steps", json::array()}};
  for (const Parameter& p : rule.parameters) {
    double value = p.initial.empty() ? 0 : p.initial[0];
    if (value == 0)
      value = 2e-3 * static_cast<double>(1 + theta.size() % 5) / static_cast<double>(rule.parameters.size());
    theta.push_back(walk.constant(value));
    out["parameters"][p.name] = value;
  }
  std::vector<Matrix> states;
  for (const State& s : rule.states) {
    states.push_back(reference::shaped(size_of(s.shape.rows), size_of(s.shape.cols), walk.constant(s.initial)));
    for (std::size_t k = 0; k < s.elements.size(); ++k) states.back().x[k] = walk.constant(s.elements[k]);
  }
  Matrix w = numbers.drawn(weight_shape, -0.5, 0.5);
  out["w"] = listed(w, weight_shape);
  for (int step = 0; step < std::stoi(arguments[2]); ++step) {
    json told = {{"quantities", json::object()}, {"signals", json::object()}, {"states", json::object()}};
    reference::Place here = {walk, theta, {}, {}, {}, {}, w, {}, {}, {}, {}, {}, states};
    const std::pair<Quantity, Matrix*> given[] = {{Quantity::pre, &here.pre},
                                                  {Quantity::post, &here.post},
                                                  {Quantity::err_pre, &here.err_pre},
                                                  {Quantity::err_post, &here.err_post},
                                                  {Quantity::noise_pre, &here.noise_pre},
                                                  {Quantity::noise_post, &here.noise_post},
                                                  {Quantity::shuffled_err_pre, &here.shuffled_err_pre},
                                                  {Quantity::shuffled_err_post, &here.shuffled_err_post},
                                                  {Quantity::net, &here.net},
                                                  {Quantity::gate, &here.gate}};
    for (const auto& [q, place] : given) {
      *place = numbers.quantity(q, step < 4);
      told["quantities"][std::string(name(q))] = listed(*place, shape_of(q));
    }
    for (const Signal& s : rule.signals) {
      here.signals.push_back(numbers.drawn(s.shape, -1, 1));
      told["signals"][s.name] = listed(here.signals.back(), s.shape);
    }
    Matrix dw = reference::value(rule.dw, here);
    // A bounded change is a difference of numbers of this size, and rounded as they are.
    double scale = 0;
    for (std::size_t k = 0; k < w.x.size(); ++k) scale = std::max(scale, std::abs(w.x[k].v) + std::abs(dw.x[k].v));
    if (rule.bound) told["scale"] = scale;
    for (std::size_t k = 0; k < w.x.size() && rule.bound; ++k) dw.x[k].v = bounded(*rule.bound, w.x[k].v, dw.x[k].v);
    std::vector<Matrix> next;
    for (const State& s : rule.states) next.push_back(reference::value(s.next, here));
    states = next;
    for (std::size_t k = 0; k < w.x.size(); ++k) w.x[k].v += dw.x[k].v;
    told["dw"] = listed(dw, weight_shape);
    for (std::size_t k = 0; k < states.size(); ++k)
      told["states"][rule.states[k].name] = listed(states[k], rule.states[k].shape);
    out["steps"].push_back(told);
  }
  std::cout << out.dump() << "\n";
}
