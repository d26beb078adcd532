// The syntax tree of a rule file: what was written, before anything is known of shapes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "source.hpp"

namespace rule_search::syntax {

enum class Kind {
  number,      ///< `number`, in seconds where `text` is a unit of time
  name,        ///< `text`
  call,        ///< function `text` of `children`
  comparison,  ///< `children`, the k-th (k > 0) compared with the one before by operators[k]
  sum,         ///< `children`, the k-th added where operators[k] is "+", subtracted where it is "-"
  product,     ///< `children`, from the left, the k-th (k > 0) joined by operators[k]
  negate,      ///< of the one child
  power,       ///< children[0] to the power children[1], by operators[0] ("^" or ".^")
  transpose,   ///< of the one child
};

struct Node {
  Kind kind = Kind::number;
  Span span;
  std::string text;
  double number = 0;
  std::vector<Node> children;
  std::vector<std::string> operators;
};

/// A word or text with its place.
struct Word {
  std::string text;
  Span span;
};

/// Which of several numbers have a unit of time.
struct Units {
  bool some = false;
  bool missing = false;  ///< at a number that is neither 0 nor infinite
};

/// What a parameter has a number of its own for.
enum class Index { none, layer, recording };

struct Parameter {
  Word name;
  Index index = Index::none;
  std::vector<double> initial;  ///< one value, or (only per layer) one for every layer
  Span initial_span;
  std::string unit;          ///< of time, as the first value has it: the values are in seconds then
  bool mixed_units = false;  ///< some values have a unit, others none
  std::optional<double> lower, upper;
  Span bounds_span;
  Units bounds_units;
};

/// The length of one step.
struct Step {
  Span span;    ///< of the word `step`
  Node length;  ///< a number, in seconds where its `text` is a unit
};

/// Between which numbers weights stay.
struct Bound {
  Span span;  ///< of the word `bound`
  double lower = 0, upper = 0;
  Span bounds_span;
  Units bounds_units;
  bool soft = false;
};

/// What a state begins with.
struct InitialValues {
  Span span;
  /// One number for all elements; or where `list`, the elements as they stand, a column as rows of one number.
  std::vector<std::vector<double>> rows;
  bool list = false;
  bool nested = false;       ///< a list of rows
  std::optional<Word> file;  ///< where the elements stand, in place of `rows`
};

/// What a connection remembers from one step to the next.
struct State {
  Word name;
  std::vector<Word> shape;  ///< one word (number, pre, post) or two; none for a number
  InitialValues initial;
  bool each_trial = false;  ///< begins anew at every trial
};

/// Told to all cells from outside at every step.
struct Signal {
  Word name;
  std::vector<Word> shape;
};

/// What a state becomes.
struct Next {
  Word name;
  Node value;
};

struct Let {
  Word name;
  Node value;
};

struct Update {
  Span span;  ///< of the word `dw`
  Node value;
};

/// Generated terms: all products of the atoms up to a degree.
struct Candidates {
  Span span;  ///< of the word `candidates`
  Node degree;
  bool each = false;  ///< the degree is that of every atom, not of the product
  std::vector<Node> atoms;
  std::optional<Word> where;  ///< the farthest reach a term may have
  std::optional<Word> into;   ///< the state that becomes them, in place of the change of w
  std::optional<double> lower, upper;
  Span bounds_span;
  Units bounds_units;
};

/// A rule file. Statements that may stand once are kept as often as they stand; the checker objects.
struct File {
  std::vector<Word> rules;
  std::vector<Word> citations;
  std::vector<Step> steps;
  std::vector<Bound> bounds;
  std::vector<Parameter> parameters;
  std::vector<State> states;
  std::vector<Signal> signals;
  std::vector<Let> lets;
  std::vector<Next> nexts;
  std::vector<Update> updates;
  std::vector<Candidates> candidates;
  /// Names of states and signals whose statements could not be read, and dt where that of `step` could not.
  std::vector<Word> broken;
  /// The comment lines before the first statement, without their `#`.
  std::string heading;
};

}  // namespace rule_search::syntax
