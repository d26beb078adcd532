#include "expression/operators.hpp"

#include <array>
#include <cmath>

namespace rule_search {

namespace {

double sigmoid(double x) { return x >= 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x)); }
double sign(double x) { return (x > 0 ? 1.0 : 0.0) - (x < 0 ? 1.0 : 0.0); }

constexpr auto S = [](auto f) { return static_cast<double (*)(double)>(f); };

const std::array table = {
    Operator{Op::number, "number", 0, ShapeRule::leaf, "", nullptr, nullptr},
    Operator{Op::parameter, "parameter", 0, ShapeRule::leaf, "", nullptr, nullptr},
    Operator{Op::quantity, "quantity", 0, ShapeRule::leaf, "", nullptr, nullptr},
    Operator{Op::state, "state", 0, ShapeRule::leaf, "", nullptr, nullptr},
    Operator{Op::signal, "signal", 0, ShapeRule::leaf, "", nullptr, nullptr},
    Operator{Op::add, "+", -1, ShapeRule::same, "+", nullptr, nullptr},
    Operator{Op::negate, "-", 1, ShapeRule::elementwise, "-", nullptr, nullptr},
    Operator{Op::multiply, "*", 2, ShapeRule::product, "\\,", nullptr, nullptr},
    Operator{Op::divide, "/", 2, ShapeRule::by_number, "/", nullptr, nullptr},
    Operator{Op::hadamard, ".*", 2, ShapeRule::stretch, "\\odot ", nullptr, nullptr},
    Operator{Op::hadamard_divide, "./", 2, ShapeRule::stretch, "\\oslash ", nullptr, nullptr},
    Operator{Op::power, ".^", 2, ShapeRule::by_number_exponent, "", nullptr, nullptr},
    Operator{Op::transpose, "'", 1, ShapeRule::flip, "^{\\top}", nullptr, nullptr},
    Operator{Op::dot, "dot", 2, ShapeRule::two_columns, "", nullptr, nullptr},
    Operator{Op::sum, "sum", 1, ShapeRule::to_number, "\\operatorname{sum}", nullptr, nullptr},
    Operator{Op::mean, "mean", 1, ShapeRule::to_number, "\\operatorname{mean}", nullptr, nullptr},
    Operator{Op::norm, "norm", 1, ShapeRule::to_number, "", nullptr, nullptr},
    Operator{Op::lower, "lower", 1, ShapeRule::square, "\\operatorname{lower}", nullptr, nullptr},
    Operator{Op::exp, "exp", 1, ShapeRule::elementwise, "\\exp", S([](double x) { return std::exp(x); }),
             S([](double x) { return std::exp(x); })},
    Operator{Op::log, "log", 1, ShapeRule::elementwise, "\\log", S([](double x) { return std::log(x); }),
             S([](double x) { return 1 / x; })},
    Operator{Op::tanh, "tanh", 1, ShapeRule::elementwise, "\\tanh", S([](double x) { return std::tanh(x); }),
             S([](double x) { return 1 - std::tanh(x) * std::tanh(x); })},
    Operator{Op::sigmoid, "sigmoid", 1, ShapeRule::elementwise, "\\sigma", S([](double x) { return sigmoid(x); }),
             S([](double x) { return sigmoid(x) * (1 - sigmoid(x)); })},
    Operator{Op::relu, "relu", 1, ShapeRule::elementwise, "\\operatorname{relu}",
             S([](double x) { return x > 0 ? x : 0.0; }), S([](double x) { return x > 0 ? 1.0 : 0.0; })},
    Operator{Op::abs, "abs", 1, ShapeRule::elementwise, "\\operatorname{abs}", S([](double x) { return std::abs(x); }),
             S([](double x) { return sign(x); })},
    Operator{Op::sign, "sign", 1, ShapeRule::elementwise, "\\operatorname{sign}", S([](double x) { return sign(x); }),
             S([](double) { return 0.0; })},
    Operator{Op::sqrt, "sqrt", 1, ShapeRule::elementwise, "\\operatorname{sqrt}",
             S([](double x) { return std::sqrt(x); }), S([](double x) { return 0.5 / std::sqrt(x); })},
};

}  // namespace

const Operator& row(Op op) { return table[static_cast<std::size_t>(op)]; }

std::span<const Operator> operators() { return table; }

const Operator* find_function(std::string_view name) {
  for (const Operator& o : table) {
    if (o.op >= Op::dot && o.name == name) return &o;
  }
  return nullptr;
}

bool is_elementwise_function(Op op) { return row(op).value != nullptr; }

}  // namespace rule_search
