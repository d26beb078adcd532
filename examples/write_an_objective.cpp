// An objective of one's own, in one file. The search asks an objective for four things: what a rule, with numbers for
// its parameters, gives on unit number k of a part (losses, or residuals whose squares are losses, with derivatives); how
// many units there are; how many losses each gives; and what all that means together. Everything else, growing, pruning,
// choosing, rounding and intervals, is the search's own. What the objective says of itself, and what it puts a found rule
// beside, stands in the report.
//
// Here a neuron is to become what another one is: it sees inputs one by one with that neuron's answers, and is then
// asked what it makes of inputs it has not seen. By which rule does it learn this from an error, its own activity and
// its weights?
#include <fmt/format.h>

#include <cmath>
#include <random>

#include "expression/rule.hpp"
#include "network/plastic_layer.hpp"
#include "report/make_result.hpp"
#include "report/table.hpp"
#include "search/search.hpp"

using namespace rule_search;

namespace {

constexpr int inputs = 8;
constexpr int steps = 40;
constexpr std::size_t questions = 10;

// One unit: a neuron to imitate, what is seen of it and what is asked.
struct Lesson {
  std::vector<double> teacher, x, asked;

  double answer(const double* input) const {
    double y = 0;
    for (std::size_t j = 0; j < inputs; ++j) y += teacher[j] * input[j];
    return y;
  }
};

class Imitation : public Objective {
 public:
  std::string identity() const override { return "imitation"; }
  int connections() const override { return 1; }
  std::size_t units(Part) const override { return 1000; }
  std::size_t answers(Part, std::size_t) const override { return questions; }

  // The same number is the same lesson every time, and no part has one of another part's.
  static Lesson lesson(Part part, std::size_t unit) {
    std::mt19937_64 random(3 * unit + static_cast<std::uint64_t>(part));
    std::normal_distribution<double> normal;
    const auto draw = [&](std::size_t count) {
      std::vector<double> out(count);
      for (double& x : out) x = normal(random);
      return out;
    };
    return {draw(inputs), draw(inputs * steps), draw(inputs * questions)};
  }

  std::unique_ptr<Evaluator> compile(EvaluatorRequest request) const override {
    struct Imitator : Evaluator {
      EvaluatorRequest of;

      std::vector<Outcome> run_these(Part part, const std::vector<std::size_t>& units, const std::vector<double>& theta,
                                     Wanted) const override {
        PlasticLayer neuron(of.plan, 1, inputs, of.directions, Activation::linear);
        std::vector<Outcome> outcomes;
        for (const std::size_t unit : units) {
          if (of.before) of.before();
          outcomes.push_back(learn(neuron, lesson(part, unit), theta));
        }
        return outcomes;
      }

      Outcome learn(PlasticLayer& neuron, const Lesson& lesson, const std::vector<double>& theta) const {
        Outcome diverged;
        diverged.diverged = true;
        const std::vector<double> nothing(inputs, 0.0);
        neuron.start(theta, nothing.data());
        for (std::size_t t = 0; t < steps; ++t) {
          const double* const x = lesson.x.data() + t * inputs;
          const double target = lesson.answer(x);
          if (!neuron.forward(x)) return diverged;
          neuron.learn(&target);
        }
        Outcome out;
        for (std::size_t q = 0; q < questions; ++q) {
          const double* const x = lesson.asked.data() + q * inputs;
          if (!neuron.forward(x)) return diverged;
          out.residuals.push_back(neuron.output(0) - lesson.answer(x));
          out.query_losses.push_back(out.residuals.back() * out.residuals.back() / 2);
          out.loss += out.query_losses.back() / static_cast<double>(questions);
          for (std::size_t p = 0; p < of.directions.size(); ++p)
            out.jacobian.push_back(neuron.output_derivative(0, static_cast<int>(p)));
        }
        // The share of what there was to know.
        double known = 0;
        for (double w : lesson.teacher) known += w * w;
        out.accuracy = 1 - 2 * out.loss / known;
        if (!std::isfinite(out.loss)) return diverged;
        return out;
      }
    };
    auto out = std::make_unique<Imitator>();
    out->of = std::move(request);
    return out;
  }

  // In the words that reports use of it.
  Description describe() const override {
    Description d;
    d.name = "imitation";
    d.headline = {"Imitation", "a neuron of 8 inputs becomes what another one is, in 40 steps"};
    d.unit = "neuron";
    d.units = d.runs = "neurons";
    d.validation_units = "neurons to choose by";
    d.test_units = "neurons it has not seen";
    d.measure = "fraction of the answers explained";
    d.measure_key = "answers_explained";
    d.measure_column = "explained";
    d.measure_unit = " %";
    d.loss_meaning = "half the mean square of what it answers wrongly";
    d.answer_begins = "a neuron explains";
    d.answer_ends = "of the answers of {} neurons that it has not seen";
    d.data_name = "neurons";
    d.data_split = "drawn at random";
    return d;
  }

  // A neuron that does not learn answers 0 and explains nothing.
  Comparison compare(const FittedRule&, const Score& test, const ComparisonRequest&, Steps&) const override {
    Comparison c;
    c.chance.loss = inputs / 2.0;
    c.chance.beaten = test.accuracy.low > 0;
    c.chance.text = c.chance.beaten ? "The found rule is better than a neuron that does not learn."
                                    : "No rule was found that is better than a neuron that does not learn.";
    return c;
  }

  Score summarise(const std::vector<Outcome>& outcomes) const override {
    Score s;
    for (const Outcome& o : outcomes) {
      constexpr double worst = 2 * inputs;  // so that one lesson that went wrong is not the mean of all
      s.diverged += o.diverged;
      s.losses.push_back(o.diverged ? worst : std::min(o.loss, worst));
      s.accuracies.push_back(o.diverged ? 0 : std::max(o.accuracy, 0.0));
    }
    s.loss = estimate(s.losses);
    s.accuracy = estimate(s.accuracies);
    return s;
  }
};

}  // namespace

int main() {
  const Rule candidates = check_rule({"imitation.rule", R"(
rule imitation
param delta = 0
param hebb = 0
param decay = 0
param oja = 0
param error = 0
dw = - delta * err_post * pre'
     + hebb * post * pre'
     - decay * w
     + oja * (post * pre' - post * post' * w)
     + error * err_post * ones_pre'
)"});
  SearchOptions options;
  options.validation_units = options.test_units = 100;
  const Result result = make_result(search(candidates, Imitation(), options), {});
  fmt::print("{}", to_table(result));
}
