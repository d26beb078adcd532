"""Searches, fits, scores and simulations."""

from __future__ import annotations

import contextlib
import dataclasses
import html
import json
import os
import pathlib
import tempfile
import webbrowser
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from . import _core, _given
from ._errors import InputError, SearchStopped, input_errors, said
from ._progress import Listener, ProgressLike
from .objectives import Objective, Recording, _Named, option_rows, options_of
from .rules import Rule, table_of


def _checked(rule: object, objective: object) -> None:
    if not isinstance(rule, Rule):
        raise TypeError(f"rule: expected a Rule, found {type(rule).__name__}")
    if not isinstance(objective, Objective):
        raise TypeError(f"objective: expected an Objective, as Recordings or FewShot, found {type(objective).__name__}")


@dataclasses.dataclass(frozen=True)
class Evaluation:
    """How a rule did. Intervals are 95 %.

    loss, loss_interval         mean over units
    measure, measure_interval   as accuracy or variance_explained; measure_name says which
    losses, measures            of every unit, arrays
    units, what_units           how many there were, and of what: "episodes", "neurons"
    diverged                    how many of them ended in numbers that are not finite
    """

    loss: float
    loss_interval: tuple[float, float]
    measure: float
    measure_interval: tuple[float, float]
    measure_name: str
    losses: np.ndarray
    measures: np.ndarray
    units: int
    what_units: str
    diverged: int


def evaluate(rule: Rule, objective: Objective, values: Mapping[str, ArrayLike] | None = None, part: str = "test", units: int = 100,
             seed: int = 1, threads: int = 0, precision: str = "single") -> Evaluation:
    """Scores a rule as it is, or with `values` by name of the coefficient, on units of a part (training, validation, test).

    precision: "single", as searches on few-shot tasks have it, or "double".
    """
    _checked(rule, objective)
    part = _given.text("part", part, ("training", "validation", "test"))
    double = _given.text("precision", precision, ("single", "double")) == "double"
    units, seed, threads = _given.whole("units", units, 1), _given.whole("seed", seed, 0, _given.SEEDS), _given.whole("threads", threads, 0, 10000)
    with input_errors():
        said_ = _core.evaluate(rule._core, objective._made(), _given.values_of(values), part, units, seed, threads, double)
    loss, low, high = said_["loss"]
    measure, measure_low, measure_high = said_["measure"]
    return Evaluation(loss, (low, high), measure, (measure_low, measure_high), said_["measure_name"], np.array(said_["losses"]),
                      np.array(said_["measures"]), said_["units"], said_["what_units"], said_["diverged"])


@dataclasses.dataclass(frozen=True)
class Simulation:
    """What a rule made of a layer: w (T, n, m), post (T, n), states by name (T, and their shape); all before the step of that
    time. diverged: an activity was no longer finite; from there on there are zeros."""

    w: np.ndarray
    post: np.ndarray
    states: dict[str, np.ndarray]
    diverged: bool


def simulate(rule: Rule, recording: Recording, values: Mapping[str, ArrayLike] | None = None, activation: str = "linear",
             beta: float = 10.0) -> Simulation:
    """Lets a layer with the inputs, signals and targets of a recording learn by the rule, from the first weights on.

    Only the first weights of `recording.w` are read; Recording(pre=x, w=w0[None]) with w0 of shape (n, m) is enough.
    """
    _checked(rule, Objective())
    if not isinstance(recording, Recording):
        raise TypeError(f"recording: expected a Recording, found {type(recording).__name__}")
    activation, beta = _given.text("activation", activation), _given.number("beta", beta, 1e-3, 1e3)
    with input_errors():
        out = _core.simulate(rule._core, recording._core, _given.values_of(values), activation, beta)
    return Simulation(out["w"], out["post"], dict(out["states"]), out["diverged"])


class Fit:
    """Fitted coefficients. `document` is fit.json."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document

    @property
    def rule(self) -> Rule:
        """With the fitted coefficients as initial values."""
        return Rule(self.document["rule_text"])

    @property
    def values(self) -> dict[str, float]:
        return self.document["theta"]

    @property
    def parameters(self) -> Any:
        """A row a coefficient: name, value, interval and how it stands."""
        return table_of(self.document["parameters"])

    @property
    def loss(self) -> float:
        """Of test units."""
        return self.document["held_out"]["loss"]

    def __repr__(self) -> str:
        return f"<Fit of {self.document['rule']}: {', '.join(f'{k} = {v:.4g}' for k, v in self.values.items())}>"


# What a fit counts, and the least of it.
_FIT_COUNTS = {"fit_episodes": 1, "iterations": 1, "steps": 1, "test_episodes": 1, "history_episodes": 1}


def fit(rule: Rule, objective: Objective, values: Mapping[str, ArrayLike] | None = None, fix: Iterable[str] | str = (), method: str = "",
        seed: int = 1, threads: int = 0, progress: ProgressLike = True, **options: Any) -> Fit:
    """Fits all coefficients of a rule, from `values` or those that it has, but those named in `fix`.

    method: "trust-region", "fresh" or "adam"; by default what suits the objective. options: fit_episodes, iterations,
    test_episodes, history_episodes, steps, learning_rate, l1.
    """
    _checked(rule, objective)
    numbers = {}
    for name, value in options.items():
        if name in _FIT_COUNTS:
            numbers[name.replace("_", "-")] = float(_given.whole(name, value, _FIT_COUNTS[name], 1000000))
        elif name in ("learning_rate", "l1"):
            numbers[name.replace("_", "-")] = _given.number(name, value, 0)
        else:
            raise InputError(f"{name}: a fit has no such option, expected one of {', '.join([*_FIT_COUNTS, 'learning_rate', 'l1'])}")
    fixed = [fix] if isinstance(fix, str) else [_given.text("fix", name) for name in fix]
    for name in fixed:
        if name.split("[")[0] not in rule.parameters:
            raise InputError(f"fix: the rule {rule.name} has no parameter {name}, expected one of {', '.join(rule.parameters)}")
    method = _given.text("method", method, ("", "trust-region", "fresh", "adam"))
    seed, threads = _given.whole("seed", seed, 0, _given.SEEDS), _given.whole("threads", threads, 0, 10000)
    with Listener(progress) as listener, input_errors():
        text = _core.fit(rule._core, objective._made(), _given.values_of(values), fixed, method,
                         numbers, seed, threads, listener.progress)
    return Fit(json.loads(text))


class Result:
    """What a search found. `document` is result.json (docs/results.md tells every key), `folder` where it is."""

    def __init__(self, document: str | dict[str, Any], folder: str | os.PathLike[str] | None = None) -> None:
        self._text = document if isinstance(document, str) else json.dumps(document)
        self.document = json.loads(self._text)
        self.folder = None if folder is None else pathlib.Path(folder)

    @property
    def found_anything(self) -> bool:
        """Whether the rule is better than none."""
        return self.document["found_anything"]

    @property
    def formula(self) -> str:
        return self.document["formula"]

    @property
    def rule(self) -> Rule:
        return Rule(self.document["rule_text"])

    @property
    def terms(self) -> Any:
        """A row a term: parameter, term, coefficient, interval, locality, removal_cost and more."""
        return table_of(self.document["terms"])

    @property
    def front(self) -> Any:
        """The best rule of every size: complexity, loss, formula and more."""
        return table_of(self.document["front"])

    @property
    def held_out(self) -> dict[str, Any]:
        """Loss and measure on test units, with intervals."""
        return self.document["held_out"]

    @property
    def baselines(self) -> Any:
        """What the rule is put beside."""
        return table_of([{"name": name, **row} for name, row in self.document["baselines"].items()])

    def table(self) -> str:
        """The report that the command line prints."""
        with input_errors():
            return _core.table(self._text)

    def latex(self) -> str:
        """Equations and tables for a paper."""
        return self.to("latex")

    def sympy(self) -> tuple[Any, dict[Any, Any]]:
        """As Rule.sympy(), of the found rule."""
        return self.rule.sympy()

    def to(self, format: str) -> str:
        """text, latex, json, html, numpy, pytorch, jax, sympy or brian2; see docs/export.md."""
        with input_errors():
            return _core.export_result(self._text, _given.text("to", format))

    def show(self) -> None:
        """Opens the page of the search in a browser."""
        if self.folder is None or not (self.folder / "report.html").exists():
            with tempfile.NamedTemporaryFile("w", suffix=".html", delete=False, encoding="utf-8") as file:
                file.write(self.to("html"))
            page = pathlib.Path(file.name)
        else:
            page = self.folder / "report.html"
        webbrowser.open(page.absolute().as_uri())

    def __repr__(self) -> str:
        return f"<Result {self.formula.splitlines()[0]}>"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{html.escape(str(t.get('term', '')))}</td><td>{t['coefficient']}</td>"
            f"<td>{_between(t['interval'])}</td><td>{t['locality']}</td></tr>" for t in self.document["terms"])
        front = "".join(
            f"<tr><td>{r['complexity']}</td><td>{r['loss']:.4g}</td><td>{html.escape(r['formula'].splitlines()[0])}</td></tr>"
            for r in self.document["front"])
        return (self.rule._equations(numbers=True) + "<table><tr><th>term</th><th>coefficient</th><th>95 % interval</th><th>locality</th></tr>" +
                rows + "</table><details><summary>best rule of every size</summary><table><tr><th>terms</th><th>validation loss</th>"
                "<th>rule</th></tr>" + front + "</table></details>")


def _between(interval: tuple[Any, Any]) -> str:
    low, high = interval
    if isinstance(low, list):
        return ""
    if low is not None and high is not None:
        return f"{low:.3g} to {high:.3g}"
    if low is not None and low > 0:
        return f"{low:.3g} or more"
    return f"{high:.3g} or less" if high is not None and high < 0 else "not determined"


def _ended(said_: dict[str, Any], resumes: bool = True) -> Result:
    if said_["problem"]:
        import warnings

        # Where nobody looks on any more there is nobody to warn.
        with contextlib.suppress(OSError, ValueError):
            warnings.warn(said_["problem"], RuntimeWarning, stacklevel=3)
    if said_["stopped"]:
        message = f"stopped after {said_['runs']} {said_['what_runs']}: {said(said_['stopped'])}; " + (
            f"rule_search.resume({said_['folder']!r}) goes on" if resumes
            else "a search with an objective in Python can't be resumed, the best rules so far are in the front of this exception")
        if said_["stopped"] in ("Ctrl-C", "SIGTERM"):
            stopped = KeyboardInterrupt(message)
            vars(stopped).update(folder=said_["folder"], front=said_["front"])
            raise stopped
        raise SearchStopped(message, said_["folder"], said_["front"])
    return Result(said_["document"], said_["folder"])


def search(rule: Rule, objective: Objective, seed: int = 1, threads: int = 0, out: str | os.PathLike[str] | None = None, progress: ProgressLike = True,
           time_limit: float = 0, max_episodes: int = 0, **options: Any) -> Result:
    """Searches the terms of a rule for the simplest that does the job.

    out         folder of the run; where it is not empty, a new folder in it. Without it a folder for temporary files
    progress    True (a bar), False (silent), or a callable that gets a dict with stage, detail, loss, episodes and share
    time_limit  seconds; max_episodes: units. Then SearchStopped is raised, and resume() goes on
    options     as of `rule-search search --help`, with underscores: must=["eta"], fit_episodes=32, ...

    Ctrl-C, or a notebook's stop button, ends the run with KeyboardInterrupt; resume(folder) goes on. The result follows from
    rule, objective, seed and options alone, to the last bit, whatever the number of threads.
    """
    _checked(rule, objective)
    seed, threads = _given.whole("seed", seed, 0, _given.SEEDS), _given.whole("threads", threads, 0, 10000)
    time_limit, max_episodes = _given.number("time_limit", time_limit, 0), _given.whole("max_episodes", max_episodes, 0)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rule-search-")) / "search" if out is None else pathlib.Path(out)
    rows = option_rows("")
    for name in options:
        if name not in rows:
            raise InputError(f"{name}: a search has no such option, expected one of {', '.join(rows)}")
    chosen = options_of({"seed": seed, **options}, rows)
    with Listener(progress) as listener, input_errors():
        if isinstance(objective, _Named):
            chosen.update(objective._kept_in(folder))
            ended = _core.search(rule._core, objective.kind, chosen, str(folder), threads, float(time_limit), max_episodes,
                                 listener.progress, listener.note)
        else:
            if time_limit or max_episodes:
                raise InputError("time_limit: a search with an objective in Python can't be resumed, so it has no such limit")
            ended = _core.search_own(rule._core, objective._made(), chosen, str(folder), listener.progress, listener.note)
    return _ended(ended, isinstance(objective, _Named))


def resume(folder: str | os.PathLike[str], threads: int = 0, progress: ProgressLike = True, time_limit: float = 0, max_episodes: int = 0) -> Result:
    """Goes on with a search that was stopped; it ends with the same bits as one that was not."""
    threads = _given.whole("threads", threads, 0, 10000)
    time_limit, max_episodes = _given.number("time_limit", time_limit, 0), _given.whole("max_episodes", max_episodes, 0)
    with Listener(progress) as listener, input_errors():
        ended = _core.resume(str(folder), threads, float(time_limit), max_episodes, listener.progress, listener.note)
    return _ended(ended)


def load(path: str | os.PathLike[str]) -> Result:
    """The result of a search: its folder, or its result.json."""
    path = pathlib.Path(path)
    file = path / "result.json" if path.is_dir() else path
    with input_errors():
        text = _core.read_result(str(file))
    return Result(text, file.parent)
