// Rules as Python functions of arrays.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "export/assignments.hpp"
#include "export/names.hpp"
#include "export/pieces.hpp"
#include "expression/rule.hpp"

namespace rule_search {

/// How a library of arrays writes what differs between such libraries.
struct ArrayLibrary {
  std::string_view imports;
  std::string_view module;    ///< that most functions are of
  std::string_view arrays;    ///< "NumPy arrays"
  std::string_view as_array;  ///< the function that makes one of something
  std::string_view like_w;    ///< arguments that give an array the precision of w
  std::string_view sigmoid;
  std::string_view relu;  ///< with {} for the argument
  /// With {0} and {1} for the arguments, of which the first is an array.
  std::string_view min, max;
};

/// A rule as a Python file, in pieces.
class ArrayCode {
 public:
  ArrayCode(const Rule& rule, const ArrayLibrary& library);
  /// What the file is, imports, coefficients, functions that make states where the rule has some, and `change`. `more`: names
  /// of what the file goes on with, told at the top.
  std::string text(const std::string& more = "") const;
  /// The names of the coefficients as arguments, in the order of the rule.
  std::vector<std::string> parameters() const;

 private:
  PythonPiece piece(const Expr& e, bool itself = false) const;
  PythonPiece product(const Expr& e) const;
  std::string call(const Expr& e) const;
  std::string function(std::string_view name, const std::string& argument) const;
  std::string value_text(const Assignment& a) const;
  std::string in_precision(const std::string& of) const;
  std::string array(const std::string& of, Shape shape) const;

  std::string head(const std::string& more) const;
  std::string making_states() const;
  std::string change() const;
  std::string documentation() const;

  const Rule& rule_;
  const ArrayLibrary& library_;
  std::vector<Quantity> quantities_;  ///< that are given: neither weights nor ones
  bool ones_pre_, ones_post_;
  Names names_;
  std::optional<Assignments> assignments_;
};

/// Whether the network of few-shot tasks gives all that the rule reads.
bool learns_from_labels(const Rule& rule);
/// Of a network of few-shot tasks: what connection k gives to `change`, an argument a line.
std::string given_by_network(const Rule& rule, const std::string& indent);
/// The quantities that the rule reads, in the order of their table.
std::vector<Quantity> quantities_of(const Rule& rule);
/// Its formula, four blanks before every line.
std::string formula_block(const Rule& rule);
/// Whether e is made of numbers alone.
bool is_constant(const Expr& e);
/// The value of such an e, and the same as code. Throws InputError, naming the rule, where it is no finite number: languages
/// differ in what they make of that.
double constant_value(const Expr& e, const Rule& rule);
std::string constant_text(const Expr& e, const Rule& rule);
/// A citation within a text between three quotation marks.
std::string quoted(const std::string& citation);
/// "1e-08", with as many digits as give the number back.
std::string python_number(double value);
/// What a state begins with: a number, or a list of its elements, of a matrix a list of rows.
std::string python_initial(const State& state);
/// The initial value of a parameter: one number, or a list of them.
std::string python_value(const Parameter& p);
/// Keywords of Python, its functions that code may use, and names that exported files have.
std::span<const std::string_view> taken_in_python();

}  // namespace rule_search
