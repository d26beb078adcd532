// A checked rule: parameters and the weight change dw they scale.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "expression/check/check.hpp"
#include "expression/expression.hpp"
#include "grammar/diagnostic.hpp"
#include "grammar/keywords.hpp"

namespace rule_search {

struct Parameter {
  std::string name;
  bool per_layer = false;       ///< one number for each connection instead of one for all
  std::vector<double> initial;  ///< one value; where per_layer possibly one for each connection
  bool generated = false;       ///< of a term that `candidates` made
  /// Of a time constant its unit (see time_units), in which it is printed; its values and bounds are in seconds. It is
  /// above 0, no coefficient of a term, and there as long as a term needs a state that is made with it.
  std::string unit{};
  double lower = -std::numeric_limits<double>::infinity();
  double upper = std::numeric_limits<double>::infinity();
  /// No coefficient of a term but a number inside of terms, as a threshold or an exponent; see mark_shape_parameters().
  bool shape = false;
  /// A number of its own in every recording, see fit/own_values.hpp; the one value here is common to all.
  bool per_recording = false;
};

/// The length of one step.
struct Step {
  double seconds = 0;  ///< 0 where the rule does not say
  std::string unit{};  ///< in which it is printed
  /// By a statement `step`, and so printed. One that `let dt` gives is not, as it never was: numbers stand in its place.
  bool stated = false;
};

/// What a connection remembers. Everything on the right-hand sides of a rule, dw included, reads states as they were
/// before the step; then all of them change at once, as the weights do.
struct State {
  std::string name;
  Shape shape;
  double initial = 0;       ///< of all its elements, where `elements` is empty
  Expr next;                ///< of the same shape
  bool each_trial = false;  ///< becomes `initial` again when a trial begins; else only when a unit does
  /// Of what delay() made, whose text is its name: steps from what it is computed of to when it is read. 0 of a state that is
  /// declared.
  int delay = 0;
  /// What its elements begin with, row by row (a row for each element of the first side). Empty where all begin with `initial`.
  std::vector<double> elements = {};
  int columns = 1;  ///< of `elements`
};

/// Whether all elements begin at 0.
bool begins_at_zero(const State& state);

/// Told to all cells of a connection from outside, at every step: reward, say.
struct Signal {
  std::string name;
  Shape shape;
};

/// Between which numbers weights stay; one of them may be infinite where the bound is hard. See bounded_change().
struct WeightBound {
  double lower = -std::numeric_limits<double>::infinity();
  double upper = std::numeric_limits<double>::infinity();
  bool soft = false;  ///< changes become smaller near a bound, in place of an end at it
};

struct Rule {
  std::string name;
  std::string citation;
  std::string heading;  ///< the comment on top of the file
  Step step;
  std::vector<Parameter> parameters;
  std::vector<State> states;
  std::vector<Signal> signals;
  Expr dw;                           ///< post x pre, without the bound
  std::optional<WeightBound> bound;  ///< around the whole

  int parameter_index(const std::string& name) const;  ///< -1 where there is none
};

/// Without those of delay().
std::vector<State> declared_states(const Rule& rule);
/// The rule with plain states in place of those of delay(), each the next step of another. Throws InputError where there would
/// be more than `most`. For software without a memory of many steps.
Rule with_delays_written_out(const Rule& rule, int most = 200);

inline bool is_time_constant(const Parameter& p) { return !p.unit.empty(); }
/// What gives terms their form and is none itself: time constants and other shape parameters. They begin at their initial
/// values, are fitted with the terms that need them, and go with the last of these.
inline bool is_shape(const Parameter& p) { return p.shape || is_time_constant(p); }
inline bool is_term(const Parameter& p) { return !is_shape(p); }
/// Parameters that are coefficients of terms.
std::size_t terms_of(const Rule& rule);
/// The states that e is made of, those that they are made of included, by index.
std::vector<bool> states_behind(const Rule& rule, const Expr& e);
/// Whether e, or what a state becomes that it is made of, holds a parameter.
bool depends_on_parameter(const Rule& rule, const Expr& e, int parameter);

/// The rule with these parameters fixed at 0 and gone from it, simplified; with them go the states and the shape parameters
/// that nothing is made of any more.
Rule without(const Rule& rule, const std::vector<bool>& dropped);
/// The rule with the initial value of every parameter in its place, simplified, without states and signals out of use. Of a
/// parameter with one number for each layer there are several, and its name stays. The list of parameters is the same. A decay
/// stays as it is written, with the number of its time constant.
Rule with_numbers(const Rule& rule);

}  // namespace rule_search
