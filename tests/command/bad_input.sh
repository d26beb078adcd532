#!/usr/bin/env bash
# Every kind of bad input ends with exit code 2, one message on standard error and nothing on standard output.
set -uo pipefail
. "$(dirname "$0")/lib/head.sh" "$@"
count=0

# refuses PATTERN ARGUMENTS...
refuses() {
  local pattern=$1
  shift
  count=$((count + 1))
  "$program" "$@" >"$work/out" 2>"$work/err" </dev/null
  local code=$?
  if [ $code -ne 2 ] || [ -s "$work/out" ] || ! grep -qiE -- "$pattern" "$work/err" || grep -qE 'terminate|std::|\*\*\*' "$work/err"; then
    echo "FAILED: $* (exit $code, expected 2 and /$pattern/)"
    head -c 600 "$work/err"
    failed=$((failed + 1))
  fi
}

pool=$source/rules/pool_2023.rule
printf 'param eta[layer] = [0.1, 0.2]\ndw = -eta * err_post * pre%s\n' "'" >"$work/layers.rule"
refuses 'eta\[layer\] has 2 values, expected one, or one for each of the 5 connections' eval "$work/layers.rule" --episodes 2
refuses '--must cel' search "$source/rules/f_bio.rule" --must cel --out "$work/never"
refuses 'NAME=LOW:HIGH' search "$source/rules/f_bio.rule" --range eta=1 --out "$work/never"
refuses 'no such file' check "$work/none.rule"
refuses 'is a folder' check "$work"
: >"$work/empty.rule"
refuses 'has no update' check "$work/empty.rule"
head -c 10000000 /dev/urandom >"$work/noise.rule"
refuses 'larger than 1 MiB' check "$work/noise.rule"
head -c 5000 /dev/urandom >"$work/noise.rule"
refuses 'not a text file' check "$work/noise.rule"
printf 'param eta = 1\nrule r\351gle\n' >"$work/latin.rule"
refuses 'latin.rule:2:7: error: not a text file in UTF-8' check "$work/latin.rule"
refuses 'latin.rule:2:7: error: not a text file in UTF-8' search "$work/latin.rule" --out "$work/run"
{ printf 'dw = '; head -c 100000 /dev/zero | tr '\0' '('; } >"$work/deep.rule"
refuses 'nested too deeply' check "$work/deep.rule"
refuses 'no such command' nonsense
refuses 'FILE is missing' search
refuses 'no such folder' search "$pool" --data "$work/none" --out "$work/run"
mkdir "$work/bare" "$work/bare.json"
refuses 'no data here' search "$pool" --data "$work/bare" --out "$work/run"
printf '\0\0\010\003\0\0\0\001\0\0\0\002\0\0\0\002ab' >"$work/bare/images-idx3-ubyte"
printf '\0\0\010\001\0\0\0\001\0' >"$work/bare/labels-idx1-ubyte"
refuses 'cut off' search "$pool" --data "$work/bare" --out "$work/run"
printf '\0\0\010\001\0\0\0\001\0' >"$work/bare/images-idx3-ubyte"
refuses 'mixed up' search "$pool" --data "$work/bare" --out "$work/run"
refuses 'classes, but a task needs 11' search "$pool" --ways 11 --out "$work/run"
refuses 'a task needs 9010' search "$pool" --shots 9000 --out "$work/run"
refuses 'expected a whole number from 2 to 1000, found 1' search "$pool" --ways 1 --out "$work/run"
refuses 'beta: expected a number from 0.001 to 1000, found nan' eval "$pool" --beta nan
refuses 'tolerance: expected a number .*, found nan' gradcheck "$pool" --tolerance nan
refuses 'seed: expected a whole number .*, found -1' search "$pool" --seed -1 --out "$work/run"
refuses 'seed: expected a whole number .*, found 9+' search "$pool" --seed 99999999999999999999999 --out "$work/run"
printf 'dw = 0.01 * err_post * pre%s\n' "'" >"$work/fixed.rule"
refuses 'has no parameter to fit' search "$work/fixed.rule" --out "$work/run"
refuses 'name of the folder for the run is empty' search "$pool" --out ''
refuses 'feedback' eval "$pool" --feedback backwards
refuses 'no parameter thta0' eval "$pool" --set thta0=1
refuses 'expected NAME=NUMBER' eval "$pool" --set theta0=much
refuses 'expected a finite number' eval "$pool" --set theta0=1e999
refuses 'expected a finite number' eval "$pool" --set theta0=nan
refuses 'outside the bounds' eval "$source/rules/f_bio.rule" --set eta=-1
printf 'x' >"$work/file"
refuses 'is a file, expected a folder' search "$pool" --out "$work/file"
refuses "can't make the folder" search "$pool" --out /proc/none/run
refuses 'no such file' replay "$work/none.json" --rule "$pool"
refuses 'not JSON' replay "$pool" --rule "$pool"
refuses 'has no such parameter' replay "$source/tests/golden/term0.json" --rule "$source/rules/f_bio.rule"
refuses 'not the result of a search' export "$source/tests/golden/term0.json" --format latex
refuses 'is a folder, not a file' export "$work"/bare.json
refuses 'is a folder, not a file' eval "$work"/bare.json
# Where an episode is to be recorded is looked at before any is run. Never a real device here: a mistake would replace it.
mkfifo "$work/pipe"
ln -s pipe "$work/link"
ln -s nowhere "$work/dangling"
refuses 'is a folder, expected a file' eval "$pool" --record "$work/bare"
refuses 'is a device or a pipe' eval "$pool" --record "$work/pipe"
refuses 'is a device or a pipe' eval "$pool" --record "$work/link"
refuses 'is a link that leads nowhere' eval "$pool" --record "$work/dangling"
refuses 'there is no folder' eval "$pool" --record "$work/none/episode.json"
refuses 'name of the file to write is empty' eval "$pool" --record ''
{ [ -p "$work/pipe" ] && [ -L "$work/link" ] && [ -L "$work/dangling" ]; } || { echo "FAILED: a refused --record changed what was there"; failed=$((failed + 1)); }
[ -z "$(find "$work" -name '*.part*')" ] || { echo "FAILED: a refused --record left a part behind"; failed=$((failed + 1)); }
[ -e "$work/run" ] && { echo "FAILED: a refused search left a folder behind"; failed=$((failed + 1)); }
echo "$((count - failed)) of $count refusals as expected"
[ $failed -eq 0 ]
