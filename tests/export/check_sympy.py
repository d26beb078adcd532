"""Evaluates exported SymPy expressions step by step, both forms, and compares them with the oracle; a line a rule.

Usage: check_sympy.py STEPS FOLDER NAME...    FOLDER has NAME.json (of rule-search-steps) and NAME_sympy.py
"""
import pathlib
import sys

import numpy as np
import sympy as sp
from common import TOLERANCE, Worst, module_of, plain, table
from sympy.printing.numpy import NumPyPrinter


class Printer(NumPyPrinter):
    """With three kinds of matrix expressions that SymPy's own printer lacks."""

    def _print_HadamardPower(self, e):
        return f"(({self._print(e.base)})**({self._print(e.exp)}))"

    def _print_Trace(self, e):
        return f"numpy_trace({self._print(e.arg)})"

    def _print_ElementwiseApplyFunction(self, e):
        x, = e.function.variables
        return f"(lambda {self._print(x)}: {self._print(e.function.expr)})({self._print(e.expr)})"


def worst_difference(module, document, steps):
    compare = Worst()
    for matrix in (False, True):
        dw, new = module.matrix() if matrix else module.synapse()
        expressions = [dw, *new.values()]
        if matrix:
            symbols = sorted({s for e in expressions for s in sp.sympify(e).atoms(sp.MatrixSymbol)}, key=str)
        else:
            symbols = sorted({s for e in expressions for s in sp.sympify(e).atoms(sp.IndexedBase)}, key=str)
        taken = {str(s) for s in symbols}
        others = {module.i, module.j, module.n_post, module.n_pre, *module.VALUES}
        free = {s for e in expressions for s in sp.sympify(e).free_symbols if isinstance(s, sp.Symbol)}
        numbers = sorted((s for s in free - others if str(s) not in taken), key=str)
        arguments = [module.n_post, module.n_pre, module.i, module.j, *module.VALUES, *symbols, *numbers]
        functions = [sp.lambdify(arguments, e, [{"numpy_trace": np.trace}, "numpy"], printer=Printer({"fully_qualified_modules": False, "inline": True, "allow_unknown_functions": True})) for e in expressions]
        first = document["steps"][0]
        known = set(first["quantities"]) | set(first["signals"]) | set(first["states"]) | set(document["parameters"]) | {"w"}
        states = {name: np.reshape(np.broadcast_to(np.asarray(module.INITIAL[next(k for k in module.INITIAL if plain(k, known) == name)], float).reshape(-1), (np.size(value),)), np.shape(value))
                  for name, value in first["states"].items()}
        w = np.asarray(document["w"], dtype=float)
        n_post, n_pre = w.shape
        for step in document["steps"][:steps]:
            given = {**step["quantities"], **step["signals"], **states, "w": w}

            def value(symbol):
                x = np.asarray(given[plain(str(symbol), known)], dtype=float)
                return x.reshape(-1, 1) if matrix and x.ndim == 1 else x

            values = [document["parameters"][plain(str(p), known)] for p in module.VALUES]
            values += [value(s) for s in [*symbols, *numbers]]
            results = []
            for function, shape in zip(functions, [w.shape, *(np.shape(step["states"][plain(str(k), known)]) for k in new)]):
                if matrix:
                    results.append(np.broadcast_to(np.asarray(function(n_post, n_pre, 0, 0, *values), dtype=float).reshape(shape), shape))
                    continue
                out = np.empty(shape)
                for place in np.ndindex(*shape):
                    at = (place[0], place[-1]) if len(shape) == 2 else (place[0], place[0]) if shape else (0, 0)
                    out[place] = function(n_post, n_pre, *at, *values)
                results.append(out)
            compare(results[0], step["dw"], step.get("scale", 0.0))
            for key, found in zip(new, results[1:]):
                compare(found, step["states"][plain(str(key), known)])
            states = {plain(str(key), known): found for key, found in zip(new, results[1:])}
            w = w + results[0]
    return compare.value


def main():
    sys.setrecursionlimit(20000)
    steps, folder = int(sys.argv[1]), pathlib.Path(sys.argv[2])

    def differences(rule, document):
        file = folder / f"{rule}_sympy.py"
        if not file.exists():
            return (folder / f"{rule}_sympy.txt").read_text().splitlines()[0]
        return [(worst_difference(module_of(file), document, steps), TOLERANCE)]

    table("sympy", folder, sys.argv[3:], differences)


main()
