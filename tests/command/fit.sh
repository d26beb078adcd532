#!/usr/bin/env bash
# Small fits by both methods: the files that a study reads, the same at any number of threads, and fixed parameters that
# stay. Input that makes no sense is refused with one message and leaves no folder.
set -euo pipefail
. "$(dirname "$0")/lib/head.sh" "$@"

refuses() {
  local pattern=$1 code=0
  shift
  "$program" fit "$@" --out "$work/refused" >"$work/out" 2>"$work/err" || code=$?
  if [ "$code" -ne 2 ] || [ -s "$work/out" ] || ! grep -qE -- "$pattern" "$work/err" || [ -e "$work/refused" ]; then
    echo "FAILED: fit $* (exit $code, expected 2 and /$pattern/)"
    cat "$work/err"
    exit 1
  fi
}
rule=$source/rules/f_bio.rule
printf 'dw = 0.01 * err_post * pre%s\n' "'" >"$work/fixed.rule"
refuses 'no such file' "$work/none.rule"
refuses '--steps: is for --method adam' "$rule" --steps 5
refuses '--iterations: is for --method trust-region' "$rule" --method adam --iterations 5
refuses 'expected a number from 0' "$rule" --method adam --l1 -1

[ -d /usr/share/datasets/fashion-mnist ] || { echo "skipped: Fashion-MNIST is not installed"; exit 77; }
refuses 'has no parameter to fit' "$work/fixed.rule"
refuses 'no parameter rate, expected' "$rule" --fix rate
refuses 'outside the bounds of eta' "$rule" --fix eta=2
refuses 'leaves no parameter' "$rule" --fix eta --fix ehebb --fix oja

# shellcheck disable=SC2054
small=(--hidden 30,20 --ways 3 --shots 8 --queries 4 --history-episodes 3 --test-episodes 4 --seed 3)
"$program" fit "$rule" "${small[@]}" --fit-episodes 4 --iterations 4 --fix oja=0.001 --threads 2 --out "$work/a" --json >"$work/a.json" 2>/dev/null
"$program" fit "$rule" "${small[@]}" --fit-episodes 4 --iterations 4 --fix oja=0.001 --threads 1 --out "$work/b" >"$work/b.txt" 2>/dev/null
cmp "$work/a.json" "$work/a/fit.json"
cmp "$work/a/history.csv" "$work/b/history.csv" || { echo "one and two threads differ"; exit 1; }
cmp "$work/a/rule.rule" "$work/b/rule.rule"
for key in schema theta history iteration held_out orthonormality angles fixed run seconds; do
  grep -q "\"$key\"" "$work/a.json" || { echo "fit.json lacks $key"; exit 1; }
done
grep -q 'oja .*0.001 .*fixed' "$work/b.txt"
awk -F, 'NR > 1 && $11 != 0.001 { bad = 1 } END { exit bad || NR < 3 }' "$work/a/history.csv" || { echo "what was fixed moved, or no step was taken"; exit 1; }

"$program" fit "$rule" "${small[@]}" --method adam --steps 6 --history-every 3 --l1 0.1 --gradient-clip 3 --threads 1 --out "$work/c" >/dev/null 2>&1
[ "$(wc -l <"$work/c/steps.csv")" -eq 7 ] && [ "$(wc -l <"$work/c/history.csv")" -eq 4 ]
# Adam's first step is the learning rate for every coefficient.
awk -F, 'NR == 3 { for (k = 5; k <= 7; k++) { from = k == 5 ? 0.001 : 0; d = $k - from; if (d < 0) d = -d; if (d < 0.99e-3 || d > 1.01e-3) exit 1 } }' "$work/c/steps.csv" || { echo "the first step is not the learning rate"; exit 1; }
# The rule that was written can be scored.
"$program" eval "$work/c/rule.rule" --hidden 30,20 --ways 3 --shots 8 --queries 4 --episodes 2 >/dev/null

# The example on data it can't find is skipped, with a message.
mkdir "$work/empty"
RULE_SEARCH=$program bash "$source/examples/paper_2023/run.sh" "$work/empty" | grep -q '^skipped: .*README.md'
echo "fit: all as expected"
