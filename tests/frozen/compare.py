#!/usr/bin/env python3
"""Compares a document of the program with a stored one, value by value, every bit of every number.

Usage: compare.py [--write] DOCUMENT STORED SOURCE

What differs from run to run (times, host, version) is left out. The lists below say what schema 2 of result.json has
beside schema 1, in which these documents were stored, or calls otherwise; nothing else may differ.
"""
import json
import re
import sys

VOLATILE = {"run", "program", "seconds"}

# What schema 2 has beside the keys of schema 1.
ADDED = [
    r"/choice", r"/searches", r"/shape_parameters",
    r"/objective/neurons", r"/generated", r"/data/drawn", r"/words", r"/command", r"/chance/text", r"/states", r"/options/objective", r"/held_out/(units|[a-z_]*explained|"
    r"[a-z_]*explained_interval|goal_reached|goal_reached_interval)", r"/front/\d+/(diverged|episodes)",
    r"/baselines/[a-z_]+/(title|place|angles)", r"/baselines/(zero_weights|no_change)", r"/accuracy_difference", r"/curves/.*",
    r"/accuracy_difference/(zero_weights|no_change)", r"/setting/(activation|beta|goal|cells|inputs|steps)",
    # tables of a transfer that came later
    r"/tables/(skip|rates)", r"/(episodes)",
    # of eval and fit
    r"/(beta|layers|objective|queries|shots|ways|units|parameters|by_unit)",
]
# Options that came later. The stored commands give none of them, so each has the value that changes nothing.
NEW_OPTIONS = {
    "skip": "none", "dtp-rate": 0.3, "dtp-noise": 0.3, "dtp-decay": 0.01, "dtp-top": "symmetric",
    "dtp-readers": "mean", "dtp-warmup": 250,
}
# What it says in other words, or with the comment of the candidates left out of rules that were found.
REWORDED = [r"/schema", r"/intervals", r"/objective/name", r"/data/split", r"/why", r"/rule_text", r"/front/\d+/rule_text"]
GONE = [r"/objective/accuracy_is"]
RENAMED = {"/objective/first_weights": "/objective/initial_weights"}
OPTIONS = {"cells": "neurons", "steps": "world-steps", "fit-first-weights": "fit-initial-weights"}
OBJECTIVES = {"task": "few-shot", "trajectory": "recordings", "function": "goal"}


def is_in(at, patterns):
    return any(re.fullmatch(p, at) for p in patterns)


def in_words_of_today(document):
    """A stored document of schema 1 with the names of schema 2: options as values, in place of what was typed."""
    if not isinstance(document, dict) or "options" not in document:
        return document
    out = dict(document)
    out["options"] = {OPTIONS.get(k, k): v for k, v in document["options"].items()}
    for old, new in RENAMED.items():
        top, key = old[1:].split("/")
        if key in out.get(top, {}):
            out[top] = dict(out[top])
            out[top][new.rsplit("/", 1)[1]] = out[top].pop(key)
    return out


def typed(value):
    """An option's value as it would be typed."""
    if value is True:
        return []
    if isinstance(value, list):
        return [t for v in value for t in typed(v)]
    if isinstance(value, float):
        return [str(int(value)) if value == int(value) else repr(value)]
    return [OBJECTIVES.get(value, value) if isinstance(value, str) else str(value)]


def stripped(value):
    if isinstance(value, dict):
        return {k: stripped(v) for k, v in value.items() if k not in VOLATILE}
    if isinstance(value, list):
        return [stripped(v) for v in value]
    return value


def differences(stored, now, at=""):
    if is_in(at, REWORDED):
        return
    if re.fullmatch(r"/options/[a-z-]+", at):
        if typed(stored) != typed(now):
            yield f"{at}: {now}, was {stored}"
    elif isinstance(stored, dict) and isinstance(now, dict):
        for key in sorted(stored.keys() | now.keys()):
            here = f"{at}/{key}"
            if key not in now:
                if not is_in(here, GONE):
                    yield f"{here}: is gone"
            elif key not in stored:
                if at == "/options" and key in NEW_OPTIONS:
                    if now[key] != NEW_OPTIONS[key]:
                        yield f"{here}: {now[key]}, expected {NEW_OPTIONS[key]}"
                elif not is_in(here, ADDED):
                    yield f"{here}: is new"
            else:
                yield from differences(stored[key], now[key], here)
    elif isinstance(stored, list) and isinstance(now, list) and len(stored) == len(now):
        for k, (a, b) in enumerate(zip(stored, now)):
            yield from differences(a, b, f"{at}/{k}")
    elif type(stored) is not type(now) or stored != now:
        yield f"{at}: {str(now)[:60]}, was {str(stored)[:60]}"


def main():
    write = sys.argv[1] == "--write"
    document, stored, source = sys.argv[-3:]
    text = open(document).read().replace(source, "@SOURCE@")
    if write:
        if document.endswith(".json"):
            text = json.dumps(stripped(json.loads(text)), indent=1, sort_keys=True) + "\n"
        open(stored, "w").write(text)
        return 0
    expected = open(stored).read()
    if document.endswith(".json"):
        found = list(differences(in_words_of_today(json.loads(expected)), stripped(json.loads(text))))
    else:
        pairs = zip(expected.splitlines(), text.splitlines())
        found = [f"line {k + 1}: {b}, was {a}" for k, (a, b) in enumerate(pairs) if a != b]
        if len(expected.splitlines()) != len(text.splitlines()):
            found.append("another number of lines")
    for line in found[:60]:
        print(line)
    return 1 if found else 0


sys.exit(main())
