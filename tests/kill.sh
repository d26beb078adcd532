#!/usr/bin/env bash
# Kills searches (SIGKILL) at random moments, goes on with each until it ends, and compares what it leaves with an
# undisturbed run's.
# Usage: tests/kill.sh N [PROGRAM] [SEED]     N kills; the seed of the moments is told, for doing the same again
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
kills=${1:?usage: tests/kill.sh N [PROGRAM] [SEED]}
program=${2:-build/release/rule-search}
[ -d /usr/share/datasets/fashion-mnist ] || { echo "skipped: Fashion-MNIST is not installed"; exit 77; }
seed=${3:-$((SRANDOM % 32768))}
RANDOM=$seed
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Of a build that measures coverage: what is killed while it writes its counts spoils them for all others.
export GCOV_PREFIX=$work/counts
small=(--ways 3 --shots 8 --queries 4 --fit-episodes 4 --refit-episodes 6 --validation-episodes 8 --test-episodes 10)
rules=(rules/f_bio.rule rules/f_bio.rule rules/pool_2023.rule)
options=("--hidden 60,40 --seed 1" "--hidden 30,20 --seed 2 --per-layer" "--hidden 40,20 --seed 3 --max-terms 3")

# What must be equal: all files that hold no time.
same() {
  for file in rule.rule rule.tex hall_of_fame.csv; do
    cmp "$1/$file" "$2/$file" || return 1
  done
  cmp <(sed '/^  "run": {/,/^  }/d' "$1/result.json") <(sed '/^  "run": {/,/^  }/d' "$2/result.json") || return 1
  # Nothing is missing and nothing left over.
  diff <(cd "$1" && find . | sort) <(cd "$2" && find . | sort)
}

declare -a milliseconds
for k in "${!rules[@]}"; do
  start=$(date +%s%3N)
  # shellcheck disable=SC2086
  "$program" search "${rules[k]}" ${options[k]} "${small[@]}" --out "$work/whole-$k" >/dev/null 2>"$work/err" || { cat "$work/err"; exit 1; }
  milliseconds[k]=$(($(date +%s%3N) - start))
done

# Runs one command and kills it after a random part of the time that an undisturbed run takes. 0 where it was killed.
killed() {
  local limit=$1 pid
  shift
  "$program" "$@" >"$work/out" 2>"$work/err" &
  pid=$!
  sleep "$(printf '%d.%03d' $((RANDOM * limit / 32768 / 1000)) $((RANDOM * limit / 32768 % 1000)))"
  kill -KILL "$pid" 2>/dev/null || true
  local code=0
  wait "$pid" 2>/dev/null || code=$?
  case $code in
    137) return 0 ;;
    0) return 1 ;;
    *) echo "exit $code:"; cat "$work/err"; exit 1 ;;
  esac
}

done=0 runs=0 early=0 ended=0
while [ "$done" -lt "$kills" ]; do
  k=$((runs % ${#rules[@]}))
  runs=$((runs + 1))
  folder=$work/run-$runs
  # shellcheck disable=SC2206
  begin=(search "${rules[k]}" ${options[k]} "${small[@]}" --out "$folder")
  if killed "${milliseconds[k]}" "${begin[@]}"; then done=$((done + 1)); else ended=$((ended + 1)); fi
  if [ ! -e "$folder/journal.bin" ]; then
    # Before its first step: there is nothing yet to go on with, and the program says so.
    early=$((early + 1))
    if [ -d "$folder" ]; then { "$program" search --resume "$folder" 2>&1 || true; } | grep -q 'no search was begun in it'; fi
    rm -rf "$folder"
    killed "${milliseconds[k]}" "${begin[@]}" && done=$((done + 1))
    [ -e "$folder/journal.bin" ] || continue
  fi
  for _ in $(seq $((RANDOM % 3))); do
    [ "$done" -lt "$kills" ] || break
    killed "${milliseconds[k]}" search --resume "$folder" || break
    done=$((done + 1))
  done
  "$program" search --resume "$folder" >"$work/out" 2>"$work/err" || { echo "run $runs was not gone on with (seed $seed)"; cat "$work/err"; exit 1; }
  same "$work/whole-$k" "$folder" || { echo "run $runs ended otherwise than undisturbed (seed $seed)"; exit 1; }
  rm -rf "$folder"
done
echo "$done kills in $runs runs ($early before the first step, $ended runs had ended before): every result as undisturbed; seed $seed"
