#include "expression/operators.hpp"

#include <array>
#include <cmath>

namespace rule_search {

namespace {

double sigmoid(double x) { return x >= 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x)); }
double sign(double x) { return (x > 0 ? 1.0 : 0.0) - (x < 0 ? 1.0 : 0.0); }

constexpr Operator leaf(Op op, std::string_view name) { return {.op = op, .name = name}; }

constexpr Operator infix(Op op, std::string_view name, Binding binding, ShapeRule shape, std::string_view latex,
                         std::string_view mathml, double (*value_of_two)(double, double) = nullptr) {
  return {.op = op,
          .name = name,
          .arity = op == Op::add ? -1 : 2,
          .writing = Writing::infix,
          .binding = binding,
          .shape = shape,
          .latex = latex,
          .mathml = mathml,
          .value_of_two = value_of_two};
}

constexpr Operator function(Op op, std::string_view name, int arity, ShapeRule shape, std::string_view latex) {
  return {.op = op,
          .name = name,
          .arity = arity,
          .writing = Writing::function,
          .shape = shape,
          .latex = latex,
          .mathml = name};
}

constexpr Operator by_element(Op op, std::string_view name, std::string_view latex, double (*value)(double),
                              double (*derivative)(double)) {
  Operator out = function(op, name, 1, ShapeRule::elementwise, latex);
  out.value = value;
  out.derivative = derivative;
  return out;
}

constexpr Operator of_two(Operator out, double (*value)(double, double), SlopesOfTwo (*slopes)(double, double)) {
  out.value_of_two = value;
  out.slopes_of_two = slopes;
  return out;
}

constexpr SlopesOfTwo no_slopes(double, double) { return {0, 0}; }

// clang-format off
constexpr std::array table = {
    leaf(Op::number, "number"),
    leaf(Op::parameter, "parameter"),
    leaf(Op::quantity, "quantity"),
    leaf(Op::state, "state"),
    leaf(Op::signal, "signal"),
    infix(Op::add, "+", sum_binding, ShapeRule::same, "+", "<mo>+</mo>"),
    // A leading minus takes the whole product behind it.
    Operator{Op::negate, "-", 1, Writing::prefix, sum_binding, ShapeRule::elementwise, "-", "<mo>&#x2212;</mo>"},
    infix(Op::multiply, "*", product_binding, ShapeRule::product, "\\,", "<mspace width=\"0.17em\"></mspace>"),
    infix(Op::divide, "/", product_binding, ShapeRule::by_number, "", "", [](double a, double b) { return a / b; }),
    infix(Op::hadamard, ".*", product_binding, ShapeRule::stretch, "\\odot ", "<mo>&#x2299;</mo>",
          [](double a, double b) { return a * b; }),
    infix(Op::hadamard_divide, "./", product_binding, ShapeRule::stretch, "\\oslash ", "<mo>&#x2298;</mo>",
          [](double a, double b) { return a / b; }),
    infix(Op::power, ".^", power_binding, ShapeRule::by_number_exponent, "", "",
          [](double a, double b) { return std::pow(a, b); }),
    Operator{Op::transpose, "'", 1, Writing::postfix, power_binding, ShapeRule::flip, "^{\\top}", "<mo>&#x22A4;</mo>"},
    function(Op::dot, "dot", 2, ShapeRule::two_columns, ""),
    function(Op::sum, "sum", 1, ShapeRule::to_number, "\\operatorname{sum}"),
    function(Op::mean, "mean", 1, ShapeRule::to_number, "\\operatorname{mean}"),
    function(Op::norm, "norm", 1, ShapeRule::to_number, ""),
    function(Op::lower, "lower", 1, ShapeRule::square, "\\operatorname{lower}"),
    by_element(Op::exp, "exp", "\\exp",
               [](double x) { return std::exp(x); },
               [](double x) { return std::exp(x); }),
    by_element(Op::log, "log", "\\log",
               [](double x) { return std::log(x); },
               [](double x) { return 1 / x; }),
    by_element(Op::tanh, "tanh", "\\tanh",
               [](double x) { return std::tanh(x); },
               [](double x) { return 1 - std::tanh(x) * std::tanh(x); }),
    by_element(Op::sigmoid, "sigmoid", "\\sigma",
               [](double x) { return sigmoid(x); },
               [](double x) { return sigmoid(x) * (1 - sigmoid(x)); }),
    by_element(Op::relu, "relu", "\\operatorname{relu}",
               [](double x) { return x > 0 ? x : 0.0; },
               [](double x) { return x > 0 ? 1.0 : 0.0; }),
    by_element(Op::abs, "abs", "\\operatorname{abs}",
               [](double x) { return std::abs(x); },
               [](double x) { return sign(x); }),
    by_element(Op::sign, "sign", "\\operatorname{sign}",
               [](double x) { return sign(x); },
               [](double) { return 0.0; }),
    by_element(Op::sqrt, "sqrt", "\\operatorname{sqrt}",
               [](double x) { return std::sqrt(x); },
               // None at 0. What is cut off there, as by relu, depends on nothing.
               [](double x) { return x == 0 ? 0.0 : 0.5 / std::sqrt(x); }),
    by_element(Op::step, "step", "\\operatorname{step}",
               [](double x) { return x > 0 ? 1.0 : 0.0; },
               [](double) { return 0.0; }),
    of_two(function(Op::min, "min", 2, ShapeRule::stretch, "\\min"),
           [](double a, double b) { return a < b ? a : b; },
           [](double a, double b) { return a < b ? SlopesOfTwo{1, 0} : SlopesOfTwo{0, 1}; }),
    of_two(function(Op::max, "max", 2, ShapeRule::stretch, "\\max"),
           [](double a, double b) { return a > b ? a : b; },
           [](double a, double b) { return a > b ? SlopesOfTwo{1, 0} : SlopesOfTwo{0, 1}; }),
    of_two(infix(Op::greater, ">", comparison_binding, ShapeRule::stretch, " > ", "<mo>&gt;</mo>"),
           [](double a, double b) { return a > b ? 1.0 : 0.0; }, no_slopes),
    of_two(infix(Op::at_least, ">=", comparison_binding, ShapeRule::stretch, " \\ge ", "<mo>&#x2265;</mo>"),
           [](double a, double b) { return a >= b ? 1.0 : 0.0; }, no_slopes),
};
// clang-format on

constexpr bool in_order() {
  for (std::size_t k = 0; k < table.size(); ++k) {
    if (table[k].op != static_cast<Op>(k)) return false;
  }
  return true;
}
static_assert(table.size() == operator_count && in_order(),
              "every operator has its row, in the order of the enumeration");

}  // namespace

const Operator& row(Op op) { return table[static_cast<std::size_t>(op)]; }

std::span<const Operator> operators() { return table; }

namespace {

const Operator* find(Writing writing, std::string_view name) {
  for (const Operator& o : table) {
    if (o.writing == writing && o.name == name) return &o;
  }
  return nullptr;
}

}  // namespace

const Operator* find_function(std::string_view name) { return find(Writing::function, name); }

const Operator* find_infix(std::string_view symbol) { return find(Writing::infix, symbol); }

bool is_elementwise_function(Op op) { return row(op).value != nullptr; }

bool is_function_of_two(Op op) { return row(op).slopes_of_two != nullptr; }

bool is_step(Op op) { return op == Op::sign || op == Op::step || op == Op::greater || op == Op::at_least; }

}  // namespace rule_search
