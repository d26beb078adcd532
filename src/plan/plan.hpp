// A rule as linear algebra: what one connection computes at every step of an episode.
//
// Passes, in order (see lower.cpp): simplify, reassociate, share, collect, schedule.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "expression/rule.hpp"

namespace rule_search::plan {

enum class Code {
  // given
  number,
  parameter,
  quantity,
  state,   ///< what is remembered, as it was before the step
  signal,  ///< told from outside
  net,     ///< w * pre, which the forward pass has computed already
  // computed
  combine,   ///< sum of number * coefficient * value, all of one shape
  hadamard,  ///< element by element, stretched; args may be taken as rows
  hadamard_divide,
  power,
  function,
  function_of_two,  ///< min, max and comparisons, stretched as hadamard
  clip,             ///< by element, cut off at -number and number; no tangent where it was cut
  dot,
  sum,
  mean,
  norm,
  weight_times,             ///< w * x
  weight_transposed_times,  ///< w' * y
  matrix_times,             ///< M * x, M = args[0] computed by element
  outer,                    ///< u * v' written out; only for rules that need the matrix itself
  matrix_product,
  matrix_transpose,
  matrix_lower,  ///< the diagonal of a square matrix and what is below it
  project,       ///< samples' * x, see in_sample_space
  replay,        ///< w * x where w is not at hand: from the weights at the start through all changes since
};

/// Whether nothing is to be computed for it: it was set, or others hold it.
constexpr bool is_given(Code code) { return code <= Code::net; }

constexpr int none = -1;

/// number * coefficient, where the coefficient is a value of shape 1 x 1, or none for 1.
struct Factor {
  double number = 1;
  int coefficient = none;
};

struct Term {
  Factor factor;
  int value = none;
};

struct Instruction {
  Code code = Code::number;
  Shape shape;
  double number = 0;
  int parameter = none;
  /// Of parameter: it takes other values while states go on as they are, so that where it is 0 no derivative is left out.
  bool switches = false;
  Quantity quantity = Quantity::pre;
  int variable = none;  ///< of state and signal
  Op function = Op::exp;
  std::vector<int> args;     ///< indices of earlier instructions
  std::vector<bool> as_row;  ///< of two operands by element: take the column args[k] as a row
  std::vector<Term> terms;   ///< combine
  bool by_sample = false;    ///< a pre-side column seen through the samples, see in_sample_space
};

/// factor * left * right'.
struct Outer {
  Factor factor;
  int left = none;   ///< column of post
  int right = none;  ///< column of pre
};

/// factor * (rows .* w .* cols'), rows and cols may be none.
struct Scaling {
  Factor factor;
  int rows = none;
  int cols = none;
};

/// What is remembered from step to step, and the value that it takes when all states and weights change.
struct Memory {
  std::string name;
  Shape shape;
  double initial = 0;
  int next = none;                    ///< none where `outers` say it
  bool each_trial = false;            ///< becomes `initial` again when a trial begins
  std::vector<Outer> outers = {};     ///< next is the state itself and these, which have no factors
  int delay = 1;                      ///< steps until it becomes what `next` is now
  std::vector<double> elements = {};  ///< as State::elements
  int columns = 1;                    ///< of `elements`
};

struct Plan {
  Step step;  ///< of the rule
  std::vector<Parameter> parameters;
  std::vector<Signal> signals;
  std::vector<Instruction> code;
  // dw = sum of all of these. After `collect`, outers have no factors, and scalings become the three values
  // below.
  std::vector<Outer> outers;
  std::vector<Scaling> scalings;
  std::vector<Term> dense;  ///< matrices computed by element
  int scale = none;         ///< number: + scale * w
  int scale_rows = none;    ///< column of post: + scale_rows .* w
  int scale_cols = none;    ///< column of pre: + scale_cols' .* w
  std::vector<Memory> states;
  /// Of a rule with bounds: whether silence() is exponential without them, and so with them.
  bool rests_between_spikes = false;

  bool uses(Quantity quantity) const;
  bool replays() const;
  /// Products of w or w' with a column, per step.
  int weight_products() const;
  bool has_dense_matrices() const;
};

struct PassRecord {
  std::string name;
  std::string text;  ///< the plan after the pass
};

/// All passes; where `record` is given, the plan after each of them.
Plan lower(const Rule& rule, std::vector<PassRecord>* record = nullptr);

/// The plan of a connection that keeps Z = w * X in place of its weights, where the columns of X are all inputs that
/// will ever come: the samples of an episode, known in advance. A change sum of left * right' of w is a change
/// sum of left * (X' right)' of Z, so that a pre-side column r is needed as X' r alone, one number a sample; w' * u
/// is Z' * u then, and what comes into the cells is a column of Z. Nothing where the rule needs more of w than
/// that: an element, its product with another column, a product of w' * u by element.
std::optional<Plan> in_sample_space(const Plan& plan);

/// The same, but dw is multiplied by `rate`, and then every element of it cut off at -bound and bound; where the bound is 0
/// nothing is cut off.
Plan limited(Plan plan, double rate, double bound);

/// Whether a state begins anew at every trial.
bool remembers_trials(const Plan& plan);

/// Whether dw is 0 in every step in which all signals of these names are 0.
bool rests(const Plan& plan, const std::vector<std::string>& signals);

std::string describe(const Plan& plan);
/// Floating-point multiply-adds of one step through a connection of n x m weights, values only.
double cost(const Plan& plan, int n, int m);

// The passes.
Plan reassociate(const Rule& rule);
Plan share(const Plan& plan);
Plan collect(const Plan& plan);
Plan schedule(const Plan& plan);

}  // namespace rule_search::plan
