#!/usr/bin/env bash
# Thresholds and exponents: what a search, a fit and `check` say of them, in the terminal and in documents.
# Usage: shape_parameters.sh PROGRAM SOURCE
set -uo pipefail
. "$(dirname "$0")/lib/head.sh" "$@"

# One synapse grows by 0.1 where its input is above 0.3.
python3 - "$work" <<'PYTHON'
import random, sys
random.seed(4)
for k in range(12):
    w = random.gauss(0, 0.3)
    lines = ["pre[1],w[1][1]"]
    for _ in range(30):
        x = random.random()
        lines.append(f"{x!r},{w!r}")
        w += 0.1 * (x > 0.3)
    open(f"{sys.argv[1]}/r{k}.csv", "w").write("\n".join(lines) + "\n")
PYTHON
printf "rule gate\nparam a = 0.1\nparam theta = 0.3 in [0.1, 0.9]\ndw = a*ones_post*relu(sign(pre - theta*ones_pre))'\n" >"$work/gate.rule"
recorded=(--objective recordings --recording "$work"/r*.csv)
said="theta has no slope: it was found by a scan of values, and its interval is one of the scan."

"$program" search "$work/gate.rule" "${recorded[@]}" --out "$work/run" >"$work/out" 2>"$work/err" || fail "search"
grep -q '^  theta  *0.3  (0.29[0-9]* to 0.3[0-9]*)  *shape parameter$' "$work/out" || fail "the row of theta"
grep -qF "  $said" "$work/out" || fail "no slope, in the terminal"
grep -q '^Formula   dw = 0[.]1[0-9]*\*(ones_post\*relu(sign(pre - 0.3\*ones_pre))' "$work/out" || fail "the formula"
python3 "$source/tests/schema.py" "$source" "$work/run/result.json" || fail "the schema"
python3 - "$work/run/result.json" <<'PYTHON' || fail "result.json"
import json, sys
r = json.load(open(sys.argv[1]))
theta, = r["shape_parameters"]
assert theta["parameter"] == "theta" and theta["value"] == 0.3 and 0.28 < theta["interval"][0] <= 0.3 <= theta["interval"][1] < 0.32, theta
assert theta["has_slope"] is False and theta["scanned"] is True and theta["determined"] is True and theta["at_bound"] is False, theta
assert [t["parameter"] for t in r["terms"]] == ["a"] and r["front"][-1]["complexity"] == 1
assert r["time_constants"] == [] and r["held_out"]["loss"] < 1e-9
PYTHON
grep -q 'theta</code>, a shape parameter' "$work/run/report.html" || fail "the row on the page"
grep -q 'theta has no slope' "$work/run/report.html" || fail "no slope, on the page"
# shellcheck disable=SC2016
grep -q '^[$].theta[$] & [$]0.3[$] & .*0[.]29.* & shape parameter & --' "$work/run/rule.tex" || fail "LaTeX"
"$program" rerun "$work/run/result.json" --out "$work/again" >"$work/out" 2>"$work/err" || fail "rerun"

"$program" fit "$work/gate.rule" "${recorded[@]}" --out "$work/fit" >"$work/out" 2>"$work/err" || fail "fit"
grep -q "^  theta  *0.3  *0.3  *0.29[0-9]* to 0.3" "$work/out" || fail "the scan of a fit"

"$program" check "$work/gate.rule" >"$work/out" 2>"$work/err" || fail "check"
grep -q '^  theta is a shape parameter: a search begins with 0.3 and does not remove it alone$' "$work/out" || fail "check"
"$program" check "$work/gate.rule" --json >"$work/out" 2>"$work/err" || fail "check --json"
tr -d ' \n' <"$work/out" | grep -q '"shape_parameters":\["theta"\]' || fail "check --json"
