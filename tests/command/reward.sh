#!/usr/bin/env bash
# A rule that learns from reward: found, put beside others, shown; the same bits with one thread and two, and after a stop.
set -uo pipefail
. "$(dirname "$0")/lib/head.sh" "$@"

# Sessions too short to learn much, which costs little.
options=(--objective reward --units 20 --trials 60 --report-trials 120 --fit-episodes 3 --refit-episodes 4
  --validation-episodes 4 --test-episodes 4 --seed 2)
two=$source/tests/command/lib/two_reward.rule

"$program" search "$two" "${options[@]}" --threads 1 --out "$work/whole" >"$work/out" 2>"$work/err" || fail "search"
grep -q '^Trials until 95 of the last 100 are right$' "$work/out" || note_failure "no table of trials"
grep -qE '^  Miconi.s rule, scale fitted ' "$work/out" || note_failure "no row of Miconi's rule"
grep -q '^Dynamics of the networks$' "$work/out" || note_failure "no table of the dynamics"
grep -q 'At the start of every trial xbar is 0 and trace is 0.' "$work/whole/report.html" || note_failure "states of trials on the page"
for figure in learning trace; do
  [ -s "$work/whole/plots/$figure.svg" ] || note_failure "figure $figure"
done
! grep -q '>nan<' "$work/whole/plots/trace.svg" || note_failure "a number that is not there in the picture of the trace"
grep -q 'At the start of every trial' "$work/whole/rule.tex" || note_failure "states of trials in LaTeX"

"$program" search "$two" "${options[@]}" --threads 2 --out "$work/two" >/dev/null 2>"$work/err" || note_failure "two threads"
same_result "$work/whole" "$work/two" || note_failure "other bits: two"
"$program" search "$two" "${options[@]}" --max-episodes 150 --out "$work/stopped" >"$work/out" 2>"$work/err"
[ $? -eq 3 ] || note_failure "--max-episodes"
"$program" search --resume "$work/stopped" >"$work/out" 2>"$work/err" || note_failure "resume"
same_result "$work/whole" "$work/stopped" || note_failure "other bits: stopped"

# What the search reports can be had again: the found rule has its score.
"$program" eval "$work/whole/rule.rule" "${options[@]:0:6}" --episodes 4 --seed 2 --json >"$work/eval.json" 2>"$work/err" || note_failure "eval"
python3 - "$work" <<'PYTHON' || note_failure "eval of the found rule"
import json, sys
work = sys.argv[1]
result, score = json.load(open(f"{work}/whole/result.json")), json.load(open(f"{work}/eval.json"))
assert abs(result["held_out"]["loss"] - score["loss"]) < 1e-6, (result["held_out"], score)
trials = result["objective"]["trials_to_criterion"]
assert set(trials) == {"found", "miconi", "miconi_published", "node_perturbation"}, trials
assert all(len(t) == 4 for t in trials.values())
PYTHON

"$program" fit "$source/rules/miconi.rule" --objective reward --units 20 --trials 60 --fit-episodes 3 --iterations 2 \
  --test-episodes 2 --history-episodes 2 --out "$work/fit" >"$work/out" 2>"$work/err" || note_failure "fit"
grep -q '"method": "fresh"' "$work/fit/fit.json" || note_failure "a fit from reward takes fresh sessions"
"$program" bench --objective reward --repeats 1 --json >"$work/bench.json" 2>"$work/err" || note_failure "bench"
python3 -c "
import json
d = json.load(open('$work/bench.json'))
assert all(0 < f < 1 for f in d['fma_fraction_of_peak'].values()), d" || note_failure "bench --json"
python3 "$source/examples/three_factor_2025/run.py" "$work/example" --program "$program" --skip-search --trials 200 \
  --sessions 1 --task dnms >"$work/out" 2>"$work/err" || note_failure "examples/three_factor_2025"
python3 - "$work/example/gradient.csv" <<'PYTHON' || note_failure "derivatives of the example"
import csv, sys
rows = [(float(r["forward"]), float(r["central_differences"])) for r in csv.DictReader(open(sys.argv[1]))]
assert len(rows) == 200
norm = sum(d * d for _, d in rows) ** 0.5
assert norm > 0 and sum((f - d) ** 2 for f, d in rows) ** 0.5 < 1e-5 * norm
PYTHON
python3 "$source/tests/schema.py" "$source" "$work/whole/result.json" || note_failure "not as docs/result.schema.json has it"

[ $failed -eq 0 ] || exit 1
echo "reward: all as expected"
