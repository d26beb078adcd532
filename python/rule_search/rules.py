"""Plasticity rules."""

from __future__ import annotations

import html
import json
import os
import pathlib
from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike

from . import _core, _given
from ._errors import input_errors


def table_of(rows: list[dict[str, Any]]) -> Any:
    """A pandas.DataFrame where pandas is installed, the rows themselves otherwise."""
    try:
        import pandas  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        return rows
    return pandas.DataFrame(rows)


class Connection:
    """The weights between two populations, which learn by a rule; made by Rule.connection() or by the rule of an objective.

    w       (n, m)  weights from m presynaptic to n postsynaptic neurons; a copy
    states          what the rule remembers: all numbers one after the other
    """

    def __init__(self, core: _core.Connection) -> None:
        self._core = core

    def learn(self, **given: ArrayLike) -> None:
        """One step: weights and states change by the rule. `given`: what the rule reads, by name: pre (m,), post (n,), err_pre,
        err_post, net, gate, and signals. Raises InputError where something is missing."""
        arrays = {name: _given.finite(f"learn: {name}", value) for name, value in given.items()}
        with input_errors():
            self._core.learn(arrays)

    def begin_trial(self) -> None:
        """A trial begins: states that begin anew at every trial do."""
        self._core.begin_trial()

    @property
    def w(self) -> np.ndarray:
        return np.asarray(self._core.weights())

    @property
    def states(self) -> np.ndarray:
        return np.array(self._core.states())


class BoundRule(Protocol):
    """What Objective.run() gets: a rule with numbers for its coefficients."""

    @property
    def values(self) -> dict[str, float]:
        """Coefficients by name; of a parameter with one for each connection, by name[k]."""

    def connection(self, w: ArrayLike) -> Connection:
        """A connection with initial weights w, (n, m), that learns by the rule."""


def _connection_of_bound(bound: Any, w: ArrayLike) -> Connection:
    with input_errors():
        return Connection(bound._connection(_given.finite("w", w)))


# Objectives in Python get the rule from the library itself.
_core.BoundRule.connection = _connection_of_bound  # type: ignore[attr-defined]


class Rule:
    """A plasticity rule, from its text in the language of rules.

    rs.Rule("param eta = 0.1  dw = eta * post * pre'") is one. `name` is what messages call the text. Raises InputError, which
    says where the mistake is.
    """

    def __init__(self, text: str, name: str = "rule"):
        if not isinstance(text, str):
            raise TypeError(f"text: expected the text of a rule, found {type(text).__name__}")
        with input_errors():
            self._core = _core.Rule(text, name)
        self._document = json.loads(self._core.document())

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> Rule:
        """The rule of a file, as rules/f_bio.rule."""
        path = pathlib.Path(path)
        rule = cls.__new__(cls)
        with input_errors():
            rule._core = _core.Rule(path.read_text(encoding="utf-8"), str(path))
        rule._document = json.loads(rule._core.document())
        return rule

    @classmethod
    def from_sympy(cls, dw: Any, states: Mapping[Any, Any] | None = None, values: Mapping[Any, float] | None = None,
                   initial: Mapping[Any, Any] | None = None, name: str = "from_sympy") -> Rule:
        """A rule from expressions of SymPy over whole layers, as matrix() of an exported file returns them.

        dw       a matrix expression of shape (n_post, n_pre): MatrixSymbols pre (n_pre, 1), post (n_post, 1), w and so on
        states   next values by symbol; what is neither a coefficient, a state nor a quantity is a signal
        values   coefficients by symbol: a number each
        initial  values of states before the first step, by name: a number, or a list of all elements, of a matrix a list of
                 rows
        """
        from . import _sympy

        return cls(_sympy.text_of_rule(dw, states or {}, values or {}, initial or {}, name), name)

    def sympy(self) -> tuple[Any, dict[Any, Any]]:
        """dw and next values of states as expressions of SymPy over whole layers; of to("sympy") what matrix() returns."""
        scope: dict = {}
        exec(compile(self.to("sympy"), f"<{self.name}>", "exec"), scope)
        return scope["matrix"]()

    @property
    def name(self) -> str:
        return self._document["rule"]

    @property
    def citation(self) -> str:
        return self._document["citation"]

    @property
    def text(self) -> str:
        """The rule file, as the program prints it."""
        return self._core.text()

    @property
    def formula(self) -> str:
        """dw = ..., and the states."""
        return self._document["formula"]

    @property
    def parameters(self) -> dict[str, Any]:
        """Initial values by name: a number, or a list with one for each connection. Times are in seconds."""
        return self._core.parameters()

    @property
    def terms(self) -> Any:
        """A row a term: term, parameters, locality (what a synapse must know: local, cell or layer), synapse (its form for one
        synapse), latex."""
        return table_of([{**t, "parameters": ", ".join(t["parameters"])} for t in self._document["terms"]])

    @property
    def locality(self) -> str:
        return self._document["locality"]

    @property
    def states(self) -> dict[str, str]:
        """What a connection remembers: by name a dict with shape, initial, next, synapse, latex, locality."""
        return self._document.get("states", {})

    @property
    def signals(self) -> dict[str, str]:
        """What is given to all neurons from outside: shapes by name."""
        return self._document.get("signals", {})

    @property
    def notes(self) -> list[str]:
        """What is allowed, but hardly meant: a sentence each."""
        return self._document.get("notes", [])

    def connection(self, w: ArrayLike, values: Mapping[str, float] | None = None) -> Connection:
        """A connection with initial weights w, (n, m), that learns by the rule, with `values` by name of the coefficient."""
        with input_errors():
            return Connection(_core.connection(self._core, _given.values_of(values), _given.finite("w", w)))

    def latex(self) -> str:
        """Its equations as LaTeX."""
        return self.to("latex")

    def to(self, format: str) -> str:
        """The rule as text, latex, json, numpy, pytorch, jax, sympy or brian2; see docs/export.md."""
        with input_errors():
            return _core.export_rule(self._core, _given.text("to", format))

    def __repr__(self) -> str:
        return f"<Rule {self.name}: {self.formula.splitlines()[0]}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rule) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def _repr_html_(self) -> str:
        return f"<p><b>{html.escape(self.name)}</b></p>{self._equations()}"

    def _equations(self, numbers: bool = False) -> str:
        """As MathML, which browsers set without help; with the values of coefficients in place of their names."""
        return self._core.html(numbers)
