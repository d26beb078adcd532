#!/usr/bin/env python3
"""By which three-factor rule does a recurrent network learn from reward? The question of Maoutsa (2025).

Usage: run.py OUT [--program PROGRAM] [--sessions N] [--trials N] [--skip-search] [--seed N] [--task TASK ...]

For both tasks: derivatives carried forward through a session of 500 trials against central differences, trial by trial; then
a search among the 36 terms of rules/pools/three_factor.rule. Writes OUT/gradient.csv, OUT/tables.md, OUT/search-TASK and,
where gnuplot is installed, OUT/gradient.svg. Needs Python 3 and nothing else.
"""
import argparse
import csv
import json
import math
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULE = ROOT / "rules/miconi.rule"
POOL = ROOT / "rules/pools/three_factor.rule"
# A fifth of the task's own rate, and nothing cut off. At the task's own rate, or with changes cut off, differences meet kinks
# or run away.
RATES = {"dnms": "0.005", "context": "0.003"}
EPSILON = 1e-4
SHOWN = 100  # first and last trials


def call(options, *arguments):
    done = subprocess.run([options.program, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return done.stdout


def replayed(options, path):
    return json.loads(call(options, "replay", path, "--json"))


def norm(values):
    return math.sqrt(sum(v * v for v in values))


def gradient(options, task, out):
    """Rows: task, session, trial, slope of the trial's error carried forward, by central differences."""
    rows = []
    for session in range(options.sessions):
        path = out / "session.json"
        call(options, "eval", RULE, "--objective", "reward", "--task", task, "--clip", 0, "--rate", RATES[task], "--trials",
             options.trials, "--episodes", 1, "--part", "test", "--seed", options.seed + session, "--record", path)
        forward = [row[0] for row in replayed(options, path)["jacobian"]]
        document = json.loads(path.read_text())
        theta = document["parameters"]["theta33"]
        theta = theta[0] if isinstance(theta, list) else theta
        errors = []
        for side in (1, -1):
            document["parameters"]["theta33"] = theta + side * EPSILON
            moved = out / "moved.json"
            moved.write_text(json.dumps(document))
            errors.append(replayed(options, moved)["errors"])
            moved.unlink()
        path.unlink()
        for trial, (slope, above, below) in enumerate(zip(forward, *errors)):
            rows.append((task, session + 1, trial + 1, slope, (above - below) / (2 * EPSILON)))
    return rows


def off(rows):
    """Of all these trials together, in every session: the length of the difference, as a share of the length of the slopes."""
    out = []
    for session in sorted({r[1] for r in rows}):
        mine = [r for r in rows if r[1] == session]
        out.append(norm(r[3] - r[4] for r in mine) / norm(r[4] for r in mine))
    return out


def gradient_table(rows, trials):
    lines = [f"| task | trials 1 to {SHOWN}: median; largest of the sessions | last {SHOWN}: median; largest |", "|---|---|---|"]
    for task in RATES:
        mine = [r for r in rows if r[0] == task]
        if not mine:
            continue
        first = off([r for r in mine if r[2] <= SHOWN])
        last = off([r for r in mine if r[2] > trials - SHOWN])
        lines.append(f"| {task} | " + " | ".join(f"{statistics.median(x):.1e}; {max(x):.1e}" for x in (first, last)) + " |")
    return "\n".join(lines)


def draw(out, rows):
    if shutil.which("gnuplot") is None:
        print("gnuplot is not installed, so no figure is drawn", file=sys.stderr)
        return
    script = ["set terminal svg size 760,300 font 'Helvetica,12' background rgb 'white'", "set output 'gradient.svg'",
              "set border 3", "set tics nomirror", "set xlabel 'trial'", "set key off",
              "set multiplot layout 1,2 margins 0.10,0.98,0.18,0.88 spacing 0.11"]
    for task in RATES:
        mine = [r for r in rows if r[0] == task and r[1] == 1]
        if not mine:
            continue
        (out / f"gradient_{task}.dat").write_text("".join(f"{r[2]} {r[3]:.9g} {r[4]:.9g}\n" for r in mine))
        script += [f"set title '{task}'", "set ylabel 'd error / d theta33'",
                   f"plot 'gradient_{task}.dat' using 1:3 with lines lw 3 lc rgb '#CCCCCC', "
                   "'' using 1:2 with lines lw 1 lc rgb '#0072B2'"]
    subprocess.run(["gnuplot", "-e", "; ".join(script)], cwd=out, check=False)


def searched(options, task, out):
    began = time.monotonic()
    call(options, "search", POOL, "--objective", "reward", "--task", task, "--seed", options.seed, "--out",
         out / f"search-{task}")
    seconds = time.monotonic() - began
    result = json.loads((out / f"search-{task}" / "result.json").read_text())
    terms = ", ".join(f"{t['coefficient']:.3g} `{t['term']}`" for t in result["terms"])
    lines = [f"## {task}", "", f"Found in {seconds / 60:.0f} minutes: {terms}", ""]
    for table in result["tables"]:
        lines += [table["title"] + ":", "", "| " + " | ".join(table["columns"]) + " |", "|---" * len(table["columns"]) + "|"]
        lines += ["| " + " | ".join(row) + " |" for row in table["rows"]] + [""]
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--program", default=str(ROOT / "build/release/rule-search"))
    parser.add_argument("--sessions", type=int, default=4)
    parser.add_argument("--trials", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--task", nargs="+", default=list(RATES), choices=list(RATES))
    parser.add_argument("--skip-search", action="store_true")
    options = parser.parse_args()
    if options.trials < 2 * SHOWN:
        sys.exit(f"--trials {options.trials}: expected at least {2 * SHOWN}")
    options.out.mkdir(parents=True, exist_ok=True)
    rows = []
    for task in options.task:
        rows += gradient(options, task, options.out)
    with open(options.out / "gradient.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["task", "session", "trial", "forward", "central_differences"])
        writer.writerows(rows)
    draw(options.out, rows)
    text = ["# Derivatives against central differences", "", gradient_table(rows, options.trials), ""]
    for task in [] if options.skip_search else options.task:
        text += searched(options, task, options.out)
    (options.out / "tables.md").write_text("\n".join(text))
    print("\n".join(text))


if __name__ == "__main__":
    main()
