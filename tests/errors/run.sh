#!/usr/bin/env bash
# Every file and every case of the catalogue of mistakes gets its message, whole, and its exit code.
# Usage: tests/errors/run.sh [--write] [PROGRAM]     without PROGRAM: build/release/rule-search
#   --write: writes what the program says now into the catalogue; look at every line before you keep it
# tests/README.md says what the catalogue is and how a case is written.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source=$(cd "$here/../.." && pwd)
write=
[ "${1-}" != --write ] || { write=yes; shift; }
program=$(realpath "${1-$source/build/release/rule-search}")
[ -x "$program" ] || { echo "run.sh: no program $program" >&2; exit 2; }
[ -d /usr/share/datasets/fashion-mnist ] || { echo "skipped: Fashion-MNIST is not installed"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
count=0
# No case needs more; one that asks for all memory there is ends here, not in the machine. Sanitizers reserve more.
limited() { (ulimit -v 4000000 && "$@"); }
"$program" --version >"$work/out" 2>&1 && limited "$program" --version >"$work/out" 2>&1 || limited() { "$@"; }

# told NAME CODE EXPECTED-FILE: what a command left in out, err and code is as expected.
told() {
  count=$((count + 1))
  local bad=
  [ "$code" -eq "$2" ] || bad="exit code $code, expected $2"
  [ ! -s "$work/out" ] || bad="${bad:+$bad; }something on standard output"
  cmp -s "$work/err" "$3" || bad="${bad:+$bad; }another message"
  [ -n "$bad" ] || return 0
  echo "FAILED: $1: $bad"
  diff "$3" "$work/err" | head -n 40
  head -n 5 "$work/out"
  failed=$((failed + 1))
}

# --- rules/: a file a mistake, with its message beside it ---
cd "$here/rules" || exit 2
for rule in *.rule; do
  limited "$program" check "$rule" >"$work/out" 2>"$work/err" </dev/null
  code=$?
  [ -z "$write" ] || cp "$work/err" "${rule%.rule}.expected"
  told "rules/$rule" 2 "${rule%.rule}.expected"
done

# --- *.cases: what makes the mistake, the command line, its exit code and its message ---
# shellcheck source=/dev/null
source "$here/making.sh"

# case_ends: carries out what was read of a case.
case_ends() {
  [ -n "$name" ] || return 0
  mkdir "$work/here"
  cd "$work/here" || exit 2
  ln -s "$source/rules" rules
  ln -s "$source/tests/golden" golden
  ln -s "$source/examples" examples
  if ! (set -e; eval "$making") >"$work/made" 2>&1 || [ -s "$work/made" ]; then
    echo "FAILED: $group: $name: its files can't be made"
    cat "$work/made"
    failed=$((failed + 1))
  fi
  find . -mindepth 1 | sort >"$work/before"
  eval "limited \"\$program\" $command" >"$work/out" 2>"$work/err" </dev/null
  code=$?
  printf '%s' "$expected" >"$work/expected"
  [ -z "$write" ] || written+="== $name"$'\n'"$making_lines\$ $command"$'\n'"! $code"$'\n'"$(cat "$work/err")"$'\n\n'
  told "$group: $name" "$wanted" "$work/expected"
  find . -mindepth 1 | sort | cmp -s - "$work/before" || {
    echo "FAILED: $group: $name: it left or took files"
    find . -mindepth 1 | sort | diff "$work/before" -
    failed=$((failed + 1))
  }
  cd "$here" || exit 2
  rm -rf "$work/here"
}

cd "$here" || exit 2
for group in *.cases; do
  name='' making='' making_lines='' command='' wanted=2 expected='' written=''
  head=''
  while IFS= read -r line; do
    case "$line" in
      '== '*)
        case_ends
        name=${line#== } making='' making_lines='' command='' wanted=2 expected=''
        ;;
      '> '*) making+="${line#> }"$'\n' making_lines+="$line"$'\n' ;;
      '$ '*) command=${line#\$ } ;;
      '! '*) wanted=${line#! } ;;
      '') ;;
      *) [ -n "$name" ] && expected+="$line"$'\n' || head+="$line"$'\n' ;;
    esac
  done <"$group"
  case_ends
  [ -z "$write" ] || printf '%s\n%s' "$head" "${written%$'\n'}" >"$group"
done

echo "$((count - failed)) of $count mistakes told as expected"
[ "$failed" -eq 0 ]
