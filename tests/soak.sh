#!/usr/bin/env bash
# A search of more than 1,000 candidates on 1,000 fit episodes for so many minutes, on one thread, with its memory and
# open files read every five seconds. What is kept fills up at first; from the second fifth of the time to the last
# memory may grow by 3 % at most, and open files not at all.
# Usage: tests/soak.sh MINUTES [PROGRAM]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
minutes=${1-}
[[ $minutes =~ ^[1-9][0-9]*$ ]] || { echo "usage: soak.sh MINUTES [PROGRAM]" >&2; exit 2; }
program=$(realpath "${2:-$here/../build/release/rule-search}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/large.rule" <<'R'
rule large
candidates degree <= 3 from pre, post, err_pre, err_post, w, sign(pre), sign(err_pre), sign(err_post), relu(err_post), relu(err_pre), tanh(pre), tanh(post), tanh(err_pre), tanh(err_post) where cell
R
"$program" check "$work/large.rule" | sed -n "1s|$work/||p"

"$program" search "$work/large.rule" --fit-episodes 1000 --threads 1 --time-limit $((60 * minutes)) --out "$work/run" \
  >"$work/out" 2>"$work/err" &
search=$!
start=$SECONDS
while kill -0 "$search" 2>/dev/null; do
  kilobytes=$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$search/status" 2>/dev/null || true)
  files=$( (ls "/proc/$search/fd" 2>/dev/null || true) | wc -l)
  [ -z "$kilobytes" ] || echo "$((SECONDS - start)) $kilobytes $files"
  sleep 5
done >"$work/readings"
code=0
wait "$search" || code=$?
tail -n 3 "$work/err"
# 3: the time was over before the search was.
((code == 0 || code == 3)) || { echo "soak.sh: the search ended with $code" >&2; exit 1; }
awk '
  { second[NR] = $1; memory[NR] = $2; files[NR] = $3; last = $1 }
  END {
    for (k = 1; k <= NR; ++k) {
      if (second[k] >= 0.2 * last && second[k] < 0.4 * last && memory[k] > early) { early = memory[k]; open = files[k] }
      if (second[k] >= 0.8 * last && second[k] < last - 5 && memory[k] > late) { late = memory[k]; still = files[k] }
    }
    printf "%d s; memory at most %.0f MB in the second fifth, %.0f MB in the last (%+.1f %%); open files %d, %d\n",
      last, early / 1024, late / 1024, 100 * (late / early - 1), open, still
    exit !(early > 0 && late <= 1.03 * early && still <= open)
  }' "$work/readings"
