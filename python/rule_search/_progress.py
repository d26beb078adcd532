"""How far a run is, for whoever waits."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

# True, False, or who gets what log.jsonl gets.
ProgressLike = bool | Callable[[dict[str, Any]], None] | None


class Bar:
    """tqdm's bar of the share that is done, in a terminal or a notebook; a line a stage where tqdm is missing."""

    def __init__(self) -> None:
        try:
            from tqdm.auto import tqdm  # type: ignore[import-untyped, unused-ignore]
        except ImportError:
            self._bar = None
        else:
            try:
                self._bar = tqdm(total=100, bar_format="{desc} |{bar}| {n:.0f} % [{elapsed}{postfix}]")
            except (OSError, ValueError):
                self._bar = None
        self._stage = ""

    def __call__(self, stage: str, detail: str, loss: float, runs: int, share: float) -> None:
        # Whoever looked on may have gone: that ends no run.
        try:
            self._show(stage, detail, loss, share)
        except (OSError, ValueError):
            pass

    def _show(self, stage: str, detail: str, loss: float, share: float) -> None:
        text = f"{stage} {detail}".strip()
        if self._bar is None:
            if stage != self._stage:
                print(text, file=sys.stderr)
            self._stage = stage
            return
        self._bar.set_description_str(text[:40].ljust(40), refresh=False)
        if loss == loss and loss > 0:
            self._bar.set_postfix_str(f"loss {loss:.4f}", refresh=False)
        self._bar.n = max(self._bar.n, 100 * min(max(share, 0.0), 1.0))
        self._bar.refresh()

    def close(self) -> None:
        try:
            if self._bar is not None:
                self._bar.close()
        except (OSError, ValueError):
            pass


class Listener:
    """`progress` as users give it: True, False, or a callable that gets what log.jsonl gets."""

    def __init__(self, progress: ProgressLike) -> None:
        self._bar = Bar() if progress is True else None
        self.silent = progress is False or progress is None
        if self._bar is not None:
            self.progress: Callable[[str, str, float, int, float], None] | None = self._bar
        elif callable(progress):
            self.progress = lambda stage, detail, loss, runs, share: progress(
                {"stage": stage, "detail": detail, "loss": loss, "episodes": runs, "share": share})
        elif self.silent:
            self.progress = None
        else:
            raise TypeError(f"progress: expected True, False or a callable, found {type(progress).__name__}")

    def note(self, text: str) -> None:
        if not self.silent and "interruption" not in text:
            try:
                print(text, file=sys.stderr)
            except (OSError, ValueError):
                pass

    def __enter__(self) -> Listener:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()
