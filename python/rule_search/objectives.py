"""What a rule is to do: recordings, few-shot tasks, goals, rewards, decoding, or an aim of one's own."""

from __future__ import annotations

import functools
import json
import os
import pathlib
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from . import _core, _given
from ._errors import InputError, input_errors

_UNITS = {"s": 1.0, "ms": 1e-3, "us": 1e-6}


def seconds(time: float | str) -> float:
    """0.001, of 0.001 or "1 ms"."""
    if isinstance(time, str):
        found = re.fullmatch(r"\s*(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)\s*(s|ms|us)\s*", time)
        if not found:
            raise InputError(f'dt: expected seconds, or a time as "1 ms", found "{time}"')
        # Divided, so that 16.8 ms is the number nearest to 0.0168.
        scale = {"s": 1, "ms": 1000, "us": 1000000}[found.group(2)]
        time = float(found.group(1)) / scale
    time = _given.number("dt", time, 0)
    if time == 0:
        raise InputError("dt: expected a time above 0, found 0")
    return time


def texts_of(name: str, value: Any, row: Mapping | None) -> list[str] | None:
    """What a user would type for an option; None where it is not given."""
    if value is None or value is False:
        return None
    if value is True:
        return []
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, Mapping):
        return [f"{key}={item}" for key, item in value.items()]
    if isinstance(value, (list, tuple)):
        items = [str(v) for v in value]
        return items if row is None or row["many"] else [",".join(items)]
    return [str(value)]


@functools.lru_cache
def option_rows(objective: str) -> dict[str, dict]:
    """By name with underscores; of a search where `objective` is ""."""
    return {row["name"].replace("-", "_"): row for row in json.loads(_core.option_rows(objective))}


def options_of(values: Mapping[str, Any], rows: Mapping[str, dict]) -> dict[str, list[str]]:
    """Options by the names that the library has, as texts."""
    out = {}
    for name, value in values.items():
        texts = texts_of(name, value, rows.get(name))
        if texts is not None:
            out[name.replace("_", "-")] = texts
    return out


class Recording:
    """What was recorded of one layer of plastic synapses, T times of n postsynaptic and m presynaptic neurons.

    pre      (T, m)     presynaptic activity, all of it
    w        (T, n, m)  weights that met the activity of that time; NaN where nothing was recorded
    post     (T, n)     postsynaptic activity; NaN where nothing was recorded
    choice   (T, n)     0 or 1, with the probability post; NaN where nothing was recorded
    target   (T, n)     what err_post = post - target is made with
    err_pre  (T, m)     errors of presynaptic neurons
    signals             by name: (T,), or (T, k) with k = m or n
    w_se, post_se       standard errors of w and post, of their shapes
    time     (T,)       seconds, ascending; or
    dt                  seconds from one time to the next, or a text as "1 ms"
    name                what messages call it

    One of w, post and choice must be there. Arrays may have any layout and any real type; they are copied once, to 64 bits.
    Raises InputError, which names the array and the element.
    """

    def __init__(self, pre: ArrayLike, w: ArrayLike | None = None, post: ArrayLike | None = None, choice: ArrayLike | None = None,
                 target: ArrayLike | None = None, err_pre: ArrayLike | None = None, signals: Mapping[str, ArrayLike] | None = None,
                 w_se: ArrayLike | None = None, post_se: ArrayLike | None = None, time: ArrayLike | None = None,
                 dt: float | str | None = None, name: str = "recording") -> None:
        self.name = str(name)
        if time is not None and dt is not None:
            raise InputError(f"{self.name}: time and dt cannot be given together\n  hint: leave out one of them")
        given = {"pre": pre, "w": w, "post": post, "choice": choice, "target": target, "err_pre": err_pre, "w_se": w_se,
                 "post_se": post_se, "time": time}
        if signals is not None and not isinstance(signals, Mapping):
            raise InputError(f"{self.name}: signals: expected arrays by name, as {{'reward': r}}, found {type(signals).__name__}")
        for key, value in (signals or {}).items():
            if not isinstance(key, str):
                raise InputError(f"{self.name}: signals: expected a name, found {key!r}")
            if key in given:
                raise InputError(f"{self.name}: signals: {key} is no name for a signal\n  hint: give it as {key}=...")
            given[key] = value
        arrays = {key: _given.reals(f"{self.name}: {key}", value, gaps=key in ("w", "post", "choice"))
                  for key, value in given.items() if value is not None}
        if dt is not None and "pre" in arrays:
            if arrays["pre"].ndim < 1:
                raise InputError(f"{self.name}: pre: expected 2 dimensions (time, presynaptic), found 0")
            # Multiples, not sums: the same numbers as a file has.
            arrays["time"] = np.arange(len(arrays["pre"])) * seconds(dt)
        for key in ("w", "post", "choice"):
            if key in arrays:
                seen = ~np.isnan(arrays[key])
                if not seen.all():
                    arrays[f"{key}_seen"] = seen.astype(np.float64)
                    arrays[key] = np.where(seen, arrays[key], 0.0)
        self.arrays = arrays
        with input_errors():
            self._core = _core.Recording(self.name, arrays)

    @property
    def steps(self) -> int:
        """Times, T."""
        return len(self.arrays["pre"])

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes an archive .npz that the command line reads."""
        # Not savez(**arrays), which takes a signal called `file` for its own argument.
        with zipfile.ZipFile(path, "w") as archive:
            for key, value in self.arrays.items():
                with archive.open(f"{key}.npy", "w") as file:
                    np.lib.format.write_array(file, value)

    def __repr__(self) -> str:
        return f"<Recording {self.name}: {', '.join(f'{k} {v.shape}' for k, v in self.arrays.items())}>"


class Objective:
    """What a rule is to do. Recordings, FewShot, Goal, Reward and Decoding are there; an aim of one's own is a class of this
    one with two methods:

    units(self, part) -> int
        how many units there are; part is "training", "validation" or "test"
    run(self, rule, part, unit) -> residuals, or (residuals, derivatives)
        what a rule (a BoundRule) leaves on unit number `unit`: an array whose halved mean square is the loss. rule.connection(w) is a
        Connection that learns by it, rule.values are its coefficients by name. derivatives: by name of the coefficient an
        array like residuals. Without them derivatives are differences.

    The same unit must be the same every time. Units run one after the other. `name` and `summary` stand in reports.
    """

    def _made(self) -> _core.Objective:
        # Made anew each time: kept, it would keep this object alive for ever.
        for method in ("units", "run"):
            if not callable(getattr(self, method, None)):
                raise TypeError(f"{type(self).__name__}: an objective needs a method {method}, see help(rule_search.Objective)")
        return _core.Objective(self)


class _Named(Objective):
    """An objective of the program."""

    kind = ""

    def __init__(self, options: Mapping[str, Any], recordings: list | None = None, test: list | None = None):
        rows = option_rows(self.kind)
        for name in options:
            if name not in rows:
                raise InputError(f"{name}: {type(self).__name__} has no such option, expected one of {', '.join(rows)}")
        self.options = options_of(options, rows)
        self._given = [r._core for r in recordings or []]
        self._given_test = [r._core for r in test or []]
        with input_errors():
            self._core_objective = _core.Objective(self.kind, self.options, self._given, self._given_test)

    def _made(self) -> _core.Objective:
        return self._core_objective

    def _kept_in(self, out: pathlib.Path) -> dict[str, list[str]]:
        """Options that make it again from files; what is in memory alone is written beside `out`."""
        return self.options

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {' '.join(f'{k}={v}' for k, v in self.options.items())}>"


def _folder_beside(out: pathlib.Path, what: str) -> pathlib.Path:
    """A folder of its own beside that of a run, so that no other run loses what it needs to be resumed."""
    out = out.absolute()
    folder, k = out.with_name(f"{out.name}_{what}"), 1
    while folder.exists():
        k += 1
        folder = out.with_name(f"{out.name}_{what}_{k}")
    return folder


def _make(folder: pathlib.Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"out: {folder} can't be made ({error.strerror})\n  hint: give a folder that can be written") from None


class Recordings(_Named):
    """A layer changes as it was recorded: a list of Recording, or of files. At least three.

    test: recordings to report on alone. activation: what neurons make of their input (linear, softplus, relu, sigmoid,
    tanh). Further options as of `rule-search search --help recordings`, with underscores.
    """

    kind = "recordings"

    def __init__(self, recordings: Iterable, test: Iterable | None = None, activation: str = "linear", **options: Any) -> None:
        self.recordings, files = self._sorted(recordings)
        self.test, test_files = self._sorted(test or [])
        super().__init__({"activation": activation, "recording": files or None, "test_recording": test_files or None, **options},
                         self.recordings, self.test)

    @staticmethod
    def _sorted(given: Iterable) -> tuple[list[Recording], list[str]]:
        if isinstance(given, (str, pathlib.Path, Recording)):
            given = [given]
        memory, files = [], []
        for one in given:
            if isinstance(one, Recording):
                memory.append(one)
            elif isinstance(one, (str, pathlib.Path)):
                files.append(str(one))
            else:
                raise TypeError(f"recordings: expected Recording or the path of a file, found {type(one).__name__}")
        return memory, files

    def _kept_in(self, out: pathlib.Path) -> dict[str, list[str]]:
        options = dict(self.options)
        folder = _folder_beside(out, "recordings")
        for key, given in (("recording", self.recordings), ("test-recording", self.test)):
            if not given:
                continue
            _make(folder)
            files = []
            for k, one in enumerate(given):
                file = folder / f"{key}_{k + 1:0{len(str(len(given)))}}.npz"
                one.save(file)
                files.append(str(file))
            options[key] = options.get(key, []) + files
        return options


class FewShot(_Named):
    """A deep network learns to classify images online; data_dir has IDX files, without it Fashion-MNIST is looked for.

    Options as of `rule-search search --help few-shot`, with underscores: feedback="symmetric", ways=5, skip="inout", ...
    """

    kind = "few-shot"

    def __init__(self, data_dir: str | os.PathLike[str] | None = None, **options: Any) -> None:
        super().__init__({"data": None if data_dir is None else str(data_dir), **options})


class Protocols(_Named):
    """A synapse changes as it did in a table of protocols: Protocols("frequency.csv"), or a pandas.DataFrame with its columns.

    table: one table or several; docs/protocols.md has their columns. test: tables to report on alone.
    """

    kind = "protocols"

    def __init__(self, table: Any, test: Any = None, **options: Any) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="rule_search_")
        super().__init__({"protocol": self._files("protocol", table), "test_protocol": self._files("test_protocol", test), **options})

    def _files(self, name: str, given: Any) -> list[str] | None:
        if given is None:
            return None
        files = []
        for one in given if isinstance(given, (list, tuple)) else [given]:
            if isinstance(one, (str, pathlib.Path)):
                files.append(str(one))
            elif hasattr(one, "to_csv"):
                files.append(str(pathlib.Path(self._folder.name) / f"{name}_{len(files) + 1}.csv"))
                one.to_csv(files[-1], index=False)
            else:
                raise TypeError(f"{name}: expected the path of a table or a DataFrame, found {type(one).__name__}")
        return files

    def _kept_in(self, out: pathlib.Path) -> dict[str, list[str]]:
        options = dict(self.options)
        folder = _folder_beside(out, "protocols")
        for key in ("protocol", "test-protocol"):
            kept = []
            for file in options.get(key, []):
                if pathlib.Path(file).parent == pathlib.Path(self._folder.name):
                    _make(folder)
                    file = str(shutil.copy(file, folder))
                kept.append(file)
            if kept:
                options[key] = kept
        return options


class Goal(_Named):
    """Weights become something that can be said in a word: Goal("first_component").

    Options as of `rule-search search --help goal`, with underscores.
    """

    kind = "goal"

    def __init__(self, goal: str, **options: Any) -> None:
        super().__init__({"goal": goal, **options})


class Reward(_Named):
    """Recurrent networks learn a cognitive task from reward at the end of trials: Reward("dnms").

    Options as of `rule-search search --help reward`, with underscores.
    """

    kind = "reward"

    def __init__(self, task: str = "dnms", **options: Any) -> None:
        super().__init__({"task": task, **options})


class Decoding(_Named):
    """Spiking networks learn online to decode a velocity from spike counts; `recording` names files of one's own.

    Options as of `rule-search search --help decoding`, with underscores.
    """

    kind = "decoding"

    def __init__(self, **options: Any) -> None:
        super().__init__(options)
