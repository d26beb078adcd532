"""Executes notebooks and compares what they print with what stands in them; numbers may differ in their last digits.

Usage: notebooks.py [--write] NOTEBOOK...    --write: puts what they print into them
"""
import os
import pathlib
import re
import sys

import nbformat
from nbclient import NotebookClient

NUMBER = re.compile(r"-?\d+\.?\d*(?:e[+-]?\d+)?")


def texts(notebook):
    """What cells printed and returned as text."""
    out = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                out.append(output.text)
            elif "text/plain" in output.get("data", {}):
                out.append(output.data["text/plain"])
    return out


def alike(a, b):
    """The same words, and numbers that agree to two digits: processors differ."""
    if NUMBER.sub("#", a).split() != NUMBER.sub("#", b).split():
        return False
    return all(abs(float(x) - float(y)) <= 0.02 * max(abs(float(x)), abs(float(y)), 1e-3) for x, y in zip(NUMBER.findall(a), NUMBER.findall(b)))


def main():
    write = sys.argv[1] == "--write"
    failed = False
    os.environ["TQDM_DISABLE"] = "1"
    for path in map(pathlib.Path, sys.argv[1 + write:]):
        before = nbformat.read(path, as_version=4)
        after = nbformat.read(path, as_version=4)
        NotebookClient(after, timeout=1200, kernel_name="python3", resources={"metadata": {"path": str(pathlib.Path(os.environ["RULE_SEARCH_ROOT"]))}}).execute()
        if write:
            for cell in after.cells:
                cell.metadata.pop("execution", None)
            nbformat.write(after, path)
        elif not before.cells or len(texts(before)) != len(texts(after)) or not all(map(alike, texts(before), texts(after))):
            failed = True
            print(f"{path.name}: prints something else than what stands in it")
            for a, b in zip(texts(before), texts(after)):
                if not alike(a, b):
                    print(f"stands:\n{a}\nprints:\n{b}")
        print(f"{path.name}: executed")
    sys.exit(failed)


main()
