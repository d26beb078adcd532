"""Do intervals cover, is nothing found where there is nothing, are exact rules found from six recordings? See README.md."""
import argparse
import json
import math
import os
import pathlib
import shutil
import statistics
import subprocess
import sys

import planted

here = pathlib.Path(__file__).parent
root = here.parents[2]
program = os.environ.get("PROGRAM", str(root / "build/release/rule-search"))
work = root / "build/coverage"


def run(arguments, recordings, tests=(), signal=None):
    """What the program writes as JSON, given recordings as files; None where it fails, and why on stderr."""
    shutil.rmtree(work / "run", ignore_errors=True)
    paths = planted.write(recordings, work / "run" / "data", signal)
    apart = planted.write(tests, work / "run" / "apart", signal)
    command = [program, *arguments, "--objective", "recordings", "--threads", "1", "--json", "--out", work / "run" / "out"]
    command += [x for p in paths for x in ("--recording", p)] + [x for p in apart for x in ("--test-recording", p)]
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    if not done.stdout:
        print(f"exit code {done.returncode}: {done.stderr.strip().splitlines()[-2:]}", file=sys.stderr)
        return None
    return json.loads(done.stdout)


def keep(name, rows):
    """One line of JSON a data set, in build/coverage."""
    work.mkdir(parents=True, exist_ok=True)
    (work / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def wilson(hits, n):
    """95 % interval of a share, in percent."""
    if n == 0:
        return "-"
    z, p = 1.959964, hits / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return f"{100 * max(0, middle - half):.0f} to {100 * min(1, middle + half):.0f} %"


def share(hits, n):
    return f"{hits}/{n} ({wilson(hits, n)})"


def holds(row, field, name):
    interval = row[name][field]
    return bool(interval) and interval[0] <= planted.hebb_planted[name] <= interval[1]


def cover_row(kind, count, sets):
    """All data sets of one kind and number of recordings: the fitted values and their intervals."""
    rows = []
    for seed in range(1, sets + 1):
        # With twelve recordings and more the program keeps three of ten apart, unless others are named for the test.
        made = planted.coverage_set(seed, kind, count + 2 if count >= 12 else count)
        out = run(["fit", here / "hebb_decay.rule", "--seed", seed], made[:count], made[count:])
        row = {"kind": kind, "recordings": count, "seed": seed, "fitted": None}
        if out:
            row["fitted"] = out["trust_region"]["fit_episodes"]
            row.update({p["name"]: {k: p.get(k) for k in ("value", "interval", "bootstrap_interval")}
                        for p in out["parameters"]})
        rows.append(row)
    return rows


def coverage(sets):
    kept = []
    for field, title in (("interval", "sandwich"), ("bootstrap_interval", "bootstrap")):
        print(f"\nIntervals: {title}\n")
        print("| coefficients | recordings | fitted | holds a | holds d | holds both | median width / planted a | d | "
              "mean fitted / planted a | d |")
        print("|---|---|---|---|---|---|---|---|---|---|")
        for kind in ("noise", "own"):
            for count in (4, 8, 16, 40):
                if field == "interval":
                    kept += cover_row(kind, count, sets)
                    keep("coverage", kept)
                print(cover_line(kept, kind, count, field), flush=True)


def cover_line(kept, kind, count, field):
    rows = [r for r in kept if r["kind"] == kind and r["recordings"] == count and r["fitted"]]
    a, d = (sum(holds(r, field, name) for r in rows) for name in "ad")
    both = sum(holds(r, field, "a") and holds(r, field, "d") for r in rows)
    width, mean = {}, {}
    for name in "ad":
        size = abs(planted.hebb_planted[name])
        widths = [(r[name][field][1] - r[name][field][0]) / size for r in rows if r[name][field]]
        width[name] = f"{statistics.median(widths):.3g}" if widths else "-"
        mean[name] = statistics.fmean(r[name]["value"] for r in rows) / planted.hebb_planted[name]
    fitted = sorted({r["fitted"] for r in rows})
    n = len(rows)
    return (f"| {'the same' if kind == 'noise' else 'own'} | {count} | {', '.join(map(str, fitted))} | {share(a, n)} | "
            f"{share(d, n)} | {share(both, n)} | {width['a']} | {width['d']} | {mean['a']:.3f} | {mean['d']:.3f} |")


def permuted(sets):
    print("\n| planted | noise | searched | found_anything | what was found, how often |")
    print("|---|---|---|---|---|")
    kept = []
    cases = [(rule, wander, True) for rule in ("oja", "reward") for wander in (False, True)] + [("none", True, False)]
    for rule, wander, permute in cases:
        rows = []
        for seed in range(1, sets + 1):
            pool = here / "rewarded_pool.rule" if rule == "reward" else root / "rules/pools/layer_cubic.rule"
            out = run(["search", pool, "--seed", seed, *(["--permute"] if permute else [])],
                      planted.permuted_set(seed, rule, wander), signal="reward" if rule == "reward" else None)
            rows.append({"rule": rule, "wander": wander, "permuted": permute, "seed": seed, "ran": bool(out)})
            if out:
                rows[-1].update(found=bool(out["found_anything"]), terms=[t["term"] for t in out["terms"]],
                                coefficients=[t["coefficient"] for t in out["terms"]],
                                explained=out["held_out"].get("variance_explained"))
        kept += rows
        keep("permuted", kept)
        ran = [r for r in rows if r["ran"]]
        found = [r for r in ran if r["found"]]
        sums = [" + ".join(r["terms"]) for r in found]
        texts = ", ".join(f"`{s}` {sums.count(s)}" for s in sorted(set(sums), key=lambda s: (-sums.count(s), s)))
        print(f"| {rule} | {'process' if wander else 'measurement'} | {'permuted' if permute else 'as recorded'} | "
              f"{share(len(found), len(ran))} | {texts or '-'} |", flush=True)


exact_planted = {"reward": {"k": 0.01, "d": -0.02, "tau": 0.02}, "oja": {"a": 0.04, "b": -0.04},
                 "polynomial": {"a": -0.4, "b": 0.3}}


def exact(sets):
    print("\n| planted | terms found | and coefficients within 1e-4 | largest relative error, median (most) | others found |")
    print("|---|---|---|---|---|")
    kept = []
    for rule, values in exact_planted.items():
        rows = []
        for seed in range(1, sets + 1):
            out = run(["search", here / f"exact_{rule}.rule", "--seed", seed], planted.exact_set(seed, rule),
                      signal="reward" if rule == "reward" else None)
            found = found_values(out) if out else {}
            same = set(found) == set(values)
            error = max(abs(found[k] / v - 1) for k, v in values.items()) if same else None
            rows.append({"rule": rule, "seed": seed, "found": found, "terms": same, "error": error})
        kept += rows
        keep("exact", kept)
        errors = [r["error"] for r in rows if r["terms"]]
        others = "; ".join(f"seed {r['seed']}: {' '.join(r['found']) or 'nothing'}" for r in rows if not r["terms"])
        size = f"{statistics.median(errors):.1e} ({max(errors):.1e})" if errors else "-"
        print(f"| {rule} | {share(len(errors), len(rows))} | {share(sum(e < 1e-4 for e in errors), len(rows))} | {size} | "
              f"{others or '-'} |", flush=True)


def found_values(out):
    """Coefficients and time constants (seconds) by name."""
    found = {t["parameter"]: t["coefficient"] for t in out["terms"]}
    found.update({t["parameter"]: t["value"] for t in out.get("time_constants") or []})
    return found


def main():
    parser = argparse.ArgumentParser(prog="run.sh")
    parser.add_argument("what", nargs="?", choices=("coverage", "permuted", "exact"), help="all three without it")
    parser.add_argument("--sets", type=int, help="data sets a row: 100 for coverage, 20 for the others")
    options = parser.parse_args()
    for name, measure, sets in (("coverage", coverage, 100), ("permuted", permuted, 20), ("exact", exact, 20)):
        if options.what in (None, name):
            measure(options.sets or sets)


main()
