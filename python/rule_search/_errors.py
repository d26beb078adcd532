"""Errors: what, where, expected, found, how to mend it."""

from __future__ import annotations

import re
from typing import Any

from . import _core


class InputError(ValueError):
    """Input that can't be used: a rule, arrays, an option.

    The message is the one that the command line gives. Its parts, "" where it has none:

    where     file, line and column of a rule, or the recording and array
    expected  what was expected
    found     what was found instead
    hint      how to mend it
    """

    def __init__(self, message: str):
        super().__init__(message)
        first = message.split("\n", 1)[0]
        place = re.match(r"(.*?:\d+:\d+): error: ", first)
        # "recording: array[3]: what is wrong"
        self.where = place.group(1) if place else re.split(r": (?=expected )|: (?!.*: )", first)[0] if ": " in first else ""
        body, _, hint = message.partition("\n  hint:")
        self.hint = hint.split("\n", 1)[0].strip()
        self.expected = self._part(body, r"\n\s*expected:\s*(.*)", r"expected (.*?)(?:, found|$)")
        self.found = self._part(body, r"\n\s*found:\s*(.*)", r", found (.*)")

    @staticmethod
    def _part(text: str, *patterns: str) -> str:
        for pattern in patterns:
            found = re.search(pattern, text)
            if found:
                return found.group(1).strip()
        return ""


class SearchStopped(RuntimeError):
    """A search that ended before its end: by a limit of time or of units.

    folder  of the run; `rule_search.resume(folder)` goes on with it
    front   the best rule of every size so far: a list of dicts with terms, loss, rule
    """

    def __init__(self, message: str, folder: str, front: list):
        super().__init__(message)
        self.folder = folder
        self.front = front

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.args[0], self.folder, self.front)


def said(message: str) -> str:
    """A message with options as this package has them: fit_episodes for ‹fit-episodes› or --fit-episodes."""
    return re.sub("‹([^›]*)›|(?<!\\w)--([a-z][a-z-]*)", lambda m: (m.group(1) or m.group(2)).replace("-", "_"), message)


class input_errors:
    """A context in which errors of the library become InputError."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if isinstance(error, _core.CoreInputError):
            raise InputError(said(str(error))) from None
