#!/usr/bin/env python3
"""Are skip connections necessary for biologically plausible learning rules? The question of Im, Patil & Branson (2020).

Usage: run.py OUT [--program PROGRAM] [--data DIR] [--stream N] [--seeds N] [--jobs N] [--long N]

Feedback alignment, difference target propagation and backpropagation with four kinds of skips, and a linear layer, each with
six learning rates, on streams of Fashion-MNIST; then a longer stream with the best rate of each. Writes OUT/scores.csv,
OUT/tables.md and, where gnuplot is installed, OUT/rates.svg. Needs Python 3 and nothing else.
"""
import argparse
import concurrent.futures
import csv
import json
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
HIDDEN = "100,100,100,100,100"
RATES = ["3e-4", "1e-3", "3e-3", "1e-2", "3e-2", "1e-1"]
SKIPS = ["none", "residual", "output", "dense"]
KINDS = {
    "FA": ["--feedback", "fixed"],
    "DTP": ["--feedback", "dtp", "--dtp-warmup", "1000"],
    "BP": ["--feedback", "symmetric"],
}
CHANCE = 0.1


def networks():
    """Rows of the tables: what is printed, skips, kind, and options."""
    out = [(f"{skip} {kind}", skip, kind, ["--hidden", HIDDEN, "--skip", skip, *options])
           for skip in SKIPS for kind, options in KINDS.items()]
    return out + [("linear", "linear", "linear", ["--hidden", "none"])]


def score(options, network, rate, stream, queries, seeds, part):
    """What eval says of these streams; chance where all of them diverged."""
    command = [options.program, "eval", str(ROOT / "rules/feedback_alignment.rule"), "--set", f"eta={rate}", *network,
               "--stream", str(stream), "--queries", str(queries), "--episodes", str(seeds), "--part", part,
               "--threads", "1", "--json"]
    if options.data:
        command += ["--data", options.data]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        if "diverged" in done.stderr:
            return {"accuracy": CHANCE, "accuracy_interval": [CHANCE, CHANCE], "diverged": seeds}
        sys.exit(done.stderr)
    return json.loads(done.stdout)


def rates_table(scores):
    rows = ["| skips and rule | " + " | ".join(RATES) + " | within 4 points of the best |", "|---" * (len(RATES) + 2) + "|"]
    for name, *_ in networks():
        values = [100 * scores[name, rate]["accuracy"] for rate in RATES]
        near = sum(v >= max(values) - 4 for v in values)
        rows.append(f"| {name} | " + " | ".join(f"{v:.1f}" for v in values) + f" | {near} of {len(RATES)} |")
    return "\n".join(rows)


def draw(out, scores):
    """A panel for each kind of skips."""
    if shutil.which("gnuplot") is None:
        print("gnuplot is not installed, so no figure is drawn", file=sys.stderr)
        return
    colours = {"FA": "#D55E00", "DTP": "#0072B2", "BP": "#009E73", "linear": "#000000"}
    script = ["set terminal svg size 900,330 font 'Helvetica,12' background rgb 'white'", "set output 'rates.svg'",
              "set logscale x", "set format x '10^{%L}'", "set xrange [2e-4:0.2]", "set yrange [0:90]", "set border 3",
              "set tics nomirror", "unset key",
              "set multiplot layout 1,4 margins 0.07,0.99,0.18,0.80 spacing 0.035"]
    for k, (kind, colour) in enumerate(colours.items()):
        script.append(f"set label {k + 1} '{kind}' at screen {0.7 + 0.07 * k},0.95 center tc rgb '{colour}'")
    for place, skip in enumerate(SKIPS):
        if place == 1:
            script += [f"unset label {k + 1}" for k in range(len(colours))]
        plots = []
        for kind in [*KINDS, "linear"]:
            name = f"{skip} {kind}" if kind != "linear" else "linear"
            file = f"{name.replace(' ', '_')}.dat"
            with open(out / file, "w") as f:
                for rate in RATES:
                    s = scores[name, rate]
                    f.write(f"{rate} {100 * s['accuracy']} {100 * s['accuracy_interval'][0]} {100 * s['accuracy_interval'][1]}\n")
            dashed = " dt 3" if kind == "linear" else ""
            plots.append(f"'{file}' with linespoints pt 7 ps 0.5 lw 2{dashed} lc rgb '{colours[kind]}'")
        script += [f"set title 'skips: {skip}' offset 0,-0.5", "set xlabel 'learning rate'",
                   "set ylabel 'test accuracy, %'" if place == 0 else "unset ylabel",
                   "plot " + ", ".join(plots)]
    (out / "rates.gp").write_text("\n".join([*script, "unset multiplot"]) + "\n")
    subprocess.run(["gnuplot", "rates.gp"], cwd=out, check=True)


def parallel(jobs, options):
    """Scores of jobs, each (network, rate, stream, queries a class, seeds, part)."""
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as workers:
        return list(workers.map(lambda j: score(options, *j), jobs))


def at_all_rates(options):
    jobs = [(name, network, rate) for name, _, _, network in networks() for rate in RATES]
    found = parallel([(network, rate, options.stream, options.queries, options.seeds, "test") for _, network, rate in jobs], options)
    scores = {(name, rate): s for (name, _, rate), s in zip(jobs, found)}
    with open(options.out / "scores.csv", "w", newline="") as f:
        table = csv.writer(f)
        table.writerow(["skips_and_rule", "rate", "accuracy", "low", "high", "diverged"])
        for (name, rate), s in scores.items():
            table.writerow([name, rate, s["accuracy"], *s["accuracy_interval"], s["diverged"]])
    return scores


def long_table(options):
    """A long stream. Its rate is taken by one stream of validation images, never by test images."""
    rows = [(name, network) for name, _, _, network in networks()
            if name in ("none FA", "none DTP", "none BP", "output FA", "output DTP", "output BP", "linear")]
    rates = RATES[1:4]
    shorter = int(0.8 * options.long)  # fewer images are there to learn from for validation
    tried = parallel([(network, rate, shorter, 500, 1, "validation") for _, network in rows for rate in rates], options)
    best = []
    for k in range(len(rows)):
        of_row = [s["accuracy"] for s in tried[k * len(rates):(k + 1) * len(rates)]]
        best.append(rates[of_row.index(max(of_row))])
    found = parallel([(network, rate, options.long, 1000, 2, "test") for (_, network), rate in zip(rows, best)], options)
    text = (f"Test accuracy in % after {options.long} images, two streams; the rate was taken on validation images\n\n"
            "| skips and rule | rate | accuracy |\n|---|---|---|\n")
    return text + "".join(f"| {name} | {rate} | {100 * s['accuracy']:.1f} |\n" for (name, _), rate, s in zip(rows, best, found))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("out", type=pathlib.Path)
    p.add_argument("--program", default=str(ROOT / "build/release/rule-search"))
    p.add_argument("--data", help="folder with IDX files of 10 classes; without it Fashion-MNIST of Debian")
    p.add_argument("--stream", type=int, default=10000, help="images of a stream; 0: no table of rates")
    p.add_argument("--queries", type=int, default=200, help="images a class")
    p.add_argument("--seeds", type=int, default=3)
    p.add_argument("--jobs", type=int, default=2, help="runs at a time")
    p.add_argument("--long", type=int, default=59000, help="images of the longer stream; 0: none")
    options = p.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    text = ""
    if options.stream > 0:
        scores = at_all_rates(options)
        text += f"Test accuracy in %, mean of {options.seeds} streams of {options.stream} images\n\n{rates_table(scores)}\n\n"
        draw(options.out, scores)
    if options.long > 0:
        text += long_table(options)
    (options.out / "tables.md").write_text(text)
    print(text, end="")


if __name__ == "__main__":
    main()
