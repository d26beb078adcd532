#!/usr/bin/env bash
# A small search from start to LaTeX: what scripts rely on, the same result at any number of threads, and the printed
# formula scoring what was reported.
set -euo pipefail
. "$(dirname "$0")/lib/head.sh" "$@"
needs_images
options=("${small[@]}")

"$program" search "$source/rules/f_bio.rule" "${options[@]}" --threads 2 --out "$work/a" --json >"$work/a.json" 2>"$work/a.log"
"$program" search "$source/rules/f_bio.rule" "${options[@]}" --threads 1 --out "$work/b" --json >"$work/b.json" 2>/dev/null
cmp "$work/a.json" "$work/a/result.json"
for run in a b; do sed '/^  "run": {/,/^  }/d' "$work/$run.json" >"$work/$run.same"; done
cmp "$work/a.same" "$work/b.same" || { echo "one and two threads differ"; exit 1; }

# A search that writes its schedule finds the same, and the schedule can be replayed.
for workers in 1 64; do
  "$program" search "$source/rules/f_bio.rule" "${options[@]}" --threads 1 --out "$work/s$workers" \
    --schedule "$work/schedule_$workers.json" --schedule-workers $workers >"$work/scheduled" 2>/dev/null
  sed '/^  "run": {/,/^  }/d' "$work/s$workers/result.json" | cmp - "$work/b.same" || { echo "a search that writes its schedule differs"; exit 1; }
done
if command -v python3 >/dev/null; then
  python3 -B "$source/tests/bench/scaling/replay_test.py" "$work/schedule_1.json" "$work/schedule_64.json" 2>"$work/replayed" ||
    { cat "$work/replayed"; exit 1; }
fi
if "$program" search "$source/rules/f_bio.rule" "${options[@]}" --out "$work/s" --schedule "$work/none/schedule.json" 2>"$work/refused"; then
  echo "a schedule in no folder was not refused"; exit 1
fi
grep -q "none/schedule.json: can't be written" "$work/refused"
for key in formula terms parameter coefficient interval locality removal_cost dropped path held_out accuracy_interval \
  episodes found_anything chance indistinguishable bootstrap_interval baselines feedback_alignment backpropagation angles seed seconds; do
  grep -q "\"$key\"" "$work/a.json" || { echo "result.json lacks $key"; exit 1; }
done
# The class mean tells no probabilities, so it alone has no loss: null, and two ends of its interval.
[ "$(grep -ciE 'nan|null' "$work/a.json")" -eq 3 ] || { echo "result.json holds what is no number"; exit 1; }
grep -q 'images of every class are split' "$work/a.json"
grep -q 'prune' "$work/a.log"

# The rule that was written scores what was reported.
reported=$(grep -A12 '"held_out"' "$work/a.json" | grep '"loss":' | grep -oE '[0-9.]+')
scored=$("$program" eval "$work/a/rule.rule" --hidden 30,20 --ways 3 --shots 8 --queries 4 --episodes 10 --seed 3 --json | grep '"loss":' | grep -oE '[0-9.]+')
awk -v a="$reported" -v b="$scored" 'BEGIN { exit !(a > 0 && (a - b) ^ 2 < 1e-6 * a * a) }' || { echo "reported $reported, scored $scored"; exit 1; }

# An episode that is written out replays to the same loss.
"$program" eval "$work/a/rule.rule" --hidden 30,20 --ways 3 --shots 8 --queries 4 --episodes 1 --seed 3 --precision double --record "$work/episode.json" --json >"$work/one.json"
"$program" replay "$work/episode.json" --rule "$work/a/rule.rule" --json >"$work/replayed.json"
once=$(grep '"loss":' "$work/one.json" | grep -oE '[0-9.]+')
again=$(grep '"query_loss":' "$work/replayed.json" | grep -oE '[0-9.]+')
awk -v a="$once" -v b="$again" 'BEGIN { exit !(a > 0 && (a - b) ^ 2 < 1e-18 * a * a) }' || { echo "scored $once, replayed $again"; exit 1; }

# A folder that is not empty gets a new folder inside, nothing is overwritten.
before=$(cksum "$work/a/result.json")
"$program" search "$source/rules/feedback_alignment.rule" "${options[@]}" --out "$work/a" >"$work/table" 2>/dev/null
[ -s "$work/a/run-1/result.json" ] && [ "$before" = "$(cksum "$work/a/result.json")" ]
grep -q 'backpropagation' "$work/table" && grep -q '^Formula   dw = ' "$work/table"

# With labels that tell nothing the search ends well and says that it found nothing; such a rule goes no farther.
"$program" search "$source/rules/f_bio.rule" "${options[@]}" --permute-labels --out "$work/p" >"$work/table" 2>/dev/null
grep -q '"permute_labels": true' "$work/p/result.json" && grep -q '"found_anything": false' "$work/p/result.json"
grep -q 'No rule was found that is better than chance' "$work/table" && grep -q 'No rule was found that is better than chance' "$work/p/report.html"
grep -q -- '--permute-labels' "$work/p/report.html"
if "$program" transfer "$work/p/result.json" >/dev/null 2>"$work/err"; then echo "a rule of permuted labels was transferred"; exit 1; fi
grep -q 'permuted labels' "$work/err"

# A degree that the file does not have is refused before anything runs.
for refused in "f_bio.rule 2" "pools/cell_cubic.rule 5"; do
  if "$program" search "$source/rules/${refused% *}" --degree "${refused#* }" --out "$work/none" >/dev/null 2>"$work/err"; then echo "--degree of $refused"; exit 1; fi
  grep -q -- "--degree ${refused#* }: the" "$work/err" && [ ! -e "$work/none" ]
done

"$program" export "$work/a/result.json" --format latex | cmp - "$work/a/rule.tex"
if command -v pdflatex >/dev/null; then
  (cd "$work/a" && pdflatex -interaction=nonstopmode -halt-on-error rule.tex >"$work/tex.log" 2>&1) || { tail -20 "$work/tex.log"; exit 1; }
else
  echo "pdflatex is not installed: rule.tex was not compiled"
fi
python3 "$source/tests/schema.py" "$source" "$work/a/result.json" "$work/p/result.json" || { echo "FAILED: not as docs/result.schema.json has it"; exit 1; }
echo "search: all as expected"
