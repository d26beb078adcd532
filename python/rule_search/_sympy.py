"""Rules from expressions of SymPy over whole layers: what `Rule.to("sympy")` writes as matrix(), and the like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._errors import InputError

# How tightly the language holds things together.
SUM, PRODUCT, SIGN, POWER, ATOM = range(5)


def text_of_rule(dw: Any, states: Mapping[Any, Any], values: Mapping[Any, float], initial: Mapping[str, Any],
                 name: str) -> str:
    """The text of a rule. dw: a matrix expression; states: next values by symbol; values: coefficients by symbol."""
    import sympy as sp

    for e in [dw, *states.values()]:
        if not isinstance(e, (sp.Basic, sp.MatrixExpr, int, float)):
            raise InputError(f"sympy: expected an expression of SymPy, found {type(e).__name__}")
    writer = Writer(sp)
    lines = [f"rule {name}"]
    lines += [f"param {symbol} = {float(value)!r}" for symbol, value in values.items()]
    declared = {str(symbol) for symbol in values} | {str(symbol) for symbol in states}
    lines += [f"signal {symbol}{writer.shape(symbol)}" for symbol in writer.symbols([dw, *states.values()])
              if str(symbol) not in declared | QUANTITIES]
    for symbol in states:
        lines.append(f"state {symbol}{writer.shape(symbol)} = {initial_text(initial.get(str(symbol), 0))}")
    for symbol, value in states.items():
        lines.append(f"next {symbol} = {writer.write(value)[0]}")
    lines.append(f"dw = {writer.write(dw)[0]}")
    return "\n".join(lines) + "\n"


def initial_text(value: Any) -> str:
    """A number, or nested lists of numbers, as the language has what a state begins with."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(initial_text, value)) + "]"
    return repr(float(value))


QUANTITIES = {"pre", "post", "err_pre", "err_post", "w", "net", "gate", "noise_pre", "noise_post", "shuffled_err_pre",
              "shuffled_err_post"}


class Writer:
    """Expressions as text of the language, each with how tightly it holds together."""

    def __init__(self, sp):
        self.sp = sp

    def symbols(self, expressions):
        sp = self.sp
        found = set()
        for e in map(sp.sympify, expressions):
            bound = set().union(*(set(f.variables) for f in e.atoms(sp.Lambda))) if e.atoms(sp.Lambda) else set()
            found |= e.atoms(sp.MatrixSymbol) | {s for s in e.free_symbols if isinstance(s, sp.Symbol) and s not in bound}
        names = {str(s) for s in found if isinstance(s, sp.MatrixSymbol)}
        return sorted((s for s in found if isinstance(s, sp.MatrixSymbol) or str(s) not in names | {"n_pre", "n_post", "i", "j"}), key=str)

    def side(self, size) -> str:
        text = str(size)
        if text == "1":
            return ""
        if text not in ("n_pre", "n_post"):
            raise InputError(f"sympy: expected sizes 1, n_pre and n_post, found {text}")
        return text[2:]

    def shape(self, symbol) -> str:
        if not isinstance(symbol, self.sp.MatrixSymbol):
            return ""
        sides = [s for s in map(self.side, symbol.shape) if s]
        return ": " + " x ".join(sides) if sides else ""

    @staticmethod
    def wrap(piece, least) -> str:
        return piece[0] if piece[1] >= least else f"({piece[0]})"

    def number(self, value) -> tuple[str, int]:
        value = float(value)
        text = repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        return (text, ATOM) if value >= 0 else (text, SUM)

    def ones(self, rows, cols) -> tuple[str, int]:
        left, right = self.side(rows), self.side(cols)
        if left and right:
            return f"ones_{left} * ones_{right}'", PRODUCT
        return (f"ones_{left}", ATOM) if left else (f"ones_{right}'", POWER) if right else ("1", ATOM)

    def write(self, e) -> tuple[str, int]:
        sp = self.sp
        e = sp.sympify(e)
        if e.is_Number:
            return self.number(e)
        if isinstance(e, (sp.Symbol, sp.MatrixSymbol)):
            return self.size(e) if str(e) in ("n_pre", "n_post") else (str(e), ATOM)
        if isinstance(e, (sp.Add, sp.MatAdd)):
            return self.added([self.write(a) for a in e.args])
        if isinstance(e, sp.MatMul):
            return self.multiplied(list(e.args))
        if isinstance(e, sp.Mul):
            return self.scaled(e)
        if isinstance(e, sp.Transpose):
            return f"{self.wrap(self.write(e.arg), ATOM)}'", POWER
        if isinstance(e, sp.OneMatrix):
            return self.ones(*e.shape)
        if isinstance(e, sp.ZeroMatrix):
            return f"0 * {self.wrap(self.ones(*e.shape), SIGN)}", PRODUCT
        if isinstance(e, sp.HadamardProduct):
            return self.hadamard(list(e.args))
        if isinstance(e, sp.HadamardPower):
            return f"{self.wrap(self.write(e.base), ATOM)}.^{self.wrap(self.write(e.exp), ATOM)}", POWER
        if isinstance(e, sp.Pow):
            if e.exp == -1:
                return f"1 / {self.wrap(self.write(e.base), SIGN)}", PRODUCT
            if e.exp == sp.Rational(1, 2):
                return self.root(e.base)
            if e.exp == -sp.Rational(1, 2):
                return f"1 / {self.wrap(self.root(e.base), SIGN)}", PRODUCT
            return f"{self.wrap(self.write(e.base), ATOM)}^{self.wrap(self.write(e.exp), ATOM)}", POWER
        if isinstance(e, sp.Trace):
            return self.trace(e.arg)
        if type(e).__name__ == "ElementwiseApplyFunction":
            variable, = e.function.variables
            return self.function(e.function.expr, variable, self.write(e.expr)[0])
        return self.function(e, None, None)

    def size(self, e):
        return f"sum(ones_{str(e)[2:]})", ATOM

    def root(self, base):
        """sqrt, or a norm where it is one."""
        sp = self.sp
        if isinstance(base, sp.Trace):
            inner = self.summed(base.arg)
            if inner is not None and isinstance(inner, sp.HadamardPower) and inner.exp == 2:
                return f"norm({self.write(inner.base)[0]})", ATOM
        return f"sqrt({self.write(base)[0]})", ATOM

    def added(self, pieces):
        out = ""
        for text, level in pieces:
            if out and text.startswith("-"):
                out += " - " + text[1:] if level >= PRODUCT or " + " not in text and " - " not in text else f" + ({text})"
            else:
                out += (" + " if out else "") + text
        return out, SUM

    def signed(self, sign, pieces):
        text = " * ".join(self.wrap(p, PRODUCT if k == 0 else SIGN) for k, p in enumerate(pieces)) if pieces else "1"
        return ("-" + text, SUM) if sign < 0 else (text, PRODUCT if len(pieces) > 1 else pieces[0][1] if pieces else ATOM)

    def scaled(self, e):
        """A product of numbers, with what divides it."""
        sp = self.sp
        sign, above, below = 1, [], []
        sizes = {}
        for factor in e.args:
            if factor.is_Number and factor < 0:
                sign, factor = -sign, -factor
                if factor == 1:
                    continue
            if isinstance(factor, sp.Pow) and factor.exp.is_Number and factor.exp < 0:
                if str(factor.base) in ("n_pre", "n_post") and factor.exp == -1:
                    sizes[str(factor.base)] = factor
                    continue
                below.append(factor.base if factor.exp == -1 else factor.base ** -factor.exp)
                continue
            above.append(factor)
        if sizes:
            # A sum over as many elements is a mean.
            for k, factor in enumerate(above):
                inner = self.summed(factor.arg) if isinstance(factor, sp.Trace) else None
                if inner is not None and isinstance(inner, sp.MatrixExpr) and {str(s) for s in inner.shape} - {"1"} == set(sizes):
                    pieces = [(f"mean({self.write(inner)[0]})", ATOM) if n == k else self.write(f) for n, f in enumerate(above)]
                    break
            else:
                below += [f.base for f in sizes.values()]
                pieces = [self.write(f) for f in above]
        else:
            pieces = [self.write(f) for f in above]
        text, level = self.signed(1, pieces)
        for divisor in below:
            text, level = f"{self.wrap((text, level), PRODUCT)} / {self.wrap(self.write(divisor), SIGN)}", PRODUCT
        return ("-" + self.wrap((text, level), PRODUCT), SUM) if sign < 0 else (text, level)

    def multiplied(self, args):
        sign, pieces = 1, []
        for a in args:
            if a.is_Number and a < 0:
                sign, a = -sign, -a
                if a == 1:
                    continue
            elif isinstance(a, self.sp.Mul):
                text, level = self.write(a)
                if text.startswith("-"):
                    sign, text, level = -sign, text[1:], PRODUCT
                pieces.append((text, level))
                continue
            pieces.append(self.write(a))
        return self.signed(sign, pieces)

    def stretched(self, e):
        """A column or row that ones make a matrix of, without them: the language does that itself."""
        sp = self.sp
        if isinstance(e, sp.MatMul) and len(e.args) >= 2:
            if isinstance(e.args[-1], sp.OneMatrix) and e.args[-1].shape[0] == 1:
                return sp.MatMul(*e.args[:-1]) if len(e.args) > 2 else e.args[0]
            if isinstance(e.args[0], sp.OneMatrix) and e.args[0].shape[1] == 1:
                return sp.MatMul(*e.args[1:]) if len(e.args) > 2 else e.args[1]
        return e

    def hadamard(self, args):
        sp = self.sp
        # What divides comes last.
        args = sorted(args, key=lambda a: isinstance(self.stretched(a), sp.HadamardPower) and self.stretched(a).exp == -1)
        lower = [a for a in args if isinstance(a, sp.FunctionMatrix)]
        if lower:
            rest = [a for a in args if a not in lower]
            return f"lower({self.hadamard(rest)[0] if len(rest) > 1 else self.write(rest[0])[0]})", ATOM
        # At least one operand keeps the shape of the whole.
        shape = {a.shape for a in args}
        shorter = [self.stretched(a) for a in args]
        if not any(s.shape in shape for s in shorter):
            sides = {tuple(map(str, s.shape)) for s in shorter}
            if not (any("n_post" in s for s in sides) and any("n_pre" in s for s in sides)):
                shorter[-1] = args[-1]
        text, level = "", ATOM
        for a, short in zip(args, shorter):
            below = isinstance(short, sp.HadamardPower) and short.exp == -1
            piece = self.write(short.base if below else short)
            if not text:
                text, level = (f"{self.ones(*a.shape)[0]} ./ {self.wrap(piece, SIGN)}", PRODUCT) if below else piece
            else:
                text, level = f"{self.wrap((text, level), PRODUCT)} {'./' if below else '.*'} {self.wrap(piece, SIGN)}", PRODUCT
        return text, level

    def summed(self, e):
        """x of a sum over all elements of x, written with ones; None where it is none."""
        sp = self.sp
        if not isinstance(e, sp.MatMul):
            return None
        args = list(e.args)
        rows = isinstance(args[0], sp.OneMatrix) and args[0].shape[0] == 1
        cols = len(args) > 1 and isinstance(args[-1], sp.OneMatrix) and args[-1].shape[1] == 1
        inner = args[1 if rows else 0:-1 if cols else None]
        if not inner or not (rows or cols):
            return None
        x = sp.MatMul(*inner) if len(inner) > 1 else inner[0]
        # A column on the right of ones, or a row on their left, has no other side to sum over.
        whole = (rows or x.shape[0] == 1) and (cols or x.shape[1] == 1)
        return x if whole else None

    def trace(self, e):
        """Of a matrix of one element."""
        sp = self.sp
        if isinstance(e, sp.MatMul):
            scale, matrices = e.as_coeff_matrices()
            if scale != 1:
                return self.scaled(sp.Mul(scale, sp.Trace(sp.MatMul(*matrices)), evaluate=False))
        inner = self.summed(e)
        if inner is not None:
            return f"sum({self.write(inner)[0]})", ATOM
        if isinstance(e, sp.MatMul) and len(e.args) == 2 and isinstance(e.args[0], sp.Transpose):
            return f"dot({self.write(e.args[0].arg)[0]}, {self.write(e.args[1])[0]})", ATOM
        return self.wrap(self.write(e), PRODUCT), PRODUCT

    def function(self, e, variable, argument) -> tuple[str, int]:
        """A function of a number, or with a variable one by element of what `argument` says."""
        sp = self.sp
        names = {sp.exp: "exp", sp.log: "log", sp.tanh: "tanh", sp.Abs: "abs", sp.sign: "sign"}
        text = (lambda x: argument) if variable is not None else (lambda x: self.write(x)[0])

        def is_argument(x):
            return variable is None or x == variable

        for kind, name in names.items():
            if isinstance(e, kind) and is_argument(e.args[0]):
                return f"{name}({text(e.args[0])})", ATOM
        if isinstance(e, sp.Pow) and e.exp == sp.Rational(1, 2) and is_argument(e.base):
            return f"sqrt({text(e.base)})", ATOM
        if isinstance(e, sp.Max) and 0 in e.args and len(e.args) == 2:
            x = next(a for a in e.args if a != 0)
            if is_argument(x):
                return f"relu({text(x)})", ATOM
        def operand(x):
            return argument if variable is not None and x == variable else self.write(x)[0]

        if isinstance(e, (sp.Max, sp.Min)) and len(e.args) == 2:
            return f"{'max' if isinstance(e, sp.Max) else 'min'}({operand(e.args[0])}, {operand(e.args[1])})", ATOM
        if isinstance(e, sp.Piecewise) and [part.expr for part in e.args] == [1, 0] and e.args[1].cond == True:  # noqa: E712
            condition = e.args[0].cond
            if isinstance(condition, (sp.Gt, sp.Ge, sp.Lt, sp.Le)):
                return f"({operand(condition.lhs)} {condition.rel_op} {operand(condition.rhs)})", ATOM
        if isinstance(e, sp.Pow) and e.exp == -1 and isinstance(e.base, sp.Add):
            # 1 / (1 + exp(-x))
            rest = e.base - 1
            if isinstance(rest, sp.exp) and is_argument(-rest.args[0]):
                return f"sigmoid({text(-rest.args[0])})", ATOM
        raise InputError(f"sympy: expected sums, products, powers and the functions of the language, found {e}")
