"""What callers give, checked before the library gets it: one sentence says what is wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ._errors import InputError


def reals(where: str, value: Any, gaps: bool = False) -> np.ndarray:
    """Real numbers in C order, 64 bits. Where `gaps` may be, masked elements become NaN."""
    if np.ma.isMaskedArray(value):
        if np.ma.is_masked(value) and not gaps:
            raise InputError(f"{where}: expected all numbers, found masked ones")
        value = np.ma.asarray(value)
        value = value.astype(float).filled(np.nan) if gaps else value.data
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise InputError(f"{where}: expected an array of numbers, found {error}") from None
    if array.dtype.kind not in "biuf":
        raise InputError(f"{where}: expected real numbers, found {array.dtype}")
    return np.ascontiguousarray(array, dtype=np.float64).reshape(array.shape)


def finite(where: str, value: Any) -> np.ndarray:
    array = reals(where, value)
    if not np.isfinite(array).all():
        at = tuple(int(k) for k in np.argwhere(~np.isfinite(array))[0])
        raise InputError(f"{where}: expected finite numbers, found {array[at]}" + (f" at {list(at)}" if at else ""))
    return array


def whole(name: str, value: Any, least: int, most: int = 10**9) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or not least <= value <= most:
        raise InputError(f"{name}: expected a whole number from {least} to {most}, found {value!r}")
    return int(value)


def number(name: str, value: Any, least: float = -math.inf, most: float = math.inf) -> float:
    good = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    if not good or not math.isfinite(value) or not least <= value <= most:
        limits = "" if (least, most) == (-math.inf, math.inf) else f" of {least:g} or more" if most == math.inf else f" from {least:g} to {most:g}"
        raise InputError(f"{name}: expected a number{limits}, found {value!r}")
    return float(value)


def text(name: str, value: Any, known: tuple[str, ...] = ()) -> str:
    if not isinstance(value, str) or (known and value not in known):
        raise InputError(f"{name}: expected {'one of ' + ', '.join(known) if known else 'a text'}, found {value!r}")
    return value


def values_of(values: Any) -> dict[str, list[float]]:
    """Coefficients by name: each a number, or one for each connection."""
    if values is None:
        return {}
    if not isinstance(values, Mapping):
        raise InputError(f"values: expected numbers by name, as {{'eta': 0.1}}, found {values!r}")
    out = {}
    for name, value in values.items():
        if type(value) is float and math.isfinite(value) and type(name) is str:  # what most are
            out[name] = [value]
            continue
        out[text("values", name)] = finite(f"values: {name}", value).ravel().tolist()
    return out


SEEDS = 2**64 - 1
