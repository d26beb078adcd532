#!/usr/bin/env bash
# The example that each command's help ends with works as it is written (the search, which takes minutes, apart).
set -euo pipefail
program=$1
source=$2
[ -d /usr/share/datasets/fashion-mnist ] || { echo "skipped: Fashion-MNIST is not installed"; exit 77; }
cd "$source"
"$program" --version | grep -q '^rule-search '
for command in check eval fit export replay gradcheck; do
  example=$("$program" "$command" --help | grep -A1 '^Example:' | tail -n 1)
  echo "$example"
  # shellcheck disable=SC2086
  set -- $example
  [ "$1" = rule-search ] && [ "$2" = "$command" ]
  shift
  "$program" "$@" >/dev/null
done
"$program" search --help | grep -A1 '^Example:' | grep -q 'rule-search search rules/pool_2023.rule'
"$program" check rules/*.rule >/dev/null
"$program" check rules/pool_2023.rule --json | grep -q '"synapse": "-theta0\*err_post_i\*pre_j"'
! "$program" check tests/errors/unknown-name.rule --json | grep -q '"terms"'
echo "all examples work"
