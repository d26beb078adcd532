#!/usr/bin/env bash
# A rule with a parameter [recording]: the search, its tables and the rule it leaves are as without it, and values of the
# recordings follow; they survive a stop, a second run and every form of a report.
# Usage: own_values.sh PROGRAM SOURCE
set -uo pipefail
. "$(dirname "$0")/lib/head.sh" "$@"
cd "$source" || exit 2

files=()
for file in examples/animals/animal_*; do files+=(--recording "$file"); done
own=(search examples/animals/animals.rule --objective recordings "${files[@]}")
sed 's/\[recording\]//' examples/animals/animals.rule >"$work/animals.rule"
"$program" "${own[@]}" --out "$work/own" >"$work/out" 2>"$work/err" || fail "search"
"$program" search "$work/animals.rule" --objective recordings "${files[@]}" --out "$work/common" >"$work/common.out" 2>"$work/err" ||
  fail "search with one value"
grep -q '^Values by recording' "$work/out" && grep -q 'The recordings differ in eta: own values' "$work/out" || fail "the table"
grep -q '^param eta\[recording\] = ' "$work/own/rule.rule" || fail "the rule file"
if grep -q 'own_values' "$work/common/result.json" || grep -q 'Values by recording' "$work/common.out"; then fail "own values of none"; fi

python3 - "$work/own/result.json" "$work/common/result.json" examples/animals/made_with.txt <<'PYTHON' || fail "result.json"
import json, statistics, sys
own, common = (json.load(open(path)) for path in sys.argv[1:3])
# Everything but what follows is of the rule with one value.
for key in ("formula", "held_out", "path", "terms", "choice", "baselines"):
    assert json.dumps(own[key]).replace("[recording]", "") == json.dumps(common[key]), key
made = dict(line.split() for line in open(sys.argv[3]).read().splitlines()[1:])
values = own["own_values"]
(eta,) = values["parameters"]
assert eta["parameter"] == "eta" and len(eta["recordings"]) == own["objective"]["recordings"]["search"]
for r in eta["recordings"]:
    truth = float(made[r["name"].split("/")[-1].removesuffix(".csv")])
    assert abs(r["value"] - truth) < 5 * r["standard_error"] + 1e-4, r
numbers = [r["value"] for r in eta["recordings"]]
assert abs(eta["mean"] - statistics.mean(numbers)) < 1e-12 and abs(eta["deviation"] - statistics.stdev(numbers)) < 1e-12
assert eta["smallest"] == min(numbers) and eta["largest"] == max(numbers)
assert 0 < eta["deviation_beyond_errors"] < eta["deviation"]
assert abs(values["shared"]["decay"]["value"] - 0.03) < 1e-3
test = values["test"]
assert test["better"] == "own values" and test["p"] < 1e-3 and test["ratio_interval"][1] < 1
assert abs(test["difference"] - (test["own_loss"] - test["common_loss"])) < 1e-12
PYTHON
python3 tests/schema.py . "$work/own/result.json" || fail "docs/result.schema.json"

for format in text latex html json; do
  "$program" export "$work/own/result.json" --format "$format" >"$work/$format" 2>"$work/err" || fail "export as $format"
done
grep -q '^param eta\[recording\] = ' "$work/text" || fail "text"
grep -q '<h2>Values by recording</h2>' "$work/html" || fail "page"

# Stopped after every thousand simulations and resumed, it ends with the same; own values begin after 5,000 or so.
"$program" "${own[@]}" --max-episodes 1000 --out "$work/pieces" >"$work/out" 2>"$work/err"
for thousand in $(seq 2 20); do
  [ -e "$work/pieces/result.json" ] && break
  "$program" search --resume "$work/pieces" --max-episodes "${thousand}000" >"$work/out" 2>"$work/err"
done
python3 - "$work/own/result.json" "$work/pieces/result.json" <<'PYTHON' || fail "a resumed run"
import json, sys
a, b = (json.load(open(path)) for path in sys.argv[1:])
assert a["own_values"] == b["own_values"] and a["formula"] == b["formula"] and a["episodes"] == b["episodes"]
PYTHON

# The rule that was found knows what has a value for every recording.
"$program" fit "$work/own/rule.rule" --objective recordings "${files[@]}" --out "$work/fit" >"$work/out" 2>"$work/err" || fail "fit"
grep -q '^Values by recording' "$work/out" && grep -q '^param eta\[recording\]' "$work/fit/rule.rule" || fail "fit: values"
python3 - "$work/own/result.json" "$work/fit/fit.json" <<'PYTHON' || fail "fit.json"
import json, sys
a, b = (json.load(open(path))["own_values"]["parameters"][0]["recordings"] for path in sys.argv[1:])
assert [r["name"] for r in a] == [r["name"] for r in b]
for x, y in zip(a, b):
    assert abs(x["value"] - y["value"]) < 1e-5
PYTHON

echo "own values: all as expected"
