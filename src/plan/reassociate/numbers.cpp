// Values that are numbers, and powers and functions of any shape.
#include <cassert>

#include "plan/reassociate/reassociation.hpp"

namespace rule_search::plan {

Factor Reassociation::factor(const Expr& e) {
  switch (e->op) {
    case Op::number:
      return {e->number, none};
    case Op::negate: {
      Factor f = factor(e->args[0]);
      f.number = -f.number;
      return f;
    }
    case Op::transpose:
      return factor(e->args[0]);
    case Op::multiply:
      if (e->args[0]->shape.is_number()) {
        const Factor a = factor(e->args[0]);
        return times(a, factor(e->args[1]));
      }
      return {1, emit(Code::dot, number_shape, {column(transposed(e->args[0])), column(e->args[1])})};
    case Op::hadamard: {
      const Factor a = factor(e->args[0]);
      return times(a, factor(e->args[1]));
    }
    default:
      return {1, numeric(e)};
  }
}

// The value of a number, or of any column or matrix taken by element.
int Reassociation::any(const Expr& e) {
  if (e->shape.is_number()) return value_of(factor(e));
  if (e->shape.is_column()) return column(e);
  assert(e->shape.is_matrix());
  return materialise(matrix(e));
}

int Reassociation::numeric(const Expr& e) {
  switch (e->op) {
    case Op::parameter: {
      Instruction i;
      i.code = Code::parameter;
      i.parameter = e->parameter;
      return emit(std::move(i));
    }
    case Op::state:
    case Op::signal:
      return variable(e);
    case Op::add: {
      std::vector<Term> terms;
      for (const Expr& a : e->args) {
        const Factor f = factor(a);
        terms.push_back(f.coefficient == none ? Term{{1, none}, number(f.number)}
                                              : Term{{f.number, none}, f.coefficient});
      }
      return combine(terms);
    }
    case Op::divide:
    case Op::hadamard_divide: {
      const int a = any(e->args[0]);
      return hadamard(a, any(e->args[1]), number_shape, false, false, Code::hadamard_divide);
    }
    case Op::dot: {
      const int a = column(e->args[0]);
      return emit(Code::dot, number_shape, {a, column(e->args[1])});
    }
    case Op::sum:
    case Op::mean:
    case Op::norm: {
      const Expr& arg = e->args[0];
      if (arg->shape.is_number() && e->op != Op::norm) return value_of(factor(arg));
      const Code code = e->op == Op::sum ? Code::sum : e->op == Op::mean ? Code::mean : Code::norm;
      return emit(code, number_shape, {any(arg->shape.is_row() ? transposed(arg) : arg)});
    }
    default:
      return elementwise(e);
  }
}

// Powers, functions and comparisons, of any shape.
int Reassociation::elementwise(const Expr& e) {
  if (e->op == Op::power) {
    const int base = any(e->args[0]);
    return emit(Code::power, e->shape, {base, any(e->args[1])});
  }
  Instruction i;
  i.function = e->op;
  i.shape = e->shape;
  if (is_function_of_two(e->op)) {
    i.code = Code::function_of_two;
    for (const Expr& arg : e->args) {
      const bool row = arg->shape.is_row();
      i.args.push_back(any(row ? transposed(arg) : arg));
      i.as_row.push_back(row);
    }
    return emit(std::move(i));
  }
  assert(is_elementwise_function(e->op));
  i.code = Code::function;
  i.args = {any(e->args[0])};
  return emit(std::move(i));
}

}  // namespace rule_search::plan
