#!/usr/bin/env python3
"""Compares a document of the program with a stored one, value by value, every bit of every number.

Usage: compare.py [--write] DOCUMENT STORED SOURCE

What differs from run to run (times, host, version) is left out. RENAMED says what stored documents call otherwise
than the program does now; nothing else may differ.
"""
import json
import sys

VOLATILE = {"run", "program", "seconds"}


def stripped(value):
    if isinstance(value, dict):
        return {k: stripped(v) for k, v in value.items() if k not in VOLATILE}
    if isinstance(value, list):
        return [stripped(v) for v in value]
    return value


def differences(stored, now, at=""):
    if isinstance(stored, dict) and isinstance(now, dict):
        for key in sorted(stored.keys() | now.keys()):
            if key not in now:
                yield f"{at}/{key}: is gone"
            elif key not in stored:
                yield f"{at}/{key}: is new"
            else:
                yield from differences(stored[key], now[key], f"{at}/{key}")
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
        found = list(differences(json.loads(expected), stripped(json.loads(text))))
    else:
        pairs = zip(expected.splitlines(), text.splitlines())
        found = [f"line {k + 1}: {b}, was {a}" for k, (a, b) in enumerate(pairs) if a != b]
        if len(expected.splitlines()) != len(text.splitlines()):
            found.append("another number of lines")
    for line in found[:20]:
        print(line)
    return 1 if found else 0


sys.exit(main())
