#!/usr/bin/env bash
# How a search gets faster with more threads: measured up to the threads of this machine, and replayed beyond.
# Usage: tests/bench/scaling/run.sh --data DIR [--rule FILE] [--threads "1 2 4"] [--records "1 2 64"] [--work DIR] [search options...]
# PROGRAM=path measures another program than build/release/rule-search.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program=${PROGRAM:-$here/../../../build/release/rule-search}
rule=$here/../../../rules/pool_2023.rule
work=$here/../../../build/scaling
threads=
records="1 2 4 16 64 256"
options=()
while (($#)); do
  case $1 in
    --rule) rule=$2 ;;
    --threads) threads=$2 ;;
    --work) work=$2 ;;
    --records) records=$2 ;;
    *) options+=("$1" "$2") ;;
  esac
  shift 2
done
if [[ -z $threads ]]; then
  for ((n = 1; n < $(nproc); n *= 2)); do threads+="$n "; done
  threads+=$(nproc)
fi
mkdir -p "$work"

# What begins ahead of time, and in how many parts, depends on how many threads there are. Every record is made by one thread,
# so that no piece waits for another's memory.
record() { # WORKERS
  rm -rf "$work/search"
  "$program" search "$rule" "${options[@]}" --out "$work/search" --threads 1 --schedule "$work/as_of_$1.json" \
    --schedule-workers "$1" > "$work/record_$1.txt" 2> "$work/record_$1.err"
  [[ -f $work/found.rule ]] || cp "$work/search/rule.rule" "$work/found.rule"
  cmp "$work/search/rule.rule" "$work/found.rule" # whatever is carried out ahead, the same rule
}
timed() { # THREADS
  rm -rf "$work/search"
  local begin=$EPOCHREALTIME
  "$program" search "$rule" "${options[@]}" --out "$work/search" --threads "$1" > "$work/run_$1.txt" 2> "$work/run_$1.err"
  local end=$EPOCHREALTIME
  cmp "$work/search/rule.rule" "$work/found.rule"
  awk -v n="$1" -v b="$begin" -v e="$end" 'BEGIN {printf "%d %.2f\n", n, e - b}' >> "$work/measured.txt"
}
rm -f "$work/measured.txt" "$work/found.rule"
record 1
for n in $threads; do timed "$n"; done
for n in $records; do ((n == 1)) || record "$n"; done
python3 "$here/replay.py" $(for n in $records; do echo "$work/as_of_$n.json"; done) \
  --measured "$work/measured.txt" --stages --rows "$work/rows.txt"
gnuplot -e "rows='$work/rows.txt'; picture='$work/scaling.svg'" "$here/scaling.gp"
