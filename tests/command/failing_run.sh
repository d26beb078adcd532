#!/usr/bin/env bash
# Where the run fails, not the input, the program says so, ends with exit code 1 and leaves no empty folder behind.
set -uo pipefail
. "$(dirname "$0")/lib/head.sh" "$@"
rule=$source/rules/f_bio.rule

# Standard output that is full or closed.
if [ -w /dev/full ]; then
  for arguments in "check $rule" "check $rule --json" "export $rule" "export $rule --format json" \
    "replay $source/tests/golden/term0.json --rule $source/rules/pool_2023.rule --json" --help --version; do
    # shellcheck disable=SC2086
    "$program" $arguments >/dev/full 2>"$work/err"
    code=$?
    if [ $code -ne 1 ] || [ "$(grep -c "standard output can't be written" "$work/err")" -ne 1 ]; then note_failure "$arguments >/dev/full (exit $code)"; fi
  done
  "$program" check "$work/none.rule" >/dev/full 2>"$work/err"
  [ $? -eq 2 ] || note_failure "nothing was printed, so nothing was lost"
fi
"$program" export "$rule" >&- 2>"$work/err"
[ $? -eq 1 ] || note_failure "export with standard output closed"

# Text that is no UTF-8, in JSON.
printf 'rule r\351gle\n' >"$work/latin.rule"
"$program" check "$work/latin.rule" --json >"$work/out" 2>"$work/err"
[ $? -eq 2 ] && grep -q '"found": "the byte 0xe9"' "$work/out" && grep -q '"column": 7' "$work/out" || note_failure "check --json of Latin-1"
"$program" check "$(printf '%s/\351.rule' "$work")" --json >"$work/out" 2>"$work/err"
[ $? -eq 2 ] && grep -q 'no such file"' "$work/out" && grep -q '"hint": "give the path' "$work/out" || note_failure "check --json of a path in Latin-1"
for n in $(seq 300); do echo "let "; done >"$work/many.rule"
"$program" check "$work/many.rule" --json >"$work/out" 2>"$work/err"
[ "$(grep -c '"message"' "$work/out")" -eq 100 ] && grep -q '"more_errors": 200' "$work/out" || note_failure "check --json of 300 mistakes"

# Data of a few images, in a folder whose name is no UTF-8; a number below the smallest of full precision is one.
data=$(printf '%s/daten-\374' "$work")
mkdir "$data"
pixels=$(for n in $(seq 80); do printf '\\%03o' $((n * 3)); done)
# shellcheck disable=SC2059
printf "\0\0\010\003\0\0\0\120\0\0\0\001\0\0\0\001$pixels" >"$data/images-idx3-ubyte"
labels=$(for n in $(seq 80); do printf '\\%03o' $((n % 2)); done)
# shellcheck disable=SC2059
printf "\0\0\010\001\0\0\0\120$labels" >"$data/labels-idx1-ubyte"
task=(--data "$data" --ways 2 --shots 2 --queries 2 --hidden 3)
echo before >"$work/before.json"
ln -s before.json "$work/episode.json"
"$program" eval "$rule" "${task[@]}" --episodes 2 --set oja=1e-310 --record "$work/episode.json" --json >"$work/out" 2>"$work/err" || note_failure "eval --set oja=1e-310"
[ -L "$work/episode.json" ] && grep -q 'daten-' "$work/before.json" || note_failure "eval --record through a link"
"$program" search "$rule" "${task[@]}" --fit-episodes 2 --refit-episodes 2 --validation-episodes 2 --test-episodes 2 --out "$work/found" --json >"$work/out" 2>"$work/err" || note_failure "search in a folder whose name is no UTF-8"
"$program" export "$work/found/result.json" --format latex 2>"$work/err" | cmp - "$work/found/rule.tex" || note_failure "export of its result"

# Too little memory. A sanitizer reserves more than this before it begins.
if (ulimit -v 3000000 && "$program" --version >/dev/null 2>&1); then
  (ulimit -v 3000000 && "$program" search "$rule" --data "$data" --ways 2 --shots 2 --queries 2 --hidden 20000,20000 --out "$work/new/run") >"$work/out" 2>"$work/err"
  [ $? -eq 1 ] && grep -q 'not enough memory' "$work/err" && grep -q 'hint: .*--hidden' "$work/err" || note_failure "search without memory"
  [ ! -e "$work/new" ] || note_failure "a search without memory left a folder"
fi
[ $failed -eq 0 ] && echo "failing runs: all as expected"
