#!/usr/bin/env bash
# Searches for goals: from these alone Oja's and Sanger's rules are found; the result is whole, and it can be run again,
# gone on with and reported on like any other.
# Usage: goals.sh PROGRAM SOURCE
set -uo pipefail
. "$(dirname "$0")/lib/head.sh" "$@"
cd "$source" || exit 2

begin=(search rules/pools/layer_cubic.rule --objective function --goal first_component)
"$program" "${begin[@]}" --out "$work/run" >"$work/out" 2>"$work/err" || fail "search"
grep -qE "^Formula   dw = 0\.[0-9]+\*\(post\*pre'\) - 0\.[0-9]+\*\(post\.\^2 \.\* w\)$" "$work/out" || fail "Oja's rule"
grep -q "comes nearer to the goal than a layer without weights" "$work/out" || fail "beside a layer without weights"

python3 - "$work/run/result.json" <<'PYTHON' || fail "result.json"
import json, sys
r = json.load(open(sys.argv[1]))
o = r["objective"]
assert o["name"] == "goal" and o["goal"] == "first_component" and o["activation"] == "linear"
assert o["cells"] == {"before": 5, "after": 1} and o["steps"] == 400
assert o["still"]["loss"] == 0.5 and 0.5 < o["silent"]["loss"] < 1, o
assert r["options"]["goal"] == "first_component" and r["options"]["test-episodes"] == 200
assert r["held_out"]["episodes"] == 200 and r["held_out"]["loss"] < 0.1
assert r["found_anything"] is True and set(r["baselines"]) == {"zero_weights"}
# The length of the weights is right where both coefficients have one size.
a, b = (t["coefficient"] for t in sorted(r["terms"], key=lambda t: -t["coefficient"]))
assert 0.8 < -b / a < 1.3, (a, b)
PYTHON

for picture in front ablation; do [ -s "$work/run/plots/$picture.svg" ] || fail "no $picture.svg"; done
grep -q 'of the goal first_component in 200 test worlds' "$work/run/report.html" || fail "report.html"
grep -q -- '--objective goal --goal first_component --neurons 1 --inputs 5 --world-steps 400' "$work/run/report.html" ||
  fail "the command in report.html"
! grep -qE 'way [0-9]+-shot|nats|test episodes|cells of' "$work/run/report.html" || fail "report.html speaks of something else"
grep -q 'fraction of the goal reached and loss over 200 test worlds' "$work/run/rule.tex" || fail "rule.tex"

# Sanger's rule from the order of components alone; fewer candidates and worlds than a user would take.
"$program" search rules/pools/layer_components.rule --objective function --goal components --degree 2 --fit-episodes 8 \
  --refit-episodes 16 --validation-episodes 40 --test-episodes 40 --out "$work/sanger" >"$work/out" 2>"$work/err" ||
  fail "search for components"
grep -qE "^Formula   dw = -0\.[0-9]+\*\(lower\(post\*post'\)\*w\) \+ 0\.[0-9]+\*\(post\*pre'\)$" "$work/out" || fail "Sanger's rule"

# A small search for the rest.
begin+=(--fit-episodes 8 --refit-episodes 8 --validation-episodes 40 --test-episodes 20 --steps 200 --max-terms 2)
"$program" "${begin[@]}" --out "$work/small" >"$work/out" 2>"$work/err" || fail "small"
same_again "$work/small"

"$program" transfer "$work/small/result.json" >"$work/out" 2>"$work/err"
[ $? -eq 2 ] && grep -q 'is of a search on goal' "$work/err" || fail "transfer"
"$program" export "$work/small/result.json" >"$work/out" 2>"$work/err" || fail "export"
"$program" plot "$work/small/result.json" >"$work/out" 2>"$work/err" || fail "plot"
python3 "$source/tests/schema.py" "$source" "$work/run/result.json" || { echo "FAILED: not as docs/result.schema.json has it"; exit 1; }
echo "goals: all as expected"
