"""Which planted rules does a search give back? One row a rule and noise; see README.md."""
import argparse
import concurrent.futures
import hashlib
import json
import math
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import threading

import planted
import pool
import recordings
import terms as language

here = pathlib.Path(__file__).parent


def features_of(program):
    """What the program's language has, asked by checking a small rule for each."""
    found = {"err_post"}
    asked = {"reward": "signal reward\nparam a = 0\ndw = a*reward*w",
             "err_pre": "param a = 0\ndw = a*post*err_pre'",
             "lower": "param a = 0\ndw = a*lower(post*post')*w",
             "state": "param tau = 10 ms\nparam a = 0\nstate s: post = 0\nnext s = s + (1 ms / tau) * (post - s)\n"
                      "dw = a*s*pre'"}
    with tempfile.TemporaryDirectory() as folder:
        for name, text in asked.items():
            file = pathlib.Path(folder) / f"{name}.rule"
            file.write_text(f"rule r\n{text}\n")
            if subprocess.run([program, "check", file], capture_output=True).returncode == 0:
                found.add(name)
    return found


def search(paths, folder, options, candidates):
    """One search, as any user would run it, of the text of a rule file. Gives the found rule's text, or what went wrong, the
    seconds of the processor, and result.json."""
    rule = folder / "pool.rule"
    rule.write_text(candidates)
    command = [options.program, "search", rule, "--objective", "trajectory", "--activation", recordings.activation,
               "--out", folder / "run", "--threads", "1", "--time-limit", str(options.budget), "--json",
               *options.extra.split(), "--recording", *paths]
    with open(folder / "errors.txt", "w+") as errors:
        child = subprocess.Popen([str(c) for c in command], stdout=subprocess.DEVNULL, stderr=errors)
        killer = threading.Timer(options.budget + 30, child.kill)
        killer.start()
        _, status, used = os.wait4(child.pid, 0)
        killer.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        seconds = used.ru_utime + used.ru_stime
        if child.returncode != 0:
            errors.seek(0)
            why = "out of time" if child.returncode in (3, -9) else (errors.read().strip().splitlines() or ["?"])[-1]
            return None, why, seconds, None
    result = json.loads((folder / "run" / "result.json").read_text())
    chosen = next(r for r in result["front"] if r["chosen"])
    return chosen["rule_text"], "", seconds, result


def fingerprint(*files):
    """Of a program or script and all that makes its recordings and judges it."""
    digest = hashlib.sha256()
    for file in (*files, *sorted(here.glob("*.py"))):
        if pathlib.Path(file).name != "peers.py" or file in files:
            digest.update(pathlib.Path(file).read_bytes())
    return digest.hexdigest()[:16]


def done(folder, out, options):
    """The score of a run that ended before, with --go-on and where nothing that decides it has changed; else none."""
    file = folder / "score.json"
    if not options.go_on or not file.exists():
        return None
    score = json.loads(file.read_text())
    return score if all(score.get(k) == out[k] for k in ("made_by", "budget", "extra")) else None


def keep(folder, score):
    (folder / "score.part").write_text(json.dumps(score, indent=1))
    (folder / "score.part").replace(folder / "score.json")


def one(job):
    rule, size, noise, seed, options, features = job
    out = {"rule": rule.name, "cells": size, "noise": noise, "seed": seed, "from": options.source,
           "made_by": options.fingerprint, "budget": options.budget, "extra": options.extra}
    work = pathlib.Path(options.work) / f"{rule.name}-{size[0]}x{size[1]}-{noise}-{seed}-{options.source}"
    if (score := done(work, out, options)) is not None:
        return score
    shutil.rmtree(work, ignore_errors=True)
    made = recordings.recorded(rule, size, seed, noise, options.source)
    paths = recordings.write(made, work / "recordings", features & {"reward", "err_pre"})
    text, why, seconds, result = search(paths, work, options, pool.rule_file(features))
    judge = language.Judge(*size, planted.states.items())
    wanted = judge.of_terms(rule.terms)
    if text is None:
        out.update(exact=False, false=math.nan, missed=len(wanted), error=1.0, failed=why)
    else:
        out.update(judge.compare(judge.of_rule(text), wanted))
        out["formula"] = result["formula"]
        if rule.states:  # all of one time constant, which no comparison of terms sees
            out["time_constant_error"] = max((abs(c["value"] / planted.time_constant - 1)
                                              for c in result.get("time_constants", [])), default=math.nan)
        out["explained"] = result["held_out"]["accuracy"]
    out["seconds"] = seconds
    keep(work, out)
    if not options.keep:
        shutil.rmtree(work / "recordings", ignore_errors=True)
    return out


def median(values):
    values = [v for v in values if not math.isnan(v)]
    return statistics.median(values) if values else math.nan


def summed_up(rows):
    """Of all runs of one rule and noise (or of all rules): how many there were and how many were recovered; medians of the
    rest, of false terms over those that gave a rule. A run that failed has an error of 1 and missed all."""
    out = {"runs": len(rows), "recovered": sum(r["exact"] for r in rows)}
    out["share"] = out["recovered"] / len(rows)
    out["can_be_written"] = sum(r.get("failed") != "-" for r in rows)
    for key in ("error", "false", "missed", "seconds", "time_constant_error"):
        out[key] = median([r.get(key, math.nan) for r in rows])
    return out


def grouped(rows, rules, noises):
    """Rule and noise with the runs of both; at the end every noise with all runs, under the name `all`."""
    for name in [rule.name for rule in rules] + ["all"]:
        for noise in noises:
            some = [r for r in rows if name in (r["rule"], "all") and r["noise"] == noise]
            if some:
                yield name, noise, some


def table(rows, rules, noises, who="rule-search"):
    print(f"{who}\n{'rule':<26}{'noise':>6}{'recovered':>11}{'error':>10}{'false':>7}{'missed':>8}{'seconds':>9}")
    for name, noise, some in grouped(rows, rules, noises):
        if all(r.get("failed") == "-" for r in some):  # can't be written at all
            print(f"{name:<26}{noise:>6.0%}{'-':>11}")
            continue
        s = summed_up(some)
        recovered = f"{s['recovered']}/{s['runs']}"
        print(f"{name:<26}{noise:>6.0%}{recovered:>11}{s['error']:>10.1e}"
              f"{s['false']:>7.0f}{s['missed']:>8.0f}{s['seconds']:>9.1f}")


def document(rows, rules, noises, who="rule-search"):
    """What --json prints: the rows of the table, each with its runs; null where a number is not known."""
    known = lambda v: None if isinstance(v, float) and math.isnan(v) else v
    out = []
    for name, noise, some in grouped(rows, rules, noises):
        row = {"by": who, "rule": name, "noise": noise, "from": some[0]["from"], **summed_up(some)}
        if name != "all":
            row["each"] = [{k: known(v) for k, v in r.items()} for r in some]
        out.append({k: known(v) for k, v in row.items()})
    return out


def parser(description, sizes, budget, work):
    """What all switches of this benchmark take; the arguments are defaults."""
    p = argparse.ArgumentParser(description=description)
    p.add_argument("--rules", help="names, with commas between; all without it")
    p.add_argument("--seeds", type=int, default=3)
    p.add_argument("--sizes", default=sizes, help="neurons after x before")
    p.add_argument("--budget", type=float, default=budget, help="seconds a run")
    p.add_argument("--jobs", type=int, default=1, help="runs at a time")
    p.add_argument("--extra", default="", help="more options of the search, for trying things out")
    p.add_argument("--program", default="build/release/rule-search")
    p.add_argument("--work", default=work)
    p.add_argument("--go-on", action="store_true", help="take scores that are in --work already, of the same program")
    p.add_argument("--keep", action="store_true", help="keep the recordings")
    p.add_argument("--json", action="store_true")
    return p


def read(p, by_name, arguments=None):
    """The arguments with rules and sizes as what they stand for."""
    options = p.parse_args(arguments)
    options.sizes = [tuple(int(k) for k in s.split("x")) for s in options.sizes.split(",")]
    wanted = options.rules.split(",") if options.rules else list(by_name)
    for name in wanted:
        if name not in by_name:
            p.error(f"no rule {name}; there are {', '.join(by_name)}")
    options.rules = [by_name[name] for name in wanted]
    return options


def parsed(arguments=None):
    p = parser(__doc__, "2x4,3x5,6x8", 60, "build/recovery/runs")
    p.add_argument("--noise", help="shares, with commas between", default="0,0.01,0.1")
    p.add_argument("--from", dest="source", choices=("weights", "output"), default="weights")
    options = read(p, planted.by_name, arguments)
    options.noises = [float(x) for x in options.noise.split(",")]
    return options


def main():
    options = parsed()
    planted.check()
    options.fingerprint = fingerprint(options.program)
    features = features_of(options.program)
    rules = [r for r in options.rules if set(r.needs) <= features]
    jobs = [(rule, size, noise, seed, options, features) for rule in rules for noise in options.noises
            for size in options.sizes for seed in range(1, options.seeds + 1)]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as workers:
        rows = list(workers.map(one, jobs))
    if options.json:
        print(json.dumps(document(rows, rules, options.noises), indent=1))
    else:
        table(rows, rules, options.noises)
        left_out = [r.name for r in options.rules if r not in rules]
        if left_out:
            print("left out, since the program can't write them:", ", ".join(left_out))


if __name__ == "__main__":
    main()
