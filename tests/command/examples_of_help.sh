#!/usr/bin/env bash
# The example that each command's help ends with works as it is written (searches, which take minutes, with few
# episodes).
set -euo pipefail
program=$1
source=$2
[ -d /usr/share/datasets/fashion-mnist ] || { echo "skipped: Fashion-MNIST is not installed"; exit 77; }
cd "$source"
"$program" --version | grep -q '^rule-search '
for command in check eval fit export replay gradcheck transfer; do
  example=$("$program" "$command" --help | grep -A1 '^Example:' | tail -n 1)
  echo "$example"
  # shellcheck disable=SC2086
  set -- $example
  [ "$1" = rule-search ] && [ "$2" = "$command" ]
  shift
  "$program" "$@" >/dev/null
done
# The example of stability makes the results that it compares, each in a folder that it names.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ln -s "$source/rules" "$work/rules"
lines=0
while read -r first command rest; do
  [ "$first" = rule-search ]
  small=()
  # shellcheck disable=SC2054
  [ "$command" != search ] || small=(--hidden 30,20 --ways 3 --shots 8 --queries 4 --fit-episodes 4 --refit-episodes 6 --validation-episodes 8 --test-episodes 10)
  echo "rule-search $command $rest"
  # shellcheck disable=SC2086
  (cd "$work" && "$program" "$command" $rest "${small[@]}" >out 2>err) || { cat "$work/err"; exit 1; }
  lines=$((lines + 1))
done < <("$program" stability --help | sed '1,/^Example:/d')
[ "$lines" -eq 3 ] || { echo "the example of stability is not two searches and itself"; exit 1; }
grep -q '^2 searches of f_bio on fashion-mnist, seeds 1, 2$' "$work/out"
# That of rerun repeats the search of the example of search; here a small one stands in its place.
mkdir "$work/runs/pool"
cp "$work/runs/seed-1/result.json" "$work/runs/pool"
example=$("$program" rerun --help | grep -A1 '^Example:' | tail -n 1)
echo "$example"
# shellcheck disable=SC2086
(cd "$work" && "$program" ${example#*rule-search } >out 2>err) || { cat "$work/err"; exit 1; }
"$program" search --help | grep -A1 '^Example:' | grep -q 'rule-search search rules/pool_2023.rule'
# The recordings of its second example are with the sources.
example=$("$program" search --help | grep -A2 '^Example:' | tail -n 1)
echo "$example"
# shellcheck disable=SC2086
"$program" ${example#*rule-search } --out "$work/oja" >"$work/out" 2>"$work/err" || { cat "$work/err"; exit 1; }
"$program" check rules/*.rule >/dev/null
"$program" check rules/pool_2023.rule --json | grep -q '"synapse": "-theta0\*err_post_i\*pre_j"'
! { "$program" check tests/errors/rules/unknown-name.rule --json 2>&1 || true; } | grep '"terms"' || exit 1
echo "all examples work"
