// Rules made of the bytes, states of every shape among them, with shapes that fit by construction: the plan with its
// kernels, first layer by weights and by samples, against the scalar walk of tests/evaluate/reference.cpp, losses and
// tangents.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "../evaluate/drawn_graphs.hpp"
#include "../evaluate/reference.hpp"
#include "base/error.hpp"
#include "base/random.hpp"
#include "fuzz.hpp"
#include "objectives/few_shot/learner.hpp"

using namespace rule_search;

namespace {

constexpr int most_parameters = 5;
constexpr int most_states = 3;

// Writes text of the language, one production a byte; without bytes it takes the first, which is a leaf.
class Writer {
 public:
  Writer(const std::uint8_t* data, std::size_t size) : data_(data), end_(data + size) {}

  int choice(int n) { return data_ == end_ ? 0 : *data_++ % n; }

  std::string number(int depth) {
    if (remembered(Of::number)) return name_of(Of::number);
    switch (choice(depth > 0 ? 9 : 2)) {
      case 0:
        return parameter();
      case 1:
        return literal();
      case 2: {
        const bool post = choice(2) == 0;
        const std::string left = column(post, depth - 1);
        return "dot(" + left + ", " + column(post, depth - 1) + ")";
      }
      case 3:
        return "mean(" + column(choice(2) == 0, depth - 1) + ")";
      case 4:
        return "sum(" + column(choice(2) == 0, depth - 1) + ")";
      case 5:
        return "tanh(" + number(depth - 1) + ")";
      case 6: {
        const std::string left = column(true, depth - 1);
        return "(" + left + "' * " + matrix(depth - 1) + " * " + column(false, depth - 1) + ")";
      }
      case 7:
        return "mean(" + matrix(depth - 1) + ")";
      default: {
        const std::string left = number(depth - 1);
        return "(" + left + " * " + number(depth - 1) + ")";
      }
    }
  }

  std::string column(bool post, int depth) {
    const std::string side = post ? "post" : "pre";
    if (const Of of = post ? Of::post : Of::pre; remembered(of)) return name_of(of);
    switch (choice(depth > 0 ? 17 : 5)) {
      case 0:
        return side;
      case 1:
        return "err_" + side;
      case 2:
        return "ones_" + side;
      case 3:
        // A kink, but none where errors vanish: there rounding alone would decide.
        return "relu(" + side + " - 0.2*ones_" + side + ")";
      case 4:
        return "shuffled_err_" + side;
      case 5:
        return "tanh(" + column(post, depth - 1) + ")";
      case 6:
        return "sigmoid(" + column(post, depth - 1) + ")";
      case 7:
        return "(" + column(post, depth - 1) + " .* " + column(post, depth - 1) + ")";
      case 8: {
        const std::string by = number(depth - 1);
        return "(" + by + " * " + column(post, depth - 1) + ")";
      }
      case 9: {
        const std::string left = column(post, depth - 1);
        return "(" + left + (choice(2) == 0 ? " + " : " - ") + column(post, depth - 1) + ")";
      }
      case 10:
        return "(w" + std::string(post ? " * " : "' * ") + column(!post, depth - 1) + ")";
      case 11: {
        const std::string m = matrix(depth - 1);
        return "(" + m + (post ? " * " : "' * ") + column(!post, depth - 1) + ")";
      }
      case 12: {
        const std::string left = column(post, depth - 1);
        return std::string(choice(2) == 0 ? "min(" : "max(") + left + ", 0.3*" + side + ")";
      }
      case 13:
        return "max(" + literal() + ", " + side + ")";
      case 14:
        return "(" + side + (choice(2) == 0 ? " > 0.2)" : " <= 0.4)");
      case 15:
        return "delay(" + std::string(choice(2) == 0 ? "err_" : "") + side + ", " + std::to_string(1 + choice(4)) + ")";
      default:
        return "(" + column(post, depth - 1) + ").^2";
    }
  }

  std::string matrix(int depth) {
    if (remembered(Of::synapse)) return name_of(Of::synapse);
    if (remembered(Of::turned)) return name_of(Of::turned) + "'";
    if (depth > 0 && remembered(Of::among_post)) return "(" + name_of(Of::among_post) + " * " + matrix(depth - 1) + ")";
    if (depth > 0 && remembered(Of::among_pre)) return "(" + matrix(depth - 1) + " * " + name_of(Of::among_pre) + ")";
    switch (choice(depth > 0 ? 13 : 2)) {
      case 0:
        return "(" + column(true, depth - 1) + " * " + column(false, depth - 1) + "')";
      case 1:
        return "w";
      case 2: {
        const std::string by = number(depth - 1);
        return "(" + by + " * " + matrix(depth - 1) + ")";
      }
      case 3: {
        const std::string left = column(true, depth - 1);
        return "(" + left + " .* " + matrix(depth - 1) + ")";
      }
      case 4: {
        const std::string left = matrix(depth - 1);
        return "(" + left + " .* " + column(false, depth - 1) + "')";
      }
      case 5: {
        const std::string left = matrix(depth - 1);
        return "(" + left + (choice(2) == 0 ? " + " : " - ") + matrix(depth - 1) + ")";
      }
      case 6: {
        const std::string left = matrix(depth - 1);
        return "(" + left + " .* " + matrix(depth - 1) + ")";
      }
      case 7:
        return "tanh(" + matrix(depth - 1) + ")";
      case 10:
        return "min(" + matrix(depth - 1) + ", " + (choice(2) == 0 ? "0.05" : "pre'") + ")";
      case 11:
        return "max(post, " + matrix(depth - 1) + ")";
      case 12:
        return std::string("(w ") + (choice(2) == 0 ? ">" : "<=") + " 0.1 * post)";
      case 8: {
        const std::string left = column(true, depth - 1);
        const std::string square = left + " * " + column(true, depth - 1) + "'";
        const std::string turned = choice(2) == 0 ? "" : "'";
        return "(lower(" + square + ")" + turned + " * " + matrix(depth - 1) + ")";
      }
      default: {
        const std::string left = matrix(depth - 1);
        const std::string middle = matrix(depth - 1);
        return "(" + left + " * " + middle + "' * " + matrix(depth - 1) + ")";
      }
    }
  }

  std::string rule() {
    std::string update;
    const int terms = 1 + choice(4);
    for (int k = choice(most_states + 1); k-- > 0;) states_.push_back(static_cast<Of>(choice(7)));
    for (int k = 0; k < terms; ++k) {
      update += k == 0 ? "" : choice(2) == 0 ? " + " : " - ";
      update += parameter() + " * " + matrix(3);
    }
    std::vector<std::string> next;
    for (std::size_t s = 0; s < states_.size(); ++s) {
      const std::string kept = choice(2) == 0 ? "(1 - 1 ms / tau) * s" : "0.5 * s";
      next.push_back(kept + std::to_string(s) + " + " + parameter() + " * " + news(states_[s]));
    }
    static const char* const bounds[] = {"bound w in [-0.3, 0.4]\n", "bound w in [-0.25, inf]\n",
                                         "bound w in [-0.5, 0.6] soft\n"};
    const std::string bound = choice(4) == 0 ? bounds[choice(3)] : "";
    // A state or parameter that nothing comes from is a mistake.
    std::string needed = bound + "dw = " + update + "\n";
    for (bool more = true; more;) {
      more = false;
      for (std::size_t s = 0; s < next.size(); ++s) {
        const std::string name = "s" + std::to_string(s);
        if (next[s].empty() || needed.find(name) == std::string::npos) continue;
        needed =
            fmt::format("state {}{} = {}\n{}next {} = {}\n", name, shape(states_[s]), literal(), needed, name, next[s]);
        next[s].clear();
        more = true;
      }
    }
    for (int r = 0; r < most_parameters; ++r) {
      const std::string name = "p" + std::to_string(r);
      if (needed.find(name) != std::string::npos) needed = fmt::format("param {} = 0\n{}", name, needed);
    }
    return needed.find("tau") == std::string::npos ? needed : "param tau = 3 ms\n" + needed;
  }

 private:
  /// What a state has a number for.
  enum class Of { number, pre, post, synapse, turned, among_pre, among_post };

  static std::string shape(Of of) {
    static const char* const names[] = {
        "", ": pre", ": post", ": post x pre", ": pre x post", ": pre x pre", ": post x post"};
    return names[static_cast<int>(of)];
  }
  // One in four, where there is one: also rules with states are made of all that rules are made of.
  bool remembered(Of of) { return std::find(states_.begin(), states_.end(), of) != states_.end() && choice(4) == 0; }
  std::string name_of(Of of) {
    std::vector<std::size_t> among;
    for (std::size_t s = 0; s < states_.size(); ++s) {
      if (states_[s] == of) among.push_back(s);
    }
    return "s" + std::to_string(among[static_cast<std::size_t>(choice(static_cast<int>(among.size())))]);
  }
  // What a state of this shape learns in a step.
  std::string news(Of of) {
    switch (of) {
      case Of::number:
        return number(2);
      case Of::pre:
      case Of::post:
        return column(of == Of::post, 2);
      case Of::synapse:
        return matrix(2);
      case Of::turned:
        return matrix(2) + "'";
      default: {
        const std::string left = column(of == Of::among_post, 1);
        return "(" + left + " * " + column(of == Of::among_post, 1) + "')";
      }
    }
  }

  std::string parameter() { return "p" + std::to_string(choice(most_parameters)); }
  std::string literal() { return std::to_string(choice(3)) + "." + std::to_string(choice(100)); }

  const std::uint8_t* data_;
  const std::uint8_t* end_;
  std::vector<Of> states_;
};

// After the rule, so that bytes which end there mean a chain, as they always did.
Episode episode(Feedback feedback, std::uint64_t seed, int steps, Writer& writer) {
  Network network{{4, 3, 3}, 10};
  const int form = writer.choice(3);
  if (form == 2) network.layers = {4, 3};
  if (form == 1) {
    network.layers = {4, 3, 2, 3};
    const std::vector<test::Skips> skips = test::every_skips(4);
    network.skips = skips[static_cast<std::size_t>(writer.choice(static_cast<int>(skips.size())))].skips;
  }
  if (writer.choice(2) == 1) {
    const std::vector<test::ErrorPathway> pathways = test::every_pathway();
    const test::ErrorPathway& one =
        pathways[static_cast<std::size_t>(writer.choice(static_cast<int>(pathways.size())))];
    feedback = one.feedback;
    network.dtp = one.dtp;
  }
  return test::drawn_episode(feedback, seed, network, steps, 2);
}

constexpr double tolerance = 1e-6;

// Whether the figures of an episode say anything: it neither blows up, which a loss need not show where the output no
// longer reads what does, nor multiplies rounding beyond what is looked for. `moved` is the same from weights that are
// moved by 1e-10.
bool bounded(const reference::Result& result) {
  for (const auto* matrices : {&result.weights, &result.feedback_weights}) {
    for (const reference::Matrix& m : *matrices) {
      for (const reference::Dual& x : m.x) {
        if (!(std::abs(x.v) < 1e6)) return false;
      }
    }
  }
  return true;
}

bool tame(const reference::Dual& x, const reference::Dual& moved) {
  const auto steady = [](double a, double b) { return std::abs(a - b) <= 1e-6 * std::max(1.0, std::abs(a)); };
  bool good = std::abs(x.v) < 10 && steady(x.v, moved.v);
  for (std::size_t k = 0; k < x.d.size(); ++k) good = good && std::abs(x.d[k]) < 1e4 && steady(x.d[k], moved.d[k]);
  return good;
}

bool near(double a, double b, double scale) { return std::abs(a - b) <= tolerance * std::max(1.0, scale); }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Writer writer(data, size);
  const Feedback feedback = static_cast<Feedback>(writer.choice(4));
  const auto seed = static_cast<std::uint64_t>(writer.choice(256));
  const int steps = 1 + writer.choice(8);
  const std::string text = writer.rule();
  // Without bytes every choice is a leaf, but a byte may make three of itself.
  if (text.size() > 3000) return 0;
  Rule rule;
  try {
    rule = check_rule({"made", text});
  } catch (const InputError& e) {
    fuzz::broken("a rule whose shapes fit is accepted:\n" + text + e.what());
  }
  std::vector<double> theta;
  Random random(seed + 1000);
  for (std::size_t r = 0; r < rule.parameters.size(); ++r)
    theta.push_back(is_time_constant(rule.parameters[r]) ? random.uniform(0.002, 0.02) : random.uniform(-0.05, 0.05));
  const Episode e = episode(feedback, seed, steps, writer);
  const reference::Result walked = reference::result(rule, theta, e);
  const reference::Dual expected = reference::query_loss(walked);
  Episode other = e;
  for (std::vector<double>& w : other.weights) {
    for (double& x : w) x *= 1 + random.uniform(-1e-10, 1e-10);
  }
  other.weights[0][0] = e.weights[0][0];  // what is drawn in a step follows from it
  if (!bounded(walked) || !tame(expected, reference::query_loss(rule, theta, other))) return 0;
  std::vector<int> all(theta.size());
  std::iota(all.begin(), all.end(), 0);
  for (FirstLayer first : {FirstLayer::weights, FirstLayer::by_sample}) {
    Learner<double> learner(plan::lower(rule), e.network, e.feedback, all, first);
    const Outcome out = learner.run(e, theta);
    const auto tell = [&](const char* what, double a, double b) {
      if (near(a, b, std::abs(b))) return;
      fuzz::broken(std::string(what) + ": " + std::to_string(a) + " against " + std::to_string(b) + ", first layer " +
                   (first == FirstLayer::weights ? "by weights" : "by samples") + ", feedback " + name(e.feedback) +
                   ", connections " + rule_search::text(e.network.graph().connections) + "\n" + text);
    };
    if (out.diverged) fuzz::broken("an episode that the walk ends well does not diverge:\n" + text);
    tell("loss", out.loss, expected.v);
    for (std::size_t k = 0; k < theta.size(); ++k) {
      double slope = 0;
      for (std::size_t q = 0; q < out.query_losses.size(); ++q)
        slope += out.jacobian[q * theta.size() + k] / static_cast<double>(out.query_losses.size());
      tell("tangent", slope, expected.d[k]);
    }
  }
  return 0;
}
