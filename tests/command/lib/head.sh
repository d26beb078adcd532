# What the scripts of this folder begin with. Sourced as `. "$(dirname "$0")/lib/head.sh" PROGRAM SOURCE`: gives program,
# source, a folder of its own as work, which is removed at the end, and the words below.
program=$1
source=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# A search on few-shot tasks that takes a second.
small=(--hidden 30,20 --ways 3 --shots 8 --queries 4 --fit-episodes 4 --refit-episodes 6 --validation-episodes 8 --test-episodes 10 --seed 3)

# needs_images: the script is skipped where they are not installed.
needs_images() { [ -d /usr/share/datasets/fashion-mnist ] || { echo "skipped: Fashion-MNIST is not installed"; exit 77; }; }
# fail WHAT: ends the script.
fail() {
  echo "FAILED: $1"
  for file in "$work/out" "$work/err"; do [ ! -f "$file" ] || head -c 2000 "$file"; done
  exit 1
}
# note_failure WHAT: counts it, and goes on.
note_failure() {
  echo "FAILED: $1"
  head -c 600 "$work/err"
  failed=$((failed + 1))
}
# same_result FOLDER OTHER: but for what differs from run to run.
same_result() { cmp <(sed '/^  "run": {/,/^  }/d' "$1/result.json") <(sed '/^  "run": {/,/^  }/d' "$2/result.json"); }
# same_again FOLDER: the words in `begin`, which made it, once more, stopped early and resumed, and on one thread: the same bits.
same_again() {
  "$program" rerun "$1/result.json" --out "$work/again" >"$work/out" 2>"$work/err" || fail "rerun"
  "$program" "${begin[@]}" --max-episodes 500 --out "$work/stopped" >"$work/out" 2>"$work/err"
  [ $? -eq 3 ] || fail "stopped"
  "$program" search --resume "$work/stopped" >"$work/out" 2>"$work/err" || fail "resume"
  same_result "$1" "$work/stopped" || fail "other bits after resuming"
  "$program" "${begin[@]}" --threads 1 --out "$work/one" >"$work/out" 2>"$work/err" || fail "one thread"
  same_result "$1" "$work/one" || fail "other bits with one thread"
}
