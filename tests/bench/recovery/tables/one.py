"""All scores of a --work folder as one table in Markdown: a row for every rule and what was recorded of it, beside each
other what the program and its peers made of the same recordings. Reads scores, and runs nothing."""
import argparse
import collections
import json
import pathlib
import statistics

methods = {None: "rule-search", "sindy": "sindy", "integral": "integral", "taylor": "taylor"}


def median(scores, key):
    return statistics.median(score[key] for score in scores)


def cell(scores):
    if not scores:
        return ""
    if all(score.get("failed") == "-" for score in scores):
        return "–"  # can't be written
    return f"{sum(score['exact'] for score in scores)}/{len(scores)}, {median(scores, 'error'):.0e}"


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--work", default="build/recovery/runs")
    work = pathlib.Path(p.parse_args().work)
    scores = [json.loads(file.read_text()) for file in sorted(work.glob("*/score.json"))]
    if not scores:
        p.error(f"{work}: no scores; run the benchmark first")
    rows = collections.defaultdict(lambda: collections.defaultdict(list))
    for score in scores:
        rows[score["from"] == "output", score["noise"], score["rule"]][score.get("who")].append(score)
    who = [name for name in methods if any(name in row for row in rows.values())]
    versions = {score["made_by"] for score in scores if "who" not in score}
    if len(versions) > 1:
        print(f"These scores are of {len(versions)} versions of program and scripts.\n")
    print("Recovered of runs, and the median relative error of coefficients.\n")
    print("| rule | recorded | noise | " + " | ".join(methods[name] for name in who) + " |")
    print("|---" * (3 + len(who)) + "|")
    for (output, noise, rule), row in sorted(rows.items()):
        print(f"| `{rule}` | {'activities' if output else 'weights'} | {noise:.0%} | "
              + " | ".join(cell(row[name]) for name in who) + " |")
    print("\n| recorded | noise | by | runs | recovered | of runs whose rule it can write | coefficient error of these, median | seconds of one core, median |")
    print("|---" * 8 + "|")
    together = collections.defaultdict(list)
    for (output, noise, _), row in rows.items():
        for name in who:
            together[output, noise, who.index(name)] += row[name]
    for (output, noise, name), some in sorted(together.items()):
        if not some:
            continue
        written = [score for score in some if score.get("failed") != "-"]
        if not written:
            continue
        seconds = [score["seconds"] for score in written if score["seconds"] == score["seconds"]]
        print(f"| {'activities' if output else 'weights'} | {noise:.0%} | {methods[who[name]]} | {len(some)} | "
              f"{sum(score['exact'] for score in some)} | {len(written)} | {median(written, 'error'):.1e} | "
              f"{statistics.median(seconds) if seconds else 0:.1f} |")


if __name__ == "__main__":
    main()
