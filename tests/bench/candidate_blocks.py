#!/usr/bin/env python3
"""Times what a search asks when it screens a large pool: one evaluation of 16 candidates that stand at 0, beside two terms that are
in the rule, with the derivatives by all of them.

Usage: tests/bench/candidate_blocks.py --data DIR [--pool FILE] [PROGRAM...]
Several programs take turns, and their numbers are compared. Standard library only.
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BLOCK = 16
IN_THE_RULE = "b1*(err_post*pre') + b2*(err_post*(w'*post)')"


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return done.stdout


def candidates_of(program, pool):
    """The terms of a pool, without their coefficients."""
    lines = run(program, "check", pool).splitlines()
    written = [re.split(r"\s+dw_ij: ", line)[0].split("*", 1)[1].strip()
               for line in lines if re.match(r"\s+(local|cell|layer)\s+c\d+\*.* dw_ij: ", line)]
    return written


def rule_of(terms):
    parameters = "".join(f"param c{k} = 0\n" for k in range(len(terms)))
    update = " + ".join([IN_THE_RULE] + [f"c{k}*({term})" for k, term in enumerate(terms)])
    return f"rule block\nparam b1 = -0.1\nparam b2 = 0.12\n{parameters}dw = {update}\n"


def seconds_an_episode(program, rule, data):
    """From two runs, so that what comes before the episodes does not count; and the numbers of the longer one."""
    took = []
    for episodes in (2, 6):
        begin = time.perf_counter()
        numbers = run(program, "eval", rule, "--derivatives", "--episodes", str(episodes), "--threads", "1", "--data", data, "--json")
        took.append(time.perf_counter() - begin)
    return (took[1] - took[0]) / 4, numbers


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("programs", nargs="*", default=[str(ROOT / "build/release/rule-search")])
    options.add_argument("--data", required=True, help="folder with images")
    options.add_argument("--pool", default=str(ROOT / "rules/pools/cell_cubic.rule"))
    o = options.parse_args()
    terms = candidates_of(o.programs[0], o.pool)
    blocks = range(0, len(terms), BLOCK)
    total = [0.0] * len(o.programs)
    print("| from candidate | " + " | ".join(f"{p}, ms" for p in o.programs) + " |")
    print("| ---: | " + " | ".join("---:" for _ in o.programs) + " |")
    with tempfile.NamedTemporaryFile("w", suffix=".rule") as file:
        for first in blocks:
            file.seek(0)
            file.truncate()
            file.write(rule_of(terms[first:first + BLOCK]))
            file.flush()
            timed = [seconds_an_episode(program, file.name, o.data) for program in o.programs]
            if any(numbers != timed[0][1] for _, numbers in timed):
                sys.exit(f"from candidate {first + 1} on: the programs do not agree")
            for k, (seconds, _) in enumerate(timed):
                total[k] += seconds
            print(f"| {first + 1} | " + " | ".join(f"{1000 * seconds:.0f}" for seconds, _ in timed) + " |", flush=True)
    print("| mean | " + " | ".join(f"{1000 * t / len(blocks):.0f}" for t in total) + " |")


if __name__ == "__main__":
    main()
