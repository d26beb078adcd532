"""What the checks of exported rules share."""
import importlib.util
import json
import sys

import numpy as np

TOLERANCE = 1e-12


def module_of(path):
    """The Python file as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SUFFIXES = ("_", "_rule")  # of names that the language has itself


def plain(name, known):
    """The name that the rule has for what is `name` in the file."""
    while name not in known and name.endswith(SUFFIXES):
        name = name.removesuffix("_").removesuffix("_rule")
    return name


def own(name, known):
    """The name among `known` that the file has for what is `name` in the rule; nothing where it has none."""
    longest_first = [name + suffix * k for k in range(5, 0, -1) for suffix in SUFFIXES] + [name]
    return next((n for n in longest_first if n in known), None)


class Worst:
    """The worst difference so far, as a share of the largest number expected."""

    def __init__(self):
        self.value = 0.0

    def __call__(self, found, expected, scale=0.0):
        """scale: a larger number that a difference is a share of, as those that the change of a bounded weight is a difference of."""
        found, expected = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
        assert np.isfinite(expected).all(), "the steps leave all bounds"
        assert found.shape == expected.shape, (found.shape, expected.shape)
        difference = np.max(np.abs(found - expected)) / (max(np.max(np.abs(expected)), scale) or 1.0)
        self.value = max(self.value, difference) if np.isfinite(difference) else float("inf")


def table(target, folder, rules, differences):
    """Prints a line a rule and ends the program. `differences(rule, document)`: how far the file of the rule is from the steps
    in `document`, as (difference, tolerance) of every precision, or a text where it can't be expressed."""
    failed = False
    for rule in rules:
        document = json.loads((folder / f"{rule}.json").read_text())
        try:
            found = differences(rule, document)
        except Exception as error:
            print(f"{target} {rule} FAILS: {type(error).__name__}: {str(error)[:300]}", flush=True)
            failed = True
            continue
        if isinstance(found, str):
            print(f"{target} {rule} can't be expressed: {found}", flush=True)
            continue
        good = all(difference <= tolerance for difference, tolerance in found)
        failed = failed or not good
        print(f"{target} {rule} {' '.join(f'{d:.1e}' for d, _ in found)}{'' if good else ' DIFFERS'}", flush=True)
    sys.exit(failed)
