#!/usr/bin/env python3
"""Which parts does a rule need by which spiking neurons learn to decode? The question put to Nallani et al. (2025).

Usage: run.py OUT [--program PROGRAM] [--sessions N] [--fit-sessions N] [--iterations N] [--seed N] [--tuning NAME]
              [--skip-changes]

Fits the rates of every variant of the rule to the same sessions, and scores all on the same test sessions: OUT/tables.md.
Then half of the recorded units change in the middle of a session: what is learning on worth? Needs Python 3 and nothing else.
"""
import argparse
import json
import math
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHANGES = {"none": "0", "remap": "0.5", "dropout": "0.5", "drift": "1"}
# Two-sided 95 % of Student's t by degrees of freedom; the next smaller one is taken.
STUDENT = {1: 12.71, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 7: 2.365, 9: 2.262, 11: 2.201, 15: 2.131, 20: 2.086, 31: 2.040,
           63: 1.998, 127: 1.979, 255: 1.969}


def rule(name, trace="fast", gate=True, errors=True, activity=True, path=False):
    """A variant as text. trace: fast, slow, both or none; errors, activity: scaled by their root mean square."""
    lines = [f"rule {name}", "let dt = 20 ms"]
    error = "(err_post .* gate)" if gate else "err_post"
    scale = []
    if errors:
        lines += ["state square_err = 1",
                  "let square_err1 = 0.99 * square_err + 0.01 * dot(err_post, err_post) / sum(ones_post)",
                  "next square_err = square_err1"]
        scale.append("sqrt(square_err1 + 1e-8)")
    if activity:
        lines += ["state square_pre = 1", "let square_pre1 = 0.99 * square_pre + 0.01 * dot(pre, pre) / sum(ones_pre)",
                  "next square_pre = square_pre1"]
        scale.append("sqrt(square_pre1 + 1e-8)")
    lines.append(f"let change = - {error} * pre'" + (f" / ({' * '.join(scale)})" if scale else ""))
    traces = {"fast": ["120"], "slow": ["700"], "both": ["120", "700"], "none": []}[trace]
    parts = []
    for k, ms in enumerate(traces):
        lines += [f"state trace{k}: post x pre = 0", f"let now{k} = exp(-dt / {ms} ms) * trace{k} + change", f"next trace{k} = now{k}"]
        parts.append(f"now{k}")
    learnt = " + ".join(parts) if len(parts) == 1 else " + ".join(f"0.5 * {p}" for p in parts) if parts else "change"
    eta = {"fast": 1.4e-4, "slow": 2e-5, "both": 4e-5, "none": 5e-4}[trace] * (1 if errors or activity else 3)
    dw = f"eta * ({learnt})"
    if path:
        lines += ["signal clock", "state momentum: post x pre = 0", f"let momentum1 = 0.9 * momentum + 0.1 * ({learnt})",
                  "next momentum = momentum1", "param eta_slow = 3e-4 in [0, inf]"]
        dw += " + eta_slow * clock * momentum1 / sqrt(mean(momentum1.^2) + 1e-8)"
    return "\n".join(lines + [f"param eta = {eta:g} in [0, inf]", f"dw = {dw}", ""])


VARIANTS = [
    ("fast trace", dict()),
    ("both traces, both paths (the paper's)", dict(trace="both", path=True)),
    ("both traces", dict(trace="both")),
    ("slow trace", dict(trace="slow")),
    ("no trace", dict(trace="none")),
    ("fast trace, no gate", dict(gate=False)),
    ("no trace, no gate", dict(trace="none", gate=False)),
    ("fast trace, nothing scaled", dict(errors=False, activity=False)),
    ("fast trace, errors scaled alone", dict(activity=False)),
    ("fast trace, activity scaled alone", dict(errors=False)),
]


def call(options, *arguments):
    done = subprocess.run([options.program, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return done.stdout


def interval(values):
    n = len(values)
    t = STUDENT[max(d for d in STUDENT if d <= n - 1)]
    half = t * statistics.stdev(values) / math.sqrt(n)
    return statistics.mean(values), half


def text(values):
    mean, half = interval(values)
    return f"{mean:+.3f} ({mean - half:+.3f} to {mean + half:+.3f})"


def plain(values):
    mean, half = interval(values)
    return f"{mean:.3f} ± {half:.3f}"


def fitted(options, out, k, text_of_rule, *more):
    """The rule file with fitted coefficients."""
    path = out / f"rule{k}.rule"
    path.write_text(text_of_rule)
    folder = out / f"fit{k}"
    call(options, "fit", path, "--objective", "decoding", "--tuning", options.tuning, "--seed", options.seed, "--fit-episodes",
         options.fit_sessions, "--iterations", options.iterations, "--history-episodes", 2, "--test-episodes", 2, "--out",
         folder, *more)
    return folder / "rule.rule"


def correlations(options, path, *more):
    document = json.loads(call(options, "eval", path, "--objective", "decoding", "--tuning", options.tuning, "--seed",
                               options.seed, "--episodes", options.sessions, "--json", *more))
    return document["by_unit"]["correlation"]


def ablation(options, out):
    rows = []
    first = None
    for k, (title, parts) in enumerate(VARIANTS):
        path = fitted(options, out, k, rule(f"variant{k}", **parts))
        rows.append((title, correlations(options, path)))
        first = first or path
        print(f"{title}: {plain(rows[-1][1])}", file=sys.stderr)
    fixed = fitted(options, out, len(VARIANTS), rule("fixed"), "--feedback", "fixed")
    rows.append(("fast trace, fixed random feedback", correlations(options, fixed, "--feedback", "fixed")))
    lines = ["| rule | correlation | minus fast trace (paired) |", "|---|---|---|"]
    for k, (title, values) in enumerate(rows):
        difference = "" if k == 0 else text([a - b for a, b in zip(values, rows[0][1])])
        lines.append(f"| {title} | {plain(values)} | {difference} |")
    return lines, first


def baselines(options, out):
    """Decoders without spiking neurons on the same test sessions, as a search for one coefficient compares them."""
    path = out / "baselines.rule"
    path.write_text(rule("baselines"))
    folder = out / "baselines"
    call(options, "search", path, "--objective", "decoding", "--tuning", options.tuning, "--seed", options.seed, "--fit-episodes",
         2, "--refit-episodes", 8, "--validation-episodes", 4, "--test-episodes", options.sessions, "--must", "eta", "--out",
         folder)
    result = json.loads((folder / "result.json").read_text())
    lines = ["| decoder | correlation |", "|---|---|"]
    for b in result["baselines"].values():
        low, high = b["accuracy_interval"]
        lines.append(f"| {b['title']} | {b['accuracy']:.3f} ± {(high - low) / 2:.3f} |")
    return lines


def changes(options, path):
    lines = ["| | " + " | ".join(CHANGES) + " |", "|---" * (1 + len(CHANGES)) + "|"]
    rows = {}
    for title, more in (("learns on", []), ("stops learning at the change", ["--frozen-after-change"])):
        rows[title] = [correlations(options, path, "--change", change, "--change-share", share, "--learn-time", 240,
                                    *([] if change == "none" else more)) if change != "none" or not more else None
                       for change, share in CHANGES.items()]
        lines.append(f"| {title} | " + " | ".join(plain(v) if v else "" for v in rows[title]) + " |")
    on, off = rows.values()
    lines.append("| difference (paired) | " + " | ".join(
        text([a - b for a, b in zip(x, y)]) if y else "" for x, y in zip(on, off)) + " |")
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--program", default=str(ROOT / "build/release/rule-search"))
    parser.add_argument("--sessions", type=int, default=64)
    parser.add_argument("--fit-sessions", type=int, default=24)
    parser.add_argument("--iterations", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tuning", default="default")
    parser.add_argument("--skip-changes", action="store_true")
    options = parser.parse_args()
    if options.sessions < 2:
        sys.exit("--sessions: expected at least 2")
    options.out.mkdir(parents=True, exist_ok=True)
    lines, first = ablation(options, options.out)
    lines = ["## Which parts are needed?", ""] + lines
    lines += ["", "## Other decoders", ""] + baselines(options, options.out)
    if not options.skip_changes:
        lines += ["", f"## What is learning on worth? ({VARIANTS[0][0]})", ""] + changes(options, first)
    (options.out / "tables.md").write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
